//! The time of a save, beside what the medium takes for the same bytes.

use std::path::Path;
use std::time::Duration;

use fieldwork::log::Payload;
use rusqlite::Connection;

use crate::measure::{at, median, ms, times};
use crate::village::{Village, households};
use crate::workload::visit;
use crate::{Line, Outcome};

/// Runs of each.
const RUNS: usize = 101;
/// Size of the photograph, bytes.
const PHOTO: usize = 200_000;

pub fn figures(village: &Village) -> Outcome<Vec<Line>> {
    let running = village.serve("hub-save", &village.few_specs()?)?;
    let phone = village.phone(&running, "phone-save", "K05")?;
    let households = households(&phone)?;
    let mut lines = Vec::new();
    let mut saved = 0;
    for (what, padding) in [
        ("no photograph", None),
        ("a photograph of 200 kB", Some(PHOTO)),
    ] {
        let mut drafts = Vec::new();
        for run in 0..RUNS {
            let path = padding
                .map(|padding| village.camera.shoot(&format!("save-{run}"), padding))
                .transpose()?;
            let paths: Vec<&Path> = path.as_deref().into_iter().collect();
            let household = households.get(saved % households.len()).ok_or("none")?;
            drafts.push(visit(saved as u64, household, &paths));
            saved += 1;
        }
        let mut last = None;
        // Register and catalogue are loaded by the first save; that is not what is measured.
        phone.envelopes(phone.save(&visit(0, &households[0], &[]))?.id)?;
        let taken = times(RUNS, |run| {
            last = Some(phone.save(&drafts[run])?.id);
            Ok(())
        })?;
        let id = last.ok_or("nothing was saved")?;
        let capture = phone.replica().capture(id)?;
        let entry = Payload::Capture {
            capture: Box::new(capture),
            changes: Vec::new(),
        }
        .encode();
        let row = vec![0x5a; entry.len() + padding.unwrap_or(0)];
        let bare = bare(&village.path(&format!("bare-{}.db", row.len())), &row)?;
        lines.push(Line::new(format!("save, {what}"), spread(&taken)));
        lines.push(Line::new(
            format!(
                "bare SQLite insert of the same {} B, WAL and FULL",
                row.len()
            ),
            spread(&bare),
        ));
    }
    Ok(lines)
}

fn spread(times: &[Duration]) -> String {
    format!("median {}, p95 {}", ms(median(times)), ms(at(times, 950)))
}

fn bare(path: &Path, row: &[u8]) -> Outcome<Vec<Duration>> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE entry (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;",
    )?;
    times(RUNS, |_| {
        connection
            .prepare_cached("INSERT INTO entry (payload) VALUES (?1)")?
            .execute([row])?;
        Ok(())
    })
}
