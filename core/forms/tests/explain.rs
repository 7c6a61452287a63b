//! Explain: where the boxes of the day's forms come from.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod answering;
mod village;

use answering::all_specs;
use fieldwork_forms::explain::Explained;
use fieldwork_forms::fill::fill_traced;
use fieldwork_forms::{Catalogue, explain, facts};
use fieldwork_register::Register;

/// The explained forms of one capture of the day.
fn explained(label: &str) -> Vec<Explained> {
    let catalogue = Catalogue::from_files(all_specs()).unwrap();
    let base = village::base();
    let day = village::day(&catalogue, &base);
    let register = Register::new(&base, &day.edits);
    let mut out = Vec::new();
    for played in day
        .played
        .iter()
        .filter(|played| label.is_empty() || played.label == label)
    {
        let facts = facts(&catalogue, &played.capture, &register, played.case.as_ref());
        for spec in catalogue.serving(facts.day()) {
            let traced = fill_traced(&facts, spec);
            out.extend(
                traced
                    .iter()
                    .map(|one| explain(&catalogue, &facts, spec, one)),
            );
        }
    }
    out
}

fn told(forms: &[Explained], form: &str, field: &str) -> Vec<String> {
    let form = forms
        .iter()
        .find(|one| format!("{}.{}", one.system, one.form) == form)
        .unwrap();
    form.boxes
        .iter()
        .find(|one| one.field == field)
        .unwrap()
        .chinese
        .clone()
}

#[test]
fn every_box_of_the_day_is_explained_in_both_languages() {
    let forms = explained("");
    assert!(forms.len() > 30, "{}", forms.len());
    for form in &forms {
        assert!(form.problems.is_empty());
        for one in &form.boxes {
            assert!(
                one.value.is_some() || one.field == "ref",
                "{}.{}",
                form.system,
                one.field
            );
            assert!(!one.chinese.is_empty(), "{}.{}", form.system, one.field);
            assert_eq!(one.chinese.len(), one.english.len());
        }
    }
}

#[test]
fn a_box_says_whether_it_was_carried_said_derived_mapped_chosen_or_fixed() {
    let visit = explained("C04");
    assert_eq!(
        told(&visit, "ffp.visit_m", "hzxm"),
        ["来自底册：户主姓名（核实于2025-03-02）"]
    );
    assert_eq!(
        told(&visit, "ffp.visit_m", "rjcsr"),
        ["本次所说：人均纯收入"]
    );
    assert_eq!(
        told(&visit, "ffp.visit_m", "bfxq"),
        [
            "本次所说：帮扶需求",
            "按此选定：本次所说：其余情况无变化",
            "按此选定：本次所说：诉求",
            "按对应表 bfxq 换成本表的代码"
        ]
    );
    assert_eq!(told(&visit, "wg.open", "wgdm"), ["由位置推出：所在网格"]);
    assert_eq!(told(&visit, "wg.open", "fssj"), ["由记录时间推出：时间"]);
    let check = explained("C09");
    assert_eq!(told(&check, "zf.closed", "dsrxm"), ["来自底册：负责人"]);
    assert_eq!(
        told(&check, "wg.closed", "sfzb"),
        ["固定内容：按上报要求的规定填写"]
    );
    let unchanged = explained("C06");
    assert_eq!(
        told(&unchanged, "ffp.visit", "sq"),
        [
            "按此选定：本次所说：其余情况无变化",
            "按此选定：没有诉求",
            "按此选定：没有帮扶需求"
        ]
    );
}

/// The sentences on a box, in English.
fn english(forms: &[Explained], form: &str, field: &str) -> Vec<String> {
    let mut forms = forms.iter();
    let form = forms
        .find(|one| format!("{}.{}", one.system, one.form) == form)
        .unwrap();
    let one = form.boxes.iter().find(|one| one.field == field).unwrap();
    one.english.clone()
}

