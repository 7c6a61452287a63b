//! What every owner checks of a call before looking at its content.

use serde_json::{Map, Value};

use super::Refusal;
use crate::http::{Request, Response};

const MAX_KEY: usize = 200;

/// The content breaks a rule of the chapter.
pub(super) fn broken(reason: impl Into<String>) -> Refusal {
    Refusal::new(422, 40_001, reason)
}

/// There is nothing at this address.
pub(super) fn no_such_address() -> Refusal {
    Refusal::new(404, 40_400, "no such address")
}

pub(super) fn check_method(request: &Request, method: &str) -> Result<(), Refusal> {
    if request.method == method {
        Ok(())
    } else {
        Err(Refusal::new(405, 40_500, format!("only {method}")))
    }
}

/// The secret stands bare in its header, unless `secret` says otherwise.
pub(super) fn check_secret(request: &Request, header: &str, secret: &str) -> Result<(), Refusal> {
    if request.header(header) == Some(secret) {
        Ok(())
    } else {
        Err(Refusal::new(401, 40_100, "wrong or missing secret"))
    }
}

pub(super) fn check_media_type(request: &Request, wanted: &str) -> Result<(), Refusal> {
    if request.media_type().as_deref() == Some(wanted) {
        Ok(())
    } else {
        Err(Refusal::new(
            415,
            41_500,
            format!("content type is not {wanted}"),
        ))
    }
}

/// The sender's own key.
pub(super) fn key(request: &Request) -> Result<&str, Refusal> {
    request
        .header("idempotency-key")
        .filter(|key| {
            !key.is_empty()
                && key.len() <= MAX_KEY
                && key.bytes().all(|byte| byte.is_ascii_graphic())
        })
        .ok_or_else(|| Refusal::new(400, 40_002, "no usable idempotency key"))
}

/// The body as a JSON object.
pub(super) fn json_object(request: &Request) -> Result<Map<String, Value>, Refusal> {
    check_media_type(request, "application/json")?;
    object(&request.body).map_err(broken)
}

/// Bytes as a JSON object.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err("not a json object".to_owned()),
        Err(_) => Err("not json".to_owned()),
    }
}

/// A refusal by its status, with the reason in `message`.
pub(super) fn refused_with_message(refusal: &Refusal) -> Response {
    let body = serde_json::json!({"code": refusal.code, "message": refusal.reason});
    Response::json(refusal.status, &body)
}

/// A refusal of the content by a body that comes with 200, of anything else by its status.
pub(super) fn refused_in_body(refusal: &Refusal) -> Response {
    let mut response = refused_with_message(refusal);
    if matches!(response.status, 409 | 413 | 422) {
        response.status = 200;
    }
    response
}
