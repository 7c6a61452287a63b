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

#[test]
fn a_form_that_closes_says_where_its_reference_comes_from() {
    let forms = explained("C13");
    assert_eq!(
        told(&forms, "wg.close", "ref"),
        ["来自对接系统的回执：事项编号"]
    );
}
