//! The village ledger, also where the day does not show it.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use fieldwork_forms::CaseFacts;
use fieldwork_forms::capture::Subject;
use fieldwork_forms::envelope::{Envelope, Problem};
use fieldwork_forms::ledger::{Row, ledger};
use village::{Sketch, ulid};

fn row(sketch: &Sketch) -> Envelope {
    let mut rows = sketch.envelopes("tz");
    assert_eq!(rows.len(), 1, "every capture is one row");
    rows.remove(0)
}

fn result(sketch: &Sketch) -> String {
    row(sketch).fields["jg"].as_str().unwrap().to_owned()
}

#[test]
fn the_result_of_a_visit_is_the_first_rule_that_holds() {
    let house = "house:990101001001JC00032F00010001";
    let visit = || Sketch::visit(32).say("visit.text", "走访");
    assert_eq!(result(&visit()), "户情无变化");
    let moved = visit().say("member.moved_out", "person:x");
    assert_eq!(result(&moved), "信息已更新");
    let hazard = moved.state(house, "house.hazard", "true");
    assert_eq!(result(&hazard), "隐患已上报");
    assert_eq!(result(&hazard.say("visit.need", "低保")), "诉求已上报");
    let old = visit().edited(house, "house.hazard", "true");
    assert_eq!(
        result(&old),
        "户情无变化",
        "an old hazard is not reported again"
    );
}

#[test]
fn the_result_of_an_issue_tells_how_it_stands() {
    let issue = || {
        Sketch::of("roadside", None)
            .say("issue.type", "env_pile")
            .say("issue.text", "堆料")
    };
    assert_eq!(result(&issue()), "已上报");
    assert_eq!(result(&issue().say("issue.due", "2025-04-11")), "限期整改");
    let cleared = issue()
        .say("issue.due", "2025-04-11")
        .say("issue.result", "清走");
    assert_eq!(result(&cleared), "当场办结");
    assert_eq!(row(&cleared).fields["dx"], "公共区域");
}

#[test]
fn a_patrol_without_finds_saw_nothing_unusual() {
    let patrol = Sketch::of("patrol", None).say("patrol.text", "好");
    assert_eq!(result(&patrol), "未见异常");
    assert!(
        row(&patrol).fields["dd"]
            .as_str()
            .unwrap()
            .ends_with("网格")
    );
}

#[test]
fn premises_in_order_say_so() {
    let check = Sketch::of("premises", Some("premises:PR03")).say("check.result", "ok");
    let row = row(&check);
    assert_eq!(row.fields["nr"], "安全检查未发现问题");
    assert_eq!(row.fields["jg"], "未发现问题");
    assert_eq!(row.auto["line"], "安全");
}

fn followup(kind: Option<&str>, case_type: Option<&str>, subject: Option<&str>) -> Sketch {
    let mut sketch = Sketch::of("followup", None).say("issue.result", "已清");
    let mut case = CaseFacts::new(ulid(9));
    case.kind = kind.map(str::to_owned);
    case.case_type = case_type.map(str::to_owned);
    case.subject = subject.map(|subject| subject.parse().unwrap());
    sketch.capture.subject = Some(Subject::Case(case.id));
    sketch.case = Some(case);
    sketch
}

#[test]
fn a_follow_up_stands_in_the_line_of_what_it_follows() {
    let line = |kind, case_type| row(&followup(kind, case_type, None)).auto["line"].clone();
    assert_eq!(line(Some("visit"), Some("low_income")), "走访");
    assert_eq!(line(Some("farmland_issue"), None), "田长");
    assert_eq!(line(None, Some("env_rubbish")), "网格");
    assert_eq!(line(None, Some("farm_dig")), "田长");
    assert_eq!(line(None, Some("C")), "走访");
    assert!(!row(&followup(None, None, None)).auto.contains_key("line"));
}

#[test]
fn a_follow_up_names_the_person_and_address_of_its_case() {
    let of_plot = row(&followup(
        Some("farmland_issue"),
        None,
        Some("plot:9901011002010200033"),
    ));
    assert_eq!(
        (of_plot.fields["dx"].as_str(), of_plot.fields["dd"].as_str()),
        (Some("钱进"), Some("二组033号地块"))
    );
    let of_nobody = row(&followup(Some("roadside"), None, None));
    assert_eq!(of_nobody.fields["dx"], "公共区域");
    assert!(of_nobody.fields["dd"].as_str().unwrap().ends_with("附近"));
}

#[test]
fn a_kind_without_a_line_is_named_and_not_guessed() {
    let stopped = Sketch::of("unheard_of", None).stopped("tz");
    let unmapped = |field: &str, map: &str| Problem::Unmapped {
        field: field.to_owned(),
        concept: "capture.kind".to_owned(),
        code: "unheard_of".to_owned(),
        map: map.to_owned(),
    };
    assert_eq!(
        stopped[0].1,
        [unmapped("sx", "sx"), unmapped("line", "line_of_kind")]
    );
}

#[test]
fn commas_quotes_and_line_ends_stay_within_their_cell() {
    let visit = Sketch::visit(32).say("visit.text", "说\"好\",\n走了");
    let envelope = row(&visit);
    let spec = visit.catalogue.spec("tz").unwrap();
    let text = ledger(
        spec,
        &[Row {
            capture: "C1",
            envelope: &envelope,
        }],
        None,
    )
    .unwrap();
    let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let record = csv.records().next().unwrap().unwrap();
    assert_eq!(&record[6], "说\"好\",\n走了");
}
