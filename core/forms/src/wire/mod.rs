//! Wire: how the filled forms of a system travel, as data of its spec.
//!
//! The forms engine knows nothing of networks; it only carries these descriptions to whoever
//! delivers. Three kinds so far: one JSON message per envelope, a zipped table of many rows, and a
//! ledger that stays in the village. What holds for every system is not repeated in them: no answer,
//! status 429 and 5xx are temporary; any other refusal is final.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod answer;

pub use answer::{BodyCodes, BodyRule, Success, at_path};

/// How the forms of one system travel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// One JSON message per envelope, photographs sent beforehand.
    Json(Box<JsonWire>),
    /// One table per form and day in a zip archive, one row per envelope, photographs beside it.
    TableZip(Box<TableZipWire>),
    /// Nothing is sent: rows of a ledger kept in the village.
    Ledger(LedgerWire),
}

impl Wire {
    /// How sending an envelope again is harmless; `None` where nothing is sent.
    pub fn repeat(&self) -> Option<Repeat> {
        match self {
            Self::Json(wire) => Some(wire.repeat),
            Self::TableZip(wire) => Some(wire.repeat),
            Self::Ledger(_) => None,
        }
    }

    /// The header that carries the secret; `None` where nothing is sent.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Json(wire) => Some(&wire.secret),
            Self::TableZip(wire) => Some(&wire.secret),
            Self::Ledger(_) => None,
        }
    }
}

/// What makes sending the same thing again safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// The receiver knows the sender's key and answers a repeat as the first time.
    Key,
    /// Rows replace each other by their own keys.
    Upsert,
    /// Nothing: an uncertain sending is shown to a person and never repeated.
    Never,
}

/// Where the secret goes. The secret itself is configuration of the hub, never part of a spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Header name.
    pub header: String,
    /// How it is written.
    pub scheme: SecretScheme,
}

impl Secret {
    /// The header's value for a secret.
    pub fn value(&self, secret: &str) -> String {
        match self.scheme {
            SecretScheme::Bare => secret.to_owned(),
            SecretScheme::Bearer => format!("Bearer {secret}"),
        }
    }
}

/// How a secret is written into its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretScheme {
    /// The secret and nothing else.
    Bare,
    /// `Bearer ` and the secret.
    Bearer,
}

/// HTTP method of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// POST.
    Post,
    /// PUT.
    Put,
}

impl Method {
    /// The method as it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// An HTTP call: address = configured base URL + path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Path with a leading slash. Placeholders: `{ref}` the upstream's id of the case to close,
    /// `{form}` form id, `{village}` 12-digit village code, `{date}` the day of the capture.
    pub path: String,
}

/// The placeholders a path may hold.
pub const PLACEHOLDERS: [&str; 4] = ["ref", "form", "village", "date"];

impl Call {
    /// The path with its placeholders filled; `None` where `value` knows one of them not.
    pub fn path_with<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        fill_placeholders(&self.path, value)
    }
}

/// Replaces `{name}` by `value(name)`; `None` where a value is not known or a brace is not closed.
pub fn fill_placeholders<'a>(
    template: &str,
    value: impl Fn(&str) -> Option<&'a str>,
) -> Option<String> {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(value(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// One JSON message per envelope.
///
/// Body: the fields of the form in order, then the auto elements, then the photo fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonWire {
    /// Where the secret goes.
    pub secret: Secret,
    /// Header that carries the envelope's key, where the receiver takes one.
    pub key_header: Option<String>,
    /// Form id → its call.
    pub calls: BTreeMap<String, Call>,
    /// How photographs are sent before the message; `None` where the system takes none.
    pub photos: Option<PhotoUpload>,
    /// What an accepted message looks like.
    pub success: Success,
    /// Path in the answer to the upstream's id of the case, such as `data.id`.
    pub upstream_id: Option<String>,
    /// Refusals in the body that are only temporary.
    pub temporary: Option<BodyCodes>,
    /// Path in the answer to the reason of a refusal.
    pub reason: Option<String>,
    /// How a repeat is safe.
    pub repeat: Repeat,
}

/// Photographs first: each is sent by its own call, and the message names what came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoUpload {
    /// The call.
    pub call: Call,
    /// Name of the multipart part; `None` sends the file as the body.
    pub part: Option<String>,
    /// Content type of the file.
    pub content_type: String,
    /// What an accepted file looks like.
    pub success: Success,
    /// Path in the answer to the text that stands for the file, such as `data.url`.
    pub answer: String,
    /// Message fields that name the files. A field is written also where it has no file.
    pub fields: Vec<PhotoField>,
}

/// A message field that names sent photographs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoField {
    /// Field name in the message.
    pub field: String,
    /// Slots whose photographs it names, in this order.
    pub slots: Vec<String>,
    /// How several are written.
    pub list: PhotoList,
}

/// How the photographs of a message field are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoList {
    /// One text, joined by this separator; empty text where there is none.
    Joined(String),
    /// A JSON array; empty where there is none.
    Array,
}

/// A zip archive with one table and its photographs, one per form, village and day.
///
/// Columns: auto elements with `"column": "first"`, the fields of the form, auto elements with
/// `"column": "last"`; headings are their labels. A field without a value is an empty cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-8 without one.
    Utf8,
}

/// Line ends of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// Carriage return and line feed.
    Crlf,
    /// Line feed.
    Lf,
}

/// A ledger kept in the village: nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerWire {
    /// Heading of the first column, which holds the capture's label.
    pub capture_column: String,
    /// Auto element by which the ledger is split into one file per line of work. It is the second
    /// column, under its id.
    pub split_by: String,
}
