//! Figures: what the core costs in bytes, time and memory, beside what the same costs elsewhere.
//!
//! Nothing is asserted. Times are medians on the machine it runs on and say little about another;
//! bytes are the same everywhere. Stores lie below `target/bench`, on a real disk, because a commit
//! that need not reach a medium costs nothing.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "its table is what it is for")]

mod forms;
mod measure;
mod open;
mod patrol;
mod peer;
mod photo;
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
        [word, store] if word == forms::CHILD => forms::child(store).map(|line| println!("{line}")),
        [word, rest @ ..] if word == photo::CHILD => photo::child(rest),
        [] => all(""),
        [section] => all(section),
        _ => Err("at most one word: part of the title of a section".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// All sections whose title contains the word.
fn all(word: &str) -> Outcome<()> {
    if cfg!(debug_assertions) {
        println!("(an unoptimised build: the times mean nothing, the bytes are right)");
    }
    let village = village::Village::new()?;
    type Section = fn(&village::Village) -> Outcome<Vec<Line>>;
    let sections: [(&str, Section); 8] = [
        ("50 captures, 25 up and 25 down", sync::figures),
        ("Saving one capture", save::figures),
        ("Opening a phone with 1,500 captures", open::figures),
        ("Register and search", register::figures),
        ("Forms", forms::figures),
        ("Files of tracks and plots", track_files::figures),
        ("Walks", patrol::figures),
        (
            "Photographs, whole processes on one core each",
            photo::figures,
        ),
    ];
    for (title, figures) in sections
        .into_iter()
        .filter(|(title, _)| title.contains(word))
    {
        println!("\n{title}");
        for Line(what, figure) in figures(&village)? {
            println!("  {what:<66} {figure}");
        }
    }
    Ok(())
}
