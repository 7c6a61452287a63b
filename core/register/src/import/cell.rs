//! Cells: which column becomes which concept, and how each is checked.

use std::collections::BTreeMap;

use fieldwork_geo::Wgs84;
use fieldwork_ids::{Date, IdKind, Repairs, check};

use super::SourceFile;
use super::table::{Row, Table};
use crate::{FindingKind, ImportReport, RegisterError};

/// How a cell is checked.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// Any text.
    Text,
    /// 是 or 否.
    YesNo,
    /// A day.
    Day,
    /// A number that is not negative.
    Number,
    /// A number or code of this kind; normalised.
    Id(IdKind),
}

/// A column of a table or a property of a map feature.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub heading: &'static str,
    pub concept: &'static str,
    pub check: Check,
    /// Whether a blank is worth a finding.
    pub expected: bool,
}

impl Column {
    pub const fn needed(heading: &'static str, concept: &'static str, check: Check) -> Self {
        Self {
            heading,
            concept,
            check,
            expected: true,
        }
    }

    pub const fn optional(heading: &'static str, concept: &'static str, check: Check) -> Self {
        Self {
            heading,
            concept,
            check,
            expected: false,
        }
    }

    /// The cell's value for the register: normalised, or as written where that fails; `None` if blank.
    pub fn take(
        &self,
        text: &str,
        file: SourceFile,
        row: u32,
        report: &mut ImportReport,
    ) -> Option<String> {
        let mut add = |kind| report.add(file, row, Some(self.heading), kind);
        let text = text.trim();
        if text.is_empty() {
            if self.expected {
                add(FindingKind::Blank);
            }
            return None;
        }
        match self.check {
            Check::Text => {}
            Check::YesNo if matches!(text, "是" | "否") => {}
            Check::YesNo => add(FindingKind::UnknownWord),
            Check::Day => match text.parse::<Date>() {
                Ok(day) => return Some(day.to_string()),
                Err(_) => add(FindingKind::NotADate),
            },
            Check::Number
                if text
                    .parse::<f64>()
                    .is_ok_and(|number| number.is_finite() && number >= 0.0) => {}
            Check::Number => add(FindingKind::NotANumber),
            Check::Id(kind) => match check(kind, text) {
                Ok(id) => {
                    for finding in mended(id.repairs) {
                        add(finding);
                    }
                    if kind == IdKind::Phone && id.text.starts_with('0') {
                        add(FindingKind::LeadingZero);
                    }
                    return Some(id.text);
                }
                Err(error) => add(FindingKind::bad_number(error)),
            },
        }
        Some(text.to_owned())
    }
}

fn mended(repairs: Repairs) -> impl Iterator<Item = FindingKind> {
    let kinds = [
        (repairs.full_width, FindingKind::FullWidth),
        (repairs.case, FindingKind::LowerCase),
        (repairs.spacing, FindingKind::Spacing),
        (repairs.upgraded, FindingKind::OldIdNumber),
    ];
    kinds
        .into_iter()
        .filter_map(|(mended, kind)| mended.then_some(kind))
}

/// Columns with their places in a table.
pub(super) struct Columns {
    columns: Vec<(usize, Column)>,
}

impl Columns {
    pub fn of(table: &Table, columns: &[Column]) -> Result<Self, RegisterError> {
        let place = |column: &Column| Ok((table.column(column.heading)?, *column));
        Ok(Self {
            columns: columns.iter().map(place).collect::<Result<_, _>>()?,
        })
    }

    /// Concept → value of a row.
    pub fn cells(
        &self,
        file: SourceFile,
        row: &Row,
        report: &mut ImportReport,
    ) -> BTreeMap<String, String> {
        let mut cells = BTreeMap::new();
        for (place, column) in &self.columns {
            if let Some(value) = column.take(row.cell(*place), file, row.line, report) {
                cells.insert(column.concept.to_owned(), value);
            }
        }
        cells
    }

    pub fn iter(&self) -> impl Iterator<Item = &(usize, Column)> {
        self.columns.iter()
    }

    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.columns.iter().map(|(place, _)| *place)
    }
}

/// A code that an entity can be known by.
pub(super) fn code(text: &str) -> Option<&str> {
    let usable =
        !text.is_empty() && !text.contains(['/', ':']) && !text.contains(char::is_whitespace);
    usable.then_some(text)
}

/// The point that two cells name.
pub(super) fn point(lon: &str, lat: &str) -> Option<Wgs84> {
    let (lon, lat) = (lon.parse().ok()?, lat.parse().ok()?);
    Wgs84::new(lon, lat).ok()
}
