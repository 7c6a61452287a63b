//! Promises of the stand-in for the culture cloud.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use common::archive::{workbook, xml, zipped};
use common::{SECRET, envelopes, golden, jpeg, json, padded_jpeg, send, slots};
use fieldwork_testkit::http::Response;
use fieldwork_testkit::upstream::{Behaviour, Upstream, yun, yun::Yun};
use serde_json::{Value, json};

const IMPORT: &str = "/yun/import.xlsx";
const PHOTOS: &str = "/yun/photos.zip";
const SHEET: &str = "活动";
const HEADINGS: &str = "标题,类型,时间,人数,内容,日期,场馆,组织者,联系电话";
const HEADERS: [(&str, &str); 2] = [
    (
        "content-type",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("x-token", SECRET),
];
const ZIP: [(&str, &str); 2] = [("content-type", "application/zip"), HEADERS[1]];

fn yun() -> Upstream {
    Upstream::start(Yun::new(SECRET, &common::codes())).unwrap()
}

fn headings() -> Vec<String> {
    HEADINGS.split(',').map(xml).collect()
}

/// A workbook as the chapter wants it.
fn table(rows: &[Vec<String>]) -> Vec<u8> {
    let cells = rows
        .iter()
        .map(|row| row.iter().map(|text| xml(text)).collect());
    let all: Vec<_> = std::iter::once(headings()).chain(cells).collect();
    workbook(&[SHEET], &all)
}

fn cells(envelope: &Value) -> Vec<String> {
    let values = envelope["fields"].as_object().unwrap().values();
    values
        .map(|value| value.as_str().unwrap().to_owned())
        .collect()
}

/// The golden row with another cell.
fn changed(heading: &str, value: &str) -> Vec<String> {
    let mut row = cells(&golden("yun", "activity"));
    let at = HEADINGS.split(',').position(|known| known == heading);
    row[at.unwrap()] = value.to_owned();
    row
}

fn row() -> Vec<String> {
    cells(&golden("yun", "activity"))
}

fn put(upstream: &Upstream, workbook: &[u8]) -> Response {
    send(upstream.addr(), "PUT", IMPORT, &HEADERS, workbook)
}

fn put_photos(upstream: &Upstream, files: &[(&str, &[u8])]) -> u16 {
    send(upstream.addr(), "PUT", PHOTOS, &ZIP, &zipped(files)).status
}

/// The reason why a workbook is refused.
fn refused(workbook: &[u8]) -> String {
    let upstream = yun();
    let answer = put(&upstream, workbook);
    assert_eq!(answer.status, 422);
    assert!(upstream.accepted().is_empty());
    json(&answer)["message"].as_str().unwrap().to_owned()
}

#[test]
fn the_golden_envelope_is_accepted_and_its_photographs_follow() {
    let upstream = yun();
    let all = envelopes("yun");
    assert_eq!(all.len(), 1);
    let answer = put(&upstream, &table(&[cells(&all[0])]));
    assert_eq!((answer.status, json(&answer)), (202, json!({"rows": 1})));
    assert_eq!(slots(&all[0]), ["zp1", "zp2"]);
    let title = &row()[0];
    let (first, second) = (format!("{title}_1.jpg"), format!("{title}_2.jpg"));
    let files = [(first.as_str(), &*jpeg()), (second.as_str(), &*jpeg())];
    assert_eq!(put_photos(&upstream, &files), 202);
    let names: Vec<_> = upstream.files().into_iter().map(|file| file.name).collect();
    assert_eq!(names, [first, second]);
    let held = yun::rows(&upstream.accepted());
    let key = (title.clone(), "2025-04-08 19:30".to_owned());
    assert_eq!(held[&key].cells["日期"], "2025年4月8日");
}

#[test]
fn rows_sent_again_are_harmless_and_a_second_import_adds() {
    let upstream = yun();
    put(&upstream, &table(&[row()]));
    put(&upstream, &table(&[row()]));
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 1));
    put(&upstream, &table(&[changed("时间", "2025-04-08 20:30")]));
    put(&upstream, &table(&[changed("人数", "50")]));
    let held = yun::rows(&upstream.accepted());
    assert_eq!(held.len(), 2);
    assert_eq!((upstream.held().len(), upstream.duplicates()), (2, 1));
    let key = (row()[0].clone(), "2025-04-08 19:30".to_owned());
    assert_eq!(
        (held[&key].written, held[&key].cells["人数"].as_str()),
        (2, "50")
    );
}

#[test]
fn every_rule_of_a_cell_is_checked() {
    for (heading, value) in [
        ("标题", ""),
        ("类型", "02"),
        ("类型", "电影放映"),
        ("时间", "2025-04-08 19:30:00"),
        ("时间", "2025/4/8 19:30"),
        ("人数", "48.0"),
        ("人数", "048"),
        ("人数", "100000"),
        ("内容", ""),
        ("日期", "2025年04月08日"),
        ("日期", "2025-04-08"),
        ("日期", "2025年2月30日"),
        ("场馆", "01"),
        ("场馆", "文化礼堂"),
        ("组织者", ""),
        ("联系电话", "138****9005"),
    ] {
        let reason = refused(&table(&[changed(heading, value)]));
        let told = reason.contains("row 1") && reason.contains(heading);
        assert!(told, "{heading} = {value}: {reason}");
    }
    for (heading, length) in [("标题", 31), ("内容", 301), ("组织者", 31)] {
        let reason = refused(&table(&[changed(heading, &"长".repeat(length))]));
        assert!(reason.contains(heading), "{reason}");
    }
    let title = "𣲗".repeat(30);
    assert_eq!(put(&yun(), &table(&[changed("标题", &title)])).status, 202);
}

