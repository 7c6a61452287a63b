//! Photographs: taking in, checks, comparing, strips, traps; beside vipsthumbnail and Pillow.
//!
//! Whole processes on one core each, on the same files in turn: what a decoder keeps in memory shows only
//! in a process that does nothing else. Ours does more than the others: SHA-256, blur and light besides
//! report picture and thumbnail. A peer that is not installed is left out by name.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fieldwork_photo::check::{Checks, Limits};
use fieldwork_photo::framing::{Features, compare};
use fieldwork_photo::strip::{Caption, Fonts, Layout, Panel, strip};
use fieldwork_photo::{Budget, Facts, Fit, IntakeRule, decode, fit, intake, probe};
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::scene::{Sensor, Shot, photograph_by};

use crate::measure::{bytes, ms};
use crate::village::Village;
use crate::{Line, Outcome};

/// First word of the command line of a child.
pub const CHILD: &str = "photo-child";
/// Runs of each whole process.
const RUNS: usize = 7;
/// Runs of each part within this process.
const PARTS: usize = 20;

/// Report picture and thumbnail by Pillow at its quickest.
const PILLOW: &str = "
import sys
from PIL import Image, ImageOps
source, report, thumb = sys.argv[1:]
picture = Image.open(source)
picture.draft('RGB', (2000, 2000))
picture.thumbnail((2000, 2000), Image.Resampling.LANCZOS, reducing_gap=2.0)
picture = ImageOps.exif_transpose(picture)
picture.save(report, quality=80)
picture.thumbnail((320, 320))
picture.save(thumb, quality=75)
";

/// A whole process: the least time of its runs, and its peak memory in bytes.
struct Cost {
    time: Duration,
    memory: u64,
}

/// What one child does: takes in a photograph and writes what was made of it.
pub fn child(arguments: &[String]) -> Outcome<()> {
    let [source, report, thumb] = arguments else {
        return Err("photo-child IN REPORT THUMB".into());
    };
    let made = intake(
        &fs::read(source)?,
        &IntakeRule::default(),
        &Budget::default(),
    )?;
    fs::write(report, &made.report.jpeg)?;
    fs::write(thumb, &made.thumb.jpeg)?;
    Ok(())
}

pub fn figures(village: &Village) -> Outcome<Vec<Line>> {
    let day = Fixtures::default().day()?;
    let entry = day.entry("C09").ok_or("no C09")?;
    let shot = |at: usize| Shot::of(&day, entry, &entry.photos[at]);
    let mut lines = Vec::new();
    let mut twelve = Vec::new();
    for (name, sensor) in [
        ("12 MP", Sensor::Twelve),
        ("48 MP", Sensor::FortyEight),
        ("12 MP progressive", Sensor::TwelveProgressive),
    ] {
        let path = village.path(&format!("{}.jpg", name.replace(' ', "-")));
        let file = photograph_by(sensor, &shot(0));
        fs::write(&path, &file)?;
        side_by_side(village, name, &path, file.len(), &mut lines)?;
        if sensor == Sensor::Twelve {
            twelve.push(file);
        }
    }
    for at in [1, 2] {
        twelve.push(photograph_by(Sensor::Twelve, &shot(at)));
    }
    parts(&twelve, &mut lines)?;
    traps(&mut lines);
    Ok(lines)
}

fn side_by_side(
    village: &Village,
    name: &str,
    path: &Path,
    length: usize,
    lines: &mut Vec<Line>,
) -> Outcome<()> {
    let (report, thumb) = (village.path("report.jpg"), village.path("thumb.jpg"));
    let ours = std::env::current_exe()?;
    let mut processes: Vec<(&str, Vec<Command>)> = Vec::new();
    processes.push(("ours", vec![on_one_core(&ours)]));
    processes[0].1[0].arg(CHILD).args([path, &report, &thumb]);
    if installed("vipsthumbnail", "--version") {
        let vips = |from: &Path, to: &Path, size: u32, quality: u8| {
            let mut command = on_one_core(Path::new("vipsthumbnail"));
            command.env("VIPS_CONCURRENCY", "1").arg(from);
            command.args(["--size", &format!("{size}x{size}"), "-o"]);
            command.arg(format!("{}[Q={quality}]", to.display()));
            command
        };
        let both = vec![
            vips(path, &report, 2_000, 80),
            vips(&report, &thumb, 320, 75),
        ];
        processes.push(("vipsthumbnail", both));
    } else {
        lines.push(Line::new(format!("{name}: vipsthumbnail"), "not installed"));
    }
    if installed("python3", "-cimport PIL") {
        let mut command = on_one_core(Path::new("python3"));
        command.args(["-c", PILLOW]).args([path, &report, &thumb]);
        processes.push(("Pillow, with the start of Python", vec![command]));
    } else {
        lines.push(Line::new(format!("{name}: Pillow"), "not installed"));
    }
    // In turn, so that what else the machine does falls on all alike.
    let mut costs: Vec<Cost> = Vec::new();
    for run in 0..RUNS {
        for (at, (_, commands)) in processes.iter_mut().enumerate() {
            let mut cost = Cost {
                time: Duration::ZERO,
                memory: 0,
            };
            for command in commands {
                let one = watched(command)?;
                cost.time += one.time;
                cost.memory = cost.memory.max(one.memory);
            }
            match costs.get_mut(at).filter(|_| run > 0) {
                None => costs.push(cost),
                Some(least) => {
                    least.time = least.time.min(cost.time);
                    least.memory = least.memory.max(cost.memory);
                }
            }
        }
    }
    let ours = &costs[0];
    for ((peer, _), cost) in processes.iter().zip(&costs) {
        let ratio = |ours: f64, theirs: f64| format!("{:.2}×", ours / theirs);
        let mut figure = format!("{}, {} MiB", ms(cost.time), cost.memory >> 20);
        if *peer != "ours" {
            figure.push_str(&format!(
                " (ours {} time, {} memory)",
                ratio(ours.time.as_secs_f64(), cost.time.as_secs_f64()),
                ratio(ours.memory as f64, cost.memory as f64)
            ));
        }
        lines.push(Line::new(
            format!("{name} of {}: {peer}", bytes(length as u64)),
            figure,
        ));
    }
    Ok(())
}

