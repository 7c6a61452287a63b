//! The process that is killed. It prints `ready` when it is at work and a line for everything it has
//! acknowledged; it never ends by itself while there is work.
//!
//! - `save DIR CAMERA NUMBER NOW_MS [early]`: opens a phone and saves captures from the given number on,
//!   `ack ULID` after each. With `early` it says so before it saves: the fault that the harness must see.
//! - `walk DIR NOW_MS`: records a walk, or goes on with the one under way; `ack N` after the Nth fix.
//! - `sync DIR URL NOW_MS`: syncs a phone; `put HASH`, `stored HASH`, and `done` at the end.
//! - `hub …`: the hub of the command line, `fieldwork hub …`.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "its lines are what it is for")]

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use fieldwork::Workspace;
use fieldwork::port::{Answer, Ports, Request, SetClock, Transport, TransportError};
use fieldwork::recorder::{Recorder, Start};
use fieldwork_geo::Wgs84;
use fieldwork_ids::Ulid;
use fieldwork_kill::script::{Camera, draft, tidy};
use fieldwork_kill::{Outcome, child::READY};
use fieldwork_patrol::{Datum, Fix, Provider};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["save", store, camera, number, now, variant @ ..] => {
            save(store, camera, number, now, variant.contains(&"early"))
        }
        ["walk", store, now] => walk(store, now),
        ["sync", store, url, now] => sync(store, url, now),
        ["hub", ..] => {
            let all = std::iter::once("fieldwork").chain(words.iter().copied());
            return fieldwork_cli::run(&fieldwork_cli::args::Args::parse_from(all));
        }
        _ => Err("unknown work".into()),
    };
    ExitCode::from(u8::from(done.is_err()))
}

/// Gets a line out before going on.
fn say(line: &str) {
    println!("{line}");
    let _ = std::io::stdout().flush();
}

fn open(store: &str, now: &str) -> Outcome<Workspace> {
    let ports = Ports::with_clock(Arc::new(SetClock::new(now.parse()?)));
    Ok(Workspace::open(Path::new(store), ports)?.0)
}

fn save(store: &str, camera: &str, number: &str, now: &str, early: bool) -> Outcome<()> {
    let workspace = open(store, now)?;
    let camera = Camera::open(Path::new(camera))?;
    workspace.catalogue()?;
    workspace.find("1", 1)?;
    say(READY);
    for number in number.parse::<u64>()?.. {
        let mut draft = draft(&workspace, number, &camera)?;
        let mut random = [0; 10];
        workspace.replica().ports().random.fill(&mut random)?;
        let id = Ulid::from_parts(draft.at_ms.unwrap_or_default(), random);
        draft.id = Some(id);
        if early {
            say(&format!("ack {id}"));
        }
        workspace.save(&draft)?;
        if !early {
            say(&format!("ack {id}"));
        }
        tidy(&draft);
    }
    Ok(())
}

fn walk(store: &str, now: &str) -> Outcome<()> {
    let workspace = open(store, now)?;
    let now: i64 = now.parse()?;
    let mut recorder = match Recorder::go_on(&workspace)? {
        Some(recorder) => recorder,
        None => Recorder::start(
            &workspace,
            Start {
                purpose: "patrol".to_owned(),
                provider: Provider::Gps,
                datum: Datum::Wgs84,
            },
        )?,
    };
    say(READY);
    for number in recorder.summary().fixes.. {
        let step = i64::try_from(number)?;
        let point = Wgs84 {
            lon: 115.41 + step as f64 * 1e-5,
            lat: 33.28,
        };
        recorder.fix(&Fix {
            at_ms: Some(now + step * 5_000),
            accuracy_m: Some(4.0),
            ..Fix::at(point)
        })?;
        say(&format!("ack {}", number + 1));
    }
    Ok(())
}

fn sync(store: &str, url: &str, now: &str) -> Outcome<()> {
    let workspace = open(store, now)?;
    let transport = Told(fieldwork_http::HttpTransport::new(url)?);
    say(READY);
    workspace.sync(&transport, &())?;
    say("done");
    Ok(())
}

/// Says which photographs go out and which arrived.
struct Told<T>(T);

impl<T: Transport> Transport for Told<T> {
    fn send(&self, request: &Request) -> Result<Answer, TransportError> {
        let photo = (request.method == "PUT")
            .then(|| request.path.strip_prefix("/blobs/"))
            .flatten();
        if let Some(hash) = photo {
            say(&format!("put {hash}"));
        }
        let answer = self.0.send(request)?;
        if let Some(hash) = photo.filter(|_| answer.status == 200) {
            say(&format!("stored {hash}"));
        }
        Ok(answer)
    }
}
