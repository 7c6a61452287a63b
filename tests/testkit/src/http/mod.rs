//! A small HTTP/1.1: enough for servers that stand in for the systems of a county, and no more.
//!
//! Why not a framework: these servers must be able to do what a good server never does, such as taking
//! a message and never answering, and their tests send requests no client library would send.

mod client;
mod multipart;
mod server;
mod wire;

pub use client::send;
pub use multipart::{Part, multipart};
pub use server::{Server, Service};

use std::time::Duration;

/// A request with all of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Method in capitals, such as `POST`.
    pub method: String,
    /// Path as sent, with the query if there is one.
    pub path: String,
    /// Header names in lower case, with their values, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header; the name in lower case. `None` also where it was sent twice.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The media type of the body, without its parameters, in lower case.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(
            value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase(),
        )
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Value of the content type header.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A JSON answer.
    #[must_use]
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self {
            status,
            content_type: "application/json".to_owned(),
            body: value.to_string().into_bytes(),
        }
    }

    /// A plain text answer.
    #[must_use]
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8".to_owned(),
            body: text.into().into_bytes(),
        }
    }
}

/// What a service does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It answers.
    Answer(Response),
    /// It says nothing for so long, then closes the connection.
    Silence(Duration),
}
