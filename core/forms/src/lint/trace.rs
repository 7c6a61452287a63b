//! Traces: photographs, media, deadlines, and who answers for the spec.

use serde_json::Value;

use super::rule::RuleId::{B08, B09, B16, R42, WPhoto};
use super::{Finding, Level, finding};

/// More photographs than this for one thing are too many.
const MANY: u64 = 3;
/// Photographs of a household that a visit needs.
const OF_HOUSEHOLD: u64 = 1;
/// The shortest deadline without an emergency, hours.
const SHORT_HOURS: f64 = 24.0;

pub(super) fn look(spec: &Value, excepted: bool, findings: &mut Vec<Finding>) {
    photos(spec.get("photos"), "photos", findings);
    for (at, form) in spec
        .get("forms")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let path = format!("forms[{at}].photos");
        photos(form.get("photos"), &path, findings);
        together(form.get("photos"), &path, findings);
    }
    let emergency = excepted || is_text(spec.get("basis"));
    if let Some(hours) = spec.get("deadline_hours").and_then(Value::as_f64)
        && hours < SHORT_HOURS
        && !emergency
    {
        findings.push(finding(R42, Level::Warned, "deadline_hours"));
    }
    // A ledger stays in the village: it has no sponsor above and needs no filing.
    let ledger = spec
        .get("wire")
        .is_some_and(|wire| wire.get("ledger").is_some());
    if !ledger {
        for key in ["sponsor", "filing_no"] {
            if !is_text(spec.get(key)) {
                findings.push(finding(B16, Level::Warned, key));
            }
        }
    }
}

fn is_text(value: Option<&Value>) -> bool {
    value
        .and_then(Value::as_str)
        .is_some_and(|text| !text.trim().is_empty())
}

/// Photographs of one form taken together: of a visit one of the household, and not many of anything.
fn together(slots: Option<&Value>, path: &str, findings: &mut Vec<Finding>) {
    let slots = || slots.and_then(Value::as_array).into_iter().flatten();
    // What the owner gets only on request is not demanded with every form.
    let sent = || slots().filter(|slot| slot.get("on_request") != Some(&Value::Bool(true)));
    let number = |slot: &Value, key: &str| slot.get(key).and_then(Value::as_u64).unwrap_or(0);
    let of_household =
        |slot: &&Value| slot.get("stage").and_then(Value::as_str) == Some("household");
    if sent()
        .filter(of_household)
        .map(|slot| number(slot, "max"))
        .sum::<u64>()
        > OF_HOUSEHOLD
    {
        findings.push(finding(WPhoto, Level::Warned, path));
    }
    let alone = |slot: &Value| number(slot, "min") > MANY || number(slot, "max") > MANY;
    let demanded: u64 = sent().map(|slot| number(slot, "min")).sum();
    if demanded > MANY && !slots().any(alone) {
        findings.push(finding(B09, Level::Warned, path));
    }
    for (at, slot) in slots().enumerate() {
        let means = |key: &str, words: &[&str]| {
            let text = slot.get(key).and_then(Value::as_str).unwrap_or_default();
            words.iter().any(|word| text.to_lowercase().contains(word))
        };
        if means("slot", &["signature", "sign_photo", "签名", "签字"])
            || means("necessity", &["signature", "签名", "签字"])
        {
            findings.push(finding(B09, Level::Warned, format!("{path}[{at}]")));
        }
    }
}

fn photos(slots: Option<&Value>, path: &str, findings: &mut Vec<Finding>) {
    for (at, slot) in slots
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let path = format!("{path}[{at}]");
        if let Some(media) = slot.get("media").and_then(Value::as_str)
            && media != "photo"
        {
            findings.push(finding(B08, Level::Refused, format!("{path}.media")));
            continue;
        }
        let number = |key: &str| slot.get(key).and_then(Value::as_u64);
        let demanded = number("min").unwrap_or(0);
        let without_need = demanded > 0 && !is_text(slot.get("necessity"));
        if without_need || demanded > MANY || number("max").unwrap_or(0) > MANY {
            findings.push(finding(B09, Level::Warned, path));
        }
    }
}
