//! A wire that does not fit the forms is refused when the file is read, with its place.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::{Catalogue, SpecError};
use serde_json::{Value, json};

fn with(system: &str, change: impl Fn(&mut Value)) -> Result<Catalogue, SpecError> {
    let path = format!("systems/{system}.json");
    let files = village::spec_files().into_iter().map(|(name, text)| {
        if name != path {
            return (name, text);
        }
        let mut spec: Value = serde_json::from_str(&text).unwrap();
        change(&mut spec);
        (name, spec.to_string())
    });
    Catalogue::from_files(files.collect::<Vec<_>>())
}

fn refused(system: &str, path: &str, reason: &str, change: impl Fn(&mut Value)) {
    let error = with(system, change).unwrap_err();
    assert_eq!(error.path, path, "{error}");
    assert!(error.reason.contains(reason), "{error}");
}

#[test]
fn every_form_needs_its_call_and_its_word() {
    refused(
        "zh",
        "wire.json_base64.action.values",
        "\"close\"",
        |spec| {
            let values = spec["wire"]["json_base64"]["action"]["values"].as_object_mut();
            values.unwrap().remove("close");
        },
    );
    refused("xuntian", "wire.multipart.calls", "\"patrol\"", |spec| {
        let calls = spec["wire"]["multipart"]["calls"].as_object_mut();
        calls.unwrap().remove("patrol");
    });
}

#[test]
fn a_name_serves_one_photograph_and_no_two_elements() {
    refused("lt", "wire.multipart.photos", "takes several", |spec| {
        spec["forms"][0]["photos"][0]["max"] = json!(2);
    });
    refused("lt", "wire.multipart.part", "same name", |spec| {
        spec["wire"]["multipart"]["part"] = json!("tp1");
    });
    refused("lt", "wire.multipart.part", "more than letters", |spec| {
        spec["wire"]["multipart"]["part"] = json!("a\"; b");
    });
    refused("zh", "wire.json_base64.photos", "\"csmc\"", |spec| {
        spec["wire"]["json_base64"]["photos"] = json!("csmc");
    });
}

#[test]
fn a_direction_that_the_message_tells_must_be_asked_of_the_photographs() {
    refused(
        "xuntian",
        "wire.multipart.photo_list.azimuth",
        "\"xc\"",
        |spec| {
            let slot = spec["forms"][0]["photos"][0].as_object_mut();
            slot.unwrap().remove("azimuth");
        },
    );
}

#[test]
fn a_path_and_a_file_name_hold_only_what_is_known_there() {
    refused("fw", "wire.csv_table.call.path", "knows only", |spec| {
        spec["wire"]["csv_table"]["call"]["path"] = json!("/fw/{file}");
    });
    refused("fw", "wire.csv_table.photos", "the wire none", |spec| {
        spec["wire"]["csv_table"]["photos"] = json!(null);
    });
    refused(
        "yun",
        "wire.xlsx_then_zip.photos.file",
        "knows only",
        |spec| {
            spec["wire"]["xlsx_then_zip"]["photos"]["file"] = json!("{title}.jpg");
        },
    );
    refused("fw", "wire.csv_table.table.encoding", "gbk", |spec| {
        spec["wire"]["csv_table"]["table"]["encoding"] = json!("gbk");
    });
}

#[test]
fn photographs_on_request_need_no_way_to_go_and_others_do() {
    assert!(with("fw2", |_| {}).is_ok());
    refused("fw2", "wire.json.photos", "the wire none", |spec| {
        spec["forms"][0]["photos"][0]["on_request"] = json!(false);
    });
}

#[test]
fn a_system_without_an_interface_is_described_by_its_file_or_by_none() {
    let by_hand = |file: Value| {
        with("yun", move |spec| {
            spec["wire"] = json!({"by_hand": {"file": file, "receipt": "受理编号"}});
        })
    };
    assert!(by_hand(json!(null)).is_ok());
    let file = |name: &str, rows: u32| json!({"kind": {"xlsx": {"sheet": "导入"}}, "name": name, "date": "yyyyMMdd", "max_rows": rows});
    assert!(by_hand(file("{form}_{village}_{date}", 500)).is_ok());
    let path = |file| by_hand(file).unwrap_err().path;
    assert_eq!(path(file("{who}", 500)), "wire.by_hand.file.name");
    assert_eq!(path(file("a", 0)), "wire.by_hand.file.max_rows");
}
