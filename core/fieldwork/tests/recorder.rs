//! Walks on a phone: journalled, going on after a kill, sealed, handed out only for a reason, deleted in time.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::path::Path;
use std::sync::Arc;

use fieldwork::Workspace;
use fieldwork::port::{Ports, SetClock};
use fieldwork::recorder::{
    Battery, Emergency, KEPT_MS, Kept, LONGEST_KEPT_MS, Recorder, RecorderError, Start,
};
use fieldwork_geo::{Plane, Wgs84};
use fieldwork_patrol::{Break, Datum, Fix, Provider};

const NOW_MS: i64 = 1_778_027_400_000;
const VILLAGE: Wgs84 = Wgs84 {
    lon: 115.0,
    lat: 33.0,
};

fn open(folder: &Path) -> (Workspace, Arc<SetClock>) {
    let clock = Arc::new(SetClock::new(NOW_MS));
    let ports = Ports::with_clock(Arc::clone(&clock) as _);
    (Workspace::open(folder, ports).unwrap().0, clock)
}

fn start() -> Start {
    Start {
        purpose: "巡田".to_owned(),
        provider: Provider::Gps,
        datum: Datum::Wgs84,
    }
}

/// Eastwards at 1.2 m/s, one fix in five seconds.
fn fix(n: i64) -> Fix {
    Fix {
        at_ms: Some(NOW_MS + n * 5_000),
        elapsed_ms: Some(n * 5_000),
        accuracy_m: Some(4.0),
        ..Fix::at(Plane::at(VILLAGE).to_point((n as f64 * 6.0, 0.0)))
    }
}

fn near(found: f64, wanted: f64, slack: f64) {
    assert!((found - wanted).abs() <= slack, "{found}, not {wanted}");
}

#[test]
fn nothing_is_recorded_without_a_purpose_and_only_one_walk_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = open(folder.path());
    let aimless = Start {
        purpose: " ".to_owned(),
        ..start()
    };
    assert!(matches!(
        Recorder::start(&workspace, aimless),
        Err(RecorderError::NoPurpose)
    ));
    assert!(Recorder::go_on(&workspace).unwrap().is_none());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    assert!(matches!(
        Recorder::start(&workspace, start()),
        Err(RecorderError::UnderWay)
    ));
    recorder.discard().unwrap();
    assert!(Kept::of(&workspace).list().unwrap().is_empty());
    assert!(Recorder::start(&workspace, start()).is_ok());
}

#[test]
fn a_killed_app_goes_on_after_a_gap_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    {
        let (workspace, _) = open(folder.path());
        let mut recorder = Recorder::start(&workspace, start()).unwrap();
        for n in 0..60 {
            recorder.fix(&fix(n)).unwrap();
        }
        // The process ends here: nothing is finished, nothing is shut down.
    }
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::go_on(&workspace).unwrap().unwrap();
    assert_eq!((recorder.purpose(), recorder.summary().fixes), ("巡田", 60));
    for n in 100..160 {
        // The device was started again: its monotonic clock counts from nought.
        let fix = Fix {
            elapsed_ms: Some((n - 100) * 5_000),
            ..fix(n)
        };
        recorder.fix(&fix).unwrap();
    }
    let finished = recorder.finish(KEPT_MS).unwrap();
    let summary = finished.summary;
    assert_eq!((summary.used, summary.segments), (120, 2));
    near(summary.distance_m, 2.0 * 59.0 * 6.0, 5.0);
    near(summary.gap_m, 41.0 * 6.0, 0.5);
    near(summary.elapsed_s, 159.0 * 5.0, 0.1);
    let track = Kept::of(&workspace).track(finished.id).unwrap();
    let begins: Vec<Break> = track.segments.iter().map(|one| one.begins).collect();
    assert_eq!(begins, [Break::Start, Break::Restarted]);
    let facts = finished.facts.unwrap();
    assert_eq!(facts.started_ms, NOW_MS);
    assert_eq!(facts.ended_ms, NOW_MS + 159 * 5_000);
    assert_eq!(facts.length_m, Some(summary.distance_m));
}

