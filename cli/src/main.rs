//! The `fieldwork` command.

use std::process::ExitCode;

use clap::Parser;
use fieldwork_cli::args::Args;

fn main() -> ExitCode {
    fieldwork_cli::run(&Args::parse())
}
