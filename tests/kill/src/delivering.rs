//! Delivering: the hub is the child. It is killed while it takes a sync, fills, delivers and writes
//! receipts, and started again on the same data; phone and upstreams live on in the parent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fieldwork::Workspace;
use fieldwork::log::ReceiptState;
use fieldwork::replica::Replica;
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_http::HttpTransport;
use fieldwork_hub::hub::Hub;
use fieldwork_testkit::upstream::{Behaviour, CodeLists, Outcome as Came, Upstream, ffp, wg};

use crate::chance::Chance;
use crate::child::Child;
use crate::inspect::{self, Known, logged};
use crate::script::{draft, tidy};
use crate::stage::{Place, Stage, WORKERS, text};
use crate::witness::{Acknowledged, Witness};
use crate::{Outcome, Verdict};

/// From a hub's start to its kill, at most.
const LIFE: Duration = Duration::from_millis(450);
/// One in so many is killed while it is still opening what the last kill left.
const OPENING: u64 = 10;
/// How long a hub may take to be at work.
const START: Duration = Duration::from_secs(60);
/// How long all may take to be delivered, once nothing is killed any more.
const SETTLE: Duration = Duration::from_secs(60);
/// Captures of the phone for each life of the hub: enough that it dies at work, few enough that all is
/// delivered soon after the last.
const CAPTURES_A_LIFE: u64 = 4;
/// From one look of the phone for its hub to the next.
const PAUSE: Duration = Duration::from_millis(15);
/// What the stand-in upstreams ask for.
const SECRET: &str = "invented-secret";

/// Kills hubs at work `kills` times.
///
/// # Errors
/// Where the harness fails.
pub fn run(stage: &Stage, mut chance: Chance, kills: usize) -> Outcome<Verdict> {
    let mut verdict = Verdict::default();
    let place = stage.copy("delivering")?;
    let codes = CodeLists::load(&stage.fixtures.codes())?;
    let upstreams = [
        Upstream::start(wg::Wg::new(SECRET, &codes, Vec::<String>::new()))?,
        Upstream::start(ffp::Ffp::new(SECRET, &codes))?,
    ];
    let config = place.file("upstreams.toml");
    let tables: Vec<String> = upstreams
        .iter()
        .map(|upstream| {
            let (system, base) = (upstream.system(), upstream.base_url());
            format!("[{system}]\nbase_url = \"{base}\"\nsecret = \"{SECRET}\"\ntimeout_s = 2\n")
        })
        .collect();
    fs::write(&config, tables.join("\n"))?;
    // A port that was free a moment ago and that nobody else is given while the hub is down.
    let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let address = format!("http://{listen}");

    let heard = Arc::new(Mutex::new(Acknowledged::default()));
    let (phone, _) = Workspace::open(&place.phone(WORKERS[0]), stage.ports())?;
    let transport = Witness::new(HttpTransport::new(&address)?, &heard);
    let worked = AtomicBool::new(false);
    let lives = AtomicU64::new(1);
    std::thread::scope(|scope| -> Outcome<()> {
        let worker = scope.spawn(|| work(&phone, &transport, &place, &worked, &lives));
        let killed = kill_hubs(
            stage,
            &place,
            &listen,
            &config,
            &mut chance,
            kills,
            &heard,
            &upstreams,
            &lives,
            &mut verdict,
        );
        worked.store(true, Ordering::SeqCst);
        let captures = worker.join().map_err(|_| "the phone's thread panicked")??;
        verdict.count("captures", captures);
        killed
    })?;

    let hub = start(stage, &place, &listen, &config)?;
    hub.first_line(START)?;
    let systems = upstreams.each_ref().map(Upstream::system);
    let expected = settle(&phone, &transport, &systems, &mut verdict)?;
    drop(hub);
    if verdict.broken.is_empty() {
        verdict.broken.extend(at_wg(&upstreams[0], &expected));
        verdict.broken.extend(at_ffp(&upstreams[1], &expected));
        verdict
            .broken
            .extend(at_hub(stage, &place, &phone, &heard)?);
    }
    for upstream in &upstreams {
        verdict.count("repeats answered", upstream.repeats());
        verdict.count("messages accepted", upstream.accepted().len());
    }
    phone.shutdown()?;
    Ok(verdict)
}

