//! Promises of the stand-in for the household visit system.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod common;

use common::archive::zipped;
use common::{SECRET, envelopes, jpeg, padded_jpeg, send, text};
use fieldwork_testkit::http::Response;
use fieldwork_testkit::upstream::{Behaviour, Upstream, ffp, ffp::Ffp};
use serde_json::Value;

const VILLAGE_DAY: &str = "990101100201_20250408";
const VISIT: &str = "户编号,户主姓名,证件号码,户联系电话,户类型,人均纯收入,义务教育是否有保障,基本医疗是否有保障,住房安全是否有保障,是否解决安全饮用水,人数,走访日期,走访人,走访内容,诉求,帮扶需求";
const MONITORED: &str = ",监测对象类型,返贫风险类型,风险是否消除";
const MEMBER: &str =
    "户编号,姓名,证件号码,与户主关系,劳动技能,在校生状况,健康状况,务工地点,务工时间(月),工资收入";

fn ffp() -> Upstream {
    Upstream::start(Ffp::new(SECRET, &common::codes())).unwrap()
}

fn headings(form: &str) -> String {
    match form {
        "visit" => VISIT.to_owned(),
        "visit_m" => format!("{VISIT}{MONITORED}"),
        _ => MEMBER.to_owned(),
    }
}

/// The cells of a golden envelope, in the order of the form.
fn cells(envelope: &Value) -> Vec<String> {
    let household = envelope["auto"]["hbh"].as_str();
    let fields = envelope["fields"]
        .as_object()
        .unwrap()
        .values()
        .map(|value| value.as_str().unwrap());
    household
        .into_iter()
        .chain(fields)
        .map(str::to_owned)
        .collect()
}

fn golden(form: &str) -> Vec<Vec<String>> {
    envelopes("ffp")
        .iter()
        .filter(|envelope| envelope["form"] == form)
        .map(cells)
        .collect()
}

