//! The burden linter: what a spec would cost the people who work with it, held against the rules.
//!
//! It reads the file as it is, before the strict reading of specs, because what it looks for is just what
//! a spec cannot express: check-ins, scores, quotas. What the strict reader refuses is a finding as well
//! ([`lint_strictly`]), so that a file without findings is one that can be used. Such a demand at the top of a file
//! is refused. Under `declarations` an owner says what he or she demands of people outside this program;
//! that is reported, never acted upon, and the forms are served all the same.

mod demand;
mod exception;
mod meaning;
mod reader;
mod rule;
mod trace;

pub use rule::{Rule, RuleId};

use fieldwork_ids::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalogue::Catalogue;
use crate::error::SpecError;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The spec is not taken into a catalogue.
    Refused,
    /// The owner is told, and may have a reason.
    Warned,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Id of the rule.
    pub rule: RuleId,
    /// How serious it is.
    pub level: Level,
    /// Where in the file, such as `declarations.min_km`.
    pub path: String,
    /// What is wrong, for the owner of the form.
    pub text: String,
    /// Where the rule stands.
    pub source: &'static str,
}

/// The findings of one spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Linted {
    /// Id of the system, or the file's name where it has none.
    pub id: String,
    /// What was found, in the order of the file.
    pub findings: Vec<Finding>,
}

impl Linted {
    /// Whether a catalogue may not take the spec.
    pub fn refused(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.level == Level::Refused)
    }
}

/// Lints the text of a spec for a day, by which an exception holds or has ended; `None` where the text is
/// not a spec (concepts, kinds, anything else).
///
/// # Errors
/// The position at which the text stops being JSON.
pub fn lint(file: &str, text: &str, on: Date) -> Result<Option<Linted>, serde_json::Error> {
    let text = crate::error::without_bom(text);
    let spec: Value = serde_json::from_str(text)?;
    Ok(is_spec(&spec).then(|| found(file, &spec, Some(on))))
}

/// The findings of a spec. Without a day an exception that is whole holds.
fn found(file: &str, spec: &Value, on: Option<Date>) -> Linted {
    let id = spec.get("id").and_then(Value::as_str).unwrap_or(file);
    let mut findings = Vec::new();
    let excepted = exception::look(spec, on, &mut findings);
    demand::look(spec, excepted, &mut findings);
    trace::look(spec, excepted, &mut findings);
    Linted {
        id: id.to_owned(),
        findings,
    }
}

/// A spec says so by its format; one that forgot to has forms.
fn is_spec(document: &Value) -> bool {
    match document.get("format").and_then(Value::as_str) {
        Some(format) => format.starts_with("fieldwork-spec/"),
        None => document.get("forms").is_some(),
    }
}

/// Whether a key at the top of a spec demands something of people.
pub(crate) fn is_demand(key: &str, value: &Value) -> bool {
    let mut findings = Vec::new();
    demand::key(key, value, &mut findings);
    !findings.is_empty()
}

/// What the rules refuse in a spec whatever the day is, in the words of the reader.
pub(crate) fn refusal(file: &str, text: &str) -> Option<SpecError> {
    let spec: Value = serde_json::from_str(crate::error::without_bom(text)).ok()?;
    let findings = found(file, &spec, None).findings;
    let refused = findings
        .into_iter()
        .find(|one| one.level == Level::Refused)?;
    let reason = format!("{}: {}", refused.rule.rule().id, refused.text);
    Some(SpecError::new(file, refused.path, reason))
}

/// The rule by which nothing may be called so: neither a concept nor a kind of capture.
pub(crate) fn forbidden(names: [&str; 2]) -> Option<&'static Rule> {
    // A track may be needed.
    let rules = names.into_iter().flat_map(meaning::of_field);
    let mut rules = rules.filter(|rule| *rule != RuleId::B09);
    rules.next().map(RuleId::rule)
}

/// What a file is that is among specs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// A spec, with the id that it gives itself.
    Spec(Option<String>),
    /// Concepts, kinds or the tap model.
    List,
    /// JSON of another sort, or no JSON.
    Other,
}

/// Tells the files of a folder apart.
pub fn sort(text: &str) -> Sort {
    let document: Option<Value> = serde_json::from_str(crate::error::without_bom(text)).ok();
    let Some(document) = document else {
        return Sort::Other;
    };
    let text = |key: &str| document.get(key).and_then(Value::as_str);
    match text("format") {
        _ if is_spec(&document) => Sort::Spec(text("id").map(ToOwned::to_owned)),
        Some(format) if LISTS.contains(&format) => Sort::List,
        _ => Sort::Other,
    }
}

/// Formats of the files that specs rest on.
const LISTS: [&str; 3] = [
    "fieldwork-concepts/1",
    "fieldwork-kinds/1",
    "fieldwork-burden/1",
];

/// Lints the text of a spec and reads it strictly: what the reader refuses is a finding too. Names are
/// held against concepts and kinds where `among` has them. `None` where the text is one of the lists
/// that specs rest on; what is neither is refused.
pub fn lint_strictly(
    file: &str,
    text: &str,
    on: Date,
    among: Option<&Catalogue>,
) -> Option<Linted> {
    let linted = match lint(file, text, on) {
        Ok(Some(linted)) => Some(linted),
        Ok(None) if sort(text) == Sort::List => return None,
        Ok(None) | Err(_) => None,
    };
    let Some(mut linted) = linted else {
        let refused = crate::reading::head(file, text).map(|format| {
            let reason = format!("{format:?} is not a format that is known here");
            SpecError::new(file, "format", reason)
        });
        return Some(Linted {
            id: file.to_owned(),
            findings: vec![reader::told(&refused.unwrap_or_else(|error| error))],
        });
    };
    let refused = reader::refusal(file, text, &linted, among);
    linted.findings.extend(refused.as_ref().map(reader::told));
    Some(linted)
}

/// A file of the catalogue that is refused, as a finding.
pub fn refused(error: &SpecError) -> Finding {
    reader::told(error)
}

/// A finding by the rule's own text.
fn finding(rule: RuleId, level: Level, path: impl Into<String>) -> Finding {
    let Rule { text, source, .. } = rule.rule();
    Finding {
        rule,
        level,
        path: path.into(),
        text: (*text).to_owned(),
        source,
    }
}
