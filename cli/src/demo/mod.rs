//! `fieldwork demo`: one village day, from the first capture to the last receipt.
//!
//! Nothing is pretended: a real hub and strict stand-in upstreams listen on loopback, a phone is
//! enrolled, the day is captured with no network in reach, synced once, delivered, and receipts come
//! back with a second sync.

pub mod count;
pub mod envelope;
pub mod look;
pub mod report;
pub mod summary;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldwork::port::{Ports, SetClock};
use fieldwork::{SyncReport, Workspace};
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::Patience;
use fieldwork_hub::hub::{Hub, invite};
use fieldwork_hub::outbox::Backoff;
use fieldwork_hub::server::Server;
use fieldwork_ids::time::start_of_day_ms;
use fieldwork_testkit::day::Day;
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::scene::photograph;
use fieldwork_testkit::upstream::{CodeLists, Upstream};

use self::count::Counted;
use self::look::{Advice, Strip};
use crate::args::Demo;
use crate::cadre::register_for;
use crate::error::Failed;
use crate::{output, phone, play};

/// When the worker syncs, milliseconds after midnight (+08:00): 19:45.
const SYNC_AT_MS: i64 = (19 * 60 + 45) * 60 * 1000;
/// How long delivery may take. Stand-in upstreams answer at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that the outputs are made from.
pub struct Played {
    /// The script.
    pub day: Day,
    /// Folder of the photographs.
    pub camera: PathBuf,
    /// What the phone said of each photograph.
    pub advice: Advice,
    /// Before, during and after side by side, by the label of the entry.
    pub strips: BTreeMap<String, Strip>,
    /// The phone, after the last sync.
    pub phone: Workspace,
    /// The hub.
    pub hub: Arc<Hub>,
    /// The stand-in upstreams.
    pub upstreams: Vec<Upstream>,
    /// What each sync did: enrolment apart, in order.
    pub syncs: Vec<SyncReport>,
    /// Whether all deliveries came to an end.
    pub settled: bool,
    /// How long it took, rendering apart.
    pub wall: Duration,
}

/// Runs the demonstration.
pub fn run(command: &Demo, json: bool) -> Result<ExitCode, Failed> {
    let data = command
        .village
        .as_ref()
        .map_or_else(Fixtures::default, Fixtures::at);
    let specs = command.specs.clone().unwrap_or_else(default_specs);
    let played = play(&data, &specs, &command.out)?;
    let envelopes = envelope::collect(&played)?;
    let summary = summary::Summary::of(&played, &envelopes)?;
    write_json(&command.out.join("envelopes.json"), &envelopes)?;
    write_json(&command.out.join("summary.json"), &summary)?;
    let counted = Counted::of(&played, &data.register(), &specs, summary.sync_sessions)?;
    write_json(&command.out.join("counts.json"), &counted.published)?;
    let ledger = envelope::ledger(&played)?;
    let path = command.out.join("ledger.csv");
    fs::write(&path, ledger).map_err(Failed::file(&path))?;
    let path = command.out.join("report.html");
    fs::write(&path, report::page(&played, &summary, &counted.counts)?)
        .map_err(Failed::file(&path))?;
    for upstream in &played.upstreams {
        let folder = command.out.join("received");
        fs::create_dir_all(&folder).map_err(Failed::file(&folder))?;
        upstream
            .write_received(&folder)
            .map_err(Failed::file(&folder))?;
    }
    output::result(json, &summary, || {
        table::text(&played, &envelopes, &summary, &counted.counts, &command.out)
    })?;
    played.phone.shutdown()?;
    let whole = played.settled && summary.whole(&played.day);
    Ok(ExitCode::from(u8::from(!whole)))
}

/// `specs` of the folder the command is run in, else of the sources it was built from.
fn default_specs() -> PathBuf {
    let here = PathBuf::from("specs");
    if here.join("concepts.json").exists() {
        return here;
    }
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../specs"))
}

fn write_json<T: serde::Serialize>(path: &Path, value: &T) -> Result<(), Failed> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| Failed::Output(error.into()))?;
    text.push('\n');
    fs::write(path, text).map_err(Failed::file(path))
}

/// The names that this command writes below its output folder; nothing else there is touched.
const OUTPUTS: [&str; 11] = [
    "hub",
    "phone",
    "received",
    "camera",
    "strips",
    "summary.json",
    "counts.json",
    "envelopes.json",
    "ledger.csv",
    "report.html",
    "upstreams.toml",
];

