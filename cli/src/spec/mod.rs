//! `fieldwork spec`: what a spec would cost, told before anyone is bothered.

mod coverage;
mod duplicate;
mod export;
mod lint;

use std::path::Path;
use std::process::ExitCode;

use fieldwork_forms::Catalogue;
use fieldwork_hub::folder::read_specs;

use crate::args::Spec;
use crate::error::Failed;

/// Runs a spec command.
pub fn run(command: &Spec, json: bool) -> Result<ExitCode, Failed> {
    match command {
        Spec::Lint { path, specs, on } => lint::run(path, specs.as_deref(), *on, json),
        Spec::Coverage(command) => coverage::run(command, json),
        Spec::Duplicates { specs } => duplicate::run(specs, json),
        Spec::Export(command) => export::run(command, json),
    }
}

/// The catalogue in a folder.
fn catalogue(folder: &Path) -> Result<Catalogue, Failed> {
    let files = read_specs(folder).map_err(fieldwork_hub::hub::HubError::from)?;
    Ok(Catalogue::from_files(files)?)
}