fn table(form: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let mut text = format!("\u{feff}{}\r\n", headings(form));
    for row in rows {
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn put(ffp: &Upstream, form: &str, body: &[u8]) -> Response {
    let bearer = format!("Bearer {SECRET}");
    let headers = [
        ("content-type", "application/zip"),
        ("authorization", bearer.as_str()),
    ];
    send(
        ffp.addr(),
        "PUT",
        &format!("/import/{form}/{VILLAGE_DAY}.zip"),
        &headers,
        body,
    )
}

fn put_table(ffp: &Upstream, form: &str, table: &[u8]) -> Response {
    put(ffp, form, &zipped(&[(&format!("{form}.csv"), table)]))
}

/// The reason why a table is refused.
fn refused(form: &str, table: &[u8]) -> String {
    let ffp = ffp();
    let answer = put_table(&ffp, form, table);
    assert_eq!(answer.status, 422, "{}", String::from_utf8_lossy(table));
    assert!(ffp.accepted().is_empty());
    text(&answer)
}

/// The reason why a table is refused whose first row has another cell.
fn refused_cell(form: &str, heading: &str, value: &str) -> String {
    let mut rows = golden(form);
    let at = headings(form)
        .split(',')
        .position(|known| known == heading)
        .unwrap();
    rows[0][at] = value.to_owned();
    refused(form, &table(form, &rows))
}

#[test]
fn every_golden_envelope_is_accepted_with_its_photograph() {
    let ffp = ffp();
    for form in ["visit", "visit_m", "member"] {
        let rows = golden(form);
        let name = format!("{form}.csv");
        let csv = table(form, &rows);
        let photos: Vec<_> = rows
            .iter()
            .map(|row| format!("photos/{}_20250408.jpg", row[0]))
            .collect();
        let photo = jpeg();
        let mut files = vec![(name.as_str(), csv.as_slice())];
        if form != "member" {
            files.extend(photos.iter().map(|name| (name.as_str(), photo.as_slice())));
        }
        let answer = put(&ffp, form, &zipped(&files));
        assert_eq!(
            (answer.status, text(&answer)),
            (200, format!("OK {}", rows.len()))
        );
    }
    let held = ffp::rows(&ffp.accepted());
    assert_eq!(held.len(), 8);
    let key = (
        "visit_m".to_owned(),
        "990101100201000031".to_owned(),
        "20250408".to_owned(),
    );
    assert_eq!(held[&key].cells["人均纯收入"], "11320");
    assert_eq!(held[&key].written, 1);
}

#[test]
fn rows_sent_again_are_harmless_and_a_second_upload_adds() {
    let ffp = ffp();
    let rows = golden("visit");
    put_table(&ffp, "visit", &table("visit", &rows[..1]));
    put_table(&ffp, "visit", &table("visit", &rows[..1]));
    assert_eq!((ffp.accepted().len(), ffp.repeats()), (1, 1));
    put_table(&ffp, "visit", &table("visit", &rows));
    let held = ffp::rows(&ffp.accepted());
    assert_eq!(held.len(), rows.len());
    assert_eq!((ffp.held().len(), ffp.duplicates()), (rows.len(), 1));
    let key = (
        "visit".to_owned(),
        rows[0][0].clone(),
        "20250408".to_owned(),
    );
    assert_eq!(held[&key].written, 2);
}

#[test]
fn a_photograph_may_follow_its_row_in_a_later_upload() {
    let ffp = ffp();
    let rows = golden("visit");
    put_table(&ffp, "visit", &table("visit", &rows));
    let photo = format!("photos/{}_20250408.jpg", rows[1][0]);
    let csv = table("visit", &rows[..1]);
    let answer = put(
        &ffp,
        "visit",
        &zipped(&[("visit.csv", &csv), (&photo, &jpeg())]),
    );
    assert_eq!(answer.status, 200);
}

#[test]
fn the_table_has_a_mark_crlf_exact_headings_and_at_most_a_thousand_rows() {
    let good = String::from_utf8(table("visit", &golden("visit"))).unwrap();
    let swapped = good.replacen("户编号,户主姓名", "户主姓名,户编号", 1);
    let short = good.replacen(",帮扶需求", "", 1);
    for (bad, reason) in [
        (
            good.trim_start_matches('\u{feff}').to_owned(),
            "byte order mark",
        ),
        (good.replace("\r\n", "\n"), "crlf"),
        (good.trim_end().to_owned(), "crlf"),
        (swapped, "headings"),
        (short, "headings"),
        (good.replacen(",无,无\r\n", ",无\r\n", 1), "row 1"),
        (good.replacen("走访人", "走访人 ", 1), "headings"),
        (format!("\u{feff}{VISIT}\r\n"), "no rows"),
        ("\u{feff}".to_owned(), "crlf"),
    ] {
        assert!(
            refused("visit", bad.as_bytes()).contains(reason),
            "{reason}"
        );
    }
    let mut gb = b"\xEF\xBB\xBF".to_vec();
    gb.extend([0xBB, 0xA7, 0x0D, 0x0A]);
    refused("visit", &gb);

    let many = |count: usize| {
        let row = &golden("visit")[0];
        let rows: Vec<_> = (0..count)
            .map(|number| {
                let mut row = row.clone();
                row[0] = format!("990101100201{number:06}");
                row
            })
            .collect();
        table("visit", &rows)
    };
    assert_eq!(put_table(&ffp(), "visit", &many(1_000)).status, 200);
    assert!(refused("visit", &many(1_001)).contains("1000 rows"));
}

#[test]
fn line_ends_inside_quotes_are_text() {
    let mut rows = golden("visit");
    rows[0][13] = "\"第一行\n第二行\"".to_owned();
    assert_eq!(
        put_table(&ffp(), "visit", &table("visit", &rows)).status,
        200
    );
}

#[test]
fn every_rule_of_a_cell_is_checked() {
    for (heading, value) in [
        ("户编号", "9.90101E+17"),
        ("户编号", "99010110020100003"),
        ("户编号", "990101100202000032"),
        ("户主姓名", ""),
        ("户主姓名", " "),
        ("证件号码", "99010119710227013x"),
        ("证件号码", "990101710227013"),
        ("户联系电话", "138****0032"),
        ("户联系电话", "１３８００００００３２"),
        ("户类型", "01"),
        ("户类型", "监测户"),
        ("人均纯收入", "21350.0"),
        ("人均纯收入", "021350"),
        ("人均纯收入", "-1"),
        ("住房安全是否有保障", "1"),
        ("住房安全是否有保障", "true"),
        ("人数", "二"),
        ("走访日期", "2025-4-8"),
        ("走访日期", "2025-04-09"),
        ("诉求", ""),
        ("帮扶需求", "none"),
    ] {
        let reason = refused_cell("visit", heading, value);
        assert!(
            reason.contains("row 1") && reason.contains(heading),
            "{heading} = {value}: {reason}"
        );
        assert!(
            value.trim().is_empty() || value.len() < 4 || !reason.contains(value),
            "{reason}"
        );
    }
    refused_cell("visit", "走访内容", &"字".repeat(501));
    for (heading, value) in [
        ("监测对象类型", "无"),
        ("返贫风险类型", ""),
        ("风险是否消除", "0"),
    ] {
        assert!(refused_cell("visit_m", heading, value).contains(heading));
    }
}

#[test]
fn the_age_rules_of_members_are_checked() {
    // The first is 38 years old, the second was born a month before, the third moved out.
    let rows = golden("member");
    let with = |row: usize, heading: &str, value: &str| {
        let mut rows = rows.clone();
        let at = MEMBER
            .split(',')
            .position(|known| known == heading)
            .unwrap();
        rows[row][at] = value.to_owned();
        put_table(&ffp(), "member", &table("member", &rows)).status
    };
    assert_eq!(with(0, "务工地点", "示例县清溪镇"), 200);
    assert_eq!(with(0, "务工地点", "别处"), 422);
    assert_eq!(with(0, "务工时间(月)", "13"), 422);
    assert_eq!(with(0, "与户主关系", "20"), 422);
    assert_eq!(with(0, "健康状况", "慢性肾炎"), 422);
    assert_eq!(with(1, "劳动技能", "普通劳动力"), 422);
    assert_eq!(with(1, "在校生状况", "小学"), 422);
    assert_eq!(with(1, "务工地点", "示例县清溪镇"), 422);
    assert_eq!(with(1, "工资收入", "1"), 422);
    assert_eq!(with(2, "务工时间(月)", "1"), 422);
}

#[test]
fn one_row_for_a_household_in_one_upload() {
    let rows = golden("visit");
    let twice = [rows[0].clone(), rows[0].clone()];
    assert!(refused("visit", &table("visit", &twice)).contains("same key"));
}

#[test]
fn the_zip_holds_the_table_and_photographs_of_its_households_and_nothing_else() {
    let rows = golden("visit");
    let csv = table("visit", &rows);
    let household = &rows[0][0];
    let good = format!("photos/{household}_20250408.jpg");
    let (photo, cut, large) = (jpeg(), &jpeg()[..40], padded_jpeg(1_000_001));
    let with = |name: &str, bytes: &[u8]| {
        put(
            &ffp(),
            "visit",
            &zipped(&[("visit.csv", &csv), (name, bytes)]),
        )
        .status
    };
    assert_eq!(with(&good, &photo), 200);
    assert_eq!(with(&good, cut), 422);
    assert_eq!(with(&good, &large), 422);
    assert_eq!(
        with(&format!("photos/{household}_20250409.jpg"), &photo),
        422
    );
    assert_eq!(
        with(&format!("photos/{household}_20250408_2.jpg"), &photo),
        422
    );
    assert_eq!(with(&format!("{household}_20250408.jpg"), &photo), 422);
    assert_eq!(with("photos/990101100201000999_20250408.jpg", &photo), 422);
    assert_eq!(with("readme.txt", b"x"), 422);
    assert_eq!(
        put(&ffp(), "visit", &zipped(&[("visits.csv", &csv)])).status,
        422
    );
    assert_eq!(put(&ffp(), "visit", &zipped(&[])).status, 422);
    assert_eq!(put(&ffp(), "visit", b"not a zip").status, 422);
    let members = table("member", &golden("member"));
    assert_eq!(
        put(
            &ffp(),
            "member",
            &zipped(&[("member.csv", &members), (&good, &photo)])
        )
        .status,
        422
    );
}

#[test]
fn method_address_secret_and_content_type_are_checked() {
    let ffp = ffp();
    let body = zipped(&[("visit.csv", &table("visit", &golden("visit")))]);
    let path = format!("/import/visit/{VILLAGE_DAY}.zip");
    let bearer = format!("Bearer {SECRET}");
    let good = [
        ("content-type", "application/zip"),
        ("authorization", bearer.as_str()),
    ];
    let call = |method, path: &str, headers: &[(&str, &str)]| {
        send(ffp.addr(), method, path, headers, &body).status
    };
    assert_eq!(call("POST", &path, &good), 405);
    for path in [
        "/import/visits/990101100201_20250408.zip",
        "/import/visit/990101100201_20250231.zip",
        "/import/visit/9901011002_20250408.zip",
        "/import/visit/990101100201_20250408.csv",
        "/import/visit",
    ] {
        assert_eq!(call("PUT", path, &good), 404, "{path}");
    }
    assert_eq!(
        call("PUT", &path, &[good[0], ("authorization", SECRET)]),
        401
    );
    assert_eq!(call("PUT", &path, &[good[0]]), 401);
    assert_eq!(
        call(
            "PUT",
            &path,
            &[("content-type", "application/octet-stream"), good[1]]
        ),
        415
    );
    assert_eq!(call("PUT", &path, &good), 200);
}

#[test]
fn it_can_be_busy_and_refuse() {
    let ffp = ffp();
    ffp.script([
        Behaviour::BusyBody,
        Behaviour::Refuse("该户不在本月名单内".to_owned()),
    ]);
    let csv = table("visit", &golden("visit"));
    assert_eq!(put_table(&ffp, "visit", &csv).status, 429);
    let refused = put_table(&ffp, "visit", &csv);
    assert_eq!(
        (refused.status, text(&refused)),
        (422, "该户不在本月名单内".to_owned())
    );
    assert_eq!(put_table(&ffp, "visit", &csv).status, 200);
}
