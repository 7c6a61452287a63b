//! Saving: a child saves captures one after the other and is killed; the store is opened and looked at.

use std::time::{Duration, Instant};

use fieldwork::Workspace;

use crate::chance::Chance;
use crate::inspect::{self, Known};
use crate::stage::{Stage, WORKERS, text};
use crate::{Outcome, Verdict};

/// Whether a capture is acknowledged when it is there, or before: the fault that must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledges {
    /// After `save` has returned.
    Afterwards,
    /// Before it is called.
    Early,
}

/// Kills of one store; then a fresh one, so that a look stays quick.
const KILLS_OF_ONE: usize = 20;
/// Numbers of captures that one child may use.
const NUMBERS: u64 = 200;
/// Saves over which the moment of the kill is spread.
const SAVES: u32 = 6;
/// One in so many is killed while it is still opening what the last kill left.
const OPENING: u64 = 10;
/// How long a child may take to be at work.
const START: Duration = Duration::from_secs(60);

/// Kills saving children `kills` times; stops early once something is broken.
///
/// # Errors
/// Where the harness fails.
pub fn run(
    stage: &Stage,
    mut chance: Chance,
    kills: usize,
    acknowledges: Acknowledges,
) -> Outcome<Verdict> {
    let mut verdict = Verdict::default();
    let mut lane = 0;
    while verdict.kills < kills && verdict.broken.is_empty() {
        lane += 1;
        let place = stage.copy(&format!("saving-{acknowledges:?}-{lane}"))?;
        let store = place.phone(WORKERS[0]);
        let camera = place.camera_folder();
        let mut known = Known::default();
        let mut saved = 0;
        let mut child_number = 0;
        // Until it is known, from the first child's lines, how long a save takes.
        let mut save_time = Duration::from_millis(25);
        while verdict.kills < kills && child_number < KILLS_OF_ONE {
            let first = (child_number as u64 * NUMBERS).to_string();
            let now = stage.now_ms().to_string();
            let mut arguments = vec!["save", text(&store)?, text(&camera)?, &first, &now];
            if acknowledges == Acknowledges::Early {
                arguments.push("early");
            }
            child_number += 1;
            let child = stage.nursery.start(&arguments)?;
            let opening = chance.below(OPENING) == 0;
            let moment = if opening {
                chance.moment(Duration::from_millis(150))
            } else {
                child.first_line(START)?;
                chance.moment(save_time * SAVES)
            };
            let begun = Instant::now();
            let (lines, killed) = child.kill_after(moment)?;
            if !killed {
                return Err("a saving child ended by itself".into());
            }
            verdict.kills += 1;
            let before = known.acknowledged.len();
            for line in lines {
                if let Some(id) = line.strip_prefix("ack ") {
                    known.acknowledged.insert(id.parse()?);
                }
            }
            let acknowledged = known.acknowledged.len() - before;
            if let Some(saves) = u32::try_from(acknowledged).ok().filter(|saves| *saves > 2) {
                save_time = (begun.elapsed() / saves)
                    .clamp(Duration::from_millis(2), Duration::from_millis(200));
            }
            verdict.count("while opening", usize::from(opening));
            verdict.count("captures acknowledged", acknowledged);

            let (phone, opened) = Workspace::open(&store, stage.ports())?;
            let (mut broken, there) = match inspect::phone(&phone, &mut known) {
                Ok(found) => found,
                Err(error) => (vec![format!("unreadable: {error}")], Default::default()),
            };
            if opened.moved_aside.is_some() {
                broken.push("the database was damaged".to_owned());
            }
            phone.shutdown()?;
            // There although not acknowledged: killed between commit and line. Allowed, and acknowledged
            // from now on, since it was seen.
            verdict.count(
                "there before they were acknowledged",
                there.len().saturating_sub(saved + acknowledged),
            );
            saved = there.len();
            known.acknowledged.extend(there);
            let kill = verdict.kills;
            verdict.broken.extend(
                broken
                    .into_iter()
                    .map(|what| format!("kill {kill}: {what}")),
            );
            if !verdict.broken.is_empty() {
                return Ok(verdict);
            }
        }
    }
    Ok(verdict)
}
