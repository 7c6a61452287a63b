//! The promises that `kill -9` puts to the test. `FIELDWORK_KILLS` sets how often, `FIELDWORK_KILL_SEED`
//! repeats a run.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use fieldwork::Workspace;
use fieldwork_ids::Ulid;
use fieldwork_kill::chance::{Chance, kills, seed};
use fieldwork_kill::inspect::{self, Known};
use fieldwork_kill::saving::Acknowledges;
use fieldwork_kill::script::draft;
use fieldwork_kill::stage::{Stage, WORKERS};
use fieldwork_kill::{Verdict, delivering, saving, syncing};

const CHILD: &str = env!("CARGO_BIN_EXE_kill-child");

/// Past the test runner's capture: the seed must be seen also when all is well.
fn tell(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

#[test]
fn nothing_acknowledged_is_lost_halved_or_delivered_twice_by_kills_at_random_moments() {
    let seed = seed();
    let all = kills(200);
    let (saves, syncs) = (all * 2 / 5, all * 3 / 10);
    let deliveries = all - saves - syncs;
    tell(&format!("kill -9: {all} kills, seed={seed}"));
    let stage = Stage::new(Path::new(CHILD)).unwrap();
    let mut chance = Chance::new(seed);
    let mut fork = || Chance::new(chance.bits());
    let (first, second, third) = (fork(), fork(), fork());
    let begun = Instant::now();
    let timed = |verdict: Verdict| (verdict, begun.elapsed().as_secs());
    let verdicts: Vec<(&str, (Verdict, u64))> = std::thread::scope(|scope| {
        let saving = scope
            .spawn(|| timed(saving::run(&stage, first, saves, Acknowledges::Afterwards).unwrap()));
        let syncing = scope.spawn(|| timed(syncing::run(&stage, second, syncs).unwrap()));
        let delivering = scope.spawn(|| timed(delivering::run(&stage, third, deliveries).unwrap()));
        vec![
            ("saving", saving.join().unwrap()),
            ("syncing", syncing.join().unwrap()),
            ("delivering", delivering.join().unwrap()),
        ]
    });
    let mut broken = Vec::new();
    for (name, (verdict, seconds)) in &verdicts {
        tell(&format!("  {name}: {}, {seconds} s", verdict.line()));
        broken.extend(verdict.broken.iter().map(|what| format!("{name}: {what}")));
    }
    let n: usize = verdicts.iter().map(|(_, (verdict, _))| verdict.kills).sum();
    let passed = broken.is_empty() && n >= all;
    let word = if passed { "PASS" } else { "FAIL" };
    tell(&format!(
        "promise \"what is acknowledged survives kill -9, whole and once\": {word} n={n} seed={seed}"
    ));
    assert!(passed, "seed {seed}, {n} kills: {broken:#?}");
}

#[test]
fn a_phone_that_acknowledges_before_it_commits_is_caught() {
    let seed = seed();
    let stage = Stage::new(Path::new(CHILD)).unwrap();
    let verdict = saving::run(&stage, Chance::new(seed), 20, Acknowledges::Early).unwrap();
    let caught = verdict.broken.iter().any(|what| what.contains("lost:"));
    tell(&format!(
        "control \"acknowledged before the commit\": {} after {} kills, seed={seed}",
        if caught { "caught" } else { "NOT CAUGHT" },
        verdict.kills
    ));
    assert!(caught, "seed {seed}: {verdict:?}");
}

#[test]
fn a_look_at_a_phone_sees_a_lost_capture_a_torn_photograph_and_a_log_that_differs() {
    let stage = Stage::new(Path::new(CHILD)).unwrap();
    let place = stage.copy("look").unwrap();
    let store = place.phone(WORKERS[0]);
    let (phone, _) = Workspace::open(&store, stage.ports()).unwrap();
    let camera = place.camera().unwrap();
    for number in 0..10 {
        let saved = phone.save(&draft(&phone, number, &camera).unwrap());
        saved.unwrap();
    }
    let look = |known: &mut Known| inspect::phone(&phone, known).unwrap().0;
    assert_eq!(look(&mut Known::default()), Vec::<String>::new());

    let mut known = Known::default();
    known.acknowledged.insert(Ulid::from_parts(0, [7; 10]));
    assert!(look(&mut known)[0].starts_with("lost:"));

    let photo = phone.captures(0, 1).unwrap()[0].id;
    let photo = phone.replica().capture(photo).unwrap().photos[0].blob;
    let path = phone.replica().blob_path(photo).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(look(&mut Known::default())[0].starts_with("half: a photograph"));
    fs::write(&path, bytes).unwrap();

    let ours: Vec<Ulid> = inspect::logged(phone.replica()).unwrap();
    phone
        .replica()
        .write(|transaction| {
            transaction
                .execute("DELETE FROM capture WHERE id = ?1", [ours[0].to_bytes()])
                .map_err(fieldwork::replica::ReplicaError::from)
        })
        .unwrap();
    let broken = look(&mut Known::default());
    assert!(
        broken.iter().any(|what| what.contains("read model")),
        "{broken:?}"
    );
    assert!(
        broken.iter().any(|what| what.contains("the register")),
        "{broken:?}"
    );
    assert!(
        broken.iter().any(|what| what.contains("a case was opened")),
        "{broken:?}"
    );
}
