//! Syncing: a child syncs a phone to a hub and is killed, again and again until it comes to an end.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fieldwork::Workspace;
use fieldwork_http::HttpTransport;

use crate::chance::Chance;
use crate::inspect::{self, Known, logged};
use crate::script::{draft, tidy};
use crate::stage::{Place, Running, Stage, WORKERS, text};
use crate::{Outcome, Verdict};

/// Captures that the killed phone has to send in one episode, and those it has to fetch.
const TO_SEND: u64 = 15;
const TO_FETCH: u64 = 5;
/// How long a child may take to be at work, and to come to an end when it is let.
const START: Duration = Duration::from_secs(60);

/// Kills syncing children `kills` times.
///
/// # Errors
/// Where the harness fails.
pub fn run(stage: &Stage, mut chance: Chance, kills: usize) -> Outcome<Verdict> {
    let mut verdict = Verdict::default();
    let place = stage.copy("syncing")?;
    let running = stage.serve(&place.hub())?;
    let mut known = Known::default();
    let mut number = 0;
    let mut whole_sync = Duration::from_millis(400);
    while verdict.kills < kills && verdict.broken.is_empty() {
        for worker in WORKERS {
            let count = if worker == WORKERS[0] {
                TO_SEND
            } else {
                TO_FETCH
            };
            let (phone, _) = Workspace::open(&place.phone(worker), stage.ports())?;
            for _ in 0..count {
                enter(&phone, number, &place)?;
                number += 1;
            }
            if worker != WORKERS[0] {
                phone.sync(&HttpTransport::new(&running.address)?, &())?;
            }
            phone.shutdown()?;
        }
        let episode = episode(stage, &place, &running, &mut chance, whole_sync)?;
        verdict.kills += episode.kills;
        verdict.count("photographs stored", episode.stored.len());
        verdict.count("sent again", episode.again);
        verdict.broken.extend(episode.broken);
        whole_sync = episode
            .last
            .clamp(Duration::from_millis(50), Duration::from_secs(5));

        let (phone, opened) = Workspace::open(&place.phone(WORKERS[0]), stage.ports())?;
        if opened.moved_aside.is_some() {
            verdict.broken.push("the database was damaged".to_owned());
        }
        verdict
            .broken
            .extend(settled(&phone, &running, stage, &mut known)?);
        phone.shutdown()?;
        verdict.count("episodes", 1);
    }
    verdict.count("captures", usize::try_from(number)?);
    running.stop();
    Ok(verdict)
}

fn enter(phone: &Workspace, number: u64, place: &Place) -> Outcome<()> {
    let draft = draft(phone, number, &place.camera()?)?;
    phone.save(&draft)?;
    tidy(&draft);
    Ok(())
}

#[derive(Default)]
struct Episode {
    kills: usize,
    /// Photographs that the hub has answered for.
    stored: BTreeSet<String>,
    /// Photographs that were sent a second time.
    again: usize,
    broken: Vec<String>,
    /// How long the last, whole sync took.
    last: Duration,
}

/// Children sync and are killed until one comes to an end.
fn episode(
    stage: &Stage,
    place: &Place,
    running: &Running,
    chance: &mut Chance,
    whole_sync: Duration,
) -> Outcome<Episode> {
    let mut episode = Episode::default();
    let mut sent: BTreeSet<String> = BTreeSet::new();
    let store = place.phone(WORKERS[0]);
    loop {
        let now = stage.now_ms().to_string();
        let child = stage
            .nursery
            .start(&["sync", text(&store)?, &running.address, &now])?;
        child.first_line(START)?;
        let begun = Instant::now();
        let (lines, killed) = child.kill_after(chance.moment(whole_sync))?;
        let mut again = 0;
        for line in &lines {
            match line.split_once(' ') {
                Some(("put", hash)) => {
                    if episode.stored.contains(hash) {
                        episode
                            .broken
                            .push("a photograph was sent again after the hub had it".to_owned());
                    }
                    again += usize::from(!sent.insert(hash.to_owned()));
                }
                Some(("stored", hash)) => {
                    episode.stored.insert(hash.to_owned());
                }
                _ => {}
            }
        }
        // One photograph is in flight when a process dies: so many may be sent again by the next.
        if again > 1 {
            episode.broken.push(format!(
                "{again} photographs were sent again after one kill"
            ));
        }
        episode.again += again;
        if killed {
            episode.kills += 1;
        } else if lines.last().map(String::as_str) == Some("done") {
            episode.last = begun.elapsed();
            return Ok(episode);
        } else {
            return Err("a syncing child failed".into());
        }
    }
}

/// Both sides hold the same, once; another sync has nothing to do.
fn settled(
    phone: &Workspace,
    running: &Running,
    stage: &Stage,
    known: &mut Known,
) -> Outcome<Vec<String>> {
    let (mut broken, there) = inspect::phone(phone, known)?;
    known.acknowledged.extend(&there);
    let village = running.hub.village(&stage.village)?;
    let hub = village.replica();
    let at_hub = logged(hub)?;
    let distinct: BTreeSet<_> = at_hub.iter().copied().collect();
    if at_hub.len() != distinct.len() {
        broken.push("the hub holds a capture twice".to_owned());
    }
    if distinct != there {
        broken.push(format!(
            "hub and phone differ: {} and {} captures",
            distinct.len(),
            there.len()
        ));
    }
    if !hub.damaged_blobs()?.is_empty() {
        broken.push("the hub holds a damaged photograph".to_owned());
    }
    for id in &there {
        for photo in hub.capture(*id)?.photos {
            if hub.blob(photo.blob)?.is_none() {
                broken.push(format!("the hub lacks a photograph of {id}"));
            }
        }
    }
    let again = phone.sync(&HttpTransport::new(&running.address)?, &())?;
    if (again.photos_sent, again.entries_sent) != (0, 0) || !again.refused_by_hub.is_empty() {
        broken.push(format!(
            "a second sync sent {} entries and {} photographs",
            again.entries_sent, again.photos_sent
        ));
    }
    Ok(broken)
}
