//! Medians, and how figures are written.

use std::time::{Duration, Instant};

use crate::Outcome;

/// Runs `work` so often and gives the times, shortest first.
pub fn times(runs: usize, mut work: impl FnMut(usize) -> Outcome<()>) -> Outcome<Vec<Duration>> {
    let mut times = Vec::with_capacity(runs);
    for run in 0..runs {
        let begun = Instant::now();
        work(run)?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times)
}

/// The time below which `permille` of the sorted `times` lie.
pub fn at(times: &[Duration], permille: usize) -> Duration {
    let last = times.len().saturating_sub(1);
    let index = (last * permille).div_ceil(1_000);
    times.get(index).copied().unwrap_or_default()
}

/// The median.
pub fn median(times: &[Duration]) -> Duration {
    at(times, 500)
}

/// A time in milliseconds.
pub fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

/// A number with its thousands apart.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (digit, at) in digits.chars().zip((0..digits.len()).rev()) {
        text.push(digit);
        if at % 3 == 0 && at > 0 {
            text.push(',');
        }
    }
    text
}

/// Bytes.
pub fn bytes(bytes: u64) -> String {
    format!("{} B", number(bytes))
}

/// The most memory this process has had, MiB; 0 where the system does not tell.
pub fn peak_mib() -> Outcome<f64> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return Ok(0.0);
    };
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("the system does not tell the peak of memory")?;
    let kib: f64 = line
        .split_whitespace()
        .next()
        .ok_or("the peak of memory is no number")?
        .parse()?;
    Ok(kib / 1_024.0)
}
