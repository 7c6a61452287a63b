use std::collections::BTreeMap;

use proptest::prelude::*;
use rusqlite::Connection;

use super::super::{migrate, status};
use super::*;

const LEASE_MS: i64 = 1_000;

fn village() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    let tx = connection.transaction().unwrap();
    migrate(&tx).unwrap();
    migrate(&tx).unwrap();
    tx.commit().unwrap();
    connection
}

fn envelope(key: &str) -> NewJob {
    NewJob {
        key: key.into(),
        capture: Ulid::from_bytes([7; 16]),
        at_ms: 0,
        system: "wg".into(),
        form: "open".into(),
        case_id: None,
        opens_case: false,
        link: Link::None,
        envelope: b"{}".to_vec(),
        spec_version: 1,
        repeat: Repeat::Safe,
    }
}

fn opening(key: &str, case: u8) -> NewJob {
    NewJob {
        case_id: Some(Ulid::from_bytes([case; 16])),
        opens_case: true,
        ..envelope(key)
    }
}

fn closing(key: &str, case: u8) -> NewJob {
    let form = "close".into();
    NewJob {
        form,
        case_id: Some(Ulid::from_bytes([case; 16])),
        link: Link::Waits,
        ..envelope(key)
    }
}

fn accepted(id: &str) -> Outcome {
    Outcome::Accepted {
        upstream_ref: Some(id.into()),
    }
}

fn busy() -> Outcome {
    Outcome::Busy {
        reason: "busy".into(),
    }
}

fn unclear() -> Outcome {
    Outcome::Unclear {
        reason: "no answer".into(),
    }
}

/// Runs one write in a transaction of its own.
fn write<T>(db: &mut Connection, f: impl FnOnce(&Transaction) -> Result<T, StoreError>) -> T {
    let tx = db.transaction().unwrap();
    let value = f(&tx).unwrap();
    tx.commit().unwrap();
    value
}

fn take(db: &mut Connection, now_ms: i64) -> Option<Job> {
    write(db, |tx| claim(tx, "wg", now_ms, LEASE_MS))
}

fn end(db: &mut Connection, job: &Job, outcome: &Outcome, now_ms: i64) -> Finished {
    write(db, |tx| {
        finish(tx, &job.key, job.fence, outcome, now_ms, now_ms + 500)
    })
}

fn state_of(db: &Connection, key: &str) -> State {
    status::find(db, key).unwrap().unwrap().state
}

#[test]
fn an_envelope_is_never_refilled_under_the_same_key() {
    let mut db = village();
    assert!(write(&mut db, |tx| enqueue(tx, &envelope("A"), 10)));
    let refilled = NewJob {
        envelope: b"{\"other\":1}".to_vec(),
        ..envelope("A")
    };
    assert!(!write(&mut db, |tx| enqueue(tx, &refilled, 20)));
    assert_eq!(status::envelope(&db, "A").unwrap().unwrap(), b"{}");
}

#[test]
fn the_oldest_due_delivery_of_the_system_is_claimed_and_no_other_worker_gets_it() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &envelope("B"), 20));
    write(&mut db, |tx| enqueue(tx, &envelope("A"), 10));
    write(&mut db, |tx| {
        enqueue(
            tx,
            &NewJob {
                system: "ffp".into(),
                ..envelope("0")
            },
            5,
        )
    });
    let first = take(&mut db, 30).unwrap();
    assert_eq!(
        (first.key.as_str(), first.attempt, first.fence),
        ("A", 1, 1)
    );
    assert_eq!(take(&mut db, 30).unwrap().key, "B");
    assert_eq!(take(&mut db, 30), None);
}

#[test]
fn a_busy_upstream_is_asked_again_when_the_wait_is_over() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &envelope("A"), 0));
    let job = take(&mut db, 0).unwrap();
    assert_eq!(
        end(&mut db, &job, &busy(), 0),
        Finished::Recorded(State::Retryable)
    );
    assert_eq!(take(&mut db, 499), None);
    assert_eq!(status::next_due_ms(&db, "wg").unwrap(), Some(500));
    let job = take(&mut db, 500).unwrap();
    assert_eq!(job.attempt, 2);
    end(&mut db, &job, &accepted("E1"), 501);
    let row = status::find(&db, "A").unwrap().unwrap();
    assert_eq!(
        (row.state, row.upstream_ref.as_deref()),
        (State::Completed, Some("E1"))
    );
    assert_eq!((row.completed_ms, row.reason), (Some(501), None));
}

