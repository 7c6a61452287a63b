//! Figures: what the core costs in bytes, time and memory, beside what the same costs elsewhere.
//!
//! Nothing is asserted. Times are medians on the machine it runs on and say little about another;
//! bytes are the same everywhere. Stores lie below `target/bench`, on a real disk, because a commit
//! that need not reach a medium costs nothing.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "its table is what it is for")]

mod measure;
mod open;
mod patrol;
mod peer;
mod register;
mod save;
mod sync;
mod track_files;
mod village;
mod workload;

use std::process::ExitCode;

/// What a step gives.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One line of the table: what, and how much.
struct Line(String, String);

impl Line {
    fn new(what: impl Into<String>, figure: impl Into<String>) -> Self {
        Self(what.into(), figure.into())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [word, store] if word == open::CHILD => open::child(store).map(|line| println!("{line}")),
        _ => all(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn all() -> Outcome<()> {
    if cfg!(debug_assertions) {
        println!("(an unoptimised build: the times mean nothing, the bytes are right)");
    }
    let village = village::Village::new()?;
    type Section = fn(&village::Village) -> Outcome<Vec<Line>>;
    let sections: [(&str, Section); 6] = [
        ("50 captures, 25 up and 25 down", sync::figures),
        ("Saving one capture", save::figures),
        ("Opening a phone with 1,500 captures", open::figures),
        ("Register and forms", register::figures),
        ("Files of tracks and plots", track_files::figures),
        ("Walks", patrol::figures),
    ];
    for (title, figures) in sections {
        println!("\n{title}");
        for Line(what, figure) in figures(&village)? {
            println!("  {what:<66} {figure}");
        }
    }
    Ok(())
}
