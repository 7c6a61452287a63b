//! Forms cross over with the names their owners gave the fields, and with values exactly as sent.

use fieldwork_forms::capture::BlobRef;

use super::*;

/// A catalogue with one system of one form, with what a spec must have and no more.
fn catalogue() -> Catalogue {
    let concepts = r#"{"format":"fieldwork-concepts/1","concepts":[
        {"id":"issue.text","label":"问题描述","english":"text","type":"text","entity":"capture","widget":"text"}
    ]}"#;
    let kinds = r#"{"format":"fieldwork-kinds/1","kinds":[
        {"id":"roadside","label":"环境问题","english":"by the road","subjects":["nobody"]}
    ]}"#;
    let system = r#"{"format":"fieldwork-spec/1","id":"zz","version":3,"name":"示例","sponsor":"示例",
        "filing_no":null,"basis":null,"expires":null,"declarations":{},"forwards_to":[],"deadline_hours":null,
        "code_maps":{},"locals":{},
        "forms":[{"id":"row","name":"行","fields":[
            {"id":"ms","label":"描述","type":"text","required":true,"value":{"from":"issue.text"}}
        ],"auto":[
            {"id":"jd","label":"经度","type":"text","required":false,"value":{"from":"issue.text"}}
        ],"photos":[]}],
        "routes":[{"form":"row"}],
        "wire":{"ledger":{"capture_column":"capture","split_by":"jd"}}}"#;
    let files = [
        ("concepts.json", concepts),
        ("kinds.json", kinds),
        ("systems/zz.json", system),
    ];
    Catalogue::from_files(files.map(|(path, text)| (path.to_owned(), text.to_owned()))).unwrap()
}

fn capture() -> Ulid {
    "01JR9Z3V0N7H2M5Q8S4T6W9XYZ".parse().unwrap()
}

fn map(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_whole_form_keeps_order_values_and_names() {
    let core = CoreEnvelope {
        capture: capture(),
        system: "zz".to_owned(),
        form: "row".to_owned(),
        number: 1,
        about: None,
        fields: map(r#"{"zz":"","ms":"路边\"垃圾\"","aa":1.50}"#),
        auto: map(r#"{"jd":115.408880,"ok":true}"#),
        photos: vec![CoreSlotPhoto {
            slot: "before".to_owned(),
            photo: "C09-before-1".to_owned(),
            blob: BlobRef([7; 16]),
            file: None,
            azimuth_deg: None,
        }],
        reference: Some(CoreReference::Waits),
        opens_case: None,
        replaces: None,
        spec_version: 3,
    };
    let key = core.key();
    let form = FilledForm::of_core(Filled::Envelope(core), capture(), &catalogue());
    let FilledForm::Whole { envelope } = form else {
        panic!("not whole: {form:?}")
    };
    assert_eq!(envelope.key, key);
    let shown: Vec<(&str, Option<&str>, &str)> = envelope
        .fields
        .iter()
        .map(|field| {
            (
                field.id.as_str(),
                field.label.as_deref(),
                field.value.as_str(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("zz", None, ""),
            ("ms", Some("描述"), "路边\"垃圾\""),
            ("aa", None, "1.5")
        ]
    );
    assert_eq!(envelope.auto[0].label.as_deref(), Some("经度"));
    assert_eq!(envelope.auto[0].value, "115.40888");
    assert_eq!(envelope.auto[1].value, "true");
    assert_eq!(envelope.photos[0].photo, "C09-before-1");
    assert_eq!(envelope.reference, Some(Reference::Waits));
}

#[test]
fn a_stopped_form_names_each_field_and_what_would_help() {
    let stopped = Stopped {
        system: "zz".to_owned(),
        form: "row".to_owned(),
        number: 2,
        about: Some("person:99010110020100003103".parse().unwrap()),
        problems: vec![
            CoreProblem::Missing {
                field: "ms".to_owned(),
                concepts: vec!["issue.text".to_owned()],
            },
            CoreProblem::Unmapped {
                field: "ms".to_owned(),
                concept: "issue.type".to_owned(),
                code: "farm_moat".to_owned(),
                map: "xldm".to_owned(),
            },
            CoreProblem::Unfit {
                field: "jd".to_owned(),
                reason: "at most 3 characters".to_owned(),
            },
            CoreProblem::PhotoMissing {
                slot: "zg".to_owned(),
                stage: "after".to_owned(),
            },
        ],
    };
    let key = stopped.key(capture());
    let form = FilledForm::of_core(Filled::Stopped(stopped), capture(), &catalogue());
    let FilledForm::Stopped { form } = form else {
        panic!("not stopped: {form:?}")
    };
    assert_eq!((form.key, form.number), (key, 2));
    assert_eq!(form.about.as_deref(), Some("person:99010110020100003103"));
    let obstacles: Vec<Obstacle> = form
        .problems
        .iter()
        .map(|problem| problem.obstacle)
        .collect();
    assert_eq!(
        obstacles,
        [
            Obstacle::Missing,
            Obstacle::Unmapped,
            Obstacle::Unfit,
            Obstacle::PhotoMissing
        ]
    );
    assert_eq!(form.problems[0].label.as_deref(), Some("描述"));
    assert_eq!(form.problems[0].concepts, ["issue.text"]);
    assert_eq!(
        form.problems[1].reason,
        "code \"farm_moat\" is not in the code map \"xldm\""
    );
    assert_eq!(form.problems[2].label.as_deref(), Some("经度"));
    assert_eq!(form.problems[3].stage.as_deref(), Some("after"));
    assert_eq!(form.problems[3].field, "zg");
}
