//! Traces: photographs, media, deadlines, and who answers for the spec.

use serde_json::Value;

use super::rule::RuleId::{B08, B09, B16, R42};
use super::{Finding, Level, finding};

/// More photographs than this for one thing are too many.
const MANY: u64 = 3;
/// The shortest deadline without an emergency, hours.
const SHORT_HOURS: f64 = 24.0;

pub(super) fn look(spec: &Value, findings: &mut Vec<Finding>) {
    photos(spec.get("photos"), "photos", findings);
    for (at, form) in spec
        .get("forms")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        photos(form.get("photos"), &format!("forms[{at}].photos"), findings);
    }
    let emergency =
        is_text(spec.get("basis")) || spec.get("exception").is_some_and(Value::is_object);
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
