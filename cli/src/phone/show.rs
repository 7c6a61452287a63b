//! What a phone holds, as lists.

use fieldwork::Workspace;
use fieldwork::log::ReceiptState;
use fieldwork::replica::{CaseState, TimelineItem};
use fieldwork_ids::time::rfc3339;
use serde_json::{Value, json};

use crate::error::Failed;
use crate::output;

fn state_word(state: ReceiptState) -> &'static str {
    match state {
        ReceiptState::Delivered => "已送达",
        ReceiptState::Refused => "被退回",
        ReceiptState::Stopped => "待补",
        ReceiptState::Uncertain => "待核实",
    }
}

pub(super) fn list(phone: &Workspace, json: bool) -> Result<(), Failed> {
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

pub(super) fn timeline(phone: &Workspace, name: Option<&str>, json: bool) -> Result<(), Failed> {
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

pub(super) fn conflicts(phone: &Workspace, json: bool) -> Result<(), Failed> {
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

pub(super) fn tasks(phone: &Workspace, json: bool) -> Result<(), Failed> {
    let tasks = phone.tasks()?;
    let rows: Vec<Value> = tasks
        .iter()
        .map(|task| {
            json!({
                "key": task.key, "capture": task.capture.to_string(), "label": task.label,
                "system": task.system, "form": task.form, "state": task.state, "reason": task.reason,
                "at": rfc3339(task.at_ms),
            })
        })
        .collect();
    output::result(json, &json!({ "tasks": rows }), || {
        if tasks.is_empty() {
            return "没有要更正的内容".to_owned();
        }
        tasks
            .iter()
            .map(|task| {
                format!(
                    "{}\t{}.{}\t{}\t{}\n",
                    task.label
                        .clone()
                        .unwrap_or_else(|| task.capture.to_string()),
                    task.system,
                    task.form,
                    state_word(task.state),
                    task.reason.clone().unwrap_or_default()
                )
            })
            .collect()
    })
}
