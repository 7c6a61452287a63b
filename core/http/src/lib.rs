//! Blocking HTTP behind the core's transport port: ureq with rustls, so that no system library is needed
//! on a phone.
#![forbid(unsafe_code)]

use std::fs::File;
use std::time::Duration;

use fieldwork::port::{Answer, Request, RequestBody, Transport, TransportError};
use ureq::http;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the hub may take to begin its answer.
const ANSWER: Duration = Duration::from_secs(60);
/// How long a whole call may take. A photograph of 4 MB at 64 kbit/s needs nine minutes.
const WHOLE: Duration = Duration::from_secs(15 * 60);

/// Talks to one hub.
pub struct HttpTransport {
    agent: ureq::Agent,
    base: String,
}

/// The address of a hub is not one.
#[derive(Debug, PartialEq, Eq)]
pub struct AddressError;

impl std::fmt::Display for AddressError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the address of a hub begins with http:// or https:// and names a host")
    }
}

impl std::error::Error for AddressError {}

impl HttpTransport {
    /// A transport to the hub at `base`, such as `https://hub.example:8443`.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn new(base: &str) -> Result<Self, AddressError> {
        let base = base.trim_end_matches('/');
        let uri: http::Uri = base.parse().map_err(|_| AddressError)?;
        if !matches!(uri.scheme_str(), Some("http" | "https"))
            || uri.host().is_none_or(str::is_empty)
        {
            return Err(AddressError);
        }
        let agent = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_global(Some(WHOLE))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent("fieldwork")
            .build()
            .new_agent();
        Ok(Self {
            agent,
            base: base.to_owned(),
        })
    }
}

fn failed(error: ureq::Error) -> TransportError {
    // Not the error's own text: it may name hosts.
    let reason = match error {
        ureq::Error::Timeout(_) => "time ran out",
        ureq::Error::HostNotFound => "the host was not found",
        ureq::Error::ConnectionFailed => "no connection",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "the secure connection failed",
        ureq::Error::BodyExceedsLimit(_) => "the answer is longer than allowed",
        ureq::Error::Io(ref error) => match error.kind() {
            std::io::ErrorKind::ConnectionRefused => "the connection was refused",
            _ => "the connection broke",
        },
        _ => "the call failed",
    };
    TransportError {
        reason: reason.to_owned(),
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &Request) -> Result<Answer, TransportError> {
        let mut builder = http::Request::builder()
            .method(request.method)
            .uri(format!("{}{}", self.base, request.path));
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let unfit = |_| TransportError {
            reason: "the request is malformed".to_owned(),
        };
        let sent = match &request.body {
            RequestBody::Empty => self.agent.run(builder.body(()).map_err(unfit)?),
            RequestBody::Bytes(bytes) => self
                .agent
                .run(builder.body(bytes.as_slice()).map_err(unfit)?),
            RequestBody::File(path) => {
                let file = File::open(path).map_err(|_| TransportError {
                    reason: "a file could not be opened".to_owned(),
                })?;
                self.agent.run(builder.body(file).map_err(unfit)?)
            }
        };
        let mut answer = sent.map_err(failed)?;
        let status = answer.status().as_u16();
        let body = answer
            .body_mut()
            .with_config()
            .limit(request.max_answer)
            .read_to_vec()
            .map_err(failed)?;
        Ok(Answer { status, body })
    }
}
