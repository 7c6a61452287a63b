//! `fieldwork phone`: a phone on the desktop.

use std::fs;
use std::process::ExitCode;
use std::sync::Arc;

use fieldwork::log::ReceiptState;
use fieldwork::port::{Ports, SetClock};
use fieldwork::replica::{CaseState, TimelineItem};
use fieldwork::{Progress, SyncReport, SyncStep, Workspace};
use fieldwork_forms::envelope::Filled;
use fieldwork_http::HttpTransport;
use fieldwork_ids::time::rfc3339;
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
        PhoneCommand::List => list(phone, json)?,
        PhoneCommand::Timeline { case } => timeline(phone, case.as_deref(), json)?,
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
        PhoneCommand::Conflicts => conflicts(phone, json)?,
        PhoneCommand::Resolve { id, keep } => {
            let keep = keep
                .checked_sub(1)
                .ok_or_else(|| fieldwork::Error::Unknown("value".to_owned()))?;
            phone.resolve(id, keep)?;
            output::result(json, &json!({ "resolved": id }), || "已选定".to_owned())?;
        }
        PhoneCommand::Fill { capture } => return fill(phone, capture, json),
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

fn state_word(state: ReceiptState) -> &'static str {
    match state {
        ReceiptState::Delivered => "已送达",
        ReceiptState::Refused => "被退回",
        ReceiptState::Stopped => "待补",
        ReceiptState::Uncertain => "待核实",
    }
}

fn list(phone: &Workspace, json: bool) -> Result<(), Failed> {
    let mut rows = Vec::new();
    let mut text = String::new();
    let mut offset = 0;
    loop {
        let page = phone.captures(offset, 200)?;
        let Some(more) = u32::try_from(page.len()).ok().filter(|more| *more > 0) else {
            break;
        };
        offset += more;
        for capture in page {
            let receipts = phone.receipts(capture.id)?;
            let states: Vec<String> = receipts
                .iter()
                .map(|receipt| {
                    format!(
                        "{}.{} {}",
                        receipt.system,
                        receipt.form,
                        state_word(receipt.state)
                    )
                })
                .collect();
            text.push_str(&format!(
                "{}\t{}\t{}\t{}张\t{}\n",
                capture
                    .label
                    .clone()
                    .unwrap_or_else(|| capture.id.to_string()),
                rfc3339(capture.at_ms),
                capture.kind,
                capture.photos,
                states.join("，")
            ));
            rows.push(json!({
                "id": capture.id.to_string(), "label": capture.label, "kind": capture.kind,
                "at": rfc3339(capture.at_ms), "worker": capture.worker, "subject": capture.subject,
                "photos": capture.photos,
                "receipts": receipts.iter().map(|receipt| json!({
                    "key": receipt.key, "system": receipt.system, "form": receipt.form,
                    "state": receipt.state, "ref": receipt.upstream_ref, "reason": receipt.reason,
                })).collect::<Vec<_>>(),
            }));
        }
    }
    output::result(json, &json!({ "captures": rows }), || {
        if text.is_empty() {
            "还没有记录".to_owned()
        } else {
            text
        }
    })
}

fn timeline(phone: &Workspace, name: Option<&str>, json: bool) -> Result<(), Failed> {
    let Some(name) = name else {
        let cases = phone.cases()?;
        let rows: Vec<Value> = cases
            .iter()
            .map(|case| json!({
                "id": case.id.to_string(), "label": case.label, "kind": case.kind, "type": case.case_type,
                "subject": case.subject.as_ref().map(ToString::to_string),
                "due": case.due, "open": case.state() == CaseState::Open,
            }))
            .collect();
        return output::result(json, &json!({ "cases": rows }), || {
            cases
                .iter()
                .map(|case| {
                    format!(
                        "{}\t{}\t{}\t{}\n",
                        case.label.clone().unwrap_or_else(|| case.id.to_string()),
                        case.case_type.clone().unwrap_or_default(),
                        case.subject
                            .as_ref()
                            .map(ToString::to_string)
                            .unwrap_or_default(),
                        if case.state() == CaseState::Open {
                            "未办结"
                        } else {
                            "已办结"
                        }
                    )
                })
                .collect()
        });
    };
    let case = phone.case_named(name)?;
    let items = phone.timeline(case.id)?;
    let rows: Vec<Value> = items
        .iter()
        .map(|item| match item {
            TimelineItem::Capture(capture) => json!({
                "at": rfc3339(capture.at_ms), "capture": capture.id.to_string(), "label": capture.label,
                "kind": capture.kind, "worker": capture.worker, "photos": capture.photos,
            }),
            TimelineItem::Receipt(receipt) => json!({
                "at": rfc3339(receipt.at_ms), "receipt": receipt.key, "system": receipt.system,
                "form": receipt.form, "state": receipt.state, "ref": receipt.upstream_ref, "reason": receipt.reason,
            }),
        })
        .collect();
    let result = json!({
        "id": case.id.to_string(), "label": case.label, "open": case.state() == CaseState::Open,
        "references": case.references.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "timeline": rows,
    });
    output::result(json, &result, || {
        items
            .iter()
            .map(|item| match item {
                TimelineItem::Capture(capture) => format!(
                    "{}\t{}\t{}\t{}\n",
                    rfc3339(capture.at_ms),
                    capture.label.clone().unwrap_or_default(),
                    capture.kind,
                    capture.worker
                ),
                TimelineItem::Receipt(receipt) => format!(
                    "{}\t回执\t{}.{}\t{} {}\n",
                    rfc3339(receipt.at_ms),
                    receipt.system,
                    receipt.form,
                    state_word(receipt.state),
                    receipt
                        .upstream_ref
                        .clone()
                        .or_else(|| receipt.reason.clone())
                        .unwrap_or_default()
                ),
            })
            .collect()
    })
}

fn conflicts(phone: &Workspace, json: bool) -> Result<(), Failed> {
    let conflicts = phone.conflicts()?;
    let rows: Vec<Value> = conflicts
        .iter()
        .map(|conflict| {
            json!({
                "id": conflict.id, "subject": conflict.subject, "concept": conflict.concept,
                "values": conflict.values.iter().zip(1..).map(|(value, number)| json!({
                    "number": number, "value": value.value, "author": value.author,
                    "at": rfc3339(value.at_ms), "capture": value.capture.map(|id| id.to_string()),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    output::result(json, &json!({ "conflicts": rows }), || {
        if conflicts.is_empty() {
            return "没有两人填得不同的内容".to_owned();
        }
        let mut text = String::new();
        for conflict in &conflicts {
            text.push_str(&format!("{}\n", conflict.id));
            for (value, number) in conflict.values.iter().zip(1..) {
                text.push_str(&format!(
                    "  {number}. {}\t{}\t{}\n",
                    value.value,
                    value.author,
                    rfc3339(value.at_ms)
                ));
            }
        }
        text
    })
}

fn fill(phone: &Workspace, capture: &str, json: bool) -> Result<ExitCode, Failed> {
    let id = phone.capture_named(capture)?;
    let filled = phone.envelopes(id)?;
    let stopped = filled
        .iter()
        .filter(|one| matches!(one, Filled::Stopped(_)))
        .count();
    output::result(
        json,
        &json!({ "capture": id.to_string(), "forms": filled }),
        || forms::told(&filled),
    )?;
    Ok(ExitCode::from(u8::from(stopped > 0)))
}
