//! Answers that are not success.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fieldwork::wire::ErrorAnswer;

use crate::hub::HubError;

/// An answer that is not success.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    error: &'static str,
    reason: String,
}

impl Failure {
    pub(super) fn new(status: StatusCode, error: &'static str, reason: impl Into<String>) -> Self {
        Self {
            status,
            error,
            reason: reason.into(),
        }
    }

    pub(super) fn forbidden(error: &'static str, reason: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, error, reason)
    }
}

impl<E: Into<HubError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error: HubError = error.into();
        tracing::error!(%error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "busy",
            "the hub could not do this now",
        )
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = ErrorAnswer {
            error: self.error.to_owned(),
            reason: self.reason,
        };
        (self.status, Json(body)).into_response()
    }
}