#[test]
fn an_address_says_whether_the_register_holds_it_or_from_what_it_follows() {
    let check = explained("C09");
    assert_eq!(told(&check, "wg.closed", "sfdz"), ["来自底册：场所地址"]);
    let visit = explained("C04");
    let home = told(&visit, "wg.open", "sfdz");
    assert!(home[0].starts_with("来自底册：房屋地址"), "{home:?}");
    let short = told(&visit, "tz.row", "dd");
    assert!(
        short.contains(&"去掉县、乡镇和村名".to_owned()),
        "{short:?}"
    );
    let plot = explained("C03");
    assert_eq!(told(&plot, "wg.open", "sfdz"), ["由地块编码推出：地址"]);
    let all = explained("");
    let road = all.iter().find(|one| {
        let text = format!("{:?}", one.chosen_chinese);
        one.system == "wg" && text.contains("环境问题")
    });
    let road = std::slice::from_ref(road.unwrap());
    let form = format!("wg.{}", road[0].form);
    assert_eq!(told(road, &form, "sfdz"), ["由位置和最近的房屋推出：地址"]);
}

#[test]
fn what_was_done_to_a_value_is_told() {
    let visit = explained("C04");
    let phone = told(&visit, "wg.open", "sjrdh");
    assert_eq!(phone[1..], ["隐去中间4位，只留前3位和后4位"]);
    assert_eq!(
        told(&visit, "wg.open", "jd")[1..],
        ["换算为国测局坐标GCJ-02，取经度", "四舍五入，保留6位小数"]
    );
    let check = explained("C09");
    let place = told(&check, "zf.closed", "zb");
    assert!(
        place.contains(&"换算为百度坐标BD-09，取纬度".to_owned()),
        "{place:?}"
    );
    let patrol = explained("C01");
    assert_eq!(
        told(&patrol, "xuntian.patrol", "lc")[1..],
        ["由米换算为千米", "四舍五入，保留1位小数"]
    );
    assert_eq!(
        told(&visit, "wg.open", "dldm")[1..],
        ["按对应表 xldm_help 换成本表的代码", "取第1至第2个字符"]
    );
    assert_eq!(
        english(&visit, "wg.open", "sjrdh")[1],
        "the 4 characters in the middle are hidden"
    );
}

#[test]
fn a_form_says_once_why_there_is_one() {
    let of = |label: &str, form: &str| {
        let forms = explained(label);
        let mut forms = forms.into_iter();
        forms
            .find(|one| format!("{}.{}", one.system, one.form) == form)
            .unwrap()
    };
    let need = of("C04", "wg.open");
    assert_eq!(
        need.chosen_chinese,
        ["记录类型：入户走访", "本次所说：诉求", "本次所说：帮扶需求"]
    );
    assert_eq!(
        need.chosen_english[0],
        "kind of capture: visit to a household"
    );
    assert_eq!(of("C04", "tz.row").chosen_chinese, ["每次记录都有这一张"]);
    let case = of("C13", "wg.close");
    assert_eq!(
        case.chosen_chinese,
        ["记录类型：复查", "由事项推出：该系统登记了此事项（是）"]
    );
    let member = of("C08", "ffp.member");
    assert_eq!(member.chosen_chinese[0], "每个有变化、新增或迁出的成员一张");
    for form in explained("") {
        assert!(
            !form.chosen_chinese.is_empty(),
            "{}.{}",
            form.system,
            form.form
        );
        assert_eq!(form.chosen_chinese.len(), form.chosen_english.len());
    }
}

#[test]
fn the_box_of_a_photograph_is_called_as_its_owner_calls_it_else_by_what_it_shows() {
    let label = |label: &str, form: &str, slot: &str| {
        let forms = explained(label);
        let mut forms = forms.iter();
        let form = forms
            .find(|one| format!("{}.{}", one.system, one.form) == form)
            .unwrap();
        let one = form.boxes.iter().find(|one| one.field == slot).unwrap();
        one.label.clone()
    };
    assert_eq!(label("C09", "zh.issue", "fxq"), "发现前");
    assert_eq!(label("C09", "wg.closed", "before"), "处置前·远景");
    assert_eq!(label("C09", "wg.closed", "after"), "处置后");
    assert_eq!(
        label("C04", "wg.open", "before"),
        "入户·远景",
        "the route's stage"
    );
}

#[test]
fn what_is_missing_is_told_in_a_sentence_of_its_language() {
    let visit = explained("C06");
    assert_eq!(
        english(&visit, "ffp.visit", "sq")[1],
        "chosen by: nothing is known of this: request of the household"
    );
}

#[test]
fn a_form_that_closes_says_where_its_reference_comes_from() {
    let forms = explained("C13");
    assert_eq!(
        told(&forms, "wg.close", "ref"),
        ["来自对接系统的回执：事项编号"]
    );
}
