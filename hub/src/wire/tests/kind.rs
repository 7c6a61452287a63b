//! What the kinds of wire do where a day does not show it.

use fieldwork_forms::wire::{
    ByHandWire, CsvTableWire, JsonBase64Wire, MultipartWire, XlsxThenZipWire,
};

use super::*;

fn multipart() -> MultipartWire {
    match wire("xuntian") {
        Wire::Multipart(wire) => *wire,
        _ => panic!("xuntian is multipart"),
    }
}

fn webhook() -> JsonBase64Wire {
    match wire("zh") {
        Wire::JsonBase64(wire) => *wire,
        _ => panic!("zh has its photographs inside"),
    }
}

fn houses() -> CsvTableWire {
    match wire("fw") {
        Wire::CsvTable(wire) => *wire,
        _ => panic!("fw is a table"),
    }
}

fn culture() -> XlsxThenZipWire {
    match wire("yun") {
        Wire::XlsxThenZip(wire) => *wire,
        _ => panic!("yun is a workbook"),
    }
}

#[test]
fn a_list_of_photographs_is_written_also_where_it_is_empty_and_never_without_a_direction() {
    let patrol = envelope("xuntian", "patrol", json!({"fxwt": "0"}), json!({}), vec![]);
    let message = multipart::message(&multipart(), &sending(&patrol, None), &[]).unwrap();
    let body = String::from_utf8(message.body).unwrap();
    assert!(body.contains(r#"{"fxwt":"0","zp":[]}"#), "{body}");
    let blind = photo("xc", "p", None);
    assert_eq!(
        multipart::message(&multipart(), &sending(&patrol, None), &[(&blind, vec![])]),
        Err(WireError::Azimuth { slot: "xc".into() })
    );
    let north = SlotPhoto {
        azimuth_deg: Some(0),
        ..blind
    };
    let photos = [(&north, b"\xff\xd8".to_vec())];
    let message = multipart::message(&multipart(), &sending(&patrol, None), &photos).unwrap();
    let body = String::from_utf8_lossy(&message.body).into_owned();
    assert!(body.contains(r#""zp":[{"slot":"xc","fwj":0}]"#), "{body}");
    assert!(body.contains("name=\"xc\"; filename=\"p.jpg\""), "{body}");
}

#[test]
fn a_webhook_says_its_key_what_it_does_and_never_closes_without_the_id_of_the_case() {
    let mut close = envelope("zh", "close", json!({"zgjg": "2"}), json!({}), vec![]);
    close.reference = Some(fieldwork_forms::envelope::Reference::Waits);
    let make = |id| inline::message(&webhook(), &sending(&close, id), &[]);
    assert_eq!(
        String::from_utf8(make(Some("zh-1")).unwrap().body).unwrap(),
        r#"{"uuid":"K/wg.open","action":"close","payload":{"zgjg":"2","ref":"zh-1","photos":{}}}"#
    );
    let unknown = Err(WireError::NoReference {
        form: "close".into(),
    });
    assert_eq!(make(None), unknown);
    assert_eq!(make(Some("")), unknown);
    let after = photo("zgh", "p", None);
    let photos = [(&after, b"\xff\xd8\xff".to_vec())];
    let message = inline::message(&webhook(), &sending(&close, Some("1")), &photos).unwrap();
    let body: Value = serde_json::from_slice(&message.body).unwrap();
    assert_eq!(body["payload"]["photos"], json!({"zgh": "/9j/"}));
}

#[test]
fn a_table_in_gb18030_names_what_it_cannot_write_and_never_writes_a_question_mark() {
    let row = |text: &str| {
        envelope(
            "fw",
            "house",
            json!({"xm": text}),
            json!({"hbh": "1"}),
            vec![],
        )
    };
    let rare = row("𠮷㐀,😀");
    let message = table::csv(&houses(), &columns(), &sending(&rare, None)).unwrap();
    assert_eq!(message.path, "/fw/batch/20250408");
    assert_eq!(message.content_type, "text/csv; charset=GB18030");
    let (text, _, lossy) = encoding_rs::GB18030.decode(&message.body);
    assert!(!lossy);
    assert_eq!(text, "户编号,姓名,走访内容\r\n1,\"𠮷㐀,😀\",\r\n");
    let unwritable = row("王\u{e5e5}");
    let error = table::csv(&houses(), &columns(), &sending(&unwritable, None)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "element xm holds a character that the encoding cannot write: U+E5E5"
    );
}

#[test]
fn a_photograph_of_a_table_goes_to_its_file_name_and_nowhere_else() {
    let house = envelope("fw", "house", json!({}), json!({}), vec![]);
    let wire = houses();
    let call = wire.photos.as_ref().unwrap();
    let path = |name| {
        let photo = photo("wg", "p", Some(name));
        table::photo(&wire, call, &sending(&house, None), &photo, b"").map(|message| message.path)
    };
    assert_eq!(path("99F1_1.jpg").unwrap(), "/fw/photo/99F1_1.jpg");
    assert_eq!(path("../x"), Err(WireError::FileName { slot: "wg".into() }));
}

#[test]
fn a_workbook_is_text_throughout_and_the_same_each_time() {
    let row = envelope(
        "yun",
        "activity",
        json!({"xm": "=1+1", "nr": "990101100201000047"}),
        json!({"hbh": "007"}),
        vec![],
    );
    let make = || table::xlsx(&culture(), &columns(), &sending(&row, None)).unwrap();
    let message = make();
    assert_eq!(message.body, make().body);
    let entries = unzip(&message.body);
    let sheet = String::from_utf8(entries["xl/worksheets/sheet1.xml"].clone()).unwrap();
    assert!(!sheet.contains("<f>"), "no formula: {sheet}");
    assert_eq!(sheet.matches("t=\"s\"").count(), 6, "{sheet}");
    let strings = String::from_utf8(entries["xl/sharedStrings.xml"].clone()).unwrap();
    for text in ["=1+1", "990101100201000047", "007"] {
        assert!(strings.contains(text), "{strings}");
    }
}

#[test]
fn photographs_of_a_workbook_are_named_after_its_row_as_far_as_file_names_go() {
    let row = envelope(
        "yun",
        "activity",
        json!({"bt": "防火/防电:问答?"}),
        json!({}),
        vec![],
    );
    let (first, second) = (photo("zp1", "a", None), photo("zp2", "b", None));
    let photos = [(&first, b"1".to_vec()), (&second, b"2".to_vec())];
    let wire = culture();
    let call = wire.photos.as_ref().unwrap();
    let message = table::photos(&wire, call, &sending(&row, None), &photos).unwrap();
    let entries = unzip(&message.body);
    let names: Vec<&str> = entries.keys().map(String::as_str).collect();
    assert_eq!(names, ["防火_防电_问答__1.jpg", "防火_防电_问答__2.jpg"]);
}

fn by_hand(kind: Value, max_rows: u32) -> ByHandWire {
    let file = json!({
        "kind": kind, "name": "{form}_{village}_{date}", "date": "yyyyMMdd", "max_rows": max_rows,
    });
    serde_json::from_value(json!({"file": file, "receipt": "受理编号"})).unwrap()
}

#[test]
fn what_a_person_carries_is_one_file_per_batch_and_a_sheet_to_copy_from() {
    let rows = ["甲", "乙"].map(|name| {
        envelope(
            "x",
            "house",
            json!({"xm": name}),
            json!({"hbh": "1"}),
            vec![],
        )
    });
    let batch = [sending(&rows[0], None), sending(&rows[1], None)];
    let csv = json!({"csv": {"encoding": "utf8_bom", "line_end": "crlf"}});
    let wire = by_hand(csv.clone(), 2);
    let file = by_hand::file(&wire, &columns(), &batch).unwrap().unwrap();
    assert_eq!(file.name, "house_990101100201_20250408.csv");
    assert_eq!(
        String::from_utf8(file.bytes).unwrap(),
        "\u{feff}户编号,姓名,走访内容\r\n1,甲,\r\n1,乙,\r\n"
    );
    let book = by_hand(json!({"xlsx": {"sheet": "导入"}}), 2);
    let file = by_hand::file(&book, &columns(), &batch).unwrap().unwrap();
    assert!(file.name.ends_with(".xlsx") && !unzip(&file.bytes).is_empty());
    assert_eq!(
        by_hand::file(&by_hand(csv, 1), &columns(), &batch),
        Err(WireError::TooManyRows {
            rows: 2,
            max_rows: 1
        })
    );
    assert_eq!(by_hand::file(&wire, &columns(), &[]), Ok(None));

    let form = json!({"id": "house", "name": "房屋", "fields": [], "auto": [],
        "photos": [{"slot": "wg", "stage": "outside", "min": 0, "max": 1, "max_bytes": 1}]});
    let form = serde_json::from_value(form).unwrap();
    let mut pictured = rows[0].clone();
    pictured.photos = vec![photo("wg", "C05-outside-1", None)];
    let sheet = by_hand::copy_sheet(&form, &columns(), &sending(&pictured, None)).unwrap();
    let shown = sheet
        .iter()
        .map(|line| (line.label.as_str(), line.text.as_str()));
    let shown = shown.collect::<Vec<_>>();
    assert_eq!(
        shown,
        [("户编号", "1"), ("姓名", "甲"), ("wg", "C05-outside-1")]
    );
    assert!(
        !format!("{sheet:?}").contains('甲'),
        "nothing of it in a log"
    );
}
