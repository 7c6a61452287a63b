//! Promises of the stand-in for the house system.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use std::collections::BTreeMap;

use common::{SECRET, envelopes, gb18030, golden, jpeg, members, padded_jpeg, send, text};
use fieldwork_testkit::http::Response;
use fieldwork_testkit::upstream::{Behaviour, Upstream, fw, fw::Fw};
use serde_json::Value;

const BATCH: &str = "/fw/batch/20250408";
const HOUSE: &str = "990101001001JC00032F00010001";
const HEADINGS: &str = "房屋编码,户主姓名,证件号码,联系电话,房屋地址,建筑面积,层数,建成年代,结构类型,用途,是否自建,是否出租,是否经营,是否有隐患,隐患描述,安全等级,登记日期";
const HEADERS: [(&str, &str); 2] = [
    ("content-type", "text/csv; charset=gb18030"),
    ("x-token", SECRET),
];

fn fw() -> Upstream {
    Upstream::start(Fw::new(SECRET, &common::codes())).unwrap()
}

/// The cells of an envelope, the date last.
fn cells(envelope: &Value) -> Vec<String> {
    let members = members(envelope);
    let values = members.as_object().unwrap().values();
    values
        .map(|value| value.as_str().unwrap().to_owned())
        .collect()
}

fn row() -> Vec<String> {
    cells(&golden("fw", "house"))
}

fn table(rows: &[Vec<String>]) -> String {
    let mut text = format!("{HEADINGS}\r\n");
    for row in rows {
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text
}

fn put(upstream: &Upstream, text: &str) -> Response {
    send(upstream.addr(), "PUT", BATCH, &HEADERS, &gb18030(text))
}

fn is_ok(answer: &Response) -> bool {
    answer.status == 200 && answer.body.starts_with(b"OK")
}

fn put_photo(upstream: &Upstream, file: &str, photo: &[u8]) -> Response {
    let headers = [("content-type", "image/jpeg"), HEADERS[1]];
    let path = format!("/fw/photo/{file}");
    send(upstream.addr(), "PUT", &path, &headers, photo)
}

/// The reason why a table is refused.
fn refused(bytes: &[u8]) -> String {
    let upstream = fw();
    let answer = send(upstream.addr(), "PUT", BATCH, &HEADERS, bytes);
    assert!(answer.status == 200 && !is_ok(&answer), "{}", text(&answer));
    assert!(upstream.accepted().is_empty());
    text(&answer)
}

/// The first row with other cells.
fn changed(changes: &[(&str, &str)]) -> Vec<String> {
    let mut row = row();
    for (heading, value) in changes {
        let at = HEADINGS.split(',').position(|known| known == *heading);
        row[at.unwrap()] = (*value).to_owned();
    }
    row
}

fn sound() -> Vec<String> {
    changed(&[("是否有隐患", "否"), ("隐患描述", ""), ("安全等级", "A")])
}

#[test]
fn the_golden_envelope_is_accepted_and_its_photographs_follow() {
    let upstream = fw();
    let all = envelopes("fw");
    assert_eq!(all.len(), 1);
    let answer = put(
        &upstream,
        &table(&all.iter().map(cells).collect::<Vec<_>>()),
    );
    assert_eq!((answer.status, text(&answer)), (200, "OK 1".to_owned()));
    for photo in all[0]["photos"].as_array().unwrap() {
        let file = photo["file"].as_str().unwrap();
        assert!(is_ok(&put_photo(&upstream, file, &jpeg())), "{file}");
        assert_eq!(upstream.files().pop().unwrap().name, file);
    }
    assert_eq!(upstream.files().len(), 2);
    let held = fw::rows(&upstream.accepted());
    assert_eq!(held[HOUSE].cells["安全等级"], "C");
    assert_eq!(upstream.accepted()[0].extension, "csv");
}

#[test]
fn rows_sent_again_are_harmless_and_a_second_upload_adds() {
    let upstream = fw();
    let other = changed(&[("房屋编码", "990101001001JC00033F00010001")]);
    put(&upstream, &table(&[row()]));
    put(&upstream, &table(&[row()]));
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 1));
    put(&upstream, &table(&[other]));
    put(&upstream, &table(&[changed(&[("安全等级", "D")])]));
    let held = fw::rows(&upstream.accepted());
    assert_eq!(held.len(), 2);
    assert_eq!((upstream.held().len(), upstream.duplicates()), (2, 1));
    assert_eq!(held[HOUSE].cells["安全等级"], "D");
    assert_eq!(held[HOUSE].written, 2);
}

