//! A walk under way, and an app that is killed without warning.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::path::Path;
use std::time::Duration;

use fieldwork::Workspace;
use fieldwork::port::Ports;
use fieldwork::recorder::{KEPT_MS, Kept, Recorder};
use fieldwork_kill::chance::{Chance, seed};
use fieldwork_kill::child::Nursery;
use fieldwork_patrol::Break;

const KILLS: usize = 12;
const NOW_MS: i64 = 1_778_027_400_000;

#[test]
fn every_fix_that_was_acknowledged_is_there_after_kills_and_the_walk_goes_on() {
    let seed = seed();
    let mut chance = Chance::new(seed);
    let nursery = Nursery {
        program: Path::new(env!("CARGO_BIN_EXE_kill-child")).to_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().to_str().unwrap();
    let (mut acknowledged, mut kills) = (0, 0);
    while kills < KILLS {
        // Each begins an hour after the one before: the time between is a gap.
        let now = (NOW_MS + kills as i64 * 3_600_000).to_string();
        let child = nursery.start(&["walk", store, &now]).unwrap();
        assert_eq!(child.first_line(Duration::from_secs(60)).unwrap(), "ready");
        let moment = chance.moment(Duration::from_millis(120));
        let (lines, killed) = child.kill_after(moment).unwrap();
        assert!(killed, "seed {seed}: the child ended by itself");
        kills += 1;
        let said = lines.iter().rev();
        let mut numbers = said.filter_map(|line| line.strip_prefix("ack ")?.parse::<u64>().ok());
        acknowledged = numbers.next().unwrap_or(0).max(acknowledged);
        let (workspace, opened) = Workspace::open(folder.path(), Ports::system()).unwrap();
        assert_eq!(opened.moved_aside, None, "seed {seed}");
        let recorder = Recorder::go_on(&workspace).unwrap();
        if let Some(recorder) = &recorder {
            let found = recorder.summary().fixes;
            assert!(
                found >= acknowledged,
                "seed {seed}: {found} of {acknowledged}"
            );
        }
        assert!(recorder.is_some() || acknowledged == 0, "seed {seed}");
        workspace.shutdown().unwrap();
    }
    assert!(acknowledged > 0, "seed {seed}: no kill hit anything");
    let (workspace, _) = Workspace::open(folder.path(), Ports::system()).unwrap();
    let mut recorder = Recorder::go_on(&workspace).unwrap().unwrap();
    let finished = recorder.finish(KEPT_MS).unwrap();
    let track = Kept::of(&workspace).track(finished.id).unwrap();
    assert!(track.fixes().count() as u64 >= acknowledged);
    let mut begins = track.segments.iter().map(|segment| segment.begins);
    assert_eq!(begins.next(), Some(Break::Start));
    assert!(begins.all(|begins| begins == Break::Restarted));
}
