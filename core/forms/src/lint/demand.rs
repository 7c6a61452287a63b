//! Demands on people: keys, fields and forms that mean a check-in, a score, a quota.

use serde_json::Value;

use super::meaning;
use super::rule::RuleId::{self, B09};
use super::{Finding, Level, finding};

/// Keys of a spec itself, which are not demands whatever their words.
const OWN: &[&str] = &[
    "$schema",
    "format",
    "id",
    "version",
    "name",
    "sponsor",
    "filing_no",
    "basis",
    "expires",
    "inactive",
    "freshness_months",
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
/// Keys of a form, a field, a photo slot and a route.
const OF_PARTS: &[&str] = &[
    "id",
    "name",
    "reference",
    "fields",
    "auto",
    "photos",
    "label",
    "type",
    "max",
    "decimals",
    "required",
    "column",
    "value",
    "slot",
    "stage",
    "view",
    "nth",
    "min",
    "max_bytes",
    "file",
    "necessity",
    "or",
    "azimuth",
    "max_age_months",
    "on_request",
    "media",
    "form",
    "when",
    "for_each",
    "locals",
    "opens_case",
];

/// Looks at every key that no spec has, at what forms and fields mean, and under `declarations`.
pub(super) fn look(spec: &Value, excepted: bool, findings: &mut Vec<Finding>) {
    let level = match excepted {
        true => Level::Warned,
        false => Level::Refused,
    };
    keys(spec, "", OWN, level, findings);
    if let Some(declared) = spec.get("declarations") {
        keys(declared, "declarations", &[], Level::Warned, findings);
    }
    for (path, form) in each(spec, "forms", "") {
        keys(form, &path, OF_PARTS, level, findings);
        means(form, "name", &path, level, findings);
        for list in ["fields", "auto"] {
            for (path, field) in each(form, list, &path) {
                keys(field, &path, OF_PARTS, level, findings);
                means(field, "label", &path, level, findings);
            }
        }
        for (path, slot) in each(form, "photos", &path) {
            keys(slot, &path, OF_PARTS, level, findings);
        }
    }
    for (path, route) in each(spec, "routes", "") {
        keys(route, &path, OF_PARTS, level, findings);
    }
}

/// The entries of a list, each with its path.
fn each<'a>(of: &'a Value, list: &str, within: &str) -> impl Iterator<Item = (String, &'a Value)> {
    let path = join(within, list);
    let entries = of.get(list).and_then(Value::as_array);
    let entries = entries.into_iter().flatten().enumerate();
    entries.map(move |(at, entry)| (format!("{path}[{at}]"), entry))
}

fn join(within: &str, key: &str) -> String {
    match within {
        "" => key.to_owned(),
        within => format!("{within}.{key}"),
    }
}

/// A form or field whose id or name means what may not be asked for.
fn means(of: &Value, name: &str, path: &str, level: Level, findings: &mut Vec<Finding>) {
    let mut told = Vec::new();
    for key in [name, "id"] {
        let Some(text) = of.get(key).and_then(Value::as_str) else {
            continue;
        };
        let rules = meaning::of_field(text);
        for rule in rules
            .into_iter()
            .filter(|rule| !told.contains(rule))
            .collect::<Vec<_>>()
        {
            told.push(rule);
            // A track may be needed; its owner is told, as of photographs without a need.
            let level = if rule == B09 { Level::Warned } else { level };
            findings.push(finding(rule, level, format!("{path}.{key}")));
        }
    }
}

/// A key at the top of a spec.
pub(super) fn key(key: &str, value: &Value, findings: &mut Vec<Finding>) {
    if !OWN.contains(&key) {
        demanded(key, "", value, key, &[], Level::Refused, findings);
    }
}

/// Keys beside those that belong there.
fn keys(of: &Value, within: &str, own: &[&str], level: Level, findings: &mut Vec<Finding>) {
    let per = per(of);
    for (key, value) in of.as_object().into_iter().flatten() {
        if !own.contains(&key.as_str()) {
            demanded(key, &per, value, &join(within, key), &[], level, findings);
        }
    }
}

/// `per month`, where an object says so of what stands beside it.
fn per(of: &Value) -> String {
    let per = of.get("per").and_then(Value::as_str);
    per.map_or_else(String::new, |per| format!(" per {per}"))
}

/// A key and what it holds. What a key says is not told again of what stands in it.
fn demanded(
    key: &str,
    per: &str,
    value: &Value,
    path: &str,
    above: &[RuleId],
    level: Level,
    findings: &mut Vec<Finding>,
) {
    if is_nothing(value) {
        return;
    }
    let mut told = above.to_vec();
    let mut tell = |name: &str, told: &mut Vec<RuleId>| {
        for rule in meaning::of_demand(name) {
            if !told.contains(&rule) {
                told.push(rule);
                findings.push(finding(rule, level, path));
            }
        }
    };
    tell(&format!("{key}{per}"), &mut told);
    match value {
        Value::String(text) => tell(text, &mut told),
        Value::Array(list) => {
            for (at, one) in list.iter().enumerate() {
                demanded(
                    "",
                    "",
                    one,
                    &format!("{path}[{at}]"),
                    &told,
                    level,
                    findings,
                );
            }
        }
        Value::Object(map) => {
            let per = self::per(value);
            for (key, value) in map.iter().filter(|(key, _)| *key != "per") {
                demanded(key, &per, value, &join(path, key), &told, level, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
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
