//! Bytes and round trips of a day's sync.

use fieldwork::{SyncReport, Workspace};
use fieldwork_ids::Ulid;
use serde_json::Value;

use crate::measure::{bytes, number};
use crate::village::{Running, Village, fills, households};
use crate::workload::{Dice, plain, visit};
use crate::{Line, Outcome, peer};

/// Captures of each phone.
const EACH: usize = 25;

pub fn figures(village: &Village) -> Outcome<Vec<Line>> {
    let mut lines = Vec::new();
    let mut same: Option<Vec<Value>> = None;
    for devices in [2, 10] {
        let day = day(village, devices)?;
        let body = day.report.bytes_up + day.report.bytes_down;
        lines.push(Line::new(
            format!("fieldwork, {devices} devices known to the village"),
            format!(
                "{} up + {} down = {}, {} round trip(s)",
                number(day.report.bytes_up),
                number(day.report.bytes_down),
                bytes(body),
                day.report.requests
            ),
        ));
        lines.push(Line::new(
            "  nothing new since",
            format!(
                "{} up + {} down = {}, {} round trip(s)",
                number(day.idle.bytes_up),
                number(day.idle.bytes_down),
                bytes(day.idle.bytes_up + day.idle.bytes_down),
                day.idle.requests
            ),
        ));
        if day.report.entries_received != EACH || day.report.entries_sent != EACH {
            lines.push(Line::new(
                "  (other entries went along)",
                format!(
                    "{} sent, {} received",
                    day.report.entries_sent, day.report.entries_received
                ),
            ));
        }
        same.get_or_insert(day.plain);
    }
    let captures = same.unwrap_or_default();
    let (own, theirs) = captures.split_at(EACH.min(captures.len()));
    let peer = peer::sync(own, theirs)?;
    lines.push(Line::new(
        "automerge, its own protocol, a map and a commit for each capture",
        format!(
            "{} in {} messages, {} round trip(s)",
            bytes(peer.bytes),
            peer.messages,
            peer.round_trips
        ),
    ));
    let mut text = String::new();
    for capture in &captures {
        text.push_str(&capture.to_string());
        text.push('\n');
    }
    let packed = zstd::bulk::compress(text.as_bytes(), 19)?;
    lines.push(Line::new(
        "NDJSON, for scale (no merging, no signature)",
        format!(
            "{}; zstd-19 {}",
            bytes(text.len() as u64),
            bytes(packed.len() as u64)
        ),
    ));
    Ok(lines)
}

struct Day {
    report: SyncReport,
    idle: SyncReport,
    plain: Vec<Value>,
}

/// Two phones capture, one has synced, the other syncs: that is measured.
fn day(village: &Village, devices: usize) -> Outcome<Day> {
    let running = village.serve(&format!("hub-{devices}"), &village.few_specs()?)?;
    let mut phones = Vec::new();
    for device in 0..devices {
        let worker = format!("K{:02}", 1 + device % 8);
        phones.push(village.phone(&running, &format!("phone-{devices}-{device}"), &worker)?);
    }
    let [ours, theirs, ..] = phones.as_slice() else {
        return Err("a day needs two phones".into());
    };
    // Everybody knows everybody, as on any day but the first.
    for phone in [ours, theirs, ours] {
        phone.sync(&running.transport()?, &())?;
    }
    let mut plain = capture(village, ours, 0)?;
    plain.extend(capture(village, theirs, EACH)?);
    theirs.sync(&running.transport()?, &())?;
    running.settle()?;
    let report = ours.sync(&running.transport()?, &())?;
    running.settle()?;
    let idle = quiet(ours, &running)?;
    Ok(Day {
        report,
        idle,
        plain,
    })
}

/// Syncs until nothing comes any more and gives the last report.
fn quiet(phone: &Workspace, running: &Running) -> Outcome<SyncReport> {
    loop {
        let report = phone.sync(&running.transport()?, &())?;
        if report.entries_sent + report.entries_received == 0 {
            return Ok(report);
        }
    }
}

/// Saves visits from the `first` on; only those whose forms can all be made count towards the number,
/// so that the hub has nothing to add. Gives them as others are given them.
fn capture(village: &Village, phone: &Workspace, first: usize) -> Outcome<Vec<Value>> {
    let identity = phone.replica().identity().ok_or("not enrolled")?;
    let device = identity.log.to_string();
    let households = households(phone)?;
    let mut captures = Vec::new();
    for number in first..first + EACH {
        let mut paths = Vec::new();
        for photo in 0..2 {
            let name = format!("{}-{number}-{photo}", identity.worker);
            paths.push(village.camera.shoot(&name, 0)?);
        }
        let paths: Vec<&std::path::Path> = paths.iter().map(AsRef::as_ref).collect();
        let household = households.get(number * 7).ok_or("too few households")?;
        let draft = visit(number as u64, household, &paths);
        // Saved some seconds after the place was found.
        let at_ms = draft.at_ms.unwrap_or_default();
        village
            .clock
            .set(at_ms + Dice(at_ms.unsigned_abs()).below(20_000) as i64);
        let saved = phone.save(&draft)?;
        if !fills(phone, saved.id)? {
            return Err("a capture of the workload does not fill its forms".into());
        }
        captures.push(as_plain(phone, saved.id, &device)?);
    }
    Ok(captures)
}

fn as_plain(phone: &Workspace, id: Ulid, device: &str) -> Outcome<Value> {
    let capture = phone.replica().capture(id)?;
    let mut hashes = Vec::new();
    for photo in &capture.photos {
        let row = phone
            .replica()
            .blob(photo.blob)?
            .ok_or("a photograph is not there")?;
        let hex: String = row
            .sha256
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        hashes.push(hex);
    }
    Ok(plain(&capture, device, &hashes))
}
