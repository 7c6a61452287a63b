//! `fieldwork track`: what follows from tracks, over plots if wanted.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path as FilePath, PathBuf};
use std::process::ExitCode;

use clap::Args;
use fieldwork_patrol::draw::Drawing;
use fieldwork_patrol::read::{self, MAX_FILE_BYTES, TrackOptions};
use fieldwork_patrol::sealed::seal;
use fieldwork_patrol::{
    self as patrol, Attribution, Break, Datum, Path, PlotIndex, Settings, export,
};
use serde_json::{Value, json};

use crate::error::Failed;
use crate::output;
use crate::plot_file::PlotFile;

/// Options of `track`.
#[derive(Debug, Args)]
pub struct Track {
    /// Tracks: GPX or GeoJSON
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What the way is laid over.
    #[command(flatten)]
    pub plots: PlotFile,
    /// How often fixes were asked for, seconds [default: the step that half of a file keeps]
    #[arg(long, value_name = "S", value_parser = interval)]
    pub interval: Option<f64>,
    /// The datum of the file's degrees, which no format tells
    #[arg(long, value_enum, value_name = "DATUM", default_value = "wgs84")]
    pub datum: DatumName,
    /// Draw the way over the plots into this file; PNG where it is called so
    #[arg(long, value_name = "F")]
    pub svg: Option<PathBuf>,
    /// Write the track into this file; GeoJSON where it is called so, else GPX
    #[arg(long, value_name = "F")]
    pub export: Option<PathBuf>,
}

/// Datums of degrees.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum DatumName {
    /// As receivers give them
    Wgs84,
    /// As land is surveyed in
    Cgcs2000,
    /// As most Chinese map services give them
    Gcj02,
    /// As one of them gives them
    Bd09,
}

/// A positive number of seconds.
fn interval(text: &str) -> Result<f64, &'static str> {
    let seconds = text.parse().ok();
    seconds
        .filter(|seconds: &f64| (0.1..=3_600.0).contains(seconds))
        .ok_or("not a number of seconds from 0.1 to 3600")
}

/// A sealed track is kept for half a year unless somebody says less; here it only matters for its size.
const KEPT_MS: i64 = 180 * 86_400_000;
/// Intervals that files seem to have are taken for true between these, seconds.
const INTERVALS_S: [f64; 2] = [1.0, 60.0];

/// One file.
struct Walked {
    file: PathBuf,
    track: patrol::Track,
    path: Path,
    attributions: Vec<Attribution>,
    json: Value,
}