#[test]
fn a_pause_is_nobodys_business_and_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    {
        let (workspace, _) = open(folder.path());
        let mut recorder = Recorder::start(&workspace, start()).unwrap();
        for n in 0..40 {
            recorder.fix(&fix(n)).unwrap();
        }
        recorder.pause().unwrap();
        assert!(matches!(recorder.fix(&fix(41)), Err(RecorderError::Paused)));
    }
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::go_on(&workspace).unwrap().unwrap();
    assert!(recorder.is_paused());
    recorder.resume().unwrap();
    for n in 200..240 {
        recorder.fix(&fix(n)).unwrap();
    }
    let live = recorder.summary();
    assert_eq!((live.gap_m, live.segments), (0.0, 2));
    let finished = recorder.finish(KEPT_MS).unwrap();
    assert_eq!(finished.facts.unwrap().length_m, Some(live.distance_m));
}

#[test]
fn fixes_are_asked_for_less_often_when_standing_or_on_a_low_battery() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    for n in 0..20 {
        assert_eq!(recorder.fix(&fix(n)).unwrap().ask_every_s, 5.0);
    }
    recorder.set_battery(Battery::Low);
    assert_eq!(recorder.ask_every_s(), 15.0);
    recorder.set_battery(Battery::Enough);
    assert_eq!(recorder.ask_every_s(), 5.0);
    let stand = |n: i64| Fix {
        point: fix(20).point,
        ..fix(n)
    };
    let last = (20..40).map(|n| recorder.fix(&stand(n)).unwrap()).last();
    assert_eq!(last.unwrap().ask_every_s, 15.0);
}

#[test]
fn a_receiver_that_lost_a_thousand_weeks_is_given_the_devices_time() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    for n in 0..10 {
        let old = fix(n).at_ms.map(|at| at - 1_024 * 7 * 86_400_000);
        recorder
            .fix(&Fix {
                at_ms: old,
                ..fix(n)
            })
            .unwrap();
    }
    let facts = recorder.finish(KEPT_MS).unwrap().facts.unwrap();
    assert!((facts.started_ms - NOW_MS).abs() < 60_000);
}

#[test]
fn a_kept_walk_is_exported_on_its_workers_wish_and_deleted_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, clock) = open(folder.path());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    for n in 0..30 {
        recorder.fix(&fix(n)).unwrap();
    }
    assert!(matches!(
        recorder.finish(LONGEST_KEPT_MS + 1),
        Err(RecorderError::KeptTooLong)
    ));
    let finished = recorder.finish(KEPT_MS).unwrap();
    assert!(Recorder::go_on(&workspace).unwrap().is_none());

    let kept = Kept::of(&workspace);
    let gpx = kept.gpx(finished.id).unwrap();
    assert_eq!(gpx.matches("<trkpt").count(), 30);
    assert!(
        kept.geojson(finished.id)
            .unwrap()
            .contains("MultiLineString")
    );
    assert_eq!(kept.list().unwrap().len(), 1);

    clock.set(finished.expires_ms);
    assert!(kept.gpx(finished.id).is_err(), "its time is over");
    assert_eq!(kept.list().unwrap(), []);
    assert!(matches!(
        kept.track(finished.id),
        Err(RecorderError::Unknown)
    ));
}

#[test]
fn an_expired_walk_is_gone_once_the_app_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    recorder.fix(&fix(0)).unwrap();
    let finished = recorder.finish(1_000).unwrap();
    drop(recorder);
    workspace.shutdown().unwrap();
    let ports = Ports::with_clock(Arc::new(SetClock::new(finished.expires_ms + 1)));
    let (workspace, _) = Workspace::open(folder.path(), ports).unwrap();
    assert_eq!(
        Kept::of(&workspace).expire().unwrap(),
        0,
        "it was deleted at opening"
    );
}

