//! What the tests of the upstreams share.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

pub mod archive;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::http::{self, Response};
use fieldwork_testkit::upstream::{Behaviour, CodeLists, Outcome, Upstream};
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

/// The rows of a file of the register: heading → cell.
pub fn register(file: &str) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(Fixtures::default().register().join(file)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The first golden envelope of a form.
pub fn golden(system: &str, form: &str) -> Value {
    envelopes(system)
        .into_iter()
        .find(|envelope| envelope["form"] == form)
        .unwrap()
}

/// Fields and auto elements of an envelope in one object.
pub fn members(envelope: &Value) -> Value {
    let mut members = envelope["fields"].clone();
    let auto = envelope["auto"].as_object().unwrap().clone();
    members.as_object_mut().unwrap().extend(auto);
    members
}

/// The slots that an envelope fills.
pub fn slots(envelope: &Value) -> Vec<String> {
    let photos = envelope["photos"].as_array().unwrap();
    let slot = |photo: &Value| photo["slot"].as_str().unwrap().to_owned();
    photos.iter().map(slot).collect()
}

pub fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

pub fn text(response: &Response) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

/// A text in GB18030.
pub fn gb18030(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GB18030.encode(text);
    assert!(!lost);
    bytes.into_owned()
}

/// Type of a body of [`parts`].
pub const PARTS: &str = "multipart/form-data; boundary=XX";

/// A part of the body: head without its line ends, content.
pub type Part = (String, Vec<u8>);

pub fn data_part(data: &Value) -> Part {
    let head = "Content-Disposition: form-data; name=\"data\"\r\nContent-Type: application/json";
    (head.to_owned(), data.to_string().into_bytes())
}

pub fn photo_part(slot: &str, bytes: Vec<u8>) -> Part {
    let head = format!(
        "Content-Disposition: form-data; name=\"{slot}\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg"
    );
    (head, bytes)
}

/// A body in parts.
pub fn parts(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend(format!("--XX\r\n{head}\r\n\r\n").as_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--XX--\r\n");
    body
}

/// What every system promises of its scripted moods, shown by one good message: nothing is taken
/// while it is unwilling, and a lost answer leaves the message accepted once.
pub fn assert_moods(
    upstream: &Upstream,
    busy: u16,
    call: impl Fn() -> io::Result<Response>,
    is_success: impl Fn(&Response) -> bool,
) {
    upstream.script([
        Behaviour::BusyBody,
        Behaviour::Silence(Duration::from_millis(20)),
        Behaviour::Status(500),
        Behaviour::Refuse("资料不全".to_owned()),
    ]);
    assert_eq!(call().unwrap().status, busy);
    assert!(call().is_err());
    assert_eq!(call().unwrap().status, 500);
    let refused = call().unwrap();
    assert!(!is_success(&refused) && refused.status < 429);
    assert!(text(&refused).contains("资料不全"));
    assert!(upstream.accepted().is_empty());

    upstream.script([Behaviour::AcceptThenSilence]);
    assert!(call().is_err());
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 0));
    assert!(is_success(&call().unwrap()));
    assert_eq!((upstream.accepted().len(), upstream.repeats()), (1, 1));
    let outcomes: Vec<_> = upstream.attempts().into_iter().map(|a| a.outcome).collect();
    let lost = [Outcome::AnswerLost, Outcome::Repeated];
    assert_eq!(outcomes[4..], lost);
}

/// What every system promises of a call: with another method, at another address or with one header
/// changed, the good message is refused with the status that says so, and not taken.
pub fn assert_guarded(
    upstream: &Upstream,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    wrong: &[(usize, (&str, &str), u16)],
) {
    let call = |method, path: &str, headers: &[(&str, &str)]| {
        send(upstream.addr(), method, path, headers, body).status
    };
    for other in ["GET", "POST", "PUT", "DELETE", "post"] {
        if other != method {
            assert_eq!(call(other, path, headers), 405, "{other}");
        }
    }
    for other in [
        format!("{path}/"),
        format!("/x{path}"),
        format!("{path}?a=b"),
    ] {
        assert_eq!(call(method, &other, headers), 404, "{other}");
    }
    let long = "K".repeat(201);
    for (at, header) in (0..).zip(headers) {
        let without = [&headers[..at], &headers[at + 1..]].concat();
        assert!(call(method, path, &without) >= 400, "without {}", header.0);
        let twice = [headers, &[*header]].concat();
        assert!(call(method, path, &twice) >= 400, "twice {}", header.0);
        if header.0 == "idempotency-key" {
            for bad in ["", "键", "K K", long.as_str()] {
                let mut headers = headers.to_vec();
                headers[at].1 = bad;
                assert_eq!(call(method, path, &headers), 400, "{bad}");
            }
        } else if header.1 == SECRET {
            for bad in ["", "another", "Bearer a-secret"] {
                let mut headers = headers.to_vec();
                headers[at].1 = bad;
                assert_eq!(call(method, path, &headers), 401, "{bad}");
            }
        }
    }
    for (at, header, status) in wrong {
        let mut headers = headers.to_vec();
        headers[*at] = *header;
        assert_eq!(call(method, path, &headers), *status, "{header:?}");
    }
    assert!(upstream.accepted().is_empty());
}

/// Like [`send`], where no answer may come.
pub fn try_send(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Response> {
    http::send(to, method, path, headers, body, Duration::from_secs(10))
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