#[test]
fn a_worker_that_lost_its_lease_to_another_changes_nothing() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &envelope("A"), 0));
    let slow = take(&mut db, 0).unwrap();
    let quick = take(&mut db, LEASE_MS).unwrap();
    let late = Outcome::Refused {
        reason: "late".into(),
    };
    assert_eq!(end(&mut db, &slow, &late, LEASE_MS), Finished::Stale);
    let renewed = write(&mut db, |tx| {
        save_progress(tx, "A", slow.fence, b"late", LEASE_MS, LEASE_MS)
    });
    assert!(!renewed);
    assert_eq!(
        end(&mut db, &quick, &accepted("E1"), LEASE_MS),
        Finished::Recorded(State::Completed)
    );
    assert_eq!(end(&mut db, &slow, &late, LEASE_MS), Finished::Stale);
}

#[test]
fn progress_survives_the_attempt_and_renews_the_lease() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &envelope("A"), 0));
    let job = take(&mut db, 0).unwrap();
    assert!(write(&mut db, |tx| save_progress(
        tx, "A", job.fence, b"one", 900, LEASE_MS
    )));
    assert_eq!(take(&mut db, LEASE_MS), None);
    assert_eq!(take(&mut db, 1_900).unwrap().progress.unwrap(), b"one");
}

#[test]
fn without_a_clear_answer_what_must_not_be_repeated_waits_for_a_person() {
    let mut db = village();
    let once = |key| NewJob {
        repeat: Repeat::Never,
        ..envelope(key)
    };
    write(&mut db, |tx| enqueue(tx, &once("A"), 0));
    let job = take(&mut db, 0).unwrap();
    assert_eq!(
        end(&mut db, &job, &unclear(), 0),
        Finished::Recorded(State::Uncertain)
    );
    assert_eq!(take(&mut db, i64::MAX), None);
    assert!(write(&mut db, |tx| confirm(tx, "A", Some("E9"), 7)));
    assert_eq!(state_of(&db, "A"), State::Completed);
    // The same where the hub was killed in between.
    write(&mut db, |tx| enqueue(tx, &once("B"), 0));
    let job = take(&mut db, 0).unwrap();
    assert_eq!(take(&mut db, LEASE_MS), None);
    assert_eq!(state_of(&db, "B"), State::Uncertain);
    // Its own worker may still say what it came to: nobody else has sent it since.
    assert_eq!(
        end(&mut db, &job, &accepted("E2"), 2_000),
        Finished::Recorded(State::Completed)
    );
}

#[test]
fn a_hub_that_starts_again_takes_up_at_once_what_it_left() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &envelope("A"), 0));
    write(&mut db, |tx| {
        enqueue(
            tx,
            &NewJob {
                repeat: Repeat::Never,
                ..envelope("B")
            },
            0,
        )
    });
    take(&mut db, 0).unwrap();
    take(&mut db, 0).unwrap();
    assert_eq!(write(&mut db, |tx| recover(tx, 1)), 2);
    assert_eq!(take(&mut db, 1).unwrap().key, "A");
    assert_eq!(state_of(&db, "B"), State::Uncertain);
}

#[test]
fn a_close_waits_for_the_id_of_its_own_case_at_its_own_system() {
    let mut db = village();
    write(&mut db, |tx| {
        enqueue(tx, &opening("open1", 1), 0)?;
        enqueue(tx, &opening("open2", 2), 0)?;
        enqueue(tx, &closing("close1", 1), 0)?;
        enqueue(
            tx,
            &NewJob {
                system: "zf".into(),
                ..closing("zf-close1", 1)
            },
            0,
        )
    });
    assert_eq!(state_of(&db, "close1"), State::Scheduled);
    let (first, second) = (take(&mut db, 0).unwrap(), take(&mut db, 0).unwrap());
    assert_eq!(take(&mut db, 0), None);
    end(&mut db, &second, &accepted("E2"), 1);
    assert_eq!(take(&mut db, 1), None);
    end(&mut db, &first, &accepted("E1"), 1);
    let close = take(&mut db, 1).unwrap();
    assert_eq!(
        (close.key.as_str(), close.reference.as_deref()),
        ("close1", Some("E1"))
    );
    assert_eq!(state_of(&db, "zf-close1"), State::Scheduled);
}

