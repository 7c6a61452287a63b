//! Promises of the HTTP client, against sockets that answer what no good server would.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fieldwork_forms::wire::{Method, Secret, SecretScheme};
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::upstream::{ANSWER_BYTES, Answer, SendError, Upstream};
use fieldwork_hub::wire::Message;

const SECRET: &str = "s3cret-of-the-county";

/// Answers one call after the other with these bytes and keeps the requests' heads; an empty answer
/// keeps the connection open and says nothing.
fn server(answers: Vec<Vec<u8>>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let heads: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = heads.clone();
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            // The body of these tests is the one byte `!`.
            while !head.ends_with(b"!") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            seen.lock().unwrap().push(String::from_utf8(head).unwrap());
            if answer.is_empty() {
                silent.push(stream);
            } else {
                // The client may hang up in the middle of an answer that is too long.
                let _ = stream.write_all(&answer);
            }
        }
        drop(listener);
        std::thread::sleep(Duration::from_secs(3));
    });
    (addr, heads)
}

fn send(base_url: &str) -> Result<Answer, SendError> {
    let text = format!("[x]\nbase_url = \"{base_url}\"\nsecret = \"{SECRET}\"\ntimeout_s = 1\n");
    let upstream = Upstream::new(&Upstreams::parse(&text).unwrap().0["x"]);
    let secret = Secret {
        header: "Authorization".into(),
        scheme: SecretScheme::Bearer,
    };
    let message = Message {
        method: Method::Post,
        path: "/a/b".into(),
        key: Some(("Idempotency-Key".into(), "K/x.y".into())),
        content_type: "application/json".into(),
        body: b"!".to_vec(),
    };
    assert!(!format!("{upstream:?}{message:?}").contains(SECRET));
    upstream.send(&message, &secret)
}

fn http(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut answer = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

#[test]
fn a_message_goes_to_the_base_address_with_secret_key_and_type() {
    let (addr, heads) = server(vec![http("201 Created", b"yes")]);
    let answer = send(&format!("http://{addr}/base")).unwrap();
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (201, b"yes".as_slice())
    );
    let head = heads.lock().unwrap()[0].to_ascii_lowercase();
    assert!(head.starts_with("post /base/a/b http/1.1\r\n"), "{head}");
    for line in [
        &format!("authorization: bearer {SECRET}"),
        "idempotency-key: k/x.y",
        "content-type: application/json",
        "content-length: 1",
    ] {
        assert!(
            head.contains(&format!("\r\n{line}\r\n")),
            "{line} in {head}"
        );
    }
}

#[test]
fn a_redirect_is_an_answer_and_not_followed() {
    let (elsewhere, visits) = server(vec![http("200 OK", b"{}")]);
    for status in ["302 Found", "307 Temporary Redirect"] {
        let (addr, _) = server(vec![http(
            &format!("{status}\r\nlocation: http://{elsewhere}/"),
            b"",
        )]);
        let answer = send(&format!("http://{addr}")).unwrap();
        assert_eq!(answer.status.to_string(), status[..3]);
    }
    assert!(
        visits.lock().unwrap().is_empty(),
        "the secret would have gone there"
    );
}

#[test]
fn an_upstream_says_when_it_wants_to_be_asked_again() {
    let busy = |wait: &str| http(&format!("503 Busy\r\nretry-after: {wait}"), b"");
    let (addr, _) = server(vec![
        busy("7"),
        busy("999999999999"),
        busy("Tue, 08 Apr 2025"),
    ]);
    let waits: Vec<_> = (0..3)
        .map(|_| send(&format!("http://{addr}")).unwrap().retry_after_ms)
        .collect();
    assert_eq!(waits, [Some(7_000), Some(3_600_000), None]);
}

#[test]
fn no_more_than_the_limit_of_an_answer_is_read() {
    let long = vec![b' '; ANSWER_BYTES as usize + 1];
    let (addr, _) = server(vec![http("200 OK", &long), http("404 Not Found", &long)]);
    let base_url = format!("http://{addr}");
    let error = send(&base_url).unwrap_err();
    assert_eq!(
        error,
        SendError::NoAnswer {
            what: "it is longer than is read"
        }
    );
    assert_eq!(
        send(&base_url).unwrap(),
        Answer {
            status: 404,
            body: vec![],
            retry_after_ms: None
        }
    );
}

#[test]
fn silence_ends_with_the_time_out_and_counts_as_perhaps_received() {
    let (addr, _) = server(vec![vec![]]);
    let start = Instant::now();
    assert_eq!(
        send(&format!("http://{addr}")),
        Err(SendError::NoAnswer {
            what: "none in time"
        })
    );
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn an_answer_that_breaks_off_or_is_no_http_counts_as_perhaps_received() {
    let (addr, _) = server(vec![
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{".to_vec(),
        b"220 mail.example.invalid ready\r\n\r\n".to_vec(),
    ]);
    for _ in 0..2 {
        let error = send(&format!("http://{addr}")).unwrap_err();
        assert!(matches!(error, SendError::NoAnswer { .. }), "{error}");
    }
}

#[test]
fn a_refused_connection_counts_as_surely_not_received() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let error = send(&format!("http://{addr}")).unwrap_err();
    assert_eq!(
        error,
        SendError::NotSent {
            what: "the connection is refused"
        }
    );
    let error = send("http://nowhere.invalid").unwrap_err();
    assert!(!error.to_string().contains("nowhere"), "{error}");
}
