//! `multipart/form-data`: a part with JSON and a part per photograph; and one file as one part.

use fieldwork_forms::envelope::SlotPhoto;
use fieldwork_forms::wire::{MultipartWire, PhotoIndex};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Message, Photo, Sending, WireError, call, key, path};

/// The message of one envelope: the JSON has the fields in the form's order, then the auto elements,
/// then the list of photographs.
///
/// # Errors
/// [`WireError::NoCall`], [`WireError::Address`], [`WireError::Azimuth`].
pub fn message(
    wire: &MultipartWire,
    sending: &Sending,
    photos: &[Photo],
) -> Result<Message, WireError> {
    let envelope = sending.envelope;
    let call = call(&wire.calls, sending)?;
    let mut data = envelope.fields.clone();
    data.extend(envelope.auto.clone());
    if let Some(list) = &wire.photo_list {
        let entries = photos.iter().map(|(photo, _)| entry(list, photo));
        let entries: Vec<Value> = entries.collect::<Result<_, _>>()?;
        data.insert(list.field.clone(), Value::Array(entries));
    }
    let data = Value::Object(data).to_string();
    let mut parts = vec![Part {
        name: &wire.part,
        file: None,
        content_type: "application/json",
        bytes: data.as_bytes(),
    }];
    parts.extend(photos.iter().map(|(photo, bytes)| Part {
        name: &photo.slot,
        file: Some(file_name(photo)),
        content_type: &wire.content_type,
        bytes,
    }));
    let (content_type, body) = body(&parts);
    Ok(Message {
        method: call.method,
        path: path(call, sending, None, None)?,
        key: key(wire.key_header.as_ref(), sending),
        content_type,
        body,
    })
}

fn entry(list: &PhotoIndex, photo: &SlotPhoto) -> Result<Value, WireError> {
    let mut entry = Map::new();
    entry.insert(list.slot.clone(), photo.slot.clone().into());
    if let Some(azimuth) = &list.azimuth {
        let degrees = photo.azimuth_deg.ok_or_else(|| WireError::Azimuth {
            slot: photo.slot.clone(),
        })?;
        entry.insert(azimuth.clone(), degrees.into());
    }
    Ok(Value::Object(entry))
}

/// A part of a body.
pub(super) struct Part<'a> {
    /// Its name; specs are refused that name a part with anything to be quoted.
    pub name: &'a str,
    /// File name, for a file.
    pub file: Option<String>,
    /// Content type.
    pub content_type: &'a str,
    /// Content.
    pub bytes: &'a [u8],
}

/// The name a photograph travels under: its logical name with nothing that needs quoting.
pub(super) fn file_name(photo: &SlotPhoto) -> String {
    let mut name: String = photo
        .photo
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || "-._".contains(letter) {
                letter
            } else {
                '_'
            }
        })
        .collect();
    name.push_str(".jpg");
    name
}

/// Content type and body of these parts. The boundary comes from the content, so that the same parts
/// give the same bytes, and 128 bits of a hash do not stand in what they are the hash of.
pub(super) fn body(parts: &[Part]) -> (String, Vec<u8>) {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.bytes.len() as u64).to_be_bytes());
        hash.update(part.bytes);
    }
    let digest = hash.finalize();
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let boundary = format!("fieldwork-{hex}");
    let mut body = Vec::new();
    for part in parts {
        let file = part.file.as_ref();
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\n\
             Content-Type: {}\r\n\r\n",
            part.name, part.content_type
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
