//! Demands on people: keys that mean a check-in, a score, a quota.

use serde_json::{Map, Value};

use super::rule::RuleId::{self, B01, B02, B03, B04, B05, B06, B07, B08, B09, B11, B23, B24, B27};
use super::{Finding, Level, finding};

/// Words of a key (between underscores) and the rules they break. A key is caught when all words of a
/// row stand in it; every row that fits counts.
const DEMANDS: &[(&[&str], &[RuleId])] = &[
    (&["sign", "in"], &[B01]),
    (&["sign", "out"], &[B01]),
    (&["signin"], &[B01]),
    (&["signout"], &[B01]),
    (&["check", "in"], &[B01]),
    (&["check", "out"], &[B01]),
    (&["checkin"], &[B01]),
    (&["checkout"], &[B01]),
    (&["clock", "in"], &[B01]),
    (&["clock", "out"], &[B01]),
    (&["punch"], &[B01]),
    (&["attendance"], &[B01]),
    (&["daka"], &[B01]),
    (&["min", "minutes"], &[B02, B05]),
    (&["min", "hours"], &[B02, B05]),
    (&["min", "duration"], &[B02, B05]),
    (&["min", "count"], &[B02]),
    (&["min", "times"], &[B02]),
    (&["min", "km"], &[B02]),
    (&["min", "distance"], &[B02]),
    (&["min", "visits"], &[B02]),
    (&["min", "reports"], &[B02]),
    (&["min", "records"], &[B02]),
    (&["quota"], &[B02]),
    (&["score"], &[B03]),
    (&["scores"], &[B03]),
    (&["points"], &[B03]),
    (&["rank"], &[B03]),
    (&["ranking"], &[B03]),
    (&["leaderboard"], &[B03]),
    (&["likes"], &[B04]),
    (&["votes"], &[B04]),
    (&["shares"], &[B04]),
    (&["forwards"], &[B04]),
    (&["study"], &[B04]),
    (&["online"], &[B05]),
    (&["installs"], &[B06]),
    (&["install"], &[B06]),
    (&["downloads"], &[B06]),
    (&["activations"], &[B06]),
    (&["activation"], &[B06]),
    (&["usage", "rate"], &[B06]),
    (&["login"], &[B07]),
    (&["logins"], &[B07]),
    (&["screenshot"], &[B08]),
    (&["screenshots"], &[B08]),
    (&["video"], &[B08]),
    (&["videos"], &[B08]),
    (&["track"], &[B09]),
    (&["tracks"], &[B09]),
    (&["assessment"], &[B11]),
    (&["appraisal"], &[B11]),
    (&["inspection"], &[B11]),
    (&["reply", "within"], &[B23]),
    (&["respond", "within"], &[B23]),
    (&["participation"], &[B24]),
];

/// Keys of a spec itself, which are not demands whatever their words.
const OWN: &[&str] = &[
    "format",
    "id",
    "version",
    "name",
    "sponsor",
    "filing_no",
    "basis",
    "expires",
    "declarations",
    "forwards_to",
    "deadline_hours",
    "exception",
    "code_maps",
    "locals",
    "forms",
    "routes",
    "wire",
    "photos",
    "active",
    "note",
];

/// Looks at the top of the file and under `declarations`.
pub(super) fn look(spec: &Value, findings: &mut Vec<Finding>) {
    let Some(top) = spec.as_object() else { return };
    let excepted = exception(top, findings);
    for (key, value) in top {
        if OWN.contains(&key.as_str()) {
            continue;
        }
        let level = if excepted {
            Level::Warned
        } else {
            Level::Refused
        };
        demanded(key, value, key, level, findings);
    }
    if let Some(declared) = top.get("declarations").and_then(Value::as_object) {
        for (key, value) in declared {
            demanded(
                key,
                value,
                &format!("declarations.{key}"),
                Level::Warned,
                findings,
            );
        }
    }
}

fn demanded(key: &str, value: &Value, path: &str, level: Level, findings: &mut Vec<Finding>) {
    if is_nothing(value) {
        return;
    }
    let words: Vec<String> = key.split(['_', '-', ' ']).map(str::to_lowercase).collect();
    let mut rules: Vec<RuleId> = DEMANDS
        .iter()
        .filter(|(row, _)| row.iter().all(|word| words.iter().any(|had| had == word)))
        .flat_map(|(_, rules)| rules.iter().copied())
        .collect();
    rules.sort_unstable();
    rules.dedup();
    findings.extend(rules.into_iter().map(|rule| finding(rule, level, path)));
}

/// `false`, `0`, `null` and empty things demand nothing; nor does a track that is optional or off.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(yes) => !yes,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => matches!(text.as_str(), "" | "none" | "no" | "off" | "optional"),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// Whether the spec claims an exception that has all it needs; one that has not is a finding.
fn exception(top: &Map<String, Value>, findings: &mut Vec<Finding>) -> bool {
    let Some(exception) = top.get("exception").filter(|value| !value.is_null()) else {
        return false;
    };
    let text = |key: &str| {
        exception
            .get(key)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.trim().is_empty())
    };
    let whole = text("basis") && text("scope") && text("expires");
    let kind = exception.get("kind").and_then(Value::as_str);
    if whole && matches!(kind, Some("安保" | "应急" | "security" | "emergency")) {
        return true;
    }
    findings.push(finding(B27, Level::Refused, "exception"));
    false
}
