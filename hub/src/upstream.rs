//! The HTTP client towards one upstream. Blocking: each upstream has a thread of its own.
//!
//! No redirect is followed (it would carry secret and personal data elsewhere), no more than
//! [`ANSWER_BYTES`] of an answer are read, and every phase has a time limit. A connection serves one
//! call: with a hundred calls a day a kept one saves nothing, and one that the other side has closed
//! meanwhile looks like a message whose fate is unknown.

use std::io;
use std::time::Duration;

use fieldwork_forms::wire::Secret;
use thiserror::Error;
use ureq::http::{Request, Response, header};
use ureq::{Agent, Body, Timeout};

use crate::config::{SecretText, UpstreamConfig};
use crate::wire::Message;

/// Longest answer that is read, bytes.
pub const ANSWER_BYTES: u64 = 1 << 20;

/// Longest wait that an upstream may ask for, milliseconds.
const RETRY_AFTER_MS: i64 = 3_600_000;

/// Why there is no answer. Holds neither address nor secret nor content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SendError {
    /// The upstream surely has not got the message.
    #[error("not sent: {what}")]
    NotSent {
        /// What was in the way.
        what: &'static str,
    },
    /// It may have got it.
    #[error("no answer: {what}")]
    NoAnswer {
        /// What was seen instead.
        what: &'static str,
    },
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body, at most [`ANSWER_BYTES`].
    pub body: Vec<u8>,
    /// How long the upstream asks to be left alone, milliseconds, at most an hour.
    pub retry_after_ms: Option<i64>,
}

/// A configured upstream.
#[derive(Debug)]
pub struct Upstream {
    agent: Agent,
    base_url: String,
    secret: SecretText,
    timeout: Duration,
}

impl Upstream {
    /// A client for a configuration that [`crate::config::Upstreams::parse`] has checked.
    pub fn new(config: &UpstreamConfig) -> Self {
        let timeout = Duration::from_secs(u64::from(config.timeout_s));
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .max_idle_connections(0)
            .user_agent("fieldwork-hub")
            .timeout_resolve(Some(timeout))
            .timeout_connect(Some(timeout))
            .timeout_send_request(Some(timeout))
            .timeout_send_body(Some(SEND_BODY_FACTOR * timeout))
            .timeout_recv_response(Some(timeout))
            .timeout_recv_body(Some(timeout))
            .build()
            .new_agent();
        Self {
            agent,
            base_url: config.base_url.clone(),
            secret: config.secret.clone(),
            timeout,
        }
    }

    /// The longest that one call can take.
    pub fn longest_call(&self) -> Duration {
        // Five phases and the body's sending.
        (5 + SEND_BODY_FACTOR) * self.timeout
    }

    /// Sends one message and waits for its answer.
    ///
    /// # Errors
    /// [`SendError`] where none came.
    pub fn send(&self, message: &Message, secret: &Secret) -> Result<Answer, SendError> {
        let mut request = Request::builder()
            .method(message.method.as_str())
            .uri(format!("{}{}", self.base_url, message.path))
            .header(header::CONTENT_TYPE, &message.content_type)
            .header(&secret.header, secret.value(self.secret.expose()));
        if let Some((name, value)) = &message.key {
            request = request.header(name, value);
        }
        let request = request
            .body(message.body.as_slice())
            .map_err(|_| SendError::NotSent {
                what: "the request cannot be written",
            })?;
        answer(self.agent.run(request).map_err(|error| no_answer(&error))?)
    }
}

/// Photographs over a village's line: sending may take this many times the wait for an answer.
const SEND_BODY_FACTOR: u32 = 6;

fn answer(mut response: Response<Body>) -> Result<Answer, SendError> {
    let status = response.status();
    let retry_after_ms = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok())
        .map(|seconds| seconds.saturating_mul(1_000).clamp(0, RETRY_AFTER_MS));
    let body = match response
        .body_mut()
        .with_config()
        .limit(ANSWER_BYTES)
        .read_to_vec()
    {
        Ok(body) => body,
        // The status alone says that it was not accepted.
        Err(_) if !status.is_success() => Vec::new(),
        Err(ureq::Error::BodyExceedsLimit(_)) => {
            return Err(SendError::NoAnswer {
                what: "it is longer than is read",
            });
        }
        Err(error) => return Err(no_answer(&error)),
    };
    Ok(Answer {
        status: status.as_u16(),
        body,
        retry_after_ms,
    })
}

fn no_answer(error: &ureq::Error) -> SendError {
    use io::ErrorKind;
    match error {
        ureq::Error::HostNotFound => SendError::NotSent {
            what: "the host is not found",
        },
        ureq::Error::ConnectionFailed => SendError::NotSent {
            what: "the connection failed",
        },
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => SendError::NotSent {
            what: "no connection in time",
        },
        ureq::Error::Timeout(_) => SendError::NoAnswer {
            what: "none in time",
        },
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => SendError::NotSent {
                what: "the connection is refused",
            },
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => SendError::NotSent {
                what: "the host cannot be reached",
            },
            _ => SendError::NoAnswer {
                what: "the connection was cut",
            },
        },
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => SendError::NoAnswer {
            what: "no trusted connection",
        },
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => SendError::NotSent {
            what: "the request cannot be written",
        },
        _ => SendError::NoAnswer {
            what: "it is not http",
        },
    }
}
