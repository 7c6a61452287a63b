//! Tables: as CSV or workbook, with their photographs beside or behind them, sent or carried by hand.
//!
//! Columns are the auto elements with `"column": "first"`, the fields of the form, and the auto
//! elements with `"column": "last"`; headings are their labels. A field without a value is an empty
//! cell.

use serde::{Deserialize, Serialize};

use super::{Call, Repeat, Secret, Success};

/// A zip archive with one table and its photographs, one per form, village and day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TableZipWire {
    /// Where the secret goes.
    pub secret: Secret,
    /// The call that carries the archive.
    pub call: Call,
    /// How `{date}` is written in the path, such as `yyyyMMdd`.
    pub date: String,
    /// The table in the archive.
    pub table: Table,
    /// Folder of the photographs in the archive, with a trailing slash.
    pub photos: String,
    /// What an accepted archive looks like.
    pub success: Success,
    /// How a repeat is safe.
    pub repeat: Repeat,
}

/// A table file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Name of the entry in the archive; `{form}` is the form id.
    pub entry: String,
    /// Character encoding.
    pub encoding: Encoding,
    /// Line ends.
    pub line_end: LineEnd,
    /// Most rows in one file, headings apart.
    pub max_rows: u32,
}

/// Character encoding of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-8 without one.
    Utf8,
    /// GB18030. A character that cannot be written stops the row and is named.
    Gb18030,
}

/// Line ends of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// Carriage return and line feed.
    Crlf,
    /// Line feed.
    Lf,
}

/// A CSV table per form and day, then each photograph by a call of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CsvTableWire {
    /// Where the secret goes.
    pub secret: Secret,
    /// The call that carries the table.
    pub call: Call,
    /// How `{date}` is written in a path, such as `yyyyMMdd`.
    pub date: String,
    /// The table.
    pub table: Csv,
    /// How its photographs follow; `None` where the system takes none.
    pub photos: Option<FileCall>,
    /// What an accepted table looks like.
    pub success: Success,
    /// How a repeat is safe.
    pub repeat: Repeat,
}

/// How a CSV table is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Csv {
    /// Character encoding.
    pub encoding: Encoding,
    /// Line ends.
    pub line_end: LineEnd,
}

/// A call that carries one file as its body; `{file}` in its path is the file's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FileCall {
    /// The call.
    pub call: Call,
    /// Content type of the file.
    pub content_type: String,
    /// What an accepted file looks like.
    pub success: Success,
}

/// A workbook with one sheet, all its cells text, then its photographs in a zip archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct XlsxThenZipWire {
    /// Where the secret goes.
    pub secret: Secret,
    /// The call that carries the workbook.
    pub call: Call,
    /// How `{date}` is written in a path, such as `yyyyMMdd`.
    pub date: String,
    /// Name of the sheet.
    pub sheet: String,
    /// How its photographs follow; `None` where the system takes none.
    pub photos: Option<ArchiveCall>,
    /// What an accepted workbook looks like.
    pub success: Success,
    /// How a repeat is safe.
    pub repeat: Repeat,
}

/// A call that carries a zip archive of photographs. Not made where there is no photograph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ArchiveCall {
    /// The call.
    pub call: Call,
    /// Name of a photograph in it: `{field}` is what that field of the form holds, `{n}` counts the
    /// photographs of the envelope from 1. A character that no file name may hold becomes `_`.
    pub file: String,
    /// What an accepted archive looks like.
    pub success: Success,
}

/// No interface: a person carries a file, or field by field what a sheet shows, to the system and
/// enters the number that the system gives for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ByHandWire {
    /// The file that the system can import; `None` where everything is copied from the sheet.
    pub file: Option<HandFile>,
    /// What the system calls the number it gives.
    pub receipt: String,
}

/// A file for a system's import page: one per form and batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HandFile {
    /// What kind of file.
    pub kind: FileKind,
    /// Its name without ending; placeholders `{form}`, `{village}` and `{date}`.
    pub name: String,
    /// How `{date}` is written, such as `yyyyMMdd`.
    pub date: String,
    /// Most rows in one file, headings apart.
    pub max_rows: u32,
}

/// Kind of a file for import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileKind {
    /// A CSV table.
    Csv(Csv),
    /// A workbook with one sheet, all its cells text.
    Xlsx {
        /// Name of the sheet.
        sheet: String,
    },
}

/// A ledger kept in the village: nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LedgerWire {
    /// Heading of the first column, which holds the capture's label.
    pub capture_column: String,
    /// Auto element by which the ledger is split into one file per line of work. It is the second
    /// column, under its id.
    pub split_by: String,
}