/// The phone saves and syncs, whether the hub is there or not, until it is told to stop.
fn work<T: fieldwork::port::Transport>(
    phone: &Workspace,
    transport: &T,
    place: &Place,
    worked: &AtomicBool,
    lives: &AtomicU64,
) -> Outcome<usize> {
    let camera = place.camera()?;
    let mut number = 0;
    while !worked.load(Ordering::SeqCst) {
        if number >= CAPTURES_A_LIFE * lives.load(Ordering::SeqCst) {
            std::thread::sleep(PAUSE);
            continue;
        }
        let draft = draft(phone, number, &camera)?;
        phone.save(&draft)?;
        tidy(&draft);
        number += 1;
        // Two captures for each sync, so that there is always something on its way.
        while number % 2 == 0 && !worked.load(Ordering::SeqCst) {
            match phone.sync(transport, &()) {
                Ok(_) => break,
                Err(fieldwork::Error::Offline { .. }) => std::thread::sleep(PAUSE),
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(usize::try_from(number)?)
}

fn start(stage: &Stage, place: &Place, listen: &str, config: &Path) -> Outcome<Child> {
    let now = fieldwork_ids::time::rfc3339(stage.now_ms());
    let hub = place.hub();
    let arguments = [
        "hub",
        "serve",
        "--data",
        text(&hub)?,
        "--listen",
        listen,
        "--upstreams",
        text(config)?,
        "--now",
        &now,
    ];
    stage.nursery.start(&arguments)
}

#[expect(
    clippy::too_many_arguments,
    reason = "the parts of one scene, used here alone"
)]
fn kill_hubs(
    stage: &Stage,
    place: &Place,
    listen: &str,
    config: &Path,
    chance: &mut Chance,
    kills: usize,
    heard: &Mutex<Acknowledged>,
    upstreams: &[Upstream],
    lives: &AtomicU64,
    verdict: &mut Verdict,
) -> Outcome<()> {
    while verdict.kills < kills && verdict.broken.is_empty() {
        // Now and then an upstream takes a message and the answer is lost.
        if chance.below(4) == 0 {
            let at = usize::try_from(chance.below(upstreams.len() as u64))?;
            upstreams[at].script([Behaviour::AcceptThenSilence]);
        }
        let child = start(stage, place, listen, config)?;
        let opening = chance.below(OPENING) == 0;
        let moment = if opening {
            chance.moment(Duration::from_millis(60))
        } else {
            child.first_line(START)?;
            chance.moment(LIFE)
        };
        verdict.count("while opening", usize::from(opening));
        let (_, killed) = child.kill_after(moment)?;
        if !killed {
            return Err("a hub ended by itself".into());
        }
        verdict.kills += 1;
        lives.fetch_add(1, Ordering::SeqCst);
        let heard = heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (replica, opened) = Replica::open(&village(stage, place), stage.ports())?;
        let mut broken = heard.missing(&replica)?;
        replica.shutdown()?;
        if opened.moved_aside.is_some() {
            broken.push("the database was damaged".to_owned());
        }
        let kill = verdict.kills;
        verdict.broken.extend(
            broken
                .into_iter()
                .map(|what| format!("kill {kill}: {what}")),
        );
    }
    Ok(())
}

fn village(stage: &Stage, place: &Place) -> std::path::PathBuf {
    place.hub().join("villages").join(&stage.village)
}

/// Syncs until every envelope that the phone's captures give for these systems has its receipt; gives
/// the envelopes.
fn settle<T: fieldwork::port::Transport>(
    phone: &Workspace,
    transport: &T,
    systems: &[&str],
    verdict: &mut Verdict,
) -> Outcome<Vec<Envelope>> {
    let end = Instant::now() + SETTLE;
    let mut expected = Vec::new();
    for row in phone.captures(0, u32::MAX)? {
        for filled in phone.envelopes(row.id)? {
            match filled {
                Filled::Envelope(envelope) if systems.contains(&envelope.system.as_str()) => {
                    expected.push(envelope);
                }
                Filled::Stopped(form) if systems.contains(&form.system.as_str()) => verdict
                    .broken
                    .push(format!("{} {} was not filled", form.system, form.form)),
                // Systems that are not connected, and what the hub keeps itself.
                _ => {}
            }
        }
    }
    loop {
        phone.sync(transport, &())?;
        let mut open = 0;
        for envelope in &expected {
            let key = envelope.key();
            let receipts = phone.receipts(envelope.capture)?;
            let receipt = receipts.iter().find(|receipt| receipt.key == key);
            match receipt.map(|receipt| receipt.state) {
                Some(ReceiptState::Delivered) => {}
                Some(state) => verdict.broken.push(format!(
                    "{} {} is {state:?}",
                    envelope.system, envelope.form
                )),
                None => open += 1,
            }
        }
        if open == 0 || !verdict.broken.is_empty() {
            return Ok(expected);
        }
        if Instant::now() >= end {
            verdict
                .broken
                .push(format!("{open} envelopes have no receipt"));
            return Ok(expected);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Each event was accepted once under its own key, and nothing else was.
fn at_wg(upstream: &Upstream, expected: &[Envelope]) -> Vec<String> {
    let mut broken = Vec::new();
    let keys: BTreeSet<String> = expected
        .iter()
        .filter(|envelope| envelope.system == "wg")
        .map(Envelope::key)
        .collect();
    let accepted: Vec<String> = upstream
        .accepted()
        .into_iter()
        .map(|message| message.key)
        .collect();
    let distinct: BTreeSet<String> = accepted.iter().cloned().collect();
    if distinct.len() != accepted.len() {
        broken.push("wg accepted an event twice".to_owned());
    }
    if distinct != keys {
        broken.push(format!(
            "wg accepted {} events, {} were said",
            distinct.len(),
            keys.len()
        ));
    }
    for attempt in upstream.attempts() {
        if let Came::Refused(reason) = attempt.outcome {
            broken.push(format!("wg refused a message: {reason}"));
        }
    }
    broken
}

/// Each row is held once, as it was said.
fn at_ffp(upstream: &Upstream, expected: &[Envelope]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut rows: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for ((form, ..), row) in ffp::rows(&upstream.accepted()) {
        // The table shows a blank cell where nothing was said.
        let cells = row.cells.into_iter().filter(|(_, value)| !value.is_empty());
        rows.entry(form).or_default().push(cells.collect());
    }
    for envelope in expected.iter().filter(|envelope| envelope.system == "ffp") {
        let mut said: Vec<&str> = envelope
            .fields
            .values()
            .filter_map(|value| value.as_str())
            .filter(|value| !value.is_empty())
            .collect();
        said.sort_unstable();
        let held = rows.entry(envelope.form.clone()).or_default();
        let same = held.iter().position(|row| {
            let mut cells: Vec<&str> = row.values().map(String::as_str).collect();
            cells.sort_unstable();
            cells == said
        });
        match same {
            Some(at) => {
                held.swap_remove(at);
            }
            None => broken.push(format!("ffp lacks a row of {}", envelope.form)),
        }
    }
    for (form, left) in rows {
        if !left.is_empty() {
            broken.push(format!("ffp has {} rows of {form} too many", left.len()));
        }
    }
    for attempt in upstream.attempts() {
        if let Came::Refused(reason) = attempt.outcome {
            broken.push(format!("ffp refused a table: {reason}"));
        }
    }
    broken
}

/// The hub holds all that the phone said, once, and the phone is whole.
fn at_hub(
    stage: &Stage,
    place: &Place,
    phone: &Workspace,
    heard: &Mutex<Acknowledged>,
) -> Outcome<Vec<String>> {
    let (mut broken, there) = inspect::phone(phone, &mut Known::default())?;
    let hub = Hub::open(&place.hub(), stage.ports())?;
    let village = hub.village(&stage.village)?;
    let replica = village.replica();
    let at_hub = logged(replica)?;
    let distinct: BTreeSet<_> = at_hub.iter().copied().collect();
    if distinct.len() != at_hub.len() || distinct != there {
        broken.push(format!(
            "hub and phone differ: {} entries and {} captures",
            at_hub.len(),
            there.len()
        ));
    }
    broken.extend(
        heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .missing(replica)?,
    );
    if !replica.damaged_blobs()?.is_empty() {
        broken.push("the hub holds a damaged photograph".to_owned());
    }
    hub.close();
    Ok(broken)
}
