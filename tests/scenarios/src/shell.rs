//! The `fieldwork` command, run as a shell runs it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The command, which cargo has built beside this test.
#[must_use]
pub fn program() -> PathBuf {
    // target/PROFILE/deps/cli-…
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let name = format!("fieldwork-under-test{}", std::env::consts::EXE_SUFFIX);
    let program = profile.join(name);
    assert!(
        program.exists(),
        "cargo builds it with the tests of this package"
    );
    program
}

/// Runs the command in the project's folder and waits for it.
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    Command::new(program())
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .env_remove("FIELDWORK_LOG")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Output as text.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Exit status.
#[must_use]
pub fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The one JSON object on stdout.
#[must_use]
pub fn object(output: &Output) -> Value {
    let out = text(&output.stdout);
    assert_eq!(out.lines().count(), 1, "{out}{}", text(&output.stderr));
    let value: Value = serde_json::from_str(&out).unwrap();
    assert!(value.is_object(), "{out}");
    value
}
