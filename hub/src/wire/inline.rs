//! One JSON message per envelope with its photographs inside, as base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fieldwork_forms::wire::JsonBase64Wire;
use serde_json::{Map, Value};

use super::{Message, Photo, Sending, WireError, call, key, path};

/// The message of one envelope.
///
/// # Errors
/// [`WireError::NoCall`], [`WireError::Address`], [`WireError::NoReference`] for a close whose case is
/// not known, [`WireError::FileName`] where two photographs want one name.
pub fn message(
    wire: &JsonBase64Wire,
    sending: &Sending,
    photos: &[Photo],
) -> Result<Message, WireError> {
    let envelope = sending.envelope;
    let form = || envelope.form.clone();
    let call = call(&wire.calls, sending)?;
    let mut payload = envelope.fields.clone();
    payload.extend(envelope.auto.clone());
    if let Some(name) = &wire.reference
        && envelope.reference.is_some()
    {
        let id = sending.reference.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| WireError::NoReference { form: form() })?;
        payload.insert(name.clone(), id.into());
    }
    let mut pictures = Map::new();
    for (photo, bytes) in photos {
        let text = STANDARD.encode(bytes);
        if pictures.insert(photo.slot.clone(), text.into()).is_some() {
            return Err(WireError::FileName {
                slot: photo.slot.clone(),
            });
        }
    }
    payload.insert(wire.photos.clone(), Value::Object(pictures));
    let body = match &wire.payload {
        None => payload,
        Some(name) => {
            let mut body = Map::new();
            if let Some(key) = &wire.key {
                body.insert(key.clone(), sending.key.into());
            }
            if let Some(action) = &wire.action {
                let value = action.values.get(&envelope.form);
                let value = value.ok_or_else(|| WireError::NoCall { form: form() })?;
                body.insert(action.field.clone(), value.as_str().into());
            }
            body.insert(name.clone(), Value::Object(payload));
            body
        }
    };
    Ok(Message {
        method: call.method,
        path: path(call, sending, None, None)?,
        key: key(wire.key_header.as_ref(), sending),
        content_type: "application/json".into(),
        body: Value::Object(body).to_string().into_bytes(),
    })
}