#[test]
fn all_cells_are_text() {
    for number in ["<c><v>48</v></c>", "<c t=\"b\"><v>1</v></c>"] {
        let mut cells: Vec<_> = row().iter().map(|text| xml(text)).collect();
        cells[3] = number.to_owned();
        let reason = refused(&workbook(&[SHEET], &[headings(), cells]));
        assert!(reason.contains("not text"), "{reason}");
    }
}

#[test]
fn the_workbook_has_one_sheet_of_the_right_name_with_exact_headings() {
    let cells: Vec<_> = row().iter().map(|text| xml(text)).collect();
    let rows = [headings(), cells.clone()];
    assert!(refused(&workbook(&["Sheet1"], &rows)).contains("sheet"));
    assert!(refused(&workbook(&[SHEET, "说明"], &rows)).contains("sheet"));
    let mut swapped = rows.clone();
    swapped[0].swap(0, 1);
    assert!(refused(&workbook(&[SHEET], &swapped)).contains("headings"));
    let mut short = rows.clone();
    short.iter_mut().for_each(|row| row.truncate(8));
    assert!(refused(&workbook(&[SHEET], &short)).contains("headings"));
    let mut wide = rows.clone();
    wide[0].push(xml("备注"));
    assert!(refused(&workbook(&[SHEET], &wide)).contains("headings"));
    let late = [Vec::new(), headings(), cells];
    assert!(refused(&workbook(&[SHEET], &late)).contains("headings"));
    assert!(refused(&workbook(&[SHEET], &rows[1..])).contains("headings"));
    assert!(refused(&workbook(&[SHEET], &rows[..1])).contains("no rows"));
    assert!(refused(&table(&[row(), row()])).contains("same key"));
    refused(&zipped(&[("活动.csv", b"x")]));
    refused(b"no workbook");
}

#[test]
fn photographs_are_named_after_an_activity_with_a_row() {
    let upstream = yun();
    let title = row()[0].clone();
    let photo = jpeg();
    let first = format!("{title}_1.jpg");
    let good = (first.as_str(), photo.as_slice());
    assert_eq!(put_photos(&upstream, &[good]), 422, "no row yet");
    put(&upstream, &table(&[row()]));
    for bad in [
        format!("{title}_3.jpg"),
        format!("{title}.jpg"),
        format!("{title}_1.png"),
        format!("photos/{title}_1.jpg"),
        "别的活动_1.jpg".to_owned(),
    ] {
        assert_eq!(put_photos(&upstream, &[good, (&bad, &photo)]), 422, "{bad}");
    }
    assert_eq!(put_photos(&upstream, &[]), 422);
    assert!(upstream.files().is_empty(), "all or nothing");
    assert_eq!(put_photos(&upstream, &[good]), 202);
    assert_eq!(upstream.files().len(), 1);
}

#[test]
fn what_no_file_name_may_hold_becomes_a_line() {
    let upstream = yun();
    put(
        &upstream,
        &table(&[changed("标题", "读书/观影: \"春耕\"?")]),
    );
    let photo = jpeg();
    let name = "读书_观影_ _春耕__1.jpg";
    assert_eq!(
        put_photos(&upstream, &[("读书/观影: \"春耕\"?_1.jpg", &photo)]),
        422
    );
    assert_eq!(
        put_photos(&upstream, &[("读书_观影_ _春耕___1.jpg", &photo)]),
        202
    );
    assert_eq!(put_photos(&upstream, &[(name, &photo)]), 422);
}

#[test]
fn a_photograph_is_a_whole_jpeg_of_at_most_eight_hundred_kilobytes() {
    let upstream = yun();
    put(&upstream, &table(&[row()]));
    let first = format!("{}_1.jpg", row()[0]);
    let with = |photo: &[u8]| put_photos(&upstream, &[(&first, photo)]);
    assert_eq!(with(&padded_jpeg(800_001)), 413);
    assert_eq!(with(&jpeg()[..40]), 413);
    assert_eq!(with(&padded_jpeg(800_000)), 202);
    let call = |method, headers: &[(&str, &str)], body: &[u8]| {
        send(upstream.addr(), method, PHOTOS, headers, body).status
    };
    let good = zipped(&[(&first, &jpeg())]);
    assert_eq!(call("POST", &ZIP, &good), 405);
    assert_eq!(call("PUT", &[ZIP[0]], &good), 401);
    assert_eq!(call("PUT", &HEADERS, &good), 415);
    assert_eq!(call("PUT", &ZIP, b"no zip"), 422);
    upstream.script_files([Behaviour::BusyBody]);
    assert_eq!(call("PUT", &ZIP, &good), 503);
}

#[test]
fn method_address_secret_and_content_type_are_checked() {
    let wrong = [(0, ZIP[0], 415), (1, ("authorization", SECRET), 401)];
    let body = table(&[row()]);
    common::assert_guarded(&yun(), "PUT", IMPORT, &HEADERS, &body, &wrong);
}

#[test]
fn it_has_all_moods() {
    let upstream = yun();
    let body = table(&[row()]);
    let call = || common::try_send(upstream.addr(), "PUT", IMPORT, &HEADERS, &body);
    common::assert_moods(&upstream, 503, call, |answer| answer.status == 202);
}
