//! One JSON message per envelope, its photographs sent beforehand.

use std::collections::BTreeMap;

use fieldwork_forms::envelope::SlotPhoto;
use fieldwork_forms::wire::{JsonWire, PhotoList, PhotoUpload};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Message, Sending, WireError, path, photo_key};

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
        Some(part) => multipart(part, &file_name(photo), &upload.content_type, bytes),
    };
    Ok(Message {
        method: upload.call.method,
        path: path(&upload.call, sending, None)?,
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
    let call = wire
        .calls
        .get(&envelope.form)
        .ok_or_else(|| WireError::NoCall {
            form: envelope.form.clone(),
        })?;
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
    Ok(Message {
        method: call.method,
        path: path(call, sending, None)?,
        key: wire
            .key_header
            .as_ref()
            .map(|header| (header.clone(), sending.key.to_owned())),
        content_type: "application/json".into(),
        body: Value::Object(body).to_string().into_bytes(),
    })
}

/// The name a photograph travels under: its logical name with nothing that needs quoting.
fn file_name(photo: &SlotPhoto) -> String {
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

/// A multipart body of one part. The boundary comes from the content, so that the same file gives
/// the same bytes, and 128 bits of a hash do not stand in the file they are the hash of.
fn multipart(part: &str, file: &str, content_type: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let digest = Sha256::digest(bytes);
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let boundary = format!("fieldwork-{hex}");
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{file}\"\r\n\
         Content-Type: {content_type}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}
