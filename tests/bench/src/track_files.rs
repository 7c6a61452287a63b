//! Reading GPX: ours beside the `gpx` crate and gpxpy, over the same files of other projects.
//!
//! What a reader refuses costs it nothing, so the files it reads are counted beside the speed; each is
//! timed over the bytes of those files alone. gpxpy runs where the `python3` in front has it (or the
//! interpreter that `PYTHON` names).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fieldwork_patrol::read::{TrackOptions, gpx, plots};

use crate::village::Village;
use crate::{Line, Outcome, measure};

const RUNS: usize = 9;

/// Times gpxpy as the loop below times the others: the median of nine runs over all files it reads.
const GPXPY: &str = r"
import sys, time, gpxpy
texts = []
for path in sys.argv[1:]:
    text = open(path, encoding='utf-8-sig').read()
    try:
        gpxpy.parse(text)
        texts.append(text)
    except Exception:
        pass
times = []
for _ in range(9):
    begun = time.perf_counter()
    fixes = 0
    for text in texts:
        fixes += sum(len(s.points) for t in gpxpy.parse(text).tracks for s in t.segments)
    times.append(time.perf_counter() - begun)
print(len(texts), sum(len(text.encode()) for text in texts), fixes, sorted(times)[4])
";

/// Files read, their bytes and fixes, and how long that took.
struct Read {
    files: usize,
    bytes: usize,
    fixes: usize,
    time: Duration,
}

pub fn figures(_: &Village) -> Outcome<Vec<Line>> {
    let paths = files()?;
    let contents: Vec<Vec<u8>> = paths.iter().map(fs::read).collect::<Result<_, _>>()?;
    let ours = timed(&contents, |bytes| {
        let file = gpx::tracks(bytes, TrackOptions::default()).ok()?;
        Some(file.tracks.iter().map(|track| track.fixes().count()).sum())
    })?;
    let theirs = timed(&contents, |bytes| {
        let file = ::gpx::read(bytes).ok()?;
        let segments = file.tracks.iter().flat_map(|track| &track.segments);
        Some(segments.map(|segment| segment.points.len()).sum())
    })?;
    let mut lines = vec![
        line("GPX, ours", &ours, paths.len()),
        line("GPX, the gpx crate", &theirs, paths.len()),
        match gpxpy(&paths) {
            Some(python) => line("GPX, gpxpy", &python, paths.len()),
            None => Line::new("GPX, gpxpy", "not installed: pip install gpxpy"),
        },
    ];
    let register = fs::read(fixtures().join("qinghe/register/地块.geojson"))?;
    let times = measure::times(RUNS, |_| {
        plots(&register, &Default::default())?;
        Ok(())
    })?;
    let what = format!(
        "GeoJSON, 1,860 plots, {}",
        measure::bytes(register.len() as u64)
    );
    lines.push(Line::new(what, measure::ms(measure::median(&times))));
    Ok(lines)
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn files() -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(fixtures().join("tracks"))? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "gpx") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn timed(contents: &[Vec<u8>], read: impl Fn(&[u8]) -> Option<usize>) -> Outcome<Read> {
    let mut fixes = 0;
    let mut taken = Vec::new();
    for bytes in contents {
        if let Some(count) = read(bytes) {
            fixes += count;
            taken.push(bytes);
        }
    }
    let times = measure::times(RUNS, |_| {
        for bytes in &taken {
            std::hint::black_box(read(bytes));
        }
        Ok(())
    })?;
    Ok(Read {
        files: taken.len(),
        bytes: taken.iter().map(|bytes| bytes.len()).sum(),
        fixes,
        time: measure::median(&times),
    })
}

fn gpxpy(paths: &[PathBuf]) -> Option<Read> {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let ran = Command::new(python)
        .arg("-c")
        .arg(GPXPY)
        .args(paths)
        .output()
        .ok()?;
    let text = String::from_utf8(ran.stdout).ok()?;
    let mut cells = text.split_whitespace();
    Some(Read {
        files: cells.next()?.parse().ok()?,
        bytes: cells.next()?.parse().ok()?,
        fixes: cells.next()?.parse().ok()?,
        time: Duration::from_secs_f64(cells.next()?.parse().ok()?),
    })
}

fn line(what: &str, read: &Read, all: usize) -> Line {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let speed = read.bytes as f64 / 1e6 / read.time.as_secs_f64();
    Line::new(
        what,
        format!(
            "{} of {all} files, {} fixes, {} ({speed:.1} MB/s)",
            read.files,
            measure::number(read.fixes as u64),
            measure::ms(read.time),
        ),
    )
}
