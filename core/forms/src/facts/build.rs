//! Building the facts of a capture.

use std::collections::BTreeMap;

use fieldwork_ids::time;
use fieldwork_register::Register;

use crate::capture::{Capture, CapturePhoto};
use crate::catalogue::Catalogue;
use crate::value::Value;

use super::builder::Builder;
use super::derive::derive;
use super::member;
use super::source::Things;
use super::{CaseFacts, Facts};

/// What is known of a capture, by its answers and by the register as its author saw it.
///
/// `register` must be the base and the edits that the capture pins, its own edits among them. `case` is
/// the case of a follow-up.
pub fn facts(
    catalogue: &Catalogue,
    capture: &Capture,
    register: &Register<'_>,
    case: Option<&CaseFacts>,
) -> Facts {
    let photos = shot_in_order(capture);
    let mut builder = Builder {
        concepts: &catalogue.concepts,
        capture,
        register,
        things: Things::of(&catalogue.concepts, capture, register, case),
        day: time::china_date(capture.at_ms),
        facts: BTreeMap::new(),
    };
    builder.register_facts();
    builder.answers();
    derive(&mut builder, case);
    let members = member::members(&builder);
    let kind = catalogue.kinds.find(&capture.kind);
    let confirming = kind.and_then(|kind| kind.confirmed_by.as_deref());
    let confirmation = confirming.and_then(|concept| builder.known(concept));
    Facts {
        capture: capture.id,
        at_ms: capture.at_ms,
        day: builder.day,
        photos,
        facts: builder.facts,
        members,
        concepts: catalogue.concepts.clone(),
        checks: confirming.is_some(),
        confirmed: confirmation == Some(Value::Bool(true)),
    }
}

/// The photographs by the time of shooting. An app may list them as its gallery does; of two of one
/// moment the list decides.
pub(super) fn shot_in_order(capture: &Capture) -> Vec<CapturePhoto> {
    let mut photos = capture.photos.clone();
    photos.sort_by_key(|photo| photo.at_ms);
    photos
}
