//! Walks: filter, sealing, plots; beside GEOS on the same plots and the same walk, and beside other ways to
//! write a track down.
//!
//! shapely runs where the `python3` in front has it (or the interpreter that `PYTHON` names).

use std::fmt::Write;
use std::fs;
use std::process::Command;
use std::time::Duration;

use fieldwork::Workspace;
use fieldwork::port::Ports;
use fieldwork::recorder::{Recorder, Start};
use fieldwork_geo::{Plane, Polygon, Wgs84};
use fieldwork_patrol::attribute::WIDE_RADIUS_M;
use fieldwork_patrol::read::{self, TrackOptions};
use fieldwork_patrol::sealed::{open, seal};
use fieldwork_patrol::{
    Datum, Filter, Fix, Path, Plot, PlotIndex, Provider, Segment, Settings, Track, export,
};
use fieldwork_patrol_tests::{Chance, Receiver, VILLAGE, Walk, fixtures};

use crate::village::Village;
use crate::{Line, Outcome, measure};

const RUNS: usize = 21;
/// Plots on a side of the square, and the length of a plot's side, metres.
const SIDE: i32 = 71;
const FIELD_M: f64 = 29.2;
/// Fixes of the walk, one a second.
const FIXES: usize = 10_000;
const EXPIRES_MS: i64 = 1_900_000_000_000;

/// What GEOS makes of the same: seconds for the tree, for all legs, for the whole line, and the plots.
const SHAPELY: &str = r"
import json, sys, time, shapely
data = json.load(open(sys.argv[1]))
plots = shapely.polygons([shapely.linearrings(ring) for ring in data['plots']])
points = data['points']
legs = shapely.linestrings([[a, b] for a, b in zip(points, points[1:])])
line = shapely.linestrings(points)
def timed(work):
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        out = work()
        times.append(time.perf_counter() - begun)
    return sorted(times)[4], out
built, tree = timed(lambda: shapely.STRtree(plots))
by_legs, found = timed(lambda: tree.query(legs, predicate='dwithin', distance=15.0))
whole, line_found = timed(lambda: tree.query(line, predicate='dwithin', distance=15.0))
print(shapely.__version__, shapely.geos_version_string, built, by_legs, whole, *sorted(set(found[1].tolist())))
";

pub fn figures(_: &Village) -> Outcome<Vec<Line>> {
    let mut lines = Vec::new();
    let fixes = walk();
    filter(&fixes, &mut lines)?;
    journal(&fixes, &mut lines)?;
    plots(&fixes, &mut lines)?;
    bytes(&mut lines)?;
    Ok(lines)
}

/// Along the edges of fields, seen with an error of 3 m.
fn walk() -> Vec<Fix> {
    let mut chance = Chance::new(1);
    let walk = Walk::edges(&mut chance, FIELD_M, 1.2 * FIXES as f64, 1.2);
    let mut fixes = Receiver::new(3.0, 60.0, 0.4).fixes(&walk, &mut chance, 1);
    fixes.truncate(FIXES);
    fixes
}

fn track(fixes: &[Fix]) -> Track {
    let segments = vec![Segment {
        fixes: fixes.to_vec(),
        ..Segment::default()
    }];
    Track {
        segments,
        ..Track::default()
    }
}

fn ns(time: Duration, count: usize) -> String {
    format!("{:.0} ns a fix", time.as_secs_f64() * 1e9 / count as f64)
}

fn filter(fixes: &[Fix], lines: &mut Vec<Line>) -> Outcome<()> {
    let times = measure::times(RUNS, |_| {
        let mut filter = Filter::new(Settings::default());
        for fix in fixes {
            std::hint::black_box(filter.push(fix));
        }
        std::hint::black_box(filter.summary());
        Ok(())
    })?;
    lines.push(Line::new(
        format!(
            "Filter, {} fixes, {} B of memory",
            measure::number(fixes.len() as u64),
            size_of::<Filter>()
        ),
        ns(measure::median(&times), fixes.len()),
    ));
    let track = track(fixes);
    let sealed = seal(&track, EXPIRES_MS)?;
    let times = measure::times(RUNS, |_| {
        std::hint::black_box(seal(&track, EXPIRES_MS)?);
        Ok(())
    })?;
    let opening = measure::times(RUNS, |_| {
        std::hint::black_box(open(&sealed, 0)?);
        Ok(())
    })?;
    lines.push(Line::new(
        "Sealing them, opening them",
        format!(
            "{}, {}",
            measure::ms(measure::median(&times)),
            measure::ms(measure::median(&opening))
        ),
    ));
    Ok(())
}

