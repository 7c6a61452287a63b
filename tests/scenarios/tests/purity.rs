//! The house as its manifests and sources say it stands: arrows run downward, what is pure does no I/O,
//! clock and chance have one door, SQL has two places.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The crates from the ground up: each may depend on those before it in the list.
const ORDER: [(&str, &str); 17] = [
    ("fieldwork-ids", "core/ids"),
    ("fieldwork-geo", "core/geo"),
    ("fieldwork-photo", "core/photo"),
    ("fieldwork-patrol", "core/patrol"),
    ("fieldwork-register", "core/register"),
    ("fieldwork-forms", "core/forms"),
    ("fieldwork", "core/fieldwork"),
    ("fieldwork-http", "core/http"),
    ("fieldwork-hub", "hub"),
    ("fieldwork-testkit", "tests/testkit"),
    ("fieldwork-photo-tests", "tests/photos"),
    ("fieldwork-cli", "cli"),
    ("fieldwork-ffi", "bindings/ffi"),
    ("fieldwork-scenarios", "tests/scenarios"),
    ("fieldwork-kill", "tests/kill"),
    ("fieldwork-patrol-tests", "tests/patrol"),
    ("fieldwork-bench", "tests/bench"),
];

/// Arrows that the order alone would allow and the house does not: core knows nothing of those above.
const PURE: [&str; 6] = ["ids", "geo", "photo", "patrol", "register", "forms"];

/// What a pure crate may depend on. Parsers and formatters of bytes in memory, nothing that opens a file,
/// a socket or a thread.
const ALLOWED: [&str; 19] = [
    "ab_glyph",
    "chrono",
    "csv",
    "encoding_rs",
    "fast_image_resize",
    "flate2",
    "image",
    "jpeg-decoder",
    "jpeg-encoder",
    "memchr",
    "quick-xml",
    "schemars",
    "serde",
    "serde_bytes",
    "serde_json",
    "serde_path_to_error",
    "sha2",
    "thiserror",
    "ulid",
];

/// Never under `core/`, for the reason given.
const DENIED_IN_CORE: [(&str, &str); 8] = [
    (
        "uniffi",
        "bindings wrap the core, the core does not know them",
    ),
    ("tokio", "the core blocks; the host decides about threads"),
    ("axum", "the core is no server"),
    ("async-trait", "the core blocks"),
    ("reqwest", "the network is a port"),
    ("rand", "chance is a port"),
    ("time", "the clock is a port"),
    ("tracing-subscriber", "where logs go is the host's business"),
];

fn manifest(folder: &str) -> Table {
    let path = root().join(folder).join("Cargo.toml");
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .parse()
        .unwrap()
}

/// Dependencies that end up in what is shipped: normal and build, on every target.
fn shipped(manifest: &Table) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut take = |table: Option<&Value>| {
        for (name, value) in table.and_then(Value::as_table).into_iter().flatten() {
            let package = value.get("package").and_then(Value::as_str);
            names.insert(package.unwrap_or(name).to_owned());
        }
    };
    for section in ["dependencies", "build-dependencies"] {
        take(manifest.get(section));
        for target in manifest
            .get("target")
            .and_then(Value::as_table)
            .into_iter()
            .flat_map(Table::values)
        {
            take(target.get(section));
        }
    }
    names
}

fn folder_of(package: &str) -> Option<&'static str> {
    ORDER
        .iter()
        .find(|(known, _)| *known == package)
        .map(|(_, folder)| *folder)
}

#[test]
fn every_crate_of_the_workspace_has_its_place_in_the_order() {
    let workspace = manifest("");
    let members: Vec<&str> = workspace["workspace"]["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member.as_str().unwrap())
        // Stand alone: they use nothing of ours.
        .filter(|member| !matches!(*member, "bindings/bindgen"))
        .collect();
    for member in members {
        let name = manifest(member)["package"]["name"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(folder_of(&name), Some(member), "{name} has no place");
    }
}

#[test]
fn dependencies_between_our_crates_only_point_downward() {
    let place: BTreeMap<&str, usize> = ORDER.iter().map(|(name, _)| *name).zip(0..).collect();
    for (name, folder) in ORDER {
        let manifest = manifest(folder);
        for dependency in shipped(&manifest) {
            if let Some(below) = place.get(dependency.as_str()) {
                assert!(
                    *below < place[name],
                    "{name} depends on {dependency}, which stands above it"
                );
            }
        }
        // Under core nothing above core, in tests neither.
        if folder.starts_with("core/") {
            let mut all = shipped(&manifest);
            let tests = manifest.get("dev-dependencies").and_then(Value::as_table);
            all.extend(tests.into_iter().flat_map(Table::keys).cloned());
            for dependency in all {
                let theirs = folder_of(&dependency);
                assert!(
                    theirs.is_none_or(|folder| folder.starts_with("core/")),
                    "{name} knows {dependency}"
                );
            }
        }
    }
}

#[test]
fn the_pure_crates_ship_no_crate_that_could_do_io() {
    for name in PURE {
        for dependency in shipped(&manifest(&format!("core/{name}"))) {
            let ours = folder_of(&dependency)
                .and_then(|folder| folder.strip_prefix("core/"))
                .is_some_and(|below| PURE.contains(&below));
            assert!(
                ours || ALLOWED.contains(&dependency.as_str()),
                "core/{name} depends on {dependency}: is it pure?"
            );
        }
    }
    // chrono can read the clock and the system's time zone; those features are off for everybody.
    let workspace = manifest("");
    let chrono = &workspace["workspace"]["dependencies"]["chrono"];
    assert_eq!(chrono["default-features"].as_bool(), Some(false));
    for feature in chrono["features"].as_array().unwrap() {
        assert!(!matches!(
            feature.as_str(),
            Some("clock" | "now" | "iana-time-zone")
        ));
    }
}

#[test]
fn nothing_under_core_ships_a_runtime_a_server_or_the_bindings() {
    for (_, folder) in ORDER
        .iter()
        .filter(|(_, folder)| folder.starts_with("core/"))
    {
        let shipped = shipped(&manifest(folder));
        for (denied, why) in DENIED_IN_CORE {
            assert!(!shipped.contains(denied), "{folder} ships {denied}: {why}");
        }
        let network = shipped.contains("ureq");
        assert!(!network || *folder == "core/http", "{folder} ships ureq");
        let database = shipped.contains("rusqlite");
        assert!(
            !database || *folder == "core/fieldwork",
            "{folder} ships rusqlite"
        );
    }
}

/// Source files below a folder, their path from the root and their text.
fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "target") {
                    walk(&path, found);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "nothing found below {folder}");
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root()).unwrap();
            (path.to_string_lossy().replace('\\', "/"), text)
        })
        .collect()
}

