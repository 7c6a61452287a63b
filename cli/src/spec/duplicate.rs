//! `fieldwork spec duplicates`: which facts are asked by how many forms.

use std::path::Path;
use std::process::ExitCode;

use fieldwork_forms::coverage::{Duplicate, duplicates};
use serde_json::json;

use crate::error::Failed;
use crate::output;

/// Reports over all specs of a folder, what most systems ask for first.
pub fn run(specs: &Path, json: bool) -> Result<ExitCode, Failed> {
    let found = duplicates(&super::catalogue(specs)?);
    output::result(json, &json!({ "duplicates": found }), || told(&found))?;
    Ok(ExitCode::SUCCESS)
}

/// The report for people: only what more than one form asks for.
pub fn told(found: &[Duplicate]) -> String {
    let mut text = String::from("几个系统重复要的内容：\n");
    for one in found.iter().filter(|one| one.asked_by.len() > 1) {
        let systems: Vec<&str> = one.systems.iter().map(String::as_str).collect();
        text.push_str(&format!(
            "  {}{}：{}个系统、{}处（{}）\n",
            one.concept,
            one.label
                .as_ref()
                .map_or_else(String::new, |label| format!(" {label}")),
            one.systems.len(),
            one.asked_by.len(),
            systems.join("、")
        ));
    }
    text
}
