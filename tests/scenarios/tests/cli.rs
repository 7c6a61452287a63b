//! The `fieldwork` command as a shell sees it: exit status, one JSON object on stdout, everything else on
//! stderr.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::path::Path;

use fieldwork_scenarios::shell::{run, status, text};
use fieldwork_testkit::fixtures::Fixtures;

/// The names below "Commands:" of a help text.
fn commands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn every_command_explains_itself_and_its_options() {
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    let mut seen = Vec::new();
    while let Some(path) = open.pop() {
        let output = run(path.iter().map(String::as_str).chain(["--help"]));
        let help = text(&output.stdout);
        assert_eq!(status(&output), 0, "{path:?}");
        assert!(output.stderr.is_empty(), "{path:?}");
        assert!(
            help.contains("Usage: fieldwork") && help.contains("--json"),
            "{path:?}"
        );
        // A word about each option, beside it or in the line below.
        let lines: Vec<&str> = help.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let below = lines.get(at + 1).is_some_and(|below| !below.is_empty());
            assert!(
                !line.starts_with("--") || line.contains("  ") || below,
                "{path:?}: {line}"
            );
        }
        for name in commands(&help) {
            open.push(path.iter().cloned().chain([name]).collect());
        }
        seen.push(path.join(" "));
    }
    for known in [
        "demo",
        "hub init",
        "hub invite",
        "hub serve",
        "phone enrol",
        "phone play",
        "phone sync",
        "phone list",
        "phone timeline",
        "phone edit",
        "phone conflicts",
        "phone resolve",
        "phone fill",
        "find",
    ] {
        assert!(
            seen.iter().any(|path| path == known),
            "{known} is missing in {seen:?}"
        );
    }
}

#[test]
fn wrong_usage_is_status_2_with_a_word_on_stderr_and_nothing_on_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("phone");
    let store = store.to_str().unwrap();
    for args in [
        &[][..],
        &["nonsense"],
        &["--json"],
        &["hub"],
        &["hub", "init"],
        &["hub", "init", "--data", "x"],
        &["hub", "invite", "--data", "x"],
        &["hub", "serve", "--data", "x", "--listen", "nowhere"],
        &["hub", "serve", "--data", "x", "--now", "yesterday"],
        &["phone", "sync"],
        &["phone", "--store", store],
        &[
            "phone",
            "--store",
            store,
            "enrol",
            "--hub",
            "http://127.0.0.1:1",
        ],
        &[
            "phone",
            "--store",
            store,
            "edit",
            "household:1",
            "household.phone",
        ],
        &["phone", "--store", store, "resolve", "x"],
        &["phone", "--store", store, "resolve", "x", "--keep", "two"],
        &["phone", "--store", store, "sync", "--now", "08:00"],
        &["phone", "--store", store, "sync", "extra"],
        &["find", "--store", store],
        &["find", "text"],
        &["demo", "--nope"],
        &["id", "passport", "1"],
    ] {
        let output = run(args);
        assert_eq!(status(&output), 2, "{args:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
    assert!(
        !Path::new(store).exists(),
        "wrong usage left something behind"
    );
}

#[test]
fn a_failure_is_status_1_with_its_reason_on_stderr_and_nothing_on_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let day = Fixtures::default().day_file();
    let day = day.to_str().unwrap();
    std::fs::write(path("empty.json"), "{}").unwrap();
    std::fs::write(path("bad.toml"), "[wg]\nbase_url = 1").unwrap();
    let (phone, hub, empty, toml) = (
        path("phone"),
        path("hub"),
        path("empty.json"),
        path("bad.toml"),
    );
    let cases: [&[&str]; 9] = [
        &["phone", "--store", &phone, "sync"],
        &["phone", "--store", &phone, "play", day],
        &["phone", "--store", &phone, "play", &empty],
        &[
            "phone", "--store", &phone, "enrol", "--hub", "ftp://x", "--code", "A",
        ],
        &[
            "phone",
            "--store",
            &phone,
            "enrol",
            "--hub",
            "http://127.0.0.1:1",
            "--code",
            "A",
        ],
        &["phone", "--store", &phone, "fill", "C01"],
        &["hub", "invite", "--data", &hub, "--worker", "K05"],
        &["hub", "serve", "--data", &hub, "--upstreams", &toml],
        &["find", "--store", &phone, "周"],
    ];
    for args in cases {
        for json in [false, true] {
            let output = run(args.iter().copied().chain(json.then_some("--json")));
            assert_eq!(status(&output), 1, "{args:?}: {}", text(&output.stderr));
            assert!(
                output.stdout.is_empty(),
                "{args:?}: {}",
                text(&output.stdout)
            );
            let word = text(&output.stderr);
            assert!(word.starts_with("fieldwork: "), "{args:?}: {word}");
            assert!(!word.contains("panicked"), "{args:?}: {word}");
        }
    }
}
