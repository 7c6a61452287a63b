//! Which concept is asked by how many forms.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot load its data must fail"
)]

mod village;

use std::collections::BTreeSet;

use fieldwork_forms::coverage::{Duplicate, duplicates};

fn report() -> Vec<Duplicate> {
    duplicates(&village::catalogue())
}

fn of<'a>(report: &'a [Duplicate], concept: &str) -> &'a Duplicate {
    report.iter().find(|one| one.concept == concept).unwrap()
}

/// `system.form field label`.
fn boxes(one: &Duplicate) -> Vec<String> {
    let told = |asker: &fieldwork_forms::ask::Asker| {
        let label = asker.field.as_deref().unwrap_or("");
        format!("{}.{} {label}", asker.system, asker.form)
    };
    one.asked_by.iter().map(told).collect()
}

#[test]
fn a_concept_counts_once_for_each_form_that_asks_for_it() {
    let report = report();
    // Two boxes of one form count once: dldm and xldm both come from the type of the issue.
    let kind = of(&report, "issue.type");
    assert!(kind.asked_by.len() > kind.forms);
    for one in &report {
        let boxes = one.asked_by.iter();
        let forms: BTreeSet<_> = boxes.map(|asker| (&asker.system, &asker.form)).collect();
        assert_eq!(one.forms, forms.len(), "{}", one.concept);
        assert!(one.systems.len() <= one.forms);
    }
    let counts: Vec<usize> = report.iter().map(|one| one.forms).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "most asked first");
    let result = of(&report, "issue.result");
    let wanted = [
        "tz.row",
        "wg.close",
        "wg.closed",
        "zf.close",
        "zf.closed",
        "zh.issue",
    ];
    let forms: BTreeSet<String> = boxes(result)
        .iter()
        .map(|one| one.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(forms, wanted.map(str::to_owned).into());
}

#[test]
fn a_name_counts_as_that_of_whom_the_form_is_about() {
    let report = report();
    let owner = boxes(of(&report, "premises.owner"));
    assert!(owner.contains(&"zh.ok 负责人".to_owned()), "{owner:?}");
    assert!(
        owner.contains(&"wg.open 涉及人姓名".to_owned()),
        "{owner:?}"
    );
    let stranger = owner.iter().find(|one| {
        one.starts_with("ffp.") || one.starts_with("fw.") || one.starts_with("xuntian.")
    });
    assert_eq!(stranger, None, "a head of household owns no premises");
    let person = boxes(of(&report, "person.name"));
    assert!(
        person.contains(&"ffp.visit 户主姓名".to_owned()),
        "{person:?}"
    );
    assert!(person.contains(&"ffp.member 姓名".to_owned()), "{person:?}");
    let phone = boxes(of(&report, "premises.phone"));
    assert!(
        phone.iter().all(|one| !one.starts_with("ffp.")),
        "{phone:?}"
    );
}
