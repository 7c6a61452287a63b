//! From an envelope to the bytes an upstream takes, and from its answer to a verdict. Pure.
//!
//! What a spec says about the wire ([`fieldwork_forms::wire`]) is carried out here and nowhere
//! else: nothing in this module knows an upstream by name. Every message is a function of envelope,
//! spec and photographs alone, so a repeat under the same key has the same bytes.

pub mod by_hand;
pub mod inline;
pub mod json;
pub mod multipart;
pub mod table;
pub mod verdict;

mod archive;
mod csv_file;
mod error;
mod plan;
mod row;
mod xlsx_file;

use std::collections::BTreeMap;

use fieldwork_forms::envelope::{Envelope, SlotPhoto};
use fieldwork_forms::wire::{Call, Method};

pub use error::WireError;
pub use plan::{Column, FormPlan};
pub use verdict::{Rule, Verdict, judge};

/// A photograph of an envelope with the bytes that go on the wire.
pub type Photo<'a> = (&'a SlotPhoto, Vec<u8>);

/// An envelope and what goes with it.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// The key of the delivery.
    pub key: &'a str,
    /// 12-digit village code.
    pub village: &'a str,
    /// Time of the capture, UTC milliseconds.
    pub at_ms: i64,
    /// The upstream's id of the case, in a form that closes.
    pub reference: Option<&'a str>,
    /// The filled form.
    pub envelope: &'a Envelope,
}

/// A request that lacks only the base address and the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Method.
    pub method: Method,
    /// Path with a leading slash.
    pub path: String,
    /// Header and value that carry the sender's key, where the upstream takes one.
    pub key: Option<(String, String)>,
    /// Content type.
    pub content_type: String,
    /// Body.
    pub body: Vec<u8>,
}

/// Shows nothing of path and body: they hold what was said about people.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("method", &self.method)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The name under which a photograph of an envelope is remembered: slot and logical name.
pub fn photo_key(photo: &SlotPhoto) -> String {
    format!("{}/{}", photo.slot, photo.photo)
}

/// The header with the sender's key.
fn key(header: Option<&String>, sending: &Sending) -> Option<(String, String)> {
    header.map(|header| (header.clone(), sending.key.to_owned()))
}

/// The call of the envelope's form.
fn call<'a>(calls: &'a BTreeMap<String, Call>, sending: &Sending) -> Result<&'a Call, WireError> {
    let form = &sending.envelope.form;
    calls
        .get(form)
        .ok_or_else(|| WireError::NoCall { form: form.clone() })
}

/// The path of a call for an envelope; `date` is the day as the wire writes it, `file` the name of
/// the file that the call carries.
fn path(
    call: &Call,
    sending: &Sending,
    date: Option<&str>,
    file: Option<&str>,
) -> Result<String, WireError> {
    let form = sending.envelope.form.as_str();
    // What came from elsewhere must not reach beyond its place in the path.
    let segment =
        |value: &str| (value.chars().any(|letter| letter != '.')).then(|| percent_encoded(value));
    let known = [
        ("form", segment(form)),
        ("village", segment(sending.village)),
        ("ref", sending.reference.and_then(segment)),
        ("date", date.and_then(segment)),
        ("file", file.and_then(segment)),
    ];
    call.path_with(|name| {
        known
            .iter()
            .find(|(known, _)| *known == name)
            .and_then(|(_, value)| value.as_deref())
    })
    .ok_or_else(|| WireError::Address { form: form.into() })
}

/// RFC 3986: everything but letters, digits and `-._~` is encoded.
fn percent_encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
