//! What the tests of the upstreams share.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::net::SocketAddr;
use std::time::Duration;

use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::http::{self, Response};
use fieldwork_testkit::upstream::CodeLists;
use serde_json::Value;

pub const SECRET: &str = "a-secret";

pub fn codes() -> CodeLists {
    CodeLists::load(&Fixtures::default().codes()).unwrap()
}

/// The golden envelopes of one system.
pub fn envelopes(system: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(Fixtures::default().expected("envelopes.json")).unwrap();
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    all.into_iter()
        .filter(|envelope| envelope["system"] == system)
        .collect()
}

pub fn send(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    http::send(to, method, path, headers, body, Duration::from_secs(10)).unwrap()
}

/// A small whole JPEG.
pub fn jpeg() -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 80)
        .encode(&[90; 16 * 16 * 3], 16, 16, image::ExtendedColorType::Rgb8)
        .unwrap();
    out
}

/// The same picture in a file of so many bytes: what follows the end of the image does not matter.
pub fn padded_jpeg(length: usize) -> Vec<u8> {
    let mut out = jpeg();
    out.resize(length, 0);
    out
}
