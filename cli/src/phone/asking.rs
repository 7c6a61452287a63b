//! `fieldwork phone ask`: what is still to be said in a capture of a script.

use std::path::Path;

use fieldwork::Workspace;
use fieldwork::replica::Asking;
use fieldwork_forms::ask::{PhotoAsked, Question};
use fieldwork_ids::time::rfc3339;
use fieldwork_register::EntityId;
use serde_json::{Value, json};

use crate::error::Failed;
use crate::{output, play};

/// Asks about a capture of a script as far as its first answers go; nothing is saved.
pub fn run(
    phone: &Workspace,
    script: &Path,
    capture: &str,
    answers: Option<usize>,
    no_subject: bool,
    json: bool,
) -> Result<(), Failed> {
    let day = play::load(script)?;
    let entry = day.entry(capture).ok_or_else(|| Failed::Script {
        entry: capture.to_owned(),
        reason: "it is not in the script".to_owned(),
    })?;
    let mut draft = play::draft(phone, &day, entry, Path::new(""))?;
    if let Some(answers) = answers {
        draft.answers.truncate(answers);
    }
    if no_subject {
        draft.subject = None;
    }
    let asking = phone.ask(&draft)?;
    output::result(json, &told(capture, &asking), || text(&asking))
}

fn told(capture: &str, asking: &Asking) -> Value {
    let asked = &asking.asked;
    json!({
        "capture": capture,
        "required": asked.required, "offered": asked.offered, "carried": asked.carried,
        "photos": asked.photos, "unanswerable": asked.unanswerable,
        "refused": asking.refused.iter().map(|one| json!({
            "answer": one.answer, "concept": one.concept, "reason": one.problem.to_string(),
        })).collect::<Vec<_>>(),
        "newcomers": asking.newcomers.iter().map(|(name, person)| json!({
            "name": name, "person": person,
        })).collect::<Vec<_>>(),
        "near": asking.near.iter().map(|one| json!({
            "case": one.case.id.to_string(), "capture": one.capture.to_string(), "by": one.by,
            "at": rfc3339(one.at_ms),
        })).collect::<Vec<_>>(),
    })
}

fn text(asking: &Asking) -> String {
    let mut text = String::new();
    let asked = &asking.asked;
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text.push_str(&format!("{title}\n"));
            for line in lines {
                text.push_str(&format!("  {line}\n"));
            }
        }
    };
    let questions =
        |questions: &[Question]| questions.iter().map(|one| question(one, asking)).collect();
    list("待填", questions(&asked.required));
    list("要拍的照片", asked.photos.iter().map(photo).collect());
    list("可以补充", questions(&asked.offered));
    list("自动带出", questions(&asked.carried));
    list(
        "填得不对",
        asking
            .refused
            .iter()
            .map(|one| format!("{}：{}", one.concept, one.problem.chinese()))
            .collect(),
    );
    list(
        "附近已有同类事项",
        asking
            .near
            .iter()
            .map(|one| {
                format!(
                    "{} {}",
                    one.case
                        .label
                        .clone()
                        .unwrap_or_else(|| one.case.id.to_string()),
                    rfc3339(one.at_ms)
                )
            })
            .collect(),
    );
    list(
        "无法生成",
        asked
            .unanswerable
            .iter()
            .map(|one| format!("{}.{}：{}", one.system, one.form, json!(one.problem)))
            .collect(),
    );
    if text.is_empty() {
        "不用再填".to_owned()
    } else {
        text
    }
}

fn question(question: &Question, asking: &Asking) -> String {
    let mut line = format!("{}（{}）", question.label, question.concept);
    if let Some(about) = &question.about {
        line.push_str(&format!(" {}", named(about, asking)));
    }
    if let Some(carried) = &question.carried {
        let as_of = carried
            .as_of
            .map(|day| format!("，核实于{day}"))
            .unwrap_or_default();
        let stale = if carried.stale { "，已过期" } else { "" };
        line.push_str(&format!("：{}{as_of}{stale}", carried.shown));
    }
    let mut forms: Vec<String> = question
        .needed_by
        .iter()
        .map(|asker| format!("{}.{}", asker.system, asker.form))
        .collect();
    forms.dedup();
    if !forms.is_empty() {
        line.push_str(&format!("  ← {}", forms.join(" ")));
    }
    line
}

/// A person who is new by the name that the draft gives.
fn named(about: &EntityId, asking: &Asking) -> String {
    let known = asking.newcomers.iter().find(|(_, person)| person == about);
    known.map_or_else(|| about.to_string(), |(name, _)| name.clone())
}

fn photo(photo: &PhotoAsked) -> String {
    let views: Vec<&str> = photo.views.iter().map(|view| view.chinese()).collect();
    let views = match views.is_empty() {
        true => String::new(),
        false => format!("（{}）", views.join("、")),
    };
    format!(
        "{}{views}：还要{}张，可拍{}张",
        photo.stage.chinese(),
        photo.required,
        photo.wanted
    )
}
