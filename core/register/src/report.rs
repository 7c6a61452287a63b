//! What an import came to, as a whole.

use serde::Serialize;

use crate::{Effect, Finding, FindingKind, SourceFile};

/// How many entities an import made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Persons.
    pub persons: usize,
    /// Households.
    pub households: usize,
    /// Houses.
    pub houses: usize,
    /// Plots.
    pub plots: usize,
    /// Premises.
    pub premises: usize,
    /// Grids.
    pub grids: usize,
    /// Field workers.
    pub workers: usize,
}

/// How many rows a file has and how many of them became entities (in 户情: were joined to one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FileRows {
    /// The file.
    pub file: SourceFile,
    /// Rows below the heading that hold anything, or features.
    pub read: usize,
    /// Of these, rows that were taken over. The others have a finding each.
    pub taken: usize,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportReport {
    /// How many entities there are now.
    pub counts: Counts,
    /// Rows by file, in the order they were read.
    pub rows: Vec<FileRows>,
    /// All remarks, by file and row.
    pub findings: Vec<Finding>,
}

impl ImportReport {
    /// Findings with this effect.
    pub fn with_effect(&self, effect: Effect) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.kind.effect() == effect)
    }

    /// Notes how many rows of a file were taken over.
    pub(crate) fn taken(&mut self, file: SourceFile, taken: usize) {
        for rows in self.rows.iter_mut().filter(|rows| rows.file == file) {
            rows.taken = taken;
        }
    }

    pub(crate) fn add(
        &mut self,
        file: SourceFile,
        row: u32,
        column: Option<&str>,
        kind: FindingKind,
    ) {
        self.findings.push(Finding {
            file,
            row,
            column: column.map(str::to_owned),
            kind,
        });
    }
}