#[test]
fn a_close_that_comes_after_the_receipt_is_available_at_once() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &opening("open", 1), 0));
    let job = take(&mut db, 0).unwrap();
    end(&mut db, &job, &accepted("E1"), 1);
    write(&mut db, |tx| enqueue(tx, &closing("close", 1), 2));
    assert_eq!(take(&mut db, 2).unwrap().reference.as_deref(), Some("E1"));
}

#[test]
fn a_final_refusal_stays_until_a_person_sends_it_again_or_gives_it_up() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &envelope("A"), 0));
    let job = take(&mut db, 0).unwrap();
    end(
        &mut db,
        &job,
        &Outcome::Refused {
            reason: "too long".into(),
        },
        0,
    );
    assert_eq!(take(&mut db, i64::MAX), None);
    assert!(write(&mut db, |tx| mark_receipt(
        tx,
        "A",
        State::Discarded,
        3
    )));
    assert_eq!(status::unreceipted(&db, 10).unwrap(), []);
    assert!(write(&mut db, |tx| retry(tx, "A", 5)));
    assert!(!write(&mut db, |tx| mark_receipt(
        tx,
        "A",
        State::Discarded,
        4
    )));
    let job = take(&mut db, 5).unwrap();
    assert!(!write(&mut db, |tx| retry(tx, "A", 5)));
    end(&mut db, &job, &busy(), 5);
    assert!(write(&mut db, |tx| discard(tx, "A", "given up")));
    let due = status::unreceipted(&db, 10).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].state, due[0].receipt_seq), (State::Discarded, None));
    assert!(!write(&mut db, |tx| discard(tx, "A", "twice")));
}

#[test]
fn what_lacks_a_photograph_is_no_attempt_and_is_due_when_the_photograph_comes() {
    let mut db = village();
    write(&mut db, |tx| enqueue(tx, &envelope("A"), 0));
    let job = take(&mut db, 0).unwrap();
    let lacks = Outcome::NotReady {
        reason: "a photograph is not here yet".into(),
    };
    assert_eq!(
        end(&mut db, &job, &lacks, 0),
        Finished::Recorded(State::Available)
    );
    assert_eq!(take(&mut db, 10), None);
    write(&mut db, |tx| hurry(tx, Ulid::from_bytes([7; 16]), 10));
    assert_eq!(take(&mut db, 10).unwrap().attempt, 1);
}

#[test]
fn an_operator_sees_counts_by_system_and_state_and_the_rows_behind_them() {
    let mut db = village();
    write(&mut db, |tx| {
        enqueue(tx, &envelope("A"), 1)?;
        enqueue(tx, &envelope("B"), 2)?;
        enqueue(tx, &closing("C", 1), 3)
    });
    let counts: Vec<_> = status::counts(&db)
        .unwrap()
        .into_iter()
        .map(|row| (row.system, row.state, row.count, row.oldest_ms))
        .collect();
    assert_eq!(
        counts,
        [
            ("wg".into(), State::Available, 2, 1),
            ("wg".into(), State::Scheduled, 1, 3)
        ]
    );
    let waiting = status::list(&db, Some("wg"), Some(State::Scheduled), 10).unwrap();
    assert_eq!(waiting[0].key, "C");
    assert_eq!(status::list(&db, None, None, 2).unwrap().len(), 2);
}

#[test]
fn tables_of_a_newer_hub_are_refused() {
    let mut db = village();
    db.execute("UPDATE hub_schema SET version = 99", [])
        .unwrap();
    let tx = db.transaction().unwrap();
    assert!(matches!(
        migrate(&tx),
        Err(StoreError::TooNew { found: 99, .. })
    ));
}

/// What one step of a history does; numbers pick a worker or a case modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Enqueue(u8),
    Claim,
    /// A worker's message reaches the upstream and is answered (or refused for now, or the answer
    /// is lost), and the worker records it, however late.
    Finish {
        worker: usize,
        reached: bool,
        answered: bool,
    },
    /// A worker dies with what it holds; its message may have reached the upstream.
    Die {
        worker: usize,
        reached: bool,
    },
    Pass(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0_u8..4).prop_map(Step::Enqueue),
        4 => Just(Step::Claim),
        4 => (any::<usize>(), any::<bool>(), any::<bool>())
            .prop_map(|(worker, reached, answered)| Step::Finish { worker, reached, answered }),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(worker, reached)| Step::Die { worker, reached }),
        3 => (0_i64..1_500).prop_map(Step::Pass),
    ]
}

