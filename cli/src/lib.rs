//! `fieldwork`: the core on a desktop, the hub, and the demonstration day.
//!
//! Results go to stdout (`--json`: one JSON object), everything else to stderr. Exit status: 0 done,
//! 1 failed or something was found, 2 wrong usage.

pub mod args;
mod cadre;
mod clock;
mod county;
pub mod demo;
pub mod error;
mod fill;
mod find;
mod hub;
mod id;
pub mod operate;
mod output;
mod phone;
mod photo;
pub mod play;
pub mod plot;
pub mod plot_file;
mod spec;
pub mod track;
mod words;

use std::process::ExitCode;

use crate::args::{Args, Command};
use crate::error::Failed;

/// Does what the command line asks for and gives the exit status.
pub fn run(args: &Args) -> ExitCode {
    log(args.verbose);
    let done = match &args.command {
        Command::Demo(command) => demo::run(command, args.json),
        Command::Hub(command) => hub::run(command, args.json),
        Command::Phone(command) => phone::run(command, args.json),
        Command::Fill(command) => fill::run(command, args.json),
        Command::Photo(command) => photo::run(command, args.json),
        Command::Find(command) => find::run(command, args.json),
        Command::Spec(command) => spec::run(command, args.json),
        Command::Id(command) => id::run(command, args.json),
        Command::Track(command) => track::run(command, args.json),
        Command::Plot(command) => plot::run(command, args.json),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            report(&error);
            ExitCode::from(1)
        }
    }
}

fn report(error: &Failed) {
    output::note(&format!("fieldwork: {error}"));
    match error {
        Failed::Phone(error) => output::note(&format!("  {}", error.chinese())),
        Failed::Photo { source, .. } => output::note(&format!("  {}", source.chinese())),
        _ => {}
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        output::note(&format!("  because {cause}"));
        source = cause.source();
    }
}

/// What failed and why, in one line.
fn reasons(error: &Failed) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Structured log lines of hub and core, on stderr; warnings only unless asked for.
fn log(verbose: bool) {
    let default = if verbose { "info" } else { "warn" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("FIELDWORK_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
}
