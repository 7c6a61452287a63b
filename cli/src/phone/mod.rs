//! `fieldwork phone`: a phone on the desktop.

mod asking;
mod show;

use std::fs;
use std::process::ExitCode;
use std::sync::Arc;

use fieldwork::port::{Ports, SetClock};
use fieldwork::{Progress, SyncReport, SyncStep, Workspace};
use fieldwork_forms::envelope::Filled;
use fieldwork_http::HttpTransport;
use fieldwork_testkit::scene::render;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::args::{Phone, PhoneCommand};
use crate::clock;
use crate::error::Failed;
use crate::{fill as forms, output, play};

/// Runs a phone command.
pub fn run(command: &Phone, json: bool) -> Result<ExitCode, Failed> {
    if let PhoneCommand::Play { day, only } = &command.command {
        return enter(command, day, only, json);
    }
    let (phone, opened) = Workspace::open(&command.store, clock::ports(command.now.as_deref())?)?;
    if let Some(path) = opened.moved_aside {
        output::note(&format!(
            "the phone's database was damaged; it was moved to {}",
            path.display()
        ));
    }
    let code = act(&phone, &command.command, json)?;
    phone.shutdown()?;
    Ok(code)
}

fn act(phone: &Workspace, command: &PhoneCommand, json: bool) -> Result<ExitCode, Failed> {
    match command {
        PhoneCommand::Enrol { hub, code } => {
            let enrolment = phone.enrol(&HttpTransport::new(hub)?, hub, code)?;
            let result = json!({ "village": enrolment.village, "worker": enrolment.worker, "hub": enrolment.hub });
            output::result(json, &result, || {
                format!(
                    "已登记：村 {} 工作人员 {}",
                    enrolment.village, enrolment.worker
                )
            })?;
        }
        PhoneCommand::Sync => {
            let report = sync(phone)?;
            let problems = report.quarantined
                + report.photos_unusable
                + report.refusals.len()
                + report.refused_by_hub.len();
            output::result(json, &sync_json(&report), || sync_text(&report))?;
            for refusal in &report.refusals {
                output::note(&format!(
                    "a batch of log {} was not taken: {}",
                    refusal.log, refusal.reason
                ));
            }
            for (log, reason) in &report.refused_by_hub {
                output::note(&format!(
                    "the hub did not take a batch of log {log}: {reason}"
                ));
            }
            return Ok(ExitCode::from(u8::from(problems > 0)));
        }
        PhoneCommand::List => show::list(phone, json)?,
        PhoneCommand::Timeline { case } => show::timeline(phone, case.as_deref(), json)?,
        PhoneCommand::Edit {
            entity,
            concept,
            value,
        } => {
            phone.edit(&entity.parse()?, concept, value)?;
            output::result(
                json,
                &json!({ "edited": entity, "concept": concept }),
                || "已记下".to_owned(),
            )?;
        }
        PhoneCommand::Conflicts => show::conflicts(phone, json)?,
        PhoneCommand::Resolve { id, keep } => {
            let keep = keep
                .checked_sub(1)
                .ok_or_else(|| fieldwork::Error::Unknown("value".to_owned()))?;
            phone.resolve(id, keep)?;
            output::result(json, &json!({ "resolved": id }), || "已选定".to_owned())?;
        }
        PhoneCommand::Fill { capture, explain } => return fill(phone, capture, *explain, json),
        PhoneCommand::Ask {
            day,
            capture,
            answers,
            no_subject,
        } => asking::run(phone, day, capture, *answers, *no_subject, json)?,
        PhoneCommand::Tasks => show::tasks(phone, json)?,
        PhoneCommand::Play { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Plays a script: one line per capture as soon as it is durable.
fn enter(
    command: &Phone,
    path: &std::path::Path,
    only: &[String],
    json: bool,
) -> Result<ExitCode, Failed> {
    let day = play::load(path)?;
    let start = day.captures.first().map_or(0, |entry| entry.at_ms);
    let clock = Arc::new(SetClock::new(start));
    let fixed = command
        .now
        .as_deref()
        .map(|now| clock::ports(Some(now)))
        .transpose()?;
    let ports = fixed
        .clone()
        .unwrap_or_else(|| Ports::with_clock(Arc::clone(&clock) as _));
    let (phone, _) = Workspace::open(&command.store, ports)?;
    if let Some(unknown) = only.iter().find(|label| day.entry(label).is_none()) {
        return Err(Failed::Script {
            entry: unknown.clone(),
            reason: "it is not in the script".to_owned(),
        });
    }
    let camera = command.store.join("camera");
    fs::create_dir_all(&camera).map_err(Failed::file(&camera))?;
    play::adopt_prior(&phone, &day)?;
    let mut saved = Vec::new();
    for entry in day
        .captures
        .iter()
        .filter(|entry| only.is_empty() || only.contains(&entry.id))
    {
        play::photograph(&day, entry, &camera, render)?;
        clock.set(entry.at_ms);
        let draft = play::draft(&phone, &day, entry, &camera)?;
        let already = draft
            .id
            .is_some_and(|id| phone.replica().capture(id).is_ok());
        if !already {
            phone.save(&draft)?;
        }
        let id = draft.id.map(|id| id.to_string()).unwrap_or_default();
        if !json {
            output::result(false, &Value::Null, || {
                format!(
                    "{}\t{id}\t{}",
                    entry.id,
                    if already { "已有" } else { "已保存" }
                )
            })?;
        }
        saved.push(
            json!({ "label": entry.id, "id": id, "new": !already, "photos": entry.photos.len() }),
        );
    }
    phone.shutdown()?;
    if json {
        output::result(true, &json!({ "captures": saved }), String::new)?;
    }
    Ok(ExitCode::SUCCESS)
}

struct Bar(ProgressBar);

impl Progress for Bar {
    fn step(&self, step: &SyncStep) -> bool {
        if let SyncStep::Photos { done, total } = step {
            self.0.set_length(*total as u64);
            self.0.set_position(*done as u64);
        }
        true
    }
}

/// Syncs with the hub that the phone is enrolled at.
pub fn sync(phone: &Workspace) -> Result<SyncReport, Failed> {
    let hub = phone.enrolment().ok_or(Failed::NotEnrolled)?.hub;
    let bar = output::bar(0, "照片");
    let report = phone.sync(&HttpTransport::new(&hub)?, &Bar(bar.clone()));
    bar.finish_and_clear();
    Ok(report?)
}

fn sync_json(report: &SyncReport) -> Value {
    json!({
        "requests": report.requests,
        "entries_sent": report.entries_sent, "entries_received": report.entries_received,
        "bytes_up": report.bytes_up, "bytes_down": report.bytes_down,
        "photos_sent": report.photos_sent, "photo_bytes_up": report.photo_bytes_up,
        "photo_bytes_again": report.photo_bytes_again,
        "photos_unusable": report.photos_unusable,
        "quarantined": report.quarantined,
        "refused": report.refusals.len() + report.refused_by_hub.len(),
    })
}

fn sync_text(report: &SyncReport) -> String {
    format!(
        "已同步：送出{}条、收到{}条，照片{}张（{}字节）",
        report.entries_sent, report.entries_received, report.photos_sent, report.photo_bytes_up
    )
}

fn fill(phone: &Workspace, capture: &str, explain: bool, json: bool) -> Result<ExitCode, Failed> {
    let id = phone.capture_named(capture)?;
    let (filled, explained): (Vec<_>, Vec<_>) = phone.explain(id)?.into_iter().unzip();
    let stopped = filled
        .iter()
        .filter(|one| matches!(one, Filled::Stopped(_)))
        .count();
    let mut result = json!({ "capture": id.to_string(), "forms": filled });
    if let (true, Value::Object(result)) = (explain, &mut result) {
        result.insert("explained".to_owned(), json!(explained));
    }
    let catalogue = phone.catalogue()?;
    output::result(json, &result, || match explain {
        true => explained
            .iter()
            .map(|form| forms::told_explained(&catalogue, form))
            .collect(),
        false => forms::told(&catalogue, &filled),
    })?;
    Ok(ExitCode::from(u8::from(stopped > 0)))
}
