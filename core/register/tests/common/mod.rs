//! The village of the fixtures.
#![allow(dead_code, reason = "each test binary uses some of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;

use fieldwork_register::{Base, EntityId, Files, ImportReport, IndexedBase, SourceFile, import};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/qinghe");

pub fn fixture(path: &str) -> Vec<u8> {
    fs::read(Path::new(FOLDER).join(path)).unwrap()
}

pub fn files() -> Files {
    Files::read_with(|name| Ok::<_, std::io::Error>(Some(fixture(&format!("register/{name}")))))
        .unwrap()
}

/// The fixtures with one file changed.
pub fn files_with(file: SourceFile, change: impl FnOnce(String) -> String) -> Files {
    let mut files = files();
    let text = String::from_utf8(fixture(&format!("register/{}", file.name()))).unwrap();
    files.insert(file, change(text).into_bytes());
    files
}

pub fn imported() -> (Base, ImportReport) {
    import(&files()).unwrap()
}

pub fn village() -> IndexedBase {
    IndexedBase::new(imported().0)
}

pub fn id(text: &str) -> EntityId {
    text.parse().unwrap()
}

/// Findings about a file as `row column: text`, without the notes on mended cells if so wished.
pub fn texts(report: &ImportReport, file: SourceFile) -> Vec<String> {
    let of_file = report
        .findings
        .iter()
        .filter(|finding| finding.file == file);
    of_file
        .map(|finding| {
            format!(
                "{} {}: {}",
                finding.row,
                finding.column.as_deref().unwrap_or("-"),
                finding.kind
            )
        })
        .collect()
}
