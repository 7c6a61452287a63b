//! `fieldwork spec`: what a spec would cost, told before anyone is bothered.

mod coverage;
mod duplicate;
mod export;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use fieldwork_forms::Catalogue;
use fieldwork_forms::lint::{Linted, lint};
use fieldwork_hub::folder::read_specs;
use serde_json::json;

use crate::args::Spec;
use crate::error::Failed;
use crate::output;

/// Runs a spec command.
pub fn run(command: &Spec, json: bool) -> Result<ExitCode, Failed> {
    match command {
        Spec::Lint { path } => lint_path(path, json),
        Spec::Coverage(command) => coverage::run(command, json),
        Spec::Duplicates { specs } => duplicate::run(specs, json),
        Spec::Export(command) => export::run(command, json),
    }
}

/// Lints a file or all specs of a folder; status 1 where something was found.
fn lint_path(path: &Path, json: bool) -> Result<ExitCode, Failed> {
    let files = if path.is_dir() {
        read_specs(path).map_err(fieldwork_hub::hub::HubError::from)?
    } else {
        let name = path
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        vec![(name, fs::read_to_string(path).map_err(Failed::file(path))?)]
    };
    let mut specs: Vec<Linted> = Vec::new();
    for (file, text) in files {
        let linted = lint(&file, &text).map_err(|source| Failed::NotJson {
            path: path.join(&file),
            source,
        })?;
        specs.extend(linted);
    }
    let found = specs.iter().any(|spec| !spec.findings.is_empty());
    output::result(json, &json!({ "specs": specs }), || {
        let mut text = String::new();
        for spec in &specs {
            text.push_str(&format!(
                "{}: {}\n",
                spec.id,
                match spec.findings.len() {
                    0 => "没有发现".to_owned(),
                    n => format!("{n}条"),
                }
            ));
            for finding in &spec.findings {
                let level = if finding.level == fieldwork_forms::lint::Level::Refused {
                    "拒绝"
                } else {
                    "提醒"
                };
                text.push_str(&format!(
                    "  {} {level} {}\n    {}（{}）\n",
                    finding.rule.rule().id,
                    finding.path,
                    finding.text,
                    finding.source
                ));
            }
        }
        text
    })?;
    Ok(ExitCode::from(u8::from(found)))
}

/// The catalogue in a folder.
fn catalogue(folder: &Path) -> Result<Catalogue, Failed> {
    let files = read_specs(folder).map_err(fieldwork_hub::hub::HubError::from)?;
    Ok(Catalogue::from_files(files)?)
}
