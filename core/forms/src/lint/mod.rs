//! The burden linter: what a spec would cost the people who work with it, held against the rules.
//!
//! It reads the file as it is, before the strict reading of specs, because what it looks for is just what
//! a spec cannot express: check-ins, scores, quotas. What the strict reader refuses is a finding as well
//! ([`lint_strictly`]), so that a file without findings is one that can be used. Such a demand at the top of a file
//! is refused. Under `declarations` an owner says what he or she demands of people outside this program;
//! that is reported, never acted upon, and the forms are served all the same.

mod demand;
mod reader;
mod rule;
mod trace;

pub use rule::{Rule, RuleId};

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

/// Lints the text of a spec; `None` where the text is not a spec (concepts, kinds).
///
/// # Errors
/// The position at which the text stops being JSON.
pub fn lint(file: &str, text: &str) -> Result<Option<Linted>, serde_json::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let spec: Value = serde_json::from_str(text)?;
    let is_spec = spec
        .get("format")
        .and_then(Value::as_str)
        .is_none_or(|format| format.starts_with("fieldwork-spec/"));
    if !is_spec || !spec.is_object() {
        return Ok(None);
    }
    let id = spec
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or(file)
        .to_owned();
    let mut findings = Vec::new();
    demand::look(&spec, &mut findings);
    trace::look(&spec, &mut findings);
    Ok(Some(Linted { id, findings }))
}

/// Lints the text of a spec and reads it strictly: what the reader refuses is a finding too. Names are
/// held against concepts and kinds where `among` has them. `None` where the text is not a spec.
pub fn lint_strictly(file: &str, text: &str, among: Option<&Catalogue>) -> Option<Linted> {
    let mut linted = match lint(file, text) {
        Ok(linted) => linted?,
        Err(_) => Linted {
            id: file.to_owned(),
            findings: Vec::new(),
        },
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
