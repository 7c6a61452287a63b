//! `fieldwork spec duplicates`: which facts are asked by how many forms.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use fieldwork_forms::burden::asked_by_systems;
use fieldwork_forms::coverage::{Duplicate, duplicates};
use serde_json::json;

use crate::error::Failed;
use crate::output;

/// Reports over all specs of a folder, what most forms ask for first, and how many systems ask for what
/// the owners' words mean.
pub fn run(specs: &Path, json: bool) -> Result<ExitCode, Failed> {
    let catalogue = super::catalogue(specs)?;
    let found = duplicates(&catalogue);
    let groups = asked_by_systems(&catalogue);
    output::result(
        json,
        &json!({ "duplicates": found, "asked_by_systems": groups }),
        || told(&found, &groups),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The report for people: only what more than one form asks for.
pub fn told(found: &[Duplicate], groups: &BTreeMap<String, usize>) -> String {
    let mut text = String::from("同一内容有几张表重复要：\n");
    for one in found.iter().filter(|one| one.forms > 1) {
        let systems: Vec<&str> = one.systems.iter().map(String::as_str).collect();
        text.push_str(&format!(
            "  {}{}：{}张表、{}个系统（{}）\n",
            one.concept,
            one.label
                .as_ref()
                .map_or_else(String::new, |label| format!(" {label}")),
            one.forms,
            one.systems.len(),
            systems.join("、")
        ));
    }
    if !groups.is_empty() {
        text.push_str("按词归并，有几个系统要：\n");
    }
    let mut groups: Vec<(&String, &usize)> = groups.iter().collect();
    groups.sort_by_key(|(word, systems)| (std::cmp::Reverse(**systems), *word));
    for (word, systems) in groups {
        text.push_str(&format!("  {word}：{systems}个系统\n"));
    }
    text
}