/// An upstream that honours the key: the first message makes a record, another gets the same id.
#[derive(Default)]
struct Upstream(BTreeMap<String, String>);

impl Upstream {
    fn take(&mut self, key: &str) -> Outcome {
        let next = format!("E{}", self.0.len());
        accepted(self.0.entry(key.into()).or_insert(next))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_interleaving_accepts_twice_or_loses_a_delivery(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let mut db = village();
        let mut now = 0;
        let mut upstream = Upstream::default();
        let mut workers: Vec<Job> = Vec::new();
        let mut known: BTreeMap<String, u32> = BTreeMap::new();
        // Key → fence of its latest claim and the end of that claim's lease, while it is running.
        let mut latest: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for step in steps {
            match step {
                // Even cases open, odd ones close the case before them.
                Step::Enqueue(n) => {
                    let key = format!("K{n}");
                    let job = if n % 2 == 0 { opening(&key, n) } else { closing(&key, n - 1) };
                    if write(&mut db, |tx| enqueue(tx, &job, now)) {
                        prop_assert!(known.insert(key, 0).is_none());
                    }
                }
                Step::Claim => if let Some(job) = take(&mut db, now) {
                    let before = latest.insert(job.key.clone(), (job.fence, now + LEASE_MS));
                    if let Some((fence, until)) = before {
                        prop_assert!(job.fence > fence && until <= now, "taken from its holder");
                    }
                    workers.push(job);
                }
                Step::Finish { worker, reached, answered } if !workers.is_empty() => {
                    let job = workers.swap_remove(worker % workers.len());
                    let outcome = match (reached, answered) {
                        (true, true) => upstream.take(&job.key),
                        (true, false) => { upstream.take(&job.key); unclear() }
                        (false, true) => busy(),
                        (false, false) => unclear(),
                    };
                    let finished = end(&mut db, &job, &outcome, now);
                    if latest[&job.key].0 == job.fence {
                        prop_assert_ne!(finished, Finished::Stale);
                        latest.insert(job.key.clone(), (job.fence, now));
                    } else {
                        prop_assert_eq!(finished, Finished::Stale);
                    }
                    if finished == Finished::Recorded(State::Completed) {
                        *known.get_mut(&job.key).unwrap() += 1;
                    }
                }
                Step::Die { worker, reached } if !workers.is_empty() => {
                    let job = workers.swap_remove(worker % workers.len());
                    if reached { upstream.take(&job.key); }
                }
                Step::Pass(ms) => now += ms,
                Step::Finish { .. } | Step::Die { .. } => {}
            }
            prop_assert!(known.values().all(|times| *times <= 1));
        }
        // Everybody who still held something is gone; a single good worker comes.
        now += LEASE_MS;
        for _ in 0..20 {
            while let Some(job) = take(&mut db, now) {
                if job.key == "K1" || job.key == "K3" {
                    let opened = if job.key == "K1" { "K0" } else { "K2" };
                    prop_assert_eq!(job.reference.as_ref(), upstream.0.get(opened));
                }
                let outcome = upstream.take(&job.key);
                let finished = end(&mut db, &job, &outcome, now);
                prop_assert_eq!(finished, Finished::Recorded(State::Completed));
                *known.get_mut(&job.key).unwrap() += 1;
            }
            now += 1_000;
        }
        for (key, times) in &known {
            // A close whose opening never came goes on waiting; all else is with the upstream, once.
            let orphan = matches!(key.as_str(), "K1" if !known.contains_key("K0"))
                || matches!(key.as_str(), "K3" if !known.contains_key("K2"));
            let row = status::find(&db, key).unwrap().unwrap();
            if orphan {
                prop_assert_eq!(row.state, State::Scheduled);
            } else {
                prop_assert_eq!((row.state, *times), (State::Completed, 1));
                prop_assert_eq!(row.upstream_ref.as_ref(), upstream.0.get(key));
            }
        }
        prop_assert_eq!(upstream.0.len(), known.values().filter(|times| **times == 1).count());
    }
}
