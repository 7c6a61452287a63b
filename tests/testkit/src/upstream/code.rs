//! The code lists of the upstreams, from the table that the owners agreed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Why the table could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The file could not be read as a table.
    #[error("cannot read the code table {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("the code table lacks the column {column}")]
    Column {
        /// Its heading.
        column: &'static str,
    },
}

/// For each field of each system, the values its owner takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeLists {
    lists: BTreeMap<(String, String), BTreeSet<String>>,
}

impl CodeLists {
    /// Reads a table with the columns `system`, `field` and `upstream_code`.
    ///
    /// # Errors
    ///
    /// [`CodeError`] where the file is missing, is no table or lacks a column.
    pub fn load(path: &Path) -> Result<Self, CodeError> {
        let failed = |source| CodeError::Read {
            path: path.to_owned(),
            source,
        };
        let mut reader = csv::Reader::from_path(path).map_err(failed)?;
        let headings = reader.headers().map_err(failed)?.clone();
        let column = |column: &'static str| {
            headings
                .iter()
                .position(|heading| heading == column)
                .ok_or(CodeError::Column { column })
        };
        let (system, field, code) = (
            column("system")?,
            column("field")?,
            column("upstream_code")?,
        );
        let mut lists: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for row in reader.records() {
            let row = row.map_err(failed)?;
            let cell = |at: usize| row.get(at).unwrap_or_default().to_owned();
            // An empty code marks a concept that has no counterpart: it is not a value of the list.
            if !cell(code).is_empty() {
                lists
                    .entry((cell(system), cell(field)))
                    .or_default()
                    .insert(cell(code));
            }
        }
        Ok(Self { lists })
    }

    /// The values that a field of a system takes; empty where there is no list.
    #[must_use]
    pub fn list(&self, system: &str, field: &str) -> BTreeSet<String> {
        self.lists
            .get(&(system.to_owned(), field.to_owned()))
            .cloned()
            .unwrap_or_default()
    }
}