#[test]
fn a_name_outside_the_common_plane_comes_through_whole() {
    let upstream = fw();
    put(&upstream, &table(&[changed(&[("户主姓名", "𣲗明")])]));
    let held = fw::rows(&upstream.accepted());
    assert_eq!(held[HOUSE].cells["户主姓名"], "𣲗明");
}

#[test]
fn a_character_that_was_lost_is_noticed() {
    let lost = |heading| refused(&gb18030(&table(&[changed(&[(heading, "王?福")])])));
    assert!(lost("户主姓名").contains("lost"));
    assert!(lost("房屋地址").contains("lost"));
}

#[test]
fn the_table_is_gb18030_with_crlf_and_exact_headings() {
    let good = table(&[row()]);
    for (bad, reason) in [
        (good.replace("\r\n", "\n"), "crlf"),
        (good.trim_end().to_owned(), "crlf"),
        (
            good.replacen("房屋编码,户主姓名", "户主姓名,房屋编码", 1),
            "headings",
        ),
        (good.replacen(",登记日期", "", 1), "headings"),
        (good.replacen(",20250408", "", 1), "row 1"),
        (format!("{HEADINGS}\r\n"), "no rows"),
        (format!("\u{feff}{good}"), "mark"),
        (table(&[row(), row()]), "same key"),
    ] {
        let answer = refused(&gb18030(&bad));
        assert!(answer.contains(reason), "{reason}: {answer}");
    }
    // UTF-8, with and without a mark, is other text or none in GB18030.
    refused(good.as_bytes());
    refused(format!("\u{feff}{good}").as_bytes());
    let mut cut = gb18030(&good);
    cut.insert(0, 0xFF);
    assert!(refused(&cut).contains("gb18030"));
}

#[test]
fn every_rule_of_a_cell_is_checked() {
    for (heading, value) in [
        ("房屋编码", "990101001001JC00032F0001000"),
        ("房屋编码", "990101001001jc00032F00010001"),
        ("房屋编码", ""),
        ("户主姓名", ""),
        ("证件号码", "99010119710227013x"),
        ("证件号码", "990101********0136"),
        ("联系电话", "138****0032"),
        ("建筑面积", "126.0"),
        ("建筑面积", "123456789"),
        ("层数", "一"),
        ("层数", "100"),
        ("建成年代", "94"),
        ("建成年代", "1994年"),
        ("结构类型", "砖木"),
        ("结构类型", "5"),
        ("用途", "4"),
        ("是否自建", "Y"),
        ("是否出租", "0"),
        ("是否经营", ""),
        ("是否有隐患", "有"),
        ("是否有隐患", "否"),
        ("隐患描述", ""),
        ("安全等级", "3"),
        ("安全等级", "c"),
        ("登记日期", "2025-04-08"),
        ("登记日期", "20250409"),
        ("登记日期", ""),
    ] {
        let reason = refused(&gb18030(&table(&[changed(&[(heading, value)])])));
        let told = reason.contains("row 1") && reason.contains(heading);
        assert!(told, "{heading} = {value}: {reason}");
    }
    for (heading, length) in [("户主姓名", 31), ("房屋地址", 61), ("隐患描述", 201)] {
        let long = "长".repeat(length);
        let reason = refused(&gb18030(&table(&[changed(&[(heading, &long)])])));
        assert!(reason.contains(heading), "{reason}");
    }
    assert!(is_ok(&put(&fw(), &table(&[sound()]))));
}

