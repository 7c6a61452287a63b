//! Words that people read and that no catalogue holds.

/// A photograph's stage and view.
pub(super) fn stage(stage: &str, view: Option<&str>) -> String {
    let word = crate::words::stage(stage);
    match view {
        Some("far") => format!("{word}·远"),
        Some("near") => format!("{word}·近"),
        Some(other) => format!("{word}·{other}"),
        None => word.to_owned(),
    }
}

/// A number of bytes; 1 kB = 1000.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}
