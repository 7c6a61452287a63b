//! Where the data of a village day lies.
//!
//! The default is the copy in `tests/fixtures/qinghe`; the environment variable `FIELDWORK_FIXTURES`
//! or [`Fixtures::at`] name another folder with the same layout.

use std::path::{Path, PathBuf};

use crate::day::{Day, DayError};

/// Name of the environment variable that overrides the default folder.
pub const VARIABLE: &str = "FIELDWORK_FIXTURES";

/// A folder with the data of one village day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixtures {
    root: PathBuf,
}

impl Default for Fixtures {
    fn default() -> Self {
        let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/qinghe");
        Self::at(std::env::var_os(VARIABLE).unwrap_or_else(|| built_in.into()))
    }
}

impl Fixtures {
    /// The data in this folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the register's files.
    #[must_use]
    pub fn register(&self) -> PathBuf {
        self.root.join("register")
    }

    /// The table of code lists and code maps.
    #[must_use]
    pub fn codes(&self) -> PathBuf {
        self.root.join("codes.csv")
    }

    /// The script of the day.
    #[must_use]
    pub fn day_file(&self) -> PathBuf {
        self.root.join("day.json")
    }

    /// A golden file, such as `ledger.csv`.
    #[must_use]
    pub fn expected(&self, name: &str) -> PathBuf {
        self.root.join("expected").join(name)
    }

    /// Reads the script of the day.
    ///
    /// # Errors
    ///
    /// [`DayError`] where the file is missing or not a day.
    pub fn day(&self) -> Result<Day, DayError> {
        Day::load(&self.day_file())
    }
}