fn journal(fixes: &[Fix], lines: &mut Vec<Line>) -> Outcome<()> {
    let folder = std::path::Path::new("target/bench");
    fs::create_dir_all(folder)?;
    let folder = tempfile::tempdir_in(folder)?;
    let (workspace, _) = Workspace::open(folder.path(), Ports::system())?;
    let start = Start {
        purpose: "bench".to_owned(),
        provider: Provider::Gps,
        datum: Datum::Wgs84,
    };
    let mut recorder = Recorder::start(&workspace, start)?;
    let times = measure::times(500, |n| {
        let fix = fixes.get(n).ok_or("too few fixes")?;
        recorder.fix(fix)?;
        Ok(())
    })?;
    lines.push(Line::new(
        "A fix into the journal, on the medium, and through the filter",
        format!("{:.1} µs", measure::median(&times).as_secs_f64() * 1e6),
    ));
    Ok(())
}

/// Quadrilaterals that share their corners, no two alike.
fn fields() -> Outcome<Vec<Plot>> {
    let plane = Plane::at(VILLAGE);
    let half = SIDE / 2;
    let corner = |x: i32, y: i32| {
        let mut chance = Chance::new(((x + 1_000) * 10_000 + y + 1_000).unsigned_abs().into());
        let at = |n: i32, by: f64| f64::from(n) * FIELD_M + by;
        plane
            .to_point((
                at(x, chance.between(-4.0, 4.0)),
                at(y, chance.between(-4.0, 4.0)),
            ))
            .to_e7()
    };
    let mut plots = Vec::new();
    for x in -half..SIDE - half {
        for y in -half..SIDE - half {
            let ring = vec![
                corner(x, y),
                corner(x + 1, y),
                corner(x + 1, y + 1),
                corner(x, y + 1),
            ];
            plots.push(Plot {
                code: format!("{x},{y}"),
                name: String::new(),
                outline: Polygon::new(vec![vec![ring]])?,
            });
        }
    }
    Ok(plots)
}

fn plots(fixes: &[Fix], lines: &mut Vec<Line>) -> Outcome<()> {
    let plots = fields()?;
    let count = plots.len();
    let path = Path::of(&track(fixes), Settings::default());
    let building = measure::times(RUNS, |_| {
        std::hint::black_box(PlotIndex::new(plots.clone()));
        Ok(())
    })?;
    let index = PlotIndex::new(plots);
    let mut ours = index.within(&path, WIDE_RADIUS_M);
    ours.sort_unstable();
    let set = measure::times(RUNS, |_| {
        std::hint::black_box(index.within(&path, WIDE_RADIUS_M));
        Ok(())
    })?;
    let whole = measure::times(RUNS, |_| {
        std::hint::black_box(index.attribute(&path));
        Ok(())
    })?;
    let points = measure::times(RUNS, |_| {
        for fix in fixes {
            std::hint::black_box(index.at(fix.point));
        }
        Ok(())
    })?;
    let ms = |times: &[Duration]| measure::ms(measure::median(times));
    let all = measure::number(count as u64);
    lines.push(Line::new(
        format!("Index of {all} plots, built once"),
        ms(&building),
    ));
    lines.push(Line::new(
        format!(
            "Plots within 15 m of {} fixes, ours",
            measure::number(path.summary.used)
        ),
        format!("{}, {} plots", ms(&set), ours.len()),
    ));
    lines.push(Line::new(
        "  with nearest, seconds, share of boundary, word",
        ms(&whole),
    ));
    lines.push(Line::new("  the plot of each fix", ms(&points)));
    match shapely(&path, &index)? {
        None => lines.push(Line::new(
            "  GEOS by shapely",
            "not installed: pip install shapely",
        )),
        Some((versions, [tree, legs, line], theirs)) => {
            let same = if theirs == ours {
                "the same set of plots"
            } else {
                "ANOTHER set of plots"
            };
            lines.push(Line::new(
                format!("  {versions}: tree {}", measure::ms(tree)),
                format!(
                    "{} by legs, {} whole line; {same}",
                    measure::ms(legs),
                    measure::ms(line)
                ),
            ));
        }
    }
    Ok(())
}

