//! One JSON message per envelope, its photographs sent beforehand.

use std::collections::BTreeMap;

use fieldwork_forms::envelope::SlotPhoto;
use fieldwork_forms::wire::{JsonWire, PhotoList, PhotoUpload};
use serde_json::Value;

use super::multipart::{self, Part};
use super::{Message, Sending, WireError, call, key, path, photo_key};

/// The call that sends one photograph ahead of the message.
///
/// # Errors
/// [`WireError::SlotUnnamed`] where the message would not name it, [`WireError::Address`].
pub fn photo(
    upload: &PhotoUpload,
    sending: &Sending,
    photo: &SlotPhoto,
    bytes: &[u8],
) -> Result<Message, WireError> {
    if !upload
        .fields
        .iter()
        .any(|field| field.slots.contains(&photo.slot))
    {
        return Err(WireError::SlotUnnamed {
            slot: photo.slot.clone(),
        });
    }
    let (content_type, body) = match &upload.part {
        None => (upload.content_type.clone(), bytes.to_vec()),
        Some(part) => multipart::body(&[Part {
            name: part,
            file: Some(multipart::file_name(photo)),
            content_type: &upload.content_type,
            bytes,
        }]),
    };
    Ok(Message {
        method: upload.call.method,
        path: path(&upload.call, sending, None, None)?,
        key: None,
        content_type,
        body,
    })
}

/// The message itself: fields in the form's order, then auto elements, then the photo fields, which
/// name what `answers` holds under [`photo_key`].
///
/// # Errors
/// [`WireError::NoCall`], [`WireError::Address`] (a close without the case's id among them),
/// [`WireError::SlotUnnamed`], [`WireError::PhotoAnswer`].
pub fn message(
    wire: &JsonWire,
    sending: &Sending,
    answers: &BTreeMap<String, String>,
) -> Result<Message, WireError> {
    let envelope = sending.envelope;
    let call = call(&wire.calls, sending)?;
    let mut body = envelope.fields.clone();
    body.extend(envelope.auto.clone());
    let mut named = 0;
    for field in wire.photos.iter().flat_map(|upload| &upload.fields) {
        let mut files = Vec::new();
        for slot in &field.slots {
            for photo in envelope.photos.iter().filter(|photo| photo.slot == *slot) {
                let unusable = || WireError::PhotoAnswer { slot: slot.clone() };
                let file = answers.get(&photo_key(photo)).ok_or_else(unusable)?;
                if matches!(&field.list, PhotoList::Joined(with) if file.contains(with.as_str())) {
                    return Err(unusable());
                }
                files.push(file.clone());
                named += 1;
            }
        }
        let value = match &field.list {
            PhotoList::Joined(with) => Value::from(files.join(with)),
            PhotoList::Array => Value::from(files),
        };
        body.insert(field.field.clone(), value);
    }
    if named < envelope.photos.len() {
        let slots = |slot: &String| {
            let fields = wire.photos.iter().flat_map(|upload| &upload.fields);
            fields.into_iter().any(|field| field.slots.contains(slot))
        };
        let lost = envelope.photos.iter().find(|photo| !slots(&photo.slot));
        let slot = lost.map(|photo| photo.slot.clone()).unwrap_or_default();
        return Err(WireError::SlotUnnamed { slot });
    }
    let body = match wire.array {
        true => Value::Array(vec![Value::Object(body)]),
        false => Value::Object(body),
    };
    Ok(Message {
        method: call.method,
        path: path(call, sending, None, None)?,
        key: key(wire.key_header.as_ref(), sending),
        content_type: "application/json".into(),
        body: body.to_string().into_bytes(),
    })
}
