//! `fieldwork photo`: the photograph part of the core, on files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use fieldwork_photo::check::{Checks, Hint};
use fieldwork_photo::framing::{Comparison, Features, compare};
use fieldwork_photo::strip::{Caption, Font, Fonts, Layout, Panel, strip};
use fieldwork_photo::{
    Budget, Encoded, Facts, Fit, Intake, IntakeRule, Picture, Probe, decode, fit, intake,
};
use serde_json::{Value, json};

use crate::args::Photo;
use crate::error::Failed;
use crate::output;

/// Time for one photograph, far more than any needs.
const TIME: Duration = Duration::from_secs(30);
/// Long side at which pictures of a strip are decoded, in pixels.
const PANEL_SIDE: u32 = 1_008;
const REPORT_SIDE: u32 = 2_000;

/// Runs a photo command.
pub fn run(command: &Photo, json: bool) -> Result<ExitCode, Failed> {
    match command {
        Photo::Intake {
            photos,
            out,
            max_bytes,
        } => take_in(photos, out, *max_bytes, json),
        Photo::Check { photo } => check(photo, json),
        Photo::Compare { before, after } => compare_files(before, after, json),
        Photo::Strip {
            photos,
            out,
            caption,
            font,
        } => side_by_side(photos, out, caption, font.as_deref(), json),
    }
}

/// Every photograph is taken in, whatever is wrong with another; status 1 where one was not.
fn take_in(
    photos: &[PathBuf],
    out: &Path,
    max_bytes: Option<usize>,
    json: bool,
) -> Result<ExitCode, Failed> {
    fs::create_dir_all(out).map_err(Failed::file(out))?;
    let mut rule = IntakeRule::default();
    rule.report.max_bytes = max_bytes.or(rule.report.max_bytes);
    let (mut taken, mut failed, mut text) = (Vec::new(), Vec::new(), String::new());
    for path in photos {
        match take_one(path, out, &rule) {
            Ok((one, words)) => {
                taken.push(one);
                text.push_str(&words);
            }
            Err(error) => {
                crate::report(&error);
                failed.push(json!({
                    "source": path.to_string_lossy(), "reason": crate::reasons(&error),
                }));
            }
        }
    }
    let whole = taken.len() == photos.len();
    let mut result = json!({ "photos": taken });
    if let (false, Value::Object(result)) = (whole, &mut result) {
        result.insert("failed".to_owned(), failed.into());
    }
    output::result(json, &result, || text)?;
    Ok(ExitCode::from(u8::from(!whole)))
}

/// What was made of one photograph, and the same in words.
fn take_one(path: &Path, out: &Path, rule: &IntakeRule) -> Result<(Value, String), Failed> {
    let start = Instant::now();
    let bytes = fs::read(path).map_err(Failed::file(path))?;
    let made: Intake =
        within(|budget| intake(&bytes, rule, budget)).map_err(Failed::photo(path))?;
    let sha256: String = made
        .sha256
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let report = put(out, &sha256, "report", &made.report)?;
    let thumb = put(out, &sha256, "thumb", &made.thumb)?;
    let text = intake_text(path, &report, &made.checks.hints);
    let result = json!({
        "source": path.to_string_lossy(),
        "sha256": sha256,
        "width": made.width,
        "height": made.height,
        "report": report,
        "thumb": thumb,
        "hints": hints(&made.checks.hints),
        "ms": ms(start),
    });
    Ok((result, text))
}

fn put(out: &Path, sha256: &str, kind: &str, file: &Encoded) -> Result<Value, Failed> {
    let path = out.join(format!("{}-{kind}.jpg", &sha256[..16]));
    fs::write(&path, &file.jpeg).map_err(Failed::file(&path))?;
    Ok(json!({
        "path": path.to_string_lossy(),
        "width": file.width,
        "height": file.height,
        "bytes": file.jpeg.len(),
        "quality": file.quality,
    }))
}

fn intake_text(path: &Path, report: &Value, hints: &[Hint]) -> String {
    let mut text = format!(
        "{}\t{}x{}\t{} 字节\t{}\n",
        path.display(),
        report["width"],
        report["height"],
        report["bytes"],
        report["path"].as_str().unwrap_or_default(),
    );
    for hint in hints {
        text.push_str(&format!("\t{}\n", hint.chinese()));
    }
    text
}

