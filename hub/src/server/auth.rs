//! Who is asking: every request is signed by a device's key, once.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use fieldwork::key::{SignatureBytes, request_message, sha256, verify};

use super::Shared;
use super::failure::Failure;
use super::handler::blocking;
use crate::store::registry::{Counted, Device};

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Turns away who names no enrolled device before anything of a body is read, so that a stranger costs the
/// hub a header. Whether it is that device, its signature says, which covers the body.
pub(super) async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let named = header(request.headers(), "x-fieldwork-device").map(str::to_owned);
    let known = blocking(move || {
        let unsigned = || Failure::forbidden("signature", "the request is not signed");
        enrolled(&shared, &named.ok_or_else(unsigned)?)
    });
    match known.await {
        Ok(_) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

/// A device that is enrolled and was not revoked.
fn enrolled(shared: &Shared, id: &str) -> Result<Device, Failure> {
    let device =
        shared.hub.registry().device(id)?.ok_or_else(|| {
            Failure::forbidden("unknown_device", "the device is not enrolled here")
        })?;
    match device.revoked_ms {
        None => Ok(device),
        Some(_) => Err(Failure::forbidden("revoked", "the device has been revoked")),
    }
}

/// The device that signed a request.
///
/// # Errors
/// [`Failure`] for an unknown or revoked device, a wrong signature, a counter that was used before.
pub(super) fn device(
    shared: &Shared,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Device, Failure> {
    let unsigned = || Failure::forbidden("signature", "the request is not signed");
    let id = header(headers, "x-fieldwork-device").ok_or_else(unsigned)?;
    let counter: u64 = header(headers, "x-fieldwork-counter")
        .and_then(|text| text.parse().ok())
        .ok_or_else(unsigned)?;
    let signature: SignatureBytes = header(headers, "x-fieldwork-signature")
        .and_then(|text| hex::decode(text).ok())
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(unsigned)?;
    let device =
        shared.hub.registry().device(id)?.ok_or_else(|| {
            Failure::forbidden("unknown_device", "the device is not enrolled here")
        })?;
    let message = request_message(method.as_str(), path, counter, &sha256(&[body]));
    if !verify(&device.public_key, &message, &signature) {
        return Err(Failure::forbidden(
            "signature",
            "the signature of the request is wrong",
        ));
    }
    if device.revoked_ms.is_some() {
        return Err(Failure::forbidden("revoked", "the device has been revoked"));
    }
    // Bound first: the lock must be free again before another call takes it.
    let counted = shared.hub.registry().count(id, counter)?;
    match counted {
        Counted::Fresh => Ok(device),
        Counted::Replayed => Err(Failure::forbidden(
            "replayed",
            "the request was sent before",
        )),
    }
}
