//! What each address does. Storage blocks, so every handler works on a blocking thread.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use fieldwork::key::{PublicKey, SignatureBytes, device_id, enrolment_message, verify};
use fieldwork::replica::{BlobError, ReplicaError};
use fieldwork::store::blob::Upload;
use fieldwork::wire::{
    CALL_BYTES, EnrolmentAnswer, EnrolmentRequest, MAX_BATCHES, SyncAnswer, SyncRequest, decode,
    encode,
};
use serde_json::json;

use super::Shared;
use super::auth::device;
use super::failure::Failure;
use crate::store::registry::Redeemed;

/// Runs `work` where blocking is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        tracing::error!("a request panicked");
        Err(Failure::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "busy",
            "the hub could not do this now",
        ))
    })
}

pub(super) async fn health(State(shared): State<Shared>) -> Json<serde_json::Value> {
    Json(json!({ "status": "ok", "villages": shared.hub.all_villages().len() }))
}

pub(super) async fn enrol(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Json<EnrolmentAnswer>, Failure> {
    blocking(move || {
        let damaged = || {
            Failure::new(
                StatusCode::BAD_REQUEST,
                "damaged",
                "the request is malformed",
            )
        };
        let request: EnrolmentRequest = serde_json::from_slice(&body).map_err(|_| damaged())?;
        let key: PublicKey = decode_hex(&request.public_key).ok_or_else(damaged)?;
        let signature: SignatureBytes = decode_hex(&request.signature).ok_or_else(damaged)?;
        if !verify(&key, &enrolment_message(&request.code, &key), &signature) {
            return Err(Failure::forbidden(
                "signature",
                "the device does not hold the key it names",
            ));
        }
        match shared.hub.redeem(&request.code, &key, &device_id(&key))? {
            Redeemed::Device(device) => Ok(Json(EnrolmentAnswer {
                village: device.village,
                worker: device.worker,
                hub_key: hex::encode(shared.hub.key().public()),
            })),
            Redeemed::Unknown => Err(Failure::forbidden("code", "the code is not known")),
            Redeemed::Used => Err(Failure::forbidden("code", "the code has been used")),
            Redeemed::Expired => Err(Failure::forbidden("code", "the code has expired")),
        }
    })
    .await
}

pub(super) async fn sync(
    State(shared): State<Shared>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Vec<u8>, Failure> {
    blocking(move || {
        let device = device(&shared, &method, "/sync", &headers, &body)?;
        let damaged = |error: fieldwork::wire::MessageError| {
            let word = match error {
                fieldwork::wire::MessageError::Version { .. } => "version",
                _ => "damaged",
            };
            Failure::new(StatusCode::BAD_REQUEST, word, error.to_string())
        };
        let SyncRequest(theirs, batches) = decode(&body).map_err(damaged)?;
        if batches.len() > MAX_BATCHES {
            return Err(Failure::new(
                StatusCode::BAD_REQUEST,
                "too_large",
                "too many batches in one call",
            ));
        }
        let village = shared.hub.village(&device.village)?;
        let report = village.accept(&batches)?;
        if report.entries > 0 {
            shared.work.wake();
        }
        tracing::info!(
            device = device.id,
            entries = report.entries,
            captures = report.captures,
            quarantined = report.quarantined,
            refused = report.refusals.len(),
            "synced"
        );
        let (down, more) = village.replica().outgoing(&theirs, CALL_BYTES, false)?;
        let refused = report
            .refusals
            .iter()
            .map(|refusal| (refusal.log.to_string(), refusal.reason.to_string()))
            .collect();
        Ok(encode(&SyncAnswer(
            village.now_ms(),
            village.replica().vector()?,
            down,
            more,
            refused,
        )))
    })
    .await
}

pub(super) async fn store_blob(
    State(shared): State<Shared>,
    method: Method,
    Path(hash): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<serde_json::Value>, Failure> {
    blocking(move || {
        let device = device(&shared, &method, &format!("/blobs/{hash}"), &headers, &body)?;
        let hash: [u8; 32] = decode_hex(&hash).ok_or_else(|| {
            Failure::new(
                StatusCode::BAD_REQUEST,
                "damaged",
                "the address is malformed",
            )
        })?;
        let village = shared.hub.village(&device.village)?;
        match village
            .replica()
            .store_announced(&hash, &body, "photo", Upload::Done)
        {
            Ok(()) => {}
            Err(ReplicaError::Blob(BlobError::Hash)) => {
                return Err(Failure::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "damaged",
                    "the bytes do not have the hash in the address",
                ));
            }
            Err(error) => return Err(error.into()),
        }
        village.photo_arrived(&hash)?;
        shared.work.wake();
        Ok(Json(json!({ "stored": true })))
    })
    .await
}

pub(super) async fn fetch_blob(
    State(shared): State<Shared>,
    method: Method,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Vec<u8>, Failure> {
    blocking(move || {
        let device = device(&shared, &method, &format!("/blobs/{hash}"), &headers, &[])?;
        let hash: [u8; 32] = decode_hex(&hash).ok_or_else(|| {
            Failure::new(
                StatusCode::BAD_REQUEST,
                "damaged",
                "the address is malformed",
            )
        })?;
        let village = shared.hub.village(&device.village)?;
        let path = village.replica().blob_by_hash(&hash)?.ok_or_else(|| {
            Failure::new(
                StatusCode::NOT_FOUND,
                "unknown",
                "there is no such blob here",
            )
        })?;
        if method == Method::HEAD {
            return Ok(Vec::new());
        }
        Ok(std::fs::read(path)?)
    })
    .await
}

fn decode_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    hex::decode(text).ok()?.try_into().ok()
}
