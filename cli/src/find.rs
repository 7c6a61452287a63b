//! `fieldwork find`.

use std::process::ExitCode;

use fieldwork::Workspace;
use fieldwork::port::Ports;
use serde_json::json;

use crate::args::Find;
use crate::error::Failed;
use crate::output;

/// Searches; finding nothing is status 1.
pub fn run(command: &Find, json: bool) -> Result<ExitCode, Failed> {
    let (workspace, _) = Workspace::open(&command.store, Ports::system())?;
    let found = workspace.find(&command.text, command.limit)?;
    let rows: Vec<_> = found
        .iter()
        .map(|one| json!({ "entity": one.entity.to_string(), "title": one.title, "subtitle": one.subtitle }))
        .collect();
    output::result(json, &json!({ "found": rows }), || {
        if found.is_empty() {
            return "没有找到".to_owned();
        }
        found
            .iter()
            .map(|one| format!("{}\t{}\t{}\n", one.entity, one.title, one.subtitle))
            .collect()
    })?;
    Ok(ExitCode::from(u8::from(found.is_empty())))
}
