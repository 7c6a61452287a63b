//! The operator's addresses: the page, what it shows, the few decisions, and figures for a monitor.
//!
//! All but the page itself want the operator's token as a bearer, which lies in the hub's folder: whoever
//! can read that folder is the operator. A page of somebody else cannot send the header, so it cannot act
//! in the operator's name.

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::failure::Failure;
use super::handler::blocking;
use super::metrics;
use crate::hub::{Hub, HubError};
use crate::operator::Filter;

/// The page. It asks for nothing from elsewhere.
const PAGE: &str = include_str!("page.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

pub(super) fn routes(shared: &Shared) -> Router<Shared> {
    let guarded = Router::new()
        .route("/metrics", get(metrics))
        .route("/operator/overview", get(overview))
        .route("/operator/outbox", get(outbox))
        .route("/operator/devices", get(devices))
        .route("/operator/cases", get(cases))
        .route("/operator/retry", post(retry))
        .route("/operator/discard", post(discard))
        .route("/operator/confirm", post(confirm))
        .route("/operator/revoke", post(revoke))
        // Before anything of a request is read.
        .layer(from_fn_with_state(shared.clone(), guard));
    Router::new().route("/", get(page)).merge(guarded)
}

/// Lets nobody through but who holds the token.
async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    if given.is_some_and(|given| shared.token.is(given)) {
        return next.run(request).await;
    }
    Failure::new(
        StatusCode::UNAUTHORIZED,
        "token",
        "the operator's token is needed",
    )
    .into_response()
}

async fn page() -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Html(PAGE)).into_response()
}

/// Looks or decides where blocking is allowed.
async fn does<T: Send + 'static>(
    shared: Shared,
    work: impl FnOnce(&Shared) -> Result<T, HubError> + Send + 'static,
) -> Result<T, Failure> {
    blocking(move || {
        work(&shared).map_err(|error| match error {
            HubError::NotOpen(_) | HubError::UnknownState(_) | HubError::UnknownDevice(_) => {
                Failure::new(StatusCode::CONFLICT, "not_open", error.to_string())
            }
            other => other.into(),
        })
    })
    .await
}

fn as_json(value: impl serde::Serialize) -> Json<Value> {
    Json(json!(value))
}

async fn overview(State(shared): State<Shared>) -> Result<Json<Value>, Failure> {
    let overview = does(shared, |shared| shared.hub.overview()).await?;
    Ok(as_json(overview))
}

async fn outbox(
    State(shared): State<Shared>,
    Query(filter): Query<Filter>,
) -> Result<Json<Value>, Failure> {
    let rows = does(shared, move |shared| shared.hub.outbox(&filter)).await?;
    Ok(as_json(rows))
}

async fn devices(State(shared): State<Shared>) -> Result<Json<Value>, Failure> {
    let rows = does(shared, |shared| shared.hub.device_rows()).await?;
    Ok(as_json(rows))
}

async fn cases(State(shared): State<Shared>) -> Result<Json<Value>, Failure> {
    let rows = does(shared, |shared| shared.hub.open_cases()).await?;
    Ok(as_json(rows))
}

/// What a decision names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    key: String,
    reason: Option<String>,
    upstream_ref: Option<String>,
}

/// Decides and wakes whoever delivers.
async fn decide(
    shared: Shared,
    work: impl FnOnce(&Hub) -> Result<(), HubError> + Send + 'static,
) -> Result<Json<Value>, Failure> {
    does(shared, move |shared| {
        work(&shared.hub)?;
        shared.work.wake();
        Ok(())
    })
    .await?;
    Ok(as_json(json!({ "done": true })))
}

async fn retry(
    State(shared): State<Shared>,
    Json(decision): Json<Decision>,
) -> Result<Json<Value>, Failure> {
    decide(shared, move |hub| hub.retry(&decision.key)).await
}

async fn discard(
    State(shared): State<Shared>,
    Json(decision): Json<Decision>,
) -> Result<Json<Value>, Failure> {
    decide(shared, move |hub| {
        let reason = decision.reason.as_deref().unwrap_or("由县级汇聚端人员取消");
        hub.discard(&decision.key, reason)
    })
    .await
}

async fn confirm(
    State(shared): State<Shared>,
    Json(decision): Json<Decision>,
) -> Result<Json<Value>, Failure> {
    decide(shared, move |hub| {
        hub.confirm(&decision.key, decision.upstream_ref.as_deref())
    })
    .await
}

/// Which device.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    device: String,
}

async fn revoke(
    State(shared): State<Shared>,
    Json(revocation): Json<Revocation>,
) -> Result<Json<Value>, Failure> {
    decide(shared, move |hub| {
        hub.revoke(&revocation.device).map(|_| ())
    })
    .await
}

async fn metrics(State(shared): State<Shared>) -> Result<Response, Failure> {
    let overview = does(shared, |shared| shared.hub.overview()).await?;
    let text = metrics::text(&overview);
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}