fn check(path: &Path, json: bool) -> Result<ExitCode, Failed> {
    let (probe, picture) = open(path, REPORT_SIDE)?;
    let limits = fieldwork_photo::check::Limits::default();
    let checks = Checks::of(&picture.luma(), probe.upright(), &limits);
    let result = json!({
        "blur": rounded(checks.blur),
        "luma": rounded(checks.light.mean),
        "hints": hints(&checks.hints),
    });
    output::result(json, &result, || {
        let mut text = format!("模糊度 {:.3}　亮度 {:.0}\n", checks.blur, checks.light.mean);
        for hint in &checks.hints {
            text.push_str(&format!("{}\n", hint.chinese()));
        }
        text
    })?;
    Ok(ExitCode::from(u8::from(!checks.hints.is_empty())))
}

/// Time is that of comparing with kept features: what a phone does when the new photograph is there.
fn compare_files(before: &Path, after: &Path, json: bool) -> Result<ExitCode, Failed> {
    let kept = Features::of(&open(before, REPORT_SIDE)?.1);
    let after = open(after, REPORT_SIDE)?.1;
    let start = Instant::now();
    let found: Comparison = compare(&kept, &Features::of(&after));
    let result = json!({
        "verdict": found.verdict.as_str(),
        "inliers": found.inliers,
        "shift": rounded(found.shift),
        "scale": rounded(found.scale),
        "rotation_deg": rounded(found.rotation_deg),
        "overlap": rounded(found.overlap),
        "same_picture": found.same_picture,
        "ms": ms(start),
    });
    output::result(json, &result, || found.chinese())?;
    Ok(ExitCode::SUCCESS)
}

fn side_by_side(
    photos: &[PathBuf],
    out: &Path,
    caption: &str,
    font: Option<&Path>,
    json: bool,
) -> Result<ExitCode, Failed> {
    let start = Instant::now();
    let same = |path: &PathBuf| matches!((path.canonicalize(), out.canonicalize()), (Ok(one), Ok(other)) if one == other);
    if photos.iter().any(same) {
        return Err(Failed::Overwrites(out.to_owned()));
    }
    let opened = photos
        .iter()
        .map(|path| open(path, PANEL_SIDE))
        .collect::<Result<Vec<_>, _>>()?;
    let labels: &[&str] = match opened.len() {
        1 => &[""],
        2 => &["整改前", "整改后"],
        3 => &["整改前", "整改中", "整改后"],
        _ => &["整改前", "整改中", "整改中", "整改后"],
    };
    let panels: Vec<Panel<'_>> = opened
        .iter()
        .zip(labels)
        .map(|((_, picture), &label)| Panel { picture, label })
        .collect();
    let given = match font {
        Some(path) => Some((path, fs::read(path).map_err(Failed::file(path))?)),
        None => None,
    };
    let given = match &given {
        Some((path, bytes)) => Some(Font::new(bytes, 0).map_err(Failed::photo(*path))?),
        None => None,
    };
    let caption = Caption {
        text: caption.to_owned(),
        ..Caption::default()
    };
    let made = strip(&panels, &caption, &Fonts::new(given), &Layout::default())
        .map_err(Failed::photo(out))?;
    let wanted = Fit {
        quality: 80,
        max_bytes: Some(1_000_000),
    };
    let file = fit(&made.picture, wanted, &Facts::default()).map_err(Failed::photo(out))?;
    fs::write(out, &file.jpeg).map_err(Failed::file(out))?;
    let result = json!({
        "path": out,
        "width": file.width,
        "height": file.height,
        "bytes": file.jpeg.len(),
        "text": made.text,
        "missing_glyphs": made.missing.iter().map(char::to_string).collect::<Vec<_>>(),
        "ms": ms(start),
    });
    output::result(json, &result, || {
        format!("{}\n{}", out.display(), made.text)
    })?;
    if !made.missing.is_empty() {
        let missing: String = made.missing.iter().collect();
        output::note(&format!("no font has these characters: {missing}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path, long_side: u32) -> Result<(Probe, Picture), Failed> {
    let bytes = fs::read(path).map_err(Failed::file(path))?;
    within(|budget| decode(&bytes, long_side, budget)).map_err(Failed::photo(path))
}

/// Does a job within the time for one photograph.
fn within<T>(job: impl FnOnce(&Budget<'_>) -> T) -> T {
    let start = Instant::now();
    job(&Budget {
        over: &|| start.elapsed() > TIME,
        ..Budget::default()
    })
}

fn hints(hints: &[Hint]) -> Vec<Value> {
    hints
        .iter()
        .map(|hint| {
            json!({
                "id": hint.id.as_str(),
                "value": rounded(hint.value),
                "limit": rounded(hint.limit),
            })
        })
        .collect()
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn ms(start: Instant) -> f64 {
    (start.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}
