//! Photographs, the slots they fill and the bytes they may have.

use sha2::{Digest, Sha256};

/// A place for one photograph in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether it must be filled.
    pub(super) required: bool,
}

impl Slot {
    pub(super) const fn required(name: &'static str) -> Self {
        Self {
            name,
            required: true,
        }
    }

    pub(super) const fn optional(name: &'static str) -> Self {
        Self {
            name,
            required: false,
        }
    }
}

/// Checks that photographs fill the slots of a form: none that it does not have, all it must have.
pub(super) fn check_slots<'a>(
    slots: &[Slot],
    filled: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), String> {
    let known = |name: &str| slots.iter().any(|slot| slot.name == name);
    if filled.clone().any(|name| !known(name)) {
        return Err("a photo in a slot that the form does not have".to_owned());
    }
    let empty = |slot: &&Slot| slot.required && !filled.clone().any(|name| name == slot.name);
    match slots.iter().find(empty) {
        Some(slot) => Err(format!("{}: no photo", slot.name)),
        None => Ok(()),
    }
}

/// Checks a photograph: a whole JPEG of at most so many bytes.
pub(super) fn check(bytes: &[u8], max_bytes: usize) -> Result<(), String> {
    if bytes.len() > max_bytes {
        return Err(format!("photo larger than {max_bytes} bytes"));
    }
    match fieldwork_photo::probe(bytes) {
        Ok(probe) if probe.format == fieldwork_photo::Format::Jpeg => Ok(()),
        Ok(_) => Err("photo is not a jpeg".to_owned()),
        Err(error) => Err(format!("photo: {error}")),
    }
}

/// SHA-256 in lower-case hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
