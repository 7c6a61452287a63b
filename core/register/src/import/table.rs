//! A CSV file as rows of cells, with the damage in it.
//!
//! The danger in a damaged CSV is a quotation mark that is opened and never closed: it swallows all
//! rows up to the next one. So a record that runs over several lines is believed only if it has the
//! right number of cells and none of them looks like rows; otherwise its first line alone is given up
//! and reading starts again at the next.

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::{Files, SourceFile};
use crate::{FileRows, FindingKind, ImportReport, RegisterError};

/// A file with its heading.
pub(super) struct Table {
    pub file: SourceFile,
    headings: Vec<String>,
    rows: Vec<Row>,
}

/// One row. `line` is its line in the file, the heading being 1.
#[derive(Clone, PartialEq)]
pub(super) struct Row {
    pub line: u32,
    cells: Vec<String>,
}

impl Row {
    /// The cell without the space around it; empty where the column is not there.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// Whether all cells are the same.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.cells == other.cells
    }
}

impl Table {
    /// Reads a file; damaged rows become findings.
    pub fn read(
        files: &Files,
        file: SourceFile,
        report: &mut ImportReport,
    ) -> Result<Self, RegisterError> {
        let bytes = files.bytes(file)?;
        let mut records = Records::new(bytes);
        let headings = match records.next() {
            Some((_, Line::Cells(record))) => {
                let heading = |cell| std::str::from_utf8(cell).map(|text| text.trim().to_owned());
                record
                    .iter()
                    .map(heading)
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|_| RegisterError::NotUtf8 { file })?
            }
            _ => Vec::new(),
        };
        records.columns = Some(headings.len());

        let mut rows = Vec::new();
        let mut read = 0;
        for (line, record) in records {
            let result = match record {
                Line::OpenQuote => Err(FindingKind::OpenQuote),
                Line::Cells(record) => {
                    if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                        continue;
                    }
                    cells(&record, headings.len())
                }
            };
            read += 1;
            match result {
                Ok(cells) => rows.push(Row { line, cells }),
                Err(kind) => report.add(file, line, None, kind),
            }
        }
        report.rows.push(FileRows {
            file,
            read,
            taken: 0,
        });
        Ok(Self {
            file,
            headings,
            rows,
        })
    }

    /// The place of a column.
    pub fn column(&self, heading: &'static str) -> Result<usize, RegisterError> {
        let place = self.headings.iter().position(|other| other == heading);
        place.ok_or(RegisterError::HeadingMissing {
            file: self.file,
            heading,
        })
    }

    /// Reports columns that are not among those read.
    pub fn report_unread(&self, read: &[usize], report: &mut ImportReport) {
        for (at, heading) in self.headings.iter().enumerate() {
            if !read.contains(&at) && !heading.is_empty() {
                report.add(self.file, 1, Some(heading), FindingKind::UnknownColumn);
            }
        }
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

fn cells(record: &ByteRecord, columns: usize) -> Result<Vec<String>, FindingKind> {
    if record.len() != columns {
        return Err(FindingKind::Columns {
            expected: columns,
            found: record.len(),
        });
    }
    let text = |cell: &[u8]| std::str::from_utf8(cell).map(str::to_owned);
    record
        .iter()
        .map(text)
        .collect::<Result<_, _>>()
        .map_err(|_| FindingKind::NotUtf8)
}

enum Line {
    Cells(ByteRecord),
    OpenQuote,
}

/// The records of a file, one at a time.
struct Records<'a> {
    bytes: &'a [u8],
    /// Reads from `base` on; made anew after damage only, since making one is not cheap.
    reader: Reader<&'a [u8]>,
    base: usize,
    /// Cells of the heading, once it is read.
    columns: Option<usize>,
    /// A place in the file and its line, from 1.
    counted: (usize, u32),
}

impl<'a> Records<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            reader: reader(bytes),
            base: 0,
            columns: None,
            counted: (0, 1),
        }
    }

    /// Where the reader has got to.
    fn place(&self) -> usize {
        let read = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        self.base.saturating_add(read).min(self.bytes.len())
    }

    /// The line of a place, which is not before one asked for earlier.
    fn line(&mut self, place: usize) -> u32 {
        let (from, line) = self.counted;
        let breaks = self.bytes[from..place]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        self.counted = (
            place,
            line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)),
        );
        self.counted.1
    }

    fn is_damaged(&self, record: &ByteRecord) -> bool {
        let Some(columns) = self.columns else {
            return false;
        };
        let looks_like_rows = |cell: &[u8]| {
            let separators = cell.iter().filter(|byte| **byte == b',').count();
            cell.contains(&b'\n') && separators + 1 >= columns.max(2)
        };
        record.len() != columns || record.iter().any(looks_like_rows)
    }
}

fn reader(bytes: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes)
}

impl Iterator for Records<'_> {
    type Item = (u32, Line);

    fn next(&mut self) -> Option<(u32, Line)> {
        let before = self.place();
        let blank = self.bytes[before..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let start = before + blank;
        let mut record = ByteRecord::new();
        // Reading bytes out of memory does not fail; if it did, there would be nothing more to read.
        if !self.reader.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        let line = self.line(start);
        let rest = &self.bytes[start..];
        let next_line = start
            + rest
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(rest.len(), |at| at + 1);
        if next_line < self.place() && self.is_damaged(&record) {
            self.base = next_line;
            self.reader = reader(&self.bytes[next_line..]);
            return Some((line, Line::OpenQuote));
        }
        Some((line, Line::Cells(record)))
    }
}