/// Reads tracks and says what follows from them; status 1 where one cannot be read.
pub fn run(command: &Track, json: bool) -> Result<ExitCode, Failed> {
    let index = PlotIndex::new(command.plots.read()?);
    let mut walked = Vec::new();
    let mut bad = None;
    for file in &command.files {
        match walk(command, file, &index) {
            Ok(one) => walked.push(one),
            Err(error) if command.files.len() > 1 => {
                output::note(&format!("fieldwork: {}: {error}", file.display()));
                bad = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(file) = &command.svg {
        draw(file, &walked, &index)?;
    }
    if let Some(file) = &command.export {
        write_track(file, &walked)?;
    }
    let result = match walked.as_slice() {
        [one] if command.files.len() == 1 => one.json.clone(),
        all => json!({ "tracks": all.iter().map(named).collect::<Vec<_>>() }),
    };
    output::result(json, &result, || walked.iter().map(text).collect())?;
    Ok(ExitCode::from(u8::from(bad.is_some())))
}

/// A file, as far as the reader would take it and a little, so that it says what is too long.
fn bounded(file: &FilePath) -> Result<Vec<u8>, Failed> {
    let failed = Failed::file(file);
    let opened = std::fs::File::open(file);
    let read = opened.and_then(|opened| {
        if !opened.metadata()?.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        let mut bytes = Vec::new();
        opened
            .take(MAX_FILE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    read.map_err(failed)
}

fn walk(command: &Track, file: &FilePath, index: &PlotIndex) -> Result<Walked, Failed> {
    let bytes = bounded(file)?;
    let options = TrackOptions {
        datum: match command.datum {
            DatumName::Wgs84 => Datum::Wgs84,
            DatumName::Cgcs2000 => Datum::Cgcs2000,
            DatumName::Gcj02 => Datum::Gcj02,
            DatumName::Bd09 => Datum::Bd09,
        },
    };
    let read = read::tracks(&bytes, options)?;
    let warnings = read.warnings.clone();
    let track = read.joined();
    let settings = Settings {
        interval_s: command.interval.unwrap_or_else(|| interval_s(&track)),
        ..Settings::default()
    };
    let path = Path::of(&track, settings);
    let attributions = index.attribute(&path);
    let last_ms = track.fixes().filter_map(|fix| fix.at_ms).max().unwrap_or(0);
    let sealed = seal(&track, last_ms.saturating_add(KEPT_MS))?;
    let found = &path.summary;
    let fixes = found.fixes.max(1) as f64;
    let plots: Vec<Value> = attributions
        .iter()
        .filter_map(|one| {
            Some(json!({
                "code": index.plot(one.plot)?.code,
                "nearest_m": rounded(one.nearest_m, 100.0),
                "seconds": rounded(one.seconds, 10.0),
                "boundary_share": rounded(one.boundary_share, 1_000.0),
                "verdict": one.seen.word(),
            }))
        })
        .collect();
    let dropped = found.dropped;
    let json = json!({
        "fixes": found.fixes,
        "used": found.used,
        "dropped": {
            "accuracy": dropped.accuracy, "speed": dropped.speed,
            "time": dropped.time, "zero": dropped.zero,
        },
        "segments": found.segments,
        "distance_m": rounded(found.distance_m, 10.0),
        "gap_m": rounded(found.gap_m, 10.0),
        "elapsed_s": rounded(found.elapsed_s, 10.0),
        "stopped_s": rounded(found.stopped_s, 10.0),
        "moving_s": found.moving_s.map(|moving_s| rounded(moving_s, 10.0)),
        "bbox": found.bounds,
        "plots": plots,
        "sealed_bytes": sealed.len(),
        "bytes_per_fix": rounded(sealed.len() as f64 / fixes, 100.0),
        "warnings": warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    Ok(Walked {
        file: file.to_owned(),
        track,
        path,
        attributions,
        json,
    })
}

/// The step between fixes that half of a file keeps.
fn interval_s(track: &patrol::Track) -> f64 {
    let mut steps: Vec<i64> = Vec::new();
    for segment in &track.segments {
        let times: Vec<i64> = segment.fixes.iter().filter_map(|fix| fix.at_ms).collect();
        let pairs = times.windows(2).filter_map(|pair| match pair {
            [before, after] if after > before => Some(after.saturating_sub(*before)),
            _ => None,
        });
        steps.extend(pairs);
    }
    steps.sort_unstable();
    let median = steps.get(steps.len() / 2);
    median.map_or(Settings::default().interval_s, |ms| {
        (*ms as f64 / 1_000.0).clamp(INTERVALS_S[0], INTERVALS_S[1])
    })
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

fn named(walked: &Walked) -> Value {
    let mut named = json!({ "file": walked.file.display().to_string() });
    if let (Value::Object(named), Value::Object(figures)) = (&mut named, &walked.json) {
        named.extend(figures.clone());
    }
    named
}

fn text(walked: &Walked) -> String {
    let found = &walked.path.summary;
    let minutes = |seconds: f64| format!("{:.0} 分", seconds / 60.0);
    let mut text = format!(
        "{}\n  里程 {:.2} 公里，用时 {}，停留 {}，移动 {}\n  定位点 {} 个，采用 {} 个；分段 {}，中断直线 {:.0} 米\n  封存 {} 字节\n",
        walked.file.display(),
        found.distance_m / 1_000.0,
        minutes(found.elapsed_s),
        minutes(found.stopped_s),
        found
            .moving_s
            .map_or_else(|| "精度不足，不计".to_owned(), minutes),
        found.fixes,
        found.used,
        found.segments,
        found.gap_m,
        walked.json["sealed_bytes"],
    );
    for plot in walked.json["plots"].as_array().into_iter().flatten() {
        let (code, verdict) = (plot["code"].as_str(), plot["verdict"].as_str());
        text.push_str(&format!(
            "  {}\t{}\t{} 米\n",
            code.unwrap_or_default(),
            verdict.unwrap_or_default(),
            plot["nearest_m"]
        ));
    }
    for warning in walked.json["warnings"].as_array().into_iter().flatten() {
        text.push_str(&format!(
            "  注意：{}\n",
            warning.as_str().unwrap_or_default()
        ));
    }
    text
}

fn is(file: &FilePath, extension: &str) -> bool {
    file.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// Draws all ways into one picture: PNG where the file is called so, else SVG.
fn draw(file: &FilePath, walked: &[Walked], index: &PlotIndex) -> Result<(), Failed> {
    let mut walked = walked.iter();
    let Some(first) = walked.next() else {
        return Ok(());
    };
    let (mut path, mut attributions) = (first.path.clone(), first.attributions.clone());
    for other in walked {
        let mut stretches = other.path.stretches.clone();
        // Between files nothing is drawn.
        if let Some(first) = stretches.first_mut() {
            first.begins = Break::Paused;
        }
        path.stretches.extend(stretches);
        path.dropped.extend(&other.path.dropped);
        attributions.extend(&other.attributions);
    }
    let drawing = Drawing {
        path: &path,
        plots: index.plots(),
        attributions: &attributions,
        width: 1_000,
    };
    let picture = if is(file, "png") {
        drawing.png()
    } else {
        drawing.svg().map(String::into_bytes)
    };
    match picture {
        Some(picture) => std::fs::write(file, picture).map_err(Failed::file(file)),
        None => {
            output::note("there is nothing to draw");
            Ok(())
        }
    }
}

/// Writes all tracks into one file: GeoJSON where the file is called so, else GPX.
fn write_track(file: &FilePath, walked: &[Walked]) -> Result<(), Failed> {
    let all = patrol::Track {
        name: walked
            .first()
            .map(|one| one.track.name.clone())
            .unwrap_or_default(),
        segments: walked
            .iter()
            .flat_map(|one| one.track.segments.iter().cloned())
            .collect(),
    };
    let text = if is(file, "geojson") || is(file, "json") {
        export::geojson(&all)
    } else {
        export::gpx(&all)
    };
    std::fs::write(file, text).map_err(Failed::file(file))
}
