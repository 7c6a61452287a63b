//! Peers that keep the hub waiting are let go, and strangers are turned away before they are listened to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::Patience;
use fieldwork_hub::hub::Hub;
use fieldwork_hub::server::{Limits, Server};
use fieldwork_scenarios::County;

/// Far longer than any limit here: a hub that waits for ever fails the test instead of hanging it.
const FOR_EVER: Duration = Duration::from_secs(20);

/// A county's hub, served within limits.
fn served(county: &mut County, limits: Limits) -> Server {
    county.stop();
    let hub = Arc::new(Hub::open(&county.hub_folder(), county.ports()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (upstreams, patience) = (Upstreams::default(), Patience::default());
    Server::start_within(hub, listener, &upstreams, patience, limits).unwrap()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(FOR_EVER)).unwrap();
    stream
}

/// What the hub says until it ends the connection.
fn heard(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A hub that ends it with bytes unread resets it, which ends it as well.
    let ended = stream.read_to_end(&mut answer);
    let waited = ended.as_ref().is_err_and(|error| {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        matches!(error.kind(), TimedOut | WouldBlock)
    });
    assert!(!waited, "the hub waited for ever");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn who_sends_nothing_or_half_a_request_is_let_go() {
    let mut county = County::of_three();
    let limits = Limits {
        idle: Duration::from_millis(400),
        ..Limits::default()
    };
    let server = served(&mut county, limits);
    heard(connect(&server));
    for half in [
        "GET /health HTTP/1.1\r\nhost: h\r\n",
        "POST /enrol HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"pub",
    ] {
        let mut stream = connect(&server);
        stream.write_all(half.as_bytes()).unwrap();
        heard(stream);
    }
    // Headers that never end, however busily they are sent.
    let mut stream = connect(&server);
    stream.write_all(b"GET /health HTTP/1.1\r\n").unwrap();
    let mut sent = 0;
    while sent < 200
        && stream
            .write_all(format!("x-{sent}: 1\r\n").as_bytes())
            .is_ok()
    {
        std::thread::sleep(Duration::from_millis(50));
        sent += 1;
    }
    assert!(sent < 200, "ten seconds of headers");
    server.stop();
}

#[test]
fn a_stranger_is_turned_away_before_a_body_is_read() {
    let mut county = County::of_three();
    let server = served(&mut county, Limits::default());
    let long = 30 << 20;
    for (path, device) in [
        ("POST /sync", ""),
        ("PUT /blobs/00", ""),
        ("POST /sync", "x-fieldwork-device: 0123456789abcdef\r\n"),
    ] {
        let mut stream = connect(&server);
        let head = format!(
            "{path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{device}content-length: {long}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Not one byte of the body was sent.
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 403", "{path}");
    }
    server.stop();
}

#[test]
fn silent_peers_that_hold_every_connection_do_not_keep_a_phone_out() {
    let mut county = County::of_three();
    let mut phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C06"]);
    let limits = Limits {
        connections: 3,
        idle: Duration::from_millis(500),
    };
    let server = served(&mut county, limits);
    let silent: Vec<TcpStream> = (0..6).map(|_| connect(&server)).collect();
    phone.moved(&format!("http://{}", server.address()));
    let report = phone.sync();
    assert!(report.entries_sent > 0);
    drop(silent);
    server.stop();
}
