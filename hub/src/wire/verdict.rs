//! What an upstream's answer means.
//!
//! The same for every system: 429 and 5xx are temporary, any other answer that is not the success
//! the spec describes is final, unless its body holds a code that the spec calls temporary.

use fieldwork_forms::wire::{
    BodyCodes, JsonBase64Wire, JsonWire, MultipartWire, PhotoUpload, Success, at_path,
};
use serde_json::Value;

/// Longest reason that is kept, in characters.
pub const REASON_CHARS: usize = 200;

/// Longest id or address of an upstream that is kept, in characters.
pub const REFERENCE_CHARS: usize = 1_000;

/// What the spec says about the answers to one call.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'a> {
    /// What an accepted message looks like.
    pub success: &'a Success,
    /// Refusals in the body that are only temporary.
    pub temporary: Option<&'a BodyCodes>,
    /// Path to the upstream's id of what it has taken.
    pub reference: Option<&'a str>,
    /// Path to the reason of a refusal.
    pub reason: Option<&'a str>,
}

impl<'a> From<&'a JsonWire> for Rule<'a> {
    fn from(wire: &'a JsonWire) -> Self {
        Self {
            success: &wire.success,
            temporary: wire.temporary.as_ref(),
            reference: wire.upstream_id.as_deref(),
            reason: wire.reason.as_deref(),
        }
    }
}

impl<'a> Rule<'a> {
    /// The rule for a table or file whose answer says no more than whether it was taken.
    pub fn plain(success: &'a Success) -> Self {
        Self {
            success,
            temporary: None,
            reference: None,
            reason: None,
        }
    }

    /// The rule for a photograph that is sent ahead; its answer must tell a name of the file.
    pub fn photo(wire: &'a JsonWire, upload: &'a PhotoUpload) -> Self {
        Self {
            success: &upload.success,
            reference: Some(&upload.answer),
            ..Self::from(wire)
        }
    }
}

impl<'a> From<&'a JsonBase64Wire> for Rule<'a> {
    fn from(wire: &'a JsonBase64Wire) -> Self {
        Self {
            success: &wire.success,
            temporary: wire.temporary.as_ref(),
            reference: wire.upstream_id.as_deref(),
            reason: wire.reason.as_deref(),
        }
    }
}

impl<'a> From<&'a MultipartWire> for Rule<'a> {
    fn from(wire: &'a MultipartWire) -> Self {
        Self {
            success: &wire.success,
            temporary: wire.temporary.as_ref(),
            reference: wire.upstream_id.as_deref(),
            reason: wire.reason.as_deref(),
        }
    }
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The upstream has the message.
    Accepted {
        /// Its own id of it, where the answer holds one.
        upstream_ref: Option<String>,
    },
    /// It did not take it now.
    Busy {
        /// Why.
        reason: String,
    },
    /// Something between us and the upstream failed; the message may have reached it.
    Unclear {
        /// What was seen.
        reason: String,
    },
    /// It will never take it.
    Refused {
        /// Why.
        reason: String,
    },
}

/// Judges an answer.
pub fn judge(rule: Rule, status: u16, body: &[u8]) -> Verdict {
    if rule.success.accepts(status, body) {
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let id = rule
            .reference
            .and_then(|path| at_path(json.as_ref()?, path));
        return Verdict::Accepted {
            upstream_ref: id.and_then(reference),
        };
    }
    let reason = reason(rule, status, body);
    match status {
        429 | 503 => Verdict::Busy { reason },
        // A gateway's or a crash's answer: the message may have been taken all the same.
        500.. => Verdict::Unclear { reason },
        _ if rule.temporary.is_some_and(|codes| codes.matches(body)) => Verdict::Busy { reason },
        _ => Verdict::Refused { reason },
    }
}

/// An id as text: text or a whole number, of bearable length, without control characters.
fn reference(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let fits = !text.is_empty()
        && text.chars().count() <= REFERENCE_CHARS
        && !text.chars().any(char::is_control);
    fits.then_some(text)
}

/// The upstream's own words where the spec says where they are or the body is plain text.
fn reason(rule: Rule, status: u16, body: &[u8]) -> String {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let told = match (&json, rule.reason) {
        (Some(json), Some(path)) => at_path(json, path).and_then(Value::as_str).map(clean),
        (Some(_), None) => None,
        // A page of markup tells nobody anything.
        (None, _) => std::str::from_utf8(body)
            .ok()
            .map(clean)
            .filter(|text| !text.starts_with('<')),
    };
    match told {
        Some(told) if !told.is_empty() => told,
        _ => format!("status {status}"),
    }
}

/// A stranger's text made fit for a screen: one line, no control or direction characters, at most
/// [`REASON_CHARS`] characters.
pub fn clean(text: &str) -> String {
    let hidden = |letter: char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let mut out = String::new();
    for letter in text
        .chars()
        .take(4 * REASON_CHARS)
        .filter(|letter| !hidden(*letter))
    {
        let blank = letter.is_whitespace() || letter.is_control();
        if !blank {
            out.push(letter);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    let mut kept: String = out.trim_end().chars().take(REASON_CHARS).collect();
    if kept.len() < out.trim_end().len() {
        kept.pop();
        kept.push('…');
    }
    kept
}
