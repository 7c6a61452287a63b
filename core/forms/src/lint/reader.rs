//! What the strict reader says of a spec, beside the rules on burden.
//!
//! A demand that the burden rules name is also a key that no spec has. It is told once, by its rule: such
//! keys are taken away before the rest is read.

use serde_json::Value;

use crate::catalogue::Catalogue;
use crate::check;
use crate::error::SpecError;
use crate::spec::Spec;

use super::rule::RuleId::{B27, Unreadable};
use super::{Finding, Level, Linted, finding};

/// The key by which a spec claims an exception.
const EXCEPTION: &str = "exception";

/// What the strict reader refuses in a spec, held against concepts and kinds where there are such.
pub(super) fn refusal(
    file: &str,
    text: &str,
    linted: &Linted,
    among: Option<&Catalogue>,
) -> Option<SpecError> {
    let mut text = text.to_owned();
    let spec: Spec = loop {
        match Spec::parse(file, &text) {
            Ok(spec) => break spec,
            // Each round takes a key away, so there is an end to it.
            Err(error) => match without(&text, &error, linted) {
                Some(less) => text = less,
                None => return Some(error),
            },
        }
    };
    among.and_then(|catalogue| check::spec(file, &spec, &catalogue.known()).err())
}

/// The text without the key that the reader stumbled over, where a burden rule has named it: a demand, or
/// an exception that lacks something.
fn without(text: &str, error: &SpecError, linted: &Linted) -> Option<String> {
    let mut named = linted.findings.iter();
    let lacking = begins(&error.path, EXCEPTION) && named.clone().any(|one| one.rule == B27);
    let demanded = named.any(|finding| begins(&finding.path, &error.path));
    let path = match lacking {
        true => EXCEPTION,
        false => error.path.as_str(),
    };
    let known = lacking || demanded && error.reason.starts_with("unknown field");
    if !known {
        return None;
    }
    let mut spec: Value = serde_json::from_str(crate::error::without_bom(text)).ok()?;
    let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer: String = parent
        .split(['.', '[', ']'])
        .filter(|step| !step.is_empty())
        .map(|step| format!("/{step}"))
        .collect();
    spec.pointer_mut(&pointer)?.as_object_mut()?.remove(key)?;
    Some(spec.to_string())
}

/// True where a path is another or lies in it.
fn begins(path: &str, with: &str) -> bool {
    let rest = path.strip_prefix(with);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A refusal as a finding.
pub(super) fn told(error: &SpecError) -> Finding {
    Finding {
        text: format!("{}：{}", error.file, error.reason),
        ..finding(Unreadable, Level::Refused, error.path.clone())
    }
}
