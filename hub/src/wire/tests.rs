use std::io::{Cursor, Read};

use fieldwork_forms::capture::BlobRef;
use fieldwork_forms::wire::Wire;
use fieldwork_ids::Ulid;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Spec files as their authors write them; only what the wire needs.
fn wire(system: &str) -> Wire {
    let path = format!(
        "{}/../specs/systems/{system}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let spec: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    serde_json::from_value(spec["wire"].clone()).unwrap()
}

fn wg() -> fieldwork_forms::wire::JsonWire {
    match wire("wg") {
        Wire::Json(wire) => *wire,
        _ => panic!("wg is a json wire"),
    }
}

fn ffp() -> fieldwork_forms::wire::TableZipWire {
    match wire("ffp") {
        Wire::TableZip(wire) => *wire,
        _ => panic!("ffp is a table wire"),
    }
}

fn photo(slot: &str, name: &str, file: Option<&str>) -> SlotPhoto {
    SlotPhoto {
        slot: slot.into(),
        photo: name.into(),
        blob: BlobRef([1; 16]),
        file: file.map(Into::into),
        azimuth_deg: None,
    }
}

fn envelope(
    system: &str,
    form: &str,
    fields: Value,
    auto: Value,
    photos: Vec<SlotPhoto>,
) -> Envelope {
    Envelope {
        capture: Ulid::from_bytes([1; 16]),
        system: system.into(),
        form: form.into(),
        number: 1,
        about: None,
        fields: fields.as_object().unwrap().clone(),
        auto: auto.as_object().unwrap().clone(),
        photos,
        reference: None,
        opens_case: None,
        replaces: None,
        spec_version: 1,
    }
}

fn sending<'a>(envelope: &'a Envelope, reference: Option<&'a str>) -> Sending<'a> {
    // 2025-04-08T23:30:00+08:00, still the seventh in the evening of UTC.
    Sending {
        key: "K/wg.open",
        village: "990101100201",
        at_ms: 1_744_126_200_000,
        reference,
        envelope,
    }
}

#[test]
fn a_json_message_has_fields_then_auto_elements_then_the_joined_photographs() {
    let envelope = envelope(
        "wg",
        "closed",
        json!({"sjmc": "上湾网格耕地撂荒", "dldm": "03"}),
        json!({"jd": 115.5, "wd": 33.25}),
        vec![
            photo("before", "C02-before-1", None),
            photo("after", "C02-after-1", None),
        ],
    );
    let answers = BTreeMap::from([
        ("after/C02-after-1".to_owned(), "http://f/2".to_owned()),
        ("before/C02-before-1".to_owned(), "http://f/1".to_owned()),
    ]);
    let message = json::message(&wg(), &sending(&envelope, None), &answers).unwrap();
    assert_eq!(
        String::from_utf8(message.body).unwrap(),
        r#"{"sjmc":"上湾网格耕地撂荒","dldm":"03","jd":115.5,"wd":33.25,"fj":"http://f/1,http://f/2"}"#
    );
    assert_eq!(
        (message.method, message.path.as_str()),
        (Method::Post, "/api/event/report")
    );
    assert_eq!(
        message.key,
        Some(("Idempotency-Key".into(), "K/wg.open".into()))
    );
}

#[test]
fn a_message_without_photographs_names_none_by_an_empty_text() {
    let envelope = envelope("wg", "open", json!({"a": "b"}), json!({}), vec![]);
    let message = json::message(&wg(), &sending(&envelope, None), &BTreeMap::new()).unwrap();
    assert_eq!(message.body, br#"{"a":"b","fj":""}"#);
}

#[test]
fn a_message_is_not_made_before_its_photographs_are_sent_nor_with_a_name_that_breaks_the_list() {
    let envelope = envelope(
        "wg",
        "open",
        json!({}),
        json!({}),
        vec![photo("before", "p", None)],
    );
    let make = |answers| json::message(&wg(), &sending(&envelope, None), &answers);
    let unusable = Err(WireError::PhotoAnswer {
        slot: "before".into(),
    });
    assert_eq!(make(BTreeMap::new()), unusable);
    assert_eq!(
        make(BTreeMap::from([("before/p".into(), "a,b".into())])),
        unusable
    );
}

#[test]
fn a_close_goes_to_the_case_and_never_without_its_id_nor_beyond_its_place_in_the_path() {
    let envelope = envelope("wg", "close", json!({"czjg": "已整改"}), json!({}), vec![]);
    let path = |id| {
        json::message(&wg(), &sending(&envelope, id), &BTreeMap::new()).map(|message| message.path)
    };
    assert_eq!(
        path(Some("WG99010120250408001")).unwrap(),
        "/api/event/WG99010120250408001/finish"
    );
    assert_eq!(
        path(Some("../a?b")).unwrap(),
        "/api/event/..%2Fa%3Fb/finish"
    );
    let unknown = Err(WireError::Address {
        form: "close".into(),
    });
    assert_eq!(path(None), unknown);
    assert_eq!(path(Some("")), unknown);
    assert_eq!(path(Some("..")), unknown);
}

#[test]
fn a_photograph_travels_as_one_part_and_the_same_file_gives_the_same_bytes() {
    let wg = wg();
    let upload = wg.photos.as_ref().unwrap();
    let photograph = photo("before", "C02 \"x\"\r\n", None);
    let envelope = envelope("wg", "open", json!({}), json!({}), vec![photograph.clone()]);
    let send = || {
        json::photo(
            upload,
            &sending(&envelope, None),
            &photograph,
            b"\xff\xd8JPEG",
        )
        .unwrap()
    };
    let message = send();
    assert_eq!(message, send());
    assert_eq!(message.path, "/api/file");
    let boundary = message
        .content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let expected = [
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"C02__x___.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
        )
        .as_bytes(),
        b"\xff\xd8JPEG",
        format!("\r\n--{boundary}--\r\n").as_bytes(),
    ]
    .concat();
    assert_eq!(message.body, expected);
    let other = photo("elsewhere", "p", None);
    assert_eq!(
        json::photo(upload, &sending(&envelope, None), &other, b""),
        Err(WireError::SlotUnnamed {
            slot: "elsewhere".into()
        })
    );
}

fn columns() -> Vec<Column> {
    let column = |heading: &str, element: &str, auto| Column {
        heading: heading.into(),
        element: element.into(),
        auto,
    };
    vec![
        column("户编号", "hbh", true),
        column("姓名", "xm", false),
        column("走访内容", "nr", false),
    ]
}

fn unzip(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn a_table_is_one_row_with_quoted_cells_in_an_archive_that_is_the_same_each_time() {
    let hzp = photo(
        "hzp",
        "C04-household-1",
        Some("990101100201000047_20250408.jpg"),
    );
    let envelope = envelope(
        "ffp",
        "visit",
        json!({"xm": "陈桂花", "nr": "说\"好\",\r\n无"}),
        json!({"hbh": "990101100201000047"}),
        vec![hzp.clone()],
    );
    let make = || {
        let photos = [(&hzp, b"\xff\xd8".to_vec())];
        table::message(&ffp(), &columns(), &sending(&envelope, None), &photos).unwrap()
    };
    let message = make();
    assert_eq!(message, make());
    assert_eq!(message.path, "/import/visit/990101100201_20250408.zip");
    assert_eq!((message.method, message.key), (Method::Put, None));
    let entries = unzip(&message.body);
    assert_eq!(
        String::from_utf8(entries["visit.csv"].clone()).unwrap(),
        "\u{feff}户编号,姓名,走访内容\r\n990101100201000047,陈桂花,\"说\"\"好\"\",\r\n无\"\r\n"
    );
    assert_eq!(
        entries["photos/990101100201000047_20250408.jpg"],
        b"\xff\xd8"
    );
    assert_eq!(entries.len(), 2);
}

#[test]
fn a_file_name_that_leads_elsewhere_or_stands_twice_is_refused() {
    let envelope = envelope("ffp", "visit", json!({}), json!({}), vec![]);
    let refused = Err(WireError::FileName { slot: "hzp".into() });
    let make = |photos: &[SlotPhoto]| {
        let photos: Vec<_> = photos.iter().map(|photo| (photo, vec![])).collect();
        table::message(&ffp(), &columns(), &sending(&envelope, None), &photos).map(|_| ())
    };
    for name in ["../a.jpg", "a/b.jpg", "", "..", "a\\b.jpg", "a\n.jpg"] {
        assert_eq!(make(&[photo("hzp", "p", Some(name))]), refused, "{name:?}");
    }
    let twice = photo("hzp", "p", Some("a.jpg"));
    assert_eq!(make(&[twice.clone(), twice]), refused);
}

#[test]
fn what_is_above_the_limit_of_its_slot_and_no_photograph_is_named_before_anything_is_sent() {
    let max_bytes = BTreeMap::from([("before".to_owned(), 1_000_000)]);
    let plan = FormPlan {
        wire: wire("wg"),
        columns: vec![],
        max_bytes,
    };
    assert_eq!(
        plan.fit_photo("before", vec![0; 1_000_000]).unwrap().len(),
        1_000_000
    );
    let error = plan.fit_photo("before", vec![0; 1_000_001]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "photo slot before takes 1000000 bytes, the file has 1000001"
    );
}

proptest! {
    #[test]
    fn cells_read_back_as_they_were_filled(cells in proptest::collection::vec("[^\u{0}\u{feff}]{0,12}", 2)) {
        let envelope = envelope(
            "ffp", "visit", json!({"xm": cells[0], "nr": cells[1]}), json!({"hbh": "1"}), vec![],
        );
        let message = table::message(&ffp(), &columns(), &sending(&envelope, None), &[]).unwrap();
        let entries = unzip(&message.body);
        let table = &entries["visit.csv"][3..];
        let mut reader = csv::Reader::from_reader(table);
        let row = reader.records().next().unwrap().unwrap();
        prop_assert_eq!(row.iter().collect::<Vec<_>>(), ["1", &cells[0], &cells[1]]);
    }
}

mod answer;
mod kind;