/// Lines that are code, with their number; comments and documentation are not.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Below `core/*/src`, that is what ships.
fn core_sources() -> Vec<(String, String)> {
    ORDER
        .iter()
        .filter(|(_, folder)| folder.starts_with("core/"))
        .flat_map(|(_, folder)| sources(&format!("{folder}/src")))
        .collect()
}

#[test]
fn clock_and_chance_have_one_door_under_core() {
    const DOOR: &str = "core/fieldwork/src/port.rs";
    const ASKED: [&str; 12] = [
        "SystemTime::now",
        "Instant::now",
        "Utc::now",
        "Local::now",
        "UNIX_EPOCH",
        "thread_rng",
        "getrandom::",
        "rand::",
        "RandomState",
        "OsRng",
        "Ulid::new(",
        "Uuid::new",
    ];
    let mut at_the_door = 0;
    for (path, text) in core_sources() {
        for (line, code) in code(&text) {
            if ASKED.iter().any(|asked| code.contains(asked)) {
                assert_eq!(path, DOOR, "{path}:{line}: {}", code.trim());
                at_the_door += 1;
            }
        }
    }
    assert!(at_the_door >= 3, "the scan sees nothing at the door itself");
}

#[test]
fn the_pure_crates_name_neither_files_nor_sockets_nor_threads() {
    const DOING: [&str; 9] = [
        "std::fs",
        "std::net",
        "std::process",
        "std::thread",
        "std::env",
        "File::open",
        "TcpStream",
        "println!",
        "static mut",
    ];
    // A decoder may break down on a hostile file: it runs on a worker that ends before the call returns.
    const WORKER: (&str, &str) = ("core/photo/src/budget.rs", "std::thread");
    for name in PURE {
        for (path, text) in sources(&format!("core/{name}/src")) {
            // A test below `#[cfg(test)]` may read its fixtures.
            let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (line, code) in code(shipped) {
                let found = DOING
                    .iter()
                    .find(|doing| code.contains(*doing) && (path.as_str(), **doing) != WORKER);
                assert_eq!(found, None, "{path}:{line}");
            }
        }
    }
}

/// Whether a line holds SQL text.
fn is_sql(line: &str) -> bool {
    const BEGINNINGS: [&str; 9] = [
        "SELECT ",
        "INSERT INTO",
        "INSERT OR ",
        "UPDATE ",
        "DELETE FROM",
        "CREATE TABLE",
        "CREATE INDEX",
        "ALTER TABLE",
        "PRAGMA ",
    ];
    BEGINNINGS.iter().any(|beginning| line.contains(beginning))
}

#[test]
fn sql_stands_in_the_two_stores_and_nowhere_else() {
    const STORES: [&str; 2] = ["core/fieldwork/src/store", "hub/src/store"];
    let mut in_stores = 0;
    let all = core_sources().into_iter();
    let others = ["hub/src", "cli/src", "bindings/ffi/src"];
    for (path, text) in all.chain(others.into_iter().flat_map(sources)) {
        let store = STORES.iter().any(|store| path.starts_with(store));
        for (line, code) in code(&text) {
            if is_sql(code) {
                assert!(store, "{path}:{line}: {}", code.trim());
                in_stores += 1;
            }
        }
    }
    assert!(
        in_stores > 50,
        "the scan sees only {in_stores} lines of SQL"
    );
}

#[test]
fn unsafe_code_is_forbidden_in_every_crate_under_core_and_there_is_none() {
    for (_, folder) in ORDER
        .iter()
        .filter(|(_, folder)| folder.starts_with("core/"))
    {
        let front = fs::read_to_string(root().join(folder).join("src/lib.rs")).unwrap();
        assert!(
            front.contains("#![forbid(unsafe_code)]"),
            "{folder}/src/lib.rs does not forbid it"
        );
    }
    for (path, text) in core_sources() {
        for (line, code) in code(&text) {
            let word = code
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .any(|word| word == "unsafe");
            assert!(!word, "{path}:{line}");
        }
    }
}

#[test]
fn a_panic_unwinds_in_every_profile_that_ships() {
    let workspace = manifest("");
    for (name, profile) in workspace["profile"].as_table().unwrap() {
        let panic = profile.get("panic").and_then(Value::as_str);
        assert!(
            panic.is_none_or(|panic| panic == "unwind"),
            "profile {name}"
        );
    }
    for (_, folder) in ORDER {
        assert!(manifest(folder).get("profile").is_none(), "{folder}");
    }
}