/// The program, bound to one core where that can be done.
fn on_one_core(program: &Path) -> Command {
    let mut command = if installed("taskset", "--version") {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn installed(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a process to its end, and asks how much memory it has had as long as it lives.
fn watched(command: &mut Command) -> Outcome<Cost> {
    let begun = Instant::now();
    let mut process = command.spawn()?;
    let status = PathBuf::from(format!("/proc/{}/status", process.id()));
    let mut memory = 0;
    loop {
        if let Some(done) = process.try_wait()? {
            if !done.success() {
                return Err(format!("{command:?} failed").into());
            }
            break;
        }
        if let Ok(text) = fs::read_to_string(&status) {
            let peak = text
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:"))
                .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
            memory = memory.max(peak.unwrap_or(0) * 1_024);
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    Ok(Cost {
        time: begun.elapsed(),
        memory,
    })
}

fn least(mut work: impl FnMut()) -> String {
    let least = (0..PARTS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .min();
    ms(least.unwrap_or_default())
}

/// Parts within this process, on the report pictures.
fn parts(photos: &[Vec<u8>], lines: &mut Vec<Line>) -> Outcome<()> {
    let budget = Budget::default();
    let mut pictures = Vec::new();
    for photo in photos {
        pictures.push(decode(photo, 2_000, &budget)?.1);
    }
    let before = Features::from_bytes(&Features::of(&pictures[0]).to_bytes())?;
    let after = &pictures[2];
    let limits = Limits::default();
    let checks = least(|| {
        let luma = after.luma();
        black_box(Checks::of(&luma, (4_032, 3_024), &limits));
        black_box(Features::of_luma(&luma));
    });
    lines.push(Line::new(
        "all checks together, with framing features",
        checks,
    ));
    let compared = least(|| {
        black_box(compare(&before, &Features::of(after)));
    });
    lines.push(Line::new(
        "comparing a new photograph with kept features",
        compared,
    ));
    let kept = before.to_bytes().len() as u64;
    lines.push(Line::new("features kept of a photograph", bytes(kept)));
    let caption = Caption {
        place: "青禾村桥头网格".to_owned(),
        text: "当场搬走全部纸箱，出口已经畅通".to_owned(),
        ..Caption::default()
    };
    let made = || -> Outcome<usize> {
        let mut panels = Vec::new();
        for photo in photos {
            panels.push(decode(photo, 1_008, &budget)?.1);
        }
        let panels: Vec<Panel<'_>> = panels
            .iter()
            .zip(["整改前", "整改中", "整改后"])
            .map(|(picture, label)| Panel { picture, label })
            .collect();
        let made = strip(&panels, &caption, &Fonts::new(None), &Layout::default())?;
        let wanted = Fit {
            quality: 80,
            max_bytes: Some(400_000),
        };
        Ok(fit(&made.picture, wanted, &Facts::default())?.jpeg.len())
    };
    made()?;
    let taken = least(|| {
        black_box(made().unwrap_or(0));
    });
    lines.push(Line::new(
        "a strip of three photographs of 12 MP, from their files",
        taken,
    ));
    Ok(())
}

/// Files that claim to be much larger than they are.
fn traps(lines: &mut Vec<Line>) {
    let jpeg = |marker: u8, side: u16, scans: usize, data: usize| {
        let sides = [side.to_be_bytes(), side.to_be_bytes()].concat();
        let frame = [
            &[0xFF, marker, 0, 17, 8],
            &*sides,
            &[3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
        ];
        let mut file = [&[0xFF, 0xD8][..], &frame.concat()].concat();
        for _ in 0..scans {
            file.extend([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
            file.extend(vec![0x55; data / scans]);
        }
        file.extend([0xFF, 0xD9]);
        file
    };
    for (name, file) in [
        ("60 kB that claim 4,290 MP", jpeg(0xC0, 65_500, 1, 60_000)),
        (
            "1.2 MB, progressive, 196 MP",
            jpeg(0xC2, 14_000, 1, 1_200_000),
        ),
        (
            "1.2 MB, progressive, 400 scans",
            jpeg(0xC2, 4_000, 400, 1_200_000),
        ),
    ] {
        let verdict = probe(&file)
            .err()
            .map_or("taken".to_owned(), |e| e.to_string());
        let taken = least(|| {
            let _ = black_box(intake(&file, &IntakeRule::default(), &Budget::default()));
        });
        lines.push(Line::new(
            format!("trap of {name}"),
            format!("{taken}: {verdict}"),
        ));
    }
}
