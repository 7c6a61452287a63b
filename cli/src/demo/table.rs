//! The day as a table for a terminal.

use std::collections::BTreeMap;
use std::path::Path;

use fieldwork_forms::burden::{Counts, Three};
use fieldwork_forms::envelope::{Filled, Stopped};
use fieldwork_hub::outbox::State;
use fieldwork_ids::time::rfc3339;
use fieldwork_testkit::day::Entry;

use super::Played;
use super::envelope::Shown;
use super::summary::Summary;
use crate::{play, words};

/// What was said once and what went where.
pub fn text(
    played: &Played,
    envelopes: &[Shown],
    summary: &Summary,
    counts: &Counts,
    out: &Path,
) -> String {
    let mut by_capture: BTreeMap<&str, Vec<&Shown>> = BTreeMap::new();
    for envelope in envelopes {
        by_capture
            .entry(&envelope.capture)
            .or_default()
            .push(envelope);
    }
    let kinds = played.phone.catalogue().ok();
    let kind = |id: &str| {
        kinds
            .as_ref()
            .and_then(|catalogue| catalogue.kinds.find(id))
            .map_or_else(|| id.to_owned(), |k| k.label.clone())
    };
    let mut text = format!(
        "{} {} {}\n\n",
        played.day.date, played.day.cadre.name, played.day.village
    );
    text.push_str(&line(
        "记录",
        "时间",
        "说一次",
        "填",
        "照片",
        "变成的上报件",
    ));
    for entry in &played.day.captures {
        let stopped = stopped(played, entry);
        let mut forms: Vec<String> = by_capture
            .get(entry.id.as_str())
            .into_iter()
            .flatten()
            .map(|envelope| {
                let mark = if envelope.state == State::Completed {
                    "✓"
                } else {
                    "…"
                };
                format!("{}.{}{mark}", envelope.system, envelope.form)
            })
            .collect();
        forms.extend(
            stopped
                .iter()
                .map(|form| format!("{}.{}✗", form.system, form.form)),
        );
        text.push_str(&line(
            &entry.id,
            rfc3339(entry.at_ms).get(11..16).unwrap_or_default(),
            &kind(&entry.kind),
            &play::inputs(entry).to_string(),
            &entry.photos.len().to_string(),
            &if forms.is_empty() {
                "村台账".to_owned()
            } else {
                format!("{} · 村台账", forms.join(" · "))
            },
        ));
        for form in &stopped {
            for problem in &form.problems {
                let said = kinds.as_ref().map_or_else(String::new, |catalogue| {
                    words::problem(catalogue, &form.system, &form.form, problem)
                });
                text.push_str(&format!("      {}.{} {said}\n", form.system, form.form));
            }
        }
    }
    text.push_str(&format!(
        "\n今天{}件、{}张照片，{}。\n",
        summary.captures,
        summary.photos,
        if summary.undelivered == 0 {
            "已全部送达".to_owned()
        } else {
            format!("还有{}份没有送达", summary.undelivered)
        }
    ));
    text.push_str(&format!(
        "填了{}项；同步{}次（上行{}字节、下行{}字节，照片{}字节）；上报件{}件，重复{}件；台账{}行；用时{:.1}秒。\n",
        summary.inputs,
        summary.sync_sessions,
        summary.sync_bytes_up,
        summary.sync_bytes_down,
        summary.blob_bytes_up,
        summary.envelopes_delivered,
        summary.duplicates,
        summary.ledger_rows,
        played.wall.as_secs_f64()
    ));
    text.push_str(&burden(counts));
    text.push_str(&format!("结果在 {}\n", out.display()));
    text
}

/// Forms of an entry that apply and cannot be made.
fn stopped(played: &Played, entry: &Entry) -> Vec<Stopped> {
    let filled = play::id_of(&played.phone, entry)
        .ok()
        .and_then(|id| played.phone.envelopes(id).ok());
    let filled = filled.into_iter().flatten();
    filled
        .filter_map(|one| match one {
            Filled::Stopped(form) => Some(form),
            Filled::Envelope(_) => None,
        })
        .collect()
}

/// The day's work in three ways: 现状, 最好的分开填, 本系统.
pub fn burden_rows(counts: &Counts) -> Vec<(&'static str, [String; 3])> {
    let totals = &counts.totals;
    let three = |of: &Three<u32>| [of.b0, of.b1, of.one].map(|count| count.to_string());
    vec![
        ("要填的格", three(&totals.fields_with_ledger)),
        ("点按次数", three(&totals.all_taps)),
        ("拍照", three(&totals.photos_shot)),
        (
            "上传",
            [
                totals.uploads.b0.to_string(),
                totals.uploads.b1.to_string(),
                format!(
                    "同步{}次",
                    totals
                        .uploads
                        .one
                        .trim_end_matches(|c: char| !c.is_ascii_digit())
                ),
            ],
        ),
        ("登录", three(&totals.logins)),
        ("切换应用", three(&totals.app_switches)),
    ]
}

fn burden(counts: &Counts) -> String {
    let row = |name: &str, figures: [&str; 3]| {
        format!(
            "{}  {}  {}  {}\n",
            pad(name, 10),
            pad(figures[0], 8),
            pad(figures[1], 14),
            figures[2]
        )
    };
    let mut text = format!("\n{}", row("", ["现状", "最好的分开填", "本系统"]));
    for (name, [b0, b1, one]) in burden_rows(counts) {
        text.push_str(&row(name, [&b0, &b1, &one]));
    }
    let ratio = &counts.totals.ratio_taps;
    text.push_str(&format!(
        "点按是本系统的{}倍（现状）、{}倍（最好的分开填）。\n\n",
        ratio.b0, ratio.b1
    ));
    text
}

/// Chinese characters take two columns of a terminal.
fn pad(text: &str, width: usize) -> String {
    let used: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(used)))
}

/// A row.
fn line(id: &str, time: &str, what: &str, inputs: &str, photos: &str, forms: &str) -> String {
    format!(
        "{}  {}  {}  {}  {}  {forms}\n",
        pad(id, 4),
        pad(time, 5),
        pad(what, 12),
        pad(inputs, 3),
        pad(photos, 4)
    )
}
