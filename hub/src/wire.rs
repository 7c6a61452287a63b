//! From an envelope to the bytes an upstream takes, and from its answer to a verdict. Pure.
//!
//! What a spec says about the wire ([`fieldwork_forms::wire`]) is carried out here and nowhere
//! else: nothing in this module knows an upstream by name. Every message is a function of envelope,
//! spec and photographs alone, so a repeat under the same key has the same bytes.

pub mod json;
pub mod table;
pub mod verdict;

use std::collections::BTreeMap;

use fieldwork_forms::envelope::{Envelope, SlotPhoto};
use fieldwork_forms::spec::{self, Spec};
use fieldwork_forms::wire::{Call, Method, Wire};
use thiserror::Error;

pub use verdict::{Rule, Verdict, judge};

/// Why an envelope cannot be put on the wire. Final: sending it again would change nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// The spec has no call for the form.
    #[error("the spec has no call for form {form}")]
    NoCall {
        /// Form id.
        form: String,
    },
    /// A path names something that is not known of this envelope.
    #[error("the address of form {form} needs what is not known")]
    Address {
        /// Form id.
        form: String,
    },
    /// A photograph is larger than its slot takes.
    #[error("photo slot {slot} takes {max_bytes} bytes, the file has {bytes}")]
    PhotoTooLarge {
        /// Slot id.
        slot: String,
        /// Size of the file, bytes.
        bytes: u64,
        /// Most that the slot takes, bytes.
        max_bytes: u64,
    },
    /// A photograph stands in a slot that no field of the message names.
    #[error("no field of the message names photo slot {slot}")]
    SlotUnnamed {
        /// Slot id.
        slot: String,
    },
    /// A photograph of the message has not been sent before it, or the upstream's name for it
    /// cannot be written into the message.
    #[error("the upstream's name for the photograph in slot {slot} cannot be used")]
    PhotoAnswer {
        /// Slot id.
        slot: String,
    },
    /// Two photographs want one file name, or a name that no archive may hold.
    #[error("the file name of the photograph in slot {slot} cannot be used")]
    FileName {
        /// Slot id.
        slot: String,
    },
    /// A value is neither text nor number nor yes or no.
    #[error("element {element} cannot be written into a cell")]
    Cell {
        /// Field or auto element.
        element: String,
    },
    /// A table or archive could not be written.
    #[error("the table could not be written")]
    Table,
    /// The form is not one that is sent.
    #[error("form {form} is not sent anywhere")]
    NotSent {
        /// Form id.
        form: String,
    },
}

/// What the spec says about sending one form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormPlan {
    /// The system's wire.
    pub wire: Wire,
    /// Columns of the form's table, in order; empty where the wire has no table.
    pub columns: Vec<Column>,
    /// Photo slot → most bytes of a file.
    pub max_bytes: BTreeMap<String, u64>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Heading, exactly as the owner writes it.
    pub heading: String,
    /// Field or auto element whose value it holds.
    pub element: String,
    /// Whether that is an auto element.
    pub auto: bool,
}

impl FormPlan {
    /// The plan of a form of a spec; `None` where the spec has no such form.
    ///
    /// Columns of a table are the auto elements that stand first, the fields, and the auto elements
    /// that stand last; their headings are their labels.
    pub fn new(spec: &Spec, form: &str) -> Option<Self> {
        let form = spec.form(form)?;
        let auto = |place| {
            let here = form
                .auto
                .iter()
                .filter(move |field| field.column == Some(place));
            here.map(|field| Column::new(field, true))
        };
        let columns = match &spec.wire {
            Wire::TableZip(_) => auto(spec::Column::First)
                .chain(form.fields.iter().map(|field| Column::new(field, false)))
                .chain(auto(spec::Column::Last))
                .collect(),
            Wire::Json(_) | Wire::Ledger(_) => Vec::new(),
        };
        let slots = form.photos.iter();
        Some(Self {
            wire: spec.wire.clone(),
            columns,
            max_bytes: slots
                .map(|slot| (slot.slot.clone(), slot.max_bytes.into()))
                .collect(),
        })
    }

    /// Checks that a photograph fits its slot.
    ///
    /// # Errors
    /// [`WireError::PhotoTooLarge`] where it does not.
    pub fn check_photo(&self, slot: &str, bytes: u64) -> Result<(), WireError> {
        match self.max_bytes.get(slot) {
            Some(max) if bytes > *max => Err(WireError::PhotoTooLarge {
                slot: slot.into(),
                bytes,
                max_bytes: *max,
            }),
            _ => Ok(()),
        }
    }
}

impl Column {
    fn new(field: &spec::Field, auto: bool) -> Self {
        Self {
            heading: field.label.clone(),
            element: field.id.clone(),
            auto,
        }
    }
}

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

/// The path of a call for an envelope; `date` is the day as the wire writes it.
fn path(call: &Call, sending: &Sending, date: Option<&str>) -> Result<String, WireError> {
    let form = sending.envelope.form.as_str();
    // What came from elsewhere must not reach beyond its place in the path.
    let segment =
        |value: &str| (value.chars().any(|letter| letter != '.')).then(|| percent_encoded(value));
    let known = [
        ("form", segment(form)),
        ("village", segment(sending.village)),
        ("ref", sending.reference.and_then(segment)),
        ("date", date.and_then(segment)),
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
