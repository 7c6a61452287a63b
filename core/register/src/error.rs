//! What can be wrong with a register.

use thiserror::Error;

use crate::SourceFile;

/// Why a register could not be read. Texts never hold personal data: rows are named by number.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// An entity id is not of the form `kind:id`.
    #[error("{text:?} is not an entity id such as \"household:990101100201000031\"")]
    EntityId {
        /// The text that was given.
        text: String,
    },
    /// A file of the register is missing.
    #[error("the register lacks the file {}", file.name())]
    FileMissing {
        /// The file.
        file: SourceFile,
    },
    /// A file lacks a column, or no feature of a map file has a property.
    #[error("{} lacks the heading {heading}", file.name())]
    HeadingMissing {
        /// The file.
        file: SourceFile,
        /// The heading or property that is wanted.
        heading: &'static str,
    },
    /// The heading row of a table is not UTF-8: most likely the file is in GB 18030.
    #[error("{} is not written in utf-8; save it as \"CSV UTF-8\"", file.name())]
    NotUtf8 {
        /// The file.
        file: SourceFile,
    },
    /// A map file is not GeoJSON.
    #[error("{} is not a geojson feature collection (line {line}, column {column})", file.name())]
    NotGeoJson {
        /// The file.
        file: SourceFile,
        /// Where reading stopped, from 1.
        line: usize,
        /// Where reading stopped, from 1.
        column: usize,
    },
    /// No row of the roster has a household code, so there is no telling which village it is of.
    #[error("no row of {} has a household code", SourceFile::Roster.name())]
    NoVillage,
}
