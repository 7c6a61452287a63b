//! `fieldwork fill`: which forms a capture of a script becomes, and where each box comes from.

use std::process::ExitCode;

use fieldwork_forms::Catalogue;
use fieldwork_forms::envelope::Filled;
use fieldwork_forms::explain::{Explained, explain};
use serde_json::{Value, json};

use crate::args::Fill;
use crate::county::{County, fill_traced};
use crate::error::Failed;
use crate::{output, play, words};

/// Plays the day up to a capture and shows its forms; status 1 where one cannot be made.
pub fn run(command: &Fill, json: bool) -> Result<ExitCode, Failed> {
    let script = command
        .day
        .clone()
        .unwrap_or_else(|| command.village.join("day.json"));
    let day = play::load(&script)?;
    if day.entry(&command.capture).is_none() {
        return Err(Failed::Script {
            entry: command.capture.clone(),
            reason: "it is not in the script".to_owned(),
        });
    }
    let county = County::open(&command.village.join("register"), &command.specs, &day)?;
    let mut captured = None;
    for entry in &day.captures {
        captured = Some(county.enter(&day, entry)?);
        if entry.id == command.capture {
            break;
        }
    }
    let Some(capture) = captured else {
        return Ok(ExitCode::FAILURE);
    };
    let catalogue = county.phone().catalogue()?;
    let facts = county.facts(&capture)?;
    let mut forms: Vec<Filled> = Vec::new();
    let mut explained: Vec<Explained> = Vec::new();
    for (spec, traced) in fill_traced(&catalogue, &facts) {
        explained.push(explain(&catalogue, &facts, spec, &traced));
        forms.push(traced.filled);
    }
    let mut result = json!({ "capture": command.capture, "forms": forms });
    if let (true, Value::Object(result)) = (command.explain, &mut result) {
        result.insert("explained".to_owned(), json!(explained));
    }
    output::result(json, &result, || match command.explain {
        true => explained
            .iter()
            .map(|form| told_explained(&catalogue, form))
            .collect(),
        false => told(&catalogue, &forms),
    })?;
    county.phone().shutdown()?;
    let stopped = forms.iter().any(|one| matches!(one, Filled::Stopped(_)));
    Ok(ExitCode::from(u8::from(stopped)))
}

/// Forms as text.
pub fn told(catalogue: &Catalogue, filled: &[Filled]) -> String {
    let mut text = String::new();
    for one in filled {
        match one {
            Filled::Envelope(envelope) => {
                text.push_str(&format!("{}.{}\n", envelope.system, envelope.form));
                for (field, value) in envelope.fields.iter().chain(&envelope.auto) {
                    text.push_str(&format!("  {field}\t{}\n", written(value)));
                }
                for photo in &envelope.photos {
                    text.push_str(&format!("  {}\t{}\n", photo.slot, photo.photo));
                }
            }
            Filled::Stopped(form) => {
                text.push_str(&format!("{}.{} 不能生成\n", form.system, form.form));
                for problem in &form.problems {
                    let said = words::problem(catalogue, &form.system, &form.form, problem);
                    text.push_str(&format!("  {said}\n"));
                }
            }
        }
    }
    text
}

/// Forms as text, with where their boxes come from.
pub fn told_explained(catalogue: &Catalogue, form: &Explained) -> String {
    let mut text = format!("{}.{} {}\n", form.system, form.form, form.name);
    for (chinese, english) in form.chosen_chinese.iter().zip(&form.chosen_english) {
        text.push_str(&format!("  为何有此表：{chinese} | {english}\n"));
    }
    for one in &form.boxes {
        let value = one
            .value
            .as_ref()
            .map_or_else(|| "（等待）".to_owned(), written);
        text.push_str(&format!("  {} {}：{value}\n", one.field, one.label));
        for (chinese, english) in one.chinese.iter().zip(&one.english) {
            text.push_str(&format!("      {chinese} | {english}\n"));
        }
    }
    for problem in &form.problems {
        let said = words::problem(catalogue, &form.system, &form.form, problem);
        text.push_str(&format!("  {said}\n"));
    }
    text
}

fn written(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}