#[test]
fn a_photograph_belongs_to_a_house_with_a_row_and_the_second_to_a_hazard() {
    let upstream = fw();
    let photo = jpeg();
    let (first, second) = (format!("{HOUSE}_1.jpg"), format!("{HOUSE}_2.jpg"));
    assert!(!is_ok(&put_photo(&upstream, &first, &photo)), "no row yet");
    put(&upstream, &table(&[sound()]));
    assert!(is_ok(&put_photo(&upstream, &first, &photo)));
    assert!(!is_ok(&put_photo(&upstream, &second, &photo)), "no hazard");
    put(&upstream, &table(&[row()]));
    assert!(is_ok(&put_photo(&upstream, &second, &photo)));
    for file in [
        "_1.jpg", "_3.jpg", ".jpg", "_1.jpeg", "_1.JPG", "/_1.jpg", "",
    ] {
        let name = format!("{}{file}", if file == "_1.jpg" { "X" } else { HOUSE });
        assert!(!is_ok(&put_photo(&upstream, &name, &photo)), "{name}");
    }
    assert_eq!(upstream.files().len(), 2);
}

#[test]
fn a_photograph_is_a_whole_jpeg_of_at_most_a_megabyte() {
    let upstream = fw();
    put(&upstream, &table(&[row()]));
    let file = format!("{HOUSE}_1.jpg");
    assert!(is_ok(&put_photo(&upstream, &file, &padded_jpeg(1_000_000))));
    for bad in [padded_jpeg(1_000_001), jpeg()[..40].to_vec(), Vec::new()] {
        assert!(!is_ok(&put_photo(&upstream, &file, &bad)));
    }
    let path = format!("/fw/photo/{file}");
    let call = |method, headers: &[(&str, &str)]| {
        send(upstream.addr(), method, &path, headers, &jpeg()).status
    };
    let good = [("content-type", "image/jpeg"), HEADERS[1]];
    assert_eq!(call("POST", &good), 405);
    assert_eq!(call("PUT", &[good[0]]), 401);
    assert_eq!(call("PUT", &[("content-type", "image/png"), good[1]]), 415);
    upstream.script_files([Behaviour::BusyBody]);
    assert_eq!(call("PUT", &good), 503);
    assert_eq!(upstream.files().len(), 1);
}

#[test]
fn every_house_of_the_village_fits() {
    let structures = ["", "钢筋混凝土", "砖混", "砖木", "土木"];
    let uses = ["", "居住", "居住兼经营", "闲置"];
    let code = |words: &[&str], word: &str| {
        let at = words.iter().position(|known| *known == word);
        at.unwrap_or(9).to_string()
    };
    let cells = |house: BTreeMap<String, String>| {
        let one = |heading: &str| match heading {
            "登记日期" => "20250408".to_owned(),
            "结构类型" => code(&structures, &house[heading]),
            "用途" => code(&uses, &house[heading]),
            other => house[other].clone(),
        };
        HEADINGS.split(',').map(one).collect::<Vec<_>>()
    };
    let rows: Vec<_> = common::register("房屋.csv")
        .into_iter()
        .map(cells)
        .collect();
    assert_eq!(text(&put(&fw(), &table(&rows))), "OK 430");
}

#[test]
fn method_address_secret_and_content_type_are_checked() {
    let upstream = fw();
    let body = gb18030(&table(&[row()]));
    let wrong = [
        (0, ("content-type", "text/csv"), 415),
        (0, ("content-type", "text/csv; charset=utf-8"), 415),
        (0, ("content-type", "text/plain; charset=gb18030"), 415),
        (1, ("authorization", SECRET), 401),
    ];
    common::assert_guarded(&upstream, "PUT", BATCH, &HEADERS, &body, &wrong);
    let call =
        |path, headers: &[(&str, &str)]| send(upstream.addr(), "PUT", path, headers, &body).status;
    for path in ["/fw/batch", "/fw/batch/2025-04-08", "/fw/batch/20250231"] {
        assert_eq!(call(path, &HEADERS), 404, "{path}");
    }
    let headers = [("content-type", "text/csv; charset=GB18030"), HEADERS[1]];
    assert_eq!(call(BATCH, &headers), 200);
}

#[test]
fn it_has_all_moods() {
    let upstream = fw();
    let body = gb18030(&table(&[row()]));
    let call = || common::try_send(upstream.addr(), "PUT", BATCH, &HEADERS, &body);
    common::assert_moods(&upstream, 503, call, is_ok);
}
