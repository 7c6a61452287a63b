//! `fieldwork spec export`: what a system gets of a village's register once it may, so that nobody types
//! what is known.
//!
//! Nothing is written without somebody who consented: a note beside the file says who did and what the
//! file holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fieldwork_forms::coverage::{Row, export};
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_forms::spec::{Form, Spec};
use fieldwork_hub::folder::read_register;
use fieldwork_hub::hub::HubError;
use fieldwork_ids::Date;
use fieldwork_register::{IndexedBase, NoEdits, Register};
use serde_json::{Map, Value, json};

use crate::args;
use crate::error::Failed;
use crate::{fill, output};

use super::coverage::{among, day_of};

/// Writes the rows; status 1 where a form could not be made.
pub fn run(command: &args::Export, json: bool) -> Result<ExitCode, Failed> {
    let on = match command.on {
        Some(day) => day,
        None => day_of(&command.village)?,
    };
    let (base, _) = read_register(&command.village.join("register")).map_err(HubError::from)?;
    let base = IndexedBase::new(base);
    let register = Register::new(&base, &NoEdits);
    let (catalogue, id) = among(&command.spec, &command.specs)?;
    let spec = catalogue.spec(&id).ok_or_else(|| Failed::NoSystem {
        id,
        specs: command.specs.clone(),
    })?;
    let rows = export(&catalogue, spec, &register, on);
    let mut files = Vec::new();
    for form in &spec.forms {
        let whole: Vec<&Envelope> = of_form(&rows, form);
        if whole.is_empty() {
            continue;
        }
        let path = path_of(&command.out, spec, form);
        let text = match path.extension().is_some_and(|ending| ending == "csv") {
            true => csv(form, &whole)?,
            false => format!(
                "{}\n",
                Value::from_iter(whole.iter().map(|one| message(one)))
            ),
        };
        fs::write(&path, text).map_err(Failed::file(&path))?;
        files.push(json!({ "form": form.id, "path": path, "rows": whole.len() }));
    }
    let stopped: Vec<Filled> = rows
        .iter()
        .filter(|row| matches!(row.filled, Filled::Stopped(_)))
        .map(|row| row.filled.clone())
        .collect();
    let note = note(spec, on, &command.consent, &files);
    let beside = command.out.with_extension("note.txt");
    fs::write(&beside, &note).map_err(Failed::file(&beside))?;
    let result = json!({
        "system": spec.id, "on": on, "consent": command.consent, "files": files,
        "stopped": stopped, "typed": 0,
    });
    output::result(json, &result, || {
        format!("{note}{}", fill::told(&catalogue, &stopped))
    })?;
    Ok(ExitCode::from(u8::from(!stopped.is_empty())))
}

fn of_form<'a>(rows: &'a [Row], form: &Form) -> Vec<&'a Envelope> {
    let whole = rows.iter().filter_map(|row| match &row.filled {
        Filled::Envelope(envelope) if envelope.form == form.id => Some(envelope),
        _ => None,
    });
    whole.collect()
}

/// The file of a form: as it was asked for, with the form's id in the name where there are several.
fn path_of(out: &Path, spec: &Spec, form: &Form) -> PathBuf {
    if spec.forms.len() == 1 {
        return out.to_owned();
    }
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let ending = out.extension().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{stem}-{}.{ending}", form.id))
}

fn message(envelope: &Envelope) -> Value {
    let fields: Map<String, Value> = envelope
        .fields
        .iter()
        .chain(&envelope.auto)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Value::Object(fields)
}

/// A table with the fields' labels above, as a spreadsheet opens it.
fn csv(form: &Form, rows: &[&Envelope]) -> Result<String, Failed> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let labels = form.fields.iter().map(|field| field.label.as_str());
    let wrong = |error: csv::Error| Failed::file("csv")(std::io::Error::other(error));
    writer.write_record(labels).map_err(wrong)?;
    for row in rows {
        let cells = form
            .fields
            .iter()
            .map(|field| match row.fields.get(&field.id) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            });
        writer.write_record(cells).map_err(wrong)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Failed::file("csv")(error.into_error()))?;
    Ok(format!("\u{feff}{}", String::from_utf8_lossy(&bytes)))
}

fn note(spec: &Spec, on: Date, consent: &str, files: &[Value]) -> String {
    let rows: u64 = files.iter().filter_map(|file| file["rows"].as_u64()).sum();
    format!(
        "{}（{}）：按{on}的底册导出{rows}条，无需人工填写\n同意：{consent}\n",
        spec.name, spec.id
    )
}