type Peer = (String, [Duration; 3], Vec<usize>);

fn shapely(path: &Path, index: &PlotIndex) -> Outcome<Option<Peer>> {
    let plane = Plane::at(VILLAGE);
    let metres = |point: Wgs84| {
        let (x, y) = plane.to_m(point);
        [x, y]
    };
    let ring = |plot: &Plot| -> Outcome<Vec<[f64; 2]>> {
        let ring = plot
            .outline
            .parts()
            .iter()
            .flatten()
            .next()
            .ok_or("a plot without a ring")?;
        let corners = ring
            .iter()
            .map(|corner| Ok(metres(Wgs84::from_e7(*corner)?)));
        corners.collect()
    };
    let plots: Vec<_> = index.plots().iter().map(ring).collect::<Result<_, _>>()?;
    let points: Vec<_> = path.places().map(|place| metres(place.point)).collect();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("data.json");
    let data = serde_json::json!({ "plots": plots, "points": points });
    fs::write(&file, data.to_string())?;
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let Ok(ran) = Command::new(python)
        .arg("-c")
        .arg(SHAPELY)
        .arg(&file)
        .output()
    else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let mut cells = text.split_whitespace();
    let (Some(shapely), Some(geos)) = (cells.next(), cells.next()) else {
        return Ok(None);
    };
    let mut time = || -> Outcome<Duration> {
        Ok(Duration::from_secs_f64(
            cells.next().ok_or("a time is lacking")?.parse()?,
        ))
    };
    let times = [time()?, time()?, time()?];
    let found = cells.map(str::parse).collect::<Result<_, _>>()?;
    Ok(Some((
        format!("shapely {shapely}, GEOS {geos}"),
        times,
        found,
    )))
}

/// Bytes a fix over the timed tracks of other projects and the synthetic ones, more than 100 fixes each.
fn bytes(lines: &mut Vec<Line>) -> Outcome<()> {
    let (mut fixes, mut sums) = (0, [0; 5]);
    for folder in ["walk_hike_car", "phone_edge_cases", "synthetic"] {
        for entry in fs::read_dir(fixtures().join("tracks").join(folder))? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "gpx") {
                continue;
            }
            let text = fs::read(&path)?;
            let track = read::tracks(&text, TrackOptions::default())?.joined();
            let count = track.fixes().count();
            if count <= 100 || track.fixes().all(|fix| fix.at_ms.is_none()) {
                continue;
            }
            fixes += count;
            let gpx = export::gpx(&track);
            let figures = [
                text.len(),
                gpx.len(),
                zstd::bulk::compress(gpx.as_bytes(), 19)?.len(),
                polyline(&track).len(),
                seal(&track, EXPIRES_MS)?.len(),
            ];
            for (sum, figure) in sums.iter_mut().zip(figures) {
                *sum += figure;
            }
        }
    }
    let [found, gpx, packed, polyline, sealed] = sums.map(|sum| sum as f64 / fixes as f64);
    lines.push(Line::new(
        format!(
            "Bytes a fix, {} fixes of recorded and made tracks: sealed",
            measure::number(fixes as u64)
        ),
        format!("{sealed:.2}"),
    ));
    lines.push(Line::new(
        "  GPX as found, GPX as we write it, that with zstd-19",
        format!("{found:.1}, {gpx:.1}, {packed:.1}"),
    ));
    lines.push(Line::new(
        "  encoded polyline of five decimals, which has no time",
        format!("{polyline:.2}"),
    ));
    Ok(())
}

/// The encoded polyline of a track: places alone, on a grid of a metre.
fn polyline(track: &Track) -> String {
    let mut text = String::new();
    let mut last = [0_i64; 2];
    for fix in track.fixes() {
        let here = [fix.point.lat, fix.point.lon].map(|degrees| (degrees * 1e5).round() as i64);
        for (now, last) in here.iter().zip(&mut last) {
            let step = now - *last;
            let mut value = if step < 0 { !(step << 1) } else { step << 1 };
            while value >= 0x20 {
                let _ = write!(text, "{}", char::from((0x20 | (value & 0x1f)) as u8 + 63));
                value >>= 5;
            }
            let _ = write!(text, "{}", char::from(value as u8 + 63));
            *last = *now;
        }
    }
    text
}
