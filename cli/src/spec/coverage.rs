//! `fieldwork spec coverage`: what a system would find in a village's register.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use fieldwork_forms::Catalogue;
use fieldwork_forms::burden::asked_by_systems;
use fieldwork_forms::coverage::{Coverage, FormCoverage, Tally, coverage, duplicates};
use fieldwork_hub::folder::{FolderError, read_register, read_specs};
use fieldwork_hub::hub::HubError;
use fieldwork_ids::Date;
use fieldwork_register::{IndexedBase, NoEdits, Register};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::args;
use crate::error::Failed;
use crate::{output, words};

use super::duplicate;

/// Reckons a spec, or every spec of a folder and what they ask for several times.
pub fn run(command: &args::Coverage, json: bool) -> Result<ExitCode, Failed> {
    let on = match command.on {
        Some(day) => day,
        None => day_of(&command.village)?,
    };
    let (base, _) = read_register(&command.village.join("register")).map_err(HubError::from)?;
    let base = IndexedBase::new(base);
    let register = Register::new(&base, &NoEdits);
    let path = Path::new(&command.spec);
    if path.is_dir() {
        let catalogue = super::catalogue(path)?;
        let all: Vec<Coverage> = catalogue
            .specs
            .values()
            .map(|spec| coverage(&catalogue, spec, &register, on))
            .collect();
        let found = duplicates(&catalogue);
        let groups = asked_by_systems(&catalogue);
        output::result(
            json,
            &json!({ "coverage": all, "duplicates": found, "asked_by_systems": groups }),
            || {
                let mut text: String = all.iter().map(told).collect();
                text.push_str(&duplicate::told(&found, &groups));
                text
            },
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let (catalogue, id) = among(&command.spec, &command.specs)?;
    let spec = catalogue.spec(&id).ok_or_else(|| Failed::NoSystem {
        id,
        specs: command.specs.clone(),
    })?;
    let found = coverage(&catalogue, spec, &register, on);
    output::result(json, &found, || told(&found))?;
    Ok(ExitCode::SUCCESS)
}

/// The date of a village's day.
pub(super) fn day_of(village: &Path) -> Result<Date, Failed> {
    #[derive(Deserialize)]
    struct Dated {
        date: Date,
    }
    let path = village.join("day.json");
    let text = fs::read_to_string(&path).map_err(Failed::file(&path))?;
    let day: Dated = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text))
        .map_err(|source| Failed::NotJson { path, source })?;
    Ok(day.date)
}

/// The catalogue that a spec is read among, and the spec's id. A file stands in the place of the spec
/// with the same id.
pub(super) fn among(spec: &str, specs: &Path) -> Result<(Catalogue, String), Failed> {
    let path = Path::new(spec);
    if !path.is_file() {
        return Ok((super::catalogue(specs)?, spec.to_owned()));
    }
    let id = |text: &str| {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value: Option<Value> = serde_json::from_str(text).ok();
        let id = value.as_ref().and_then(|spec| spec.get("id")?.as_str());
        id.map(ToOwned::to_owned)
    };
    let bytes = fs::read(path).map_err(Failed::file(path))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| HubError::from(FolderError::Encoding(path.to_owned())))?;
    let own = id(&text).unwrap_or_default();
    let mut files = read_specs(specs).map_err(HubError::from)?;
    files.retain(|(_, text)| id(text).is_none_or(|id| id != own));
    files.push((spec.to_owned(), text));
    Ok((Catalogue::from_files(files)?, own))
}

fn told(found: &Coverage) -> String {
    let mut text = format!("{} {}\n", found.system, found.on);
    for form in &found.forms {
        text.push_str(&told_form(form));
    }
    text
}

fn told_form(form: &FormCoverage) -> String {
    let of = match form.about {
        Some(kind) => format!("{}×{}", form.entities, kind.as_str()),
        None => "不在底册，每件事一份".to_owned(),
    };
    let mut text = format!(
        "  {} {of} 共{}格：{}\n",
        form.form,
        form.fields,
        tally(&form.sum)
    );
    for field in &form.by_field {
        text.push_str(&format!(
            "    {} {}：{}",
            field.field,
            field.label,
            tally(&field.sum)
        ));
        if !field.asks.is_empty() {
            let asks: Vec<&str> = field.asks.iter().map(String::as_str).collect();
            text.push_str(&format!("（{}）", asks.join("、")));
        }
        for reason in &field.reasons {
            text.push_str(&format!("\n      做不成：{}", words::unfit(reason)));
        }
        text.push('\n');
    }
    if !form.stale_entities.is_empty() {
        text.push_str(&format!("    过期{}个：\n", form.stale_entities.len()));
    }
    for stale in &form.stale_entities {
        text.push_str(&format!(
            "      {} 核实于{}（{}格）\n",
            stale.entity, stale.as_of, stale.fields
        ));
    }
    text
}

fn tally(sum: &Tally) -> String {
    let mut text = format!(
        "已有{}（其中过期{}）、可推出{}、要问{}、不适用{}",
        sum.carried, sum.stale, sum.derivable, sum.to_ask, sum.not_applicable
    );
    if sum.unmakeable > 0 {
        text.push_str(&format!("、做不成{}", sum.unmakeable));
    }
    text
}
