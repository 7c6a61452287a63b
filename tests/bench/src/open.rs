//! Opening a phone that has been used for a month: in a process of its own, so that its memory is its
//! own.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use fieldwork::Workspace;
use fieldwork::port::Ports;

use crate::measure::peak_mib;
use crate::village::{Village, households};
use crate::workload::visit;
use crate::{Line, Outcome};

/// The word that makes this program the child.
pub const CHILD: &str = "open-child";
/// Captures on the phone.
const CAPTURES: u64 = 1_500;
/// Runs, each a process.
const RUNS: usize = 5;

pub fn figures(village: &Village) -> Outcome<Vec<Line>> {
    let running = village.serve("hub-open", &village.few_specs()?)?;
    let phone = village.phone(&running, "phone-open", "K05")?;
    let households = households(&phone)?;
    for number in 0..CAPTURES {
        let at = usize::try_from(number)? % households.len();
        phone.save(&visit(number, &households[at], &[]))?;
    }
    phone.shutdown()?;
    let store = village.path("phone-open");
    let mut runs: Vec<Vec<f64>> = Vec::new();
    for _ in 0..RUNS {
        let output = Command::new(std::env::current_exe()?)
            .arg(CHILD)
            .arg(&store)
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        let figures: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
        runs.push(figures.map_err(|_| "the child failed")?);
    }
    let middle = |at: usize| {
        let mut figures: Vec<f64> = runs.iter().filter_map(|run| run.get(at).copied()).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    let line = |what: &str, at: usize| {
        Line::new(
            what,
            format!(
                "{:.1} ms, peak memory {:.1} MiB",
                middle(at),
                middle(at + 1)
            ),
        )
    };
    Ok(vec![
        line("the process before", 0),
        line("open, and a page of 50 captures", 2),
        line("then the register and the first search", 4),
        line("then all forms of one capture", 6),
    ])
}

/// The child: times in milliseconds and peak memory in MiB, step by step.
pub fn child(store: &str) -> Outcome<String> {
    let mut figures = vec![0.0, peak_mib()?];
    let begun = Instant::now();
    let (phone, _) = Workspace::open(Path::new(store), Ports::system())?;
    let rows = phone.captures(0, 50)?;
    figures.extend([millis(begun), peak_mib()?]);
    let begun = Instant::now();
    phone.find("张", 20)?;
    figures.extend([millis(begun), peak_mib()?]);
    let begun = Instant::now();
    phone.envelopes(rows.first().ok_or("no captures")?.id)?;
    figures.extend([millis(begun), peak_mib()?]);
    let words: Vec<String> = figures.iter().map(ToString::to_string).collect();
    Ok(words.join(" "))
}

fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1_000.0
}