#[test]
fn an_emergency_export_needs_basis_scope_and_expiry_and_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    for n in 0..100 {
        recorder.fix(&fix(n)).unwrap();
    }
    let id = recorder.finish(KEPT_MS).unwrap().id;
    let kept = Kept::of(&workspace);
    let terms = Emergency {
        basis: "防汛应急响应 示例〔2026〕1号".to_owned(),
        from_ms: NOW_MS + 100_000,
        to_ms: NOW_MS + 200_000,
        expires_ms: NOW_MS + 86_400_000,
    };
    for lacking in [
        Emergency {
            basis: " ".to_owned(),
            ..terms.clone()
        },
        Emergency {
            to_ms: terms.from_ms,
            ..terms.clone()
        },
        Emergency {
            from_ms: 0,
            to_ms: 1,
            ..terms.clone()
        },
        Emergency {
            expires_ms: NOW_MS - 1,
            ..terms.clone()
        },
        Emergency {
            expires_ms: i64::MAX,
            ..terms.clone()
        },
    ] {
        let refused = kept.hand_out(id, &lacking);
        assert!(
            matches!(refused, Err(RecorderError::Emergency(_))),
            "{refused:?}"
        );
    }
    assert_eq!(kept.handed_out(id).unwrap(), []);
    let gpx = kept.hand_out(id, &terms).unwrap();
    assert_eq!(gpx.matches("<trkpt").count(), 21, "the scope and no more");
    assert!(gpx.contains("示例〔2026〕1号") && gpx.contains("使用期限"));
    let noted = kept.handed_out(id).unwrap();
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].terms, terms);
}

#[test]
fn a_receiver_that_calls_once_more_after_the_end_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    for n in 0..20 {
        recorder.fix(&fix(n)).unwrap();
    }
    let finished = recorder.finish(KEPT_MS).unwrap();
    let kept = Kept::of(&workspace).track(finished.id).unwrap();
    // The app may have died before the capture was saved: what goes into it is told again.
    let (again, first) = (
        Kept::of(&workspace).facts(finished.id),
        finished.facts.unwrap(),
    );
    let again = again.unwrap().unwrap();
    near(again.length_m.unwrap(), first.length_m.unwrap(), 0.1);
    assert_eq!(
        (again.started_ms, again.ended_ms),
        (first.started_ms, first.ended_ms)
    );
    assert!(matches!(recorder.fix(&fix(20)), Err(RecorderError::Over)));
    assert!(matches!(recorder.pause(), Err(RecorderError::Over)));
    assert!(matches!(recorder.finish(KEPT_MS), Err(RecorderError::Over)));
    assert_eq!(Kept::of(&workspace).track(finished.id).unwrap(), kept);
    assert_eq!(Kept::of(&workspace).list().unwrap().len(), 1);

    let mut other = Recorder::start(&workspace, start()).unwrap();
    other.fix(&fix(0)).unwrap();
    other.discard().unwrap();
    assert!(matches!(other.fix(&fix(1)), Err(RecorderError::Over)));
    Recorder::start(&workspace, start()).unwrap();
}

#[test]
fn the_times_of_a_walk_do_not_run_backwards_when_the_clock_is_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = open(folder.path());
    let mut recorder = Recorder::start(&workspace, start()).unwrap();
    for n in 0..40 {
        let back_ms = if n < 20 { 0 } else { 3_600_000 };
        let fix = fix(n);
        let at_ms = fix.at_ms.map(|at_ms| at_ms - back_ms);
        recorder.fix(&Fix { at_ms, ..fix }).unwrap();
    }
    let facts = recorder.finish(KEPT_MS).unwrap().facts.unwrap();
    assert_eq!(facts.started_ms, NOW_MS);
    assert_eq!(facts.ended_ms - facts.started_ms, 39 * 5_000);
}