fn clear(out: &Path) -> Result<(), Failed> {
    fs::create_dir_all(out).map_err(Failed::file(out))?;
    // Photographs are the same each time: they are kept.
    for name in OUTPUTS.into_iter().filter(|name| *name != "camera") {
        let path = out.join(name);
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        match removed {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failed::file(path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Plays the day in `data` and gives what came of it, everything still open.
///
/// # Errors
/// [`Failed`] names the step.
pub fn play(data: &Fixtures, specs: &Path, out: &Path) -> Result<Played, Failed> {
    let day = play::load(&data.day_file())?;
    clear(out)?;
    let camera = out.join("camera");
    fs::create_dir_all(&camera).map_err(Failed::file(&camera))?;
    let bar = output::bar(day.captures.len(), "绘制照片");
    draw(&day, &camera, &bar)?;
    bar.finish_and_clear();

    let started = Instant::now();
    let date: fieldwork_ids::Date = day
        .date
        .parse()
        .map_err(|_| Failed::Time(day.date.clone()))?;
    let evening = start_of_day_ms(date) + SYNC_AT_MS;
    let hub_clock = Arc::new(SetClock::new(evening));
    let hub_ports = Ports::with_clock(Arc::clone(&hub_clock) as _);
    let hub_folder = out.join("hub");
    let register = register_for(&data.register(), &day.cadre)?;
    let (hub, _) = Hub::init(&hub_folder, register.path(), specs, hub_ports.clone())?;
    hub.close();
    let (upstreams, config) = stand_ins(&day, data)?;
    let hub = Arc::new(Hub::open(&hub_folder, hub_ports.clone())?);
    let listener = TcpListener::bind("127.0.0.1:0").map_err(Failed::file("127.0.0.1"))?;
    let patience = Patience {
        backoff: Backoff {
            first_ms: 200,
            cap_ms: 5_000,
        },
        ..Patience::default()
    };
    let server = Server::start(Arc::clone(&hub), listener, &config, patience)
        .map_err(Failed::file("127.0.0.1"))?;
    let address = format!("http://{}", server.address());

    let morning = day.captures.first().map_or(evening, |entry| entry.at_ms) - 10 * 60 * 1000;
    let clock = Arc::new(SetClock::new(morning));
    let (phone, _) = Workspace::open(
        &out.join("phone"),
        Ports::with_clock(Arc::clone(&clock) as _),
    )?;
    let code = invite(&hub_folder, Some(&day.village), &day.cadre.id, &hub_ports)?;
    let transport = fieldwork_http::HttpTransport::new(&address)?;
    phone.enrol(&transport, &address, &code)?;

    // The day itself: no transport in reach.
    play::adopt_prior(&phone, &day)?;
    let mut advice = Advice::new();
    for entry in &day.captures {
        clock.set(entry.at_ms);
        let draft = play::draft(&phone, &day, entry, &camera)?;
        look::look(&phone, &draft, &mut advice)?;
        phone.save(&draft).map_err(play::refused(entry))?;
    }
    let strips = look::strips(&phone, &day, &advice, &out.join("strips"))?;
    look::copies(&phone, &advice)?;

    clock.set(evening);
    let mut syncs = vec![phone::sync(&phone)?];
    let settled = server.work().settle(PATIENCE)?;
    syncs.push(phone::sync(&phone)?);
    let wall = started.elapsed();
    server.stop();
    Ok(Played {
        day,
        camera,
        advice,
        strips,
        phone,
        hub,
        upstreams,
        syncs,
        settled,
        wall,
    })
}

/// Draws the photographs of the day, on two threads: drawing is most of the time that the demo takes.
fn draw(day: &Day, camera: &Path, bar: &indicatif::ProgressBar) -> Result<(), Failed> {
    let (one, other) = day.captures.split_at(day.captures.len() / 2);
    let draw = |entries: &[fieldwork_testkit::day::Entry]| {
        for entry in entries {
            play::photograph(day, entry, camera, photograph)?;
            bar.inc(1);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| draw(one));
        draw(other)?;
        beside
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The stand-in upstreams, and the hub's configuration for them.
fn stand_ins(day: &Day, data: &Fixtures) -> Result<(Vec<Upstream>, Upstreams), Failed> {
    let codes = CodeLists::load(&data.codes()).map_err(|error| Failed::Script {
        entry: "codes.csv".to_owned(),
        reason: error.to_string(),
    })?;
    let upstreams = Upstream::all(day, &codes, secret).map_err(Failed::file("127.0.0.1"))?;
    let mut text = String::new();
    for upstream in &upstreams {
        let system = upstream.system();
        text.push_str(&format!(
            "[{system}]\nbase_url = \"{}\"\nsecret = \"{}\"\n\n",
            upstream.base_url(),
            secret(system)
        ));
    }
    Ok((upstreams, Upstreams::parse(&text)?))
}

fn secret(system: &str) -> String {
    format!("invented-secret-of-{system}")
}
