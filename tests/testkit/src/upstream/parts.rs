//! A message in parts: `data` in JSON and one part per photograph, named after its slot.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Refusal;
use super::call::{broken, object};
use super::photo::{self, Slot};
use crate::http::{Part, Request, multipart};

/// A message in parts whose photographs were checked.
#[derive(Debug)]
pub(super) struct Parts {
    /// What the part `data` says.
    pub(super) data: Map<String, Value>,
    /// Slot → hash of its photograph.
    pub(super) photos: BTreeMap<String, String>,
}

impl Parts {
    /// Reads a body of parts with photographs of at most `max_bytes` in these slots.
    pub(super) fn read(
        request: &Request,
        slots: &[Slot],
        max_bytes: usize,
    ) -> Result<Self, Refusal> {
        let parts = multipart(request)
            .ok_or_else(|| Refusal::new(415, 41_500, "not multipart/form-data"))?;
        let mut data = None;
        let mut photos = BTreeMap::new();
        for part in parts {
            if part.name != "data" {
                check_photo(&part, max_bytes)?;
                if photos.insert(part.name, photo::hash(&part.body)).is_some() {
                    return Err(broken("two photos in one slot"));
                }
            } else if data.is_some() {
                return Err(broken("data: twice"));
            } else if part.file_name.is_some() || !is_json(&part) {
                return Err(broken("data: not a part of the type application/json"));
            } else {
                let read = object(&part.body);
                data = Some(read.map_err(|reason| broken(format!("data: {reason}")))?);
            }
        }
        let data = data.ok_or_else(|| broken("data: missing"))?;
        photo::check_slots(slots, photos.keys().map(String::as_str)).map_err(broken)?;
        Ok(Self { data, photos })
    }

    /// What the message says, its photographs by their hashes.
    pub(super) fn into_value(self) -> Value {
        json!({"data": self.data, "photos": self.photos})
    }
}

/// A type that is not given is no wrong type.
fn is_json(part: &Part) -> bool {
    part.content_type
        .as_deref()
        .is_none_or(|value| value.split(';').next().map(str::trim) == Some("application/json"))
}

fn check_photo(part: &Part, max_bytes: usize) -> Result<(), Refusal> {
    if part.file_name.is_none() || part.content_type.as_deref() != Some("image/jpeg") {
        return Err(broken("a photo that is not a file of the type image/jpeg"));
    }
    photo::check(&part.body, max_bytes).map_err(|reason| Refusal::new(413, 41_300, reason))
}
