//! Wire: how the filled forms of a system travel, as data of its spec.
//!
//! The forms engine knows nothing of networks; it only carries these descriptions to whoever
//! delivers. What holds for every system is not repeated in them: no answer, status 429 and 5xx are
//! temporary; any other refusal is final.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod answer;
mod call;
mod json;
mod table;

pub use answer::{BodyCodes, BodyRule, Success, at_path};
pub use call::{Call, Method, PLACEHOLDERS, fill_placeholders};
pub use json::{
    Action, JsonBase64Wire, JsonWire, MultipartWire, PhotoField, PhotoIndex, PhotoList, PhotoUpload,
};
pub use table::{
    ArchiveCall, ByHandWire, Csv, CsvTableWire, Encoding, FileCall, FileKind, HandFile, LedgerWire,
    LineEnd, Table, TableZipWire, XlsxThenZipWire,
};

/// How the forms of one system travel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// One JSON message per envelope, photographs sent beforehand.
    Json(Box<JsonWire>),
    /// One JSON message per envelope, photographs in it.
    JsonBase64(Box<JsonBase64Wire>),
    /// One multipart message per envelope, photographs in it.
    Multipart(Box<MultipartWire>),
    /// One table per form and day in a zip archive, one row per envelope, photographs beside it.
    TableZip(Box<TableZipWire>),
    /// A CSV table, then a call per photograph.
    CsvTable(Box<CsvTableWire>),
    /// A workbook, then an archive of photographs.
    XlsxThenZip(Box<XlsxThenZipWire>),
    /// A person carries it there.
    ByHand(Box<ByHandWire>),
    /// Nothing is sent: rows of a ledger kept in the village.
    Ledger(LedgerWire),
}

impl Wire {
    /// How sending an envelope again is harmless; `None` where nothing is sent. What a person carries
    /// is carried once.
    pub fn repeat(&self) -> Option<Repeat> {
        match self {
            Self::Json(wire) => Some(wire.repeat),
            Self::JsonBase64(wire) => Some(wire.repeat),
            Self::Multipart(wire) => Some(wire.repeat),
            Self::TableZip(wire) => Some(wire.repeat),
            Self::CsvTable(wire) => Some(wire.repeat),
            Self::XlsxThenZip(wire) => Some(wire.repeat),
            Self::ByHand(_) => Some(Repeat::Never),
            Self::Ledger(_) => None,
        }
    }

    /// The header that carries the secret; `None` where the hub sends nothing.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Json(wire) => Some(&wire.secret),
            Self::JsonBase64(wire) => Some(&wire.secret),
            Self::Multipart(wire) => Some(&wire.secret),
            Self::TableZip(wire) => Some(&wire.secret),
            Self::CsvTable(wire) => Some(&wire.secret),
            Self::XlsxThenZip(wire) => Some(&wire.secret),
            Self::ByHand(_) | Self::Ledger(_) => None,
        }
    }

    /// Form id → its call, where each form has one of its own.
    pub fn calls(&self) -> Option<&BTreeMap<String, Call>> {
        match self {
            Self::Json(wire) => Some(&wire.calls),
            Self::JsonBase64(wire) => Some(&wire.calls),
            Self::Multipart(wire) => Some(&wire.calls),
            _ => None,
        }
    }

    /// True where envelopes become rows of a table.
    pub fn is_table(&self) -> bool {
        matches!(
            self,
            Self::TableZip(_) | Self::CsvTable(_) | Self::XlsxThenZip(_) | Self::ByHand(_)
        )
    }

    /// The key of the wire in a spec, such as `json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::JsonBase64(_) => "json_base64",
            Self::Multipart(_) => "multipart",
            Self::TableZip(_) => "table_zip",
            Self::CsvTable(_) => "csv_table",
            Self::XlsxThenZip(_) => "xlsx_then_zip",
            Self::ByHand(_) => "by_hand",
            Self::Ledger(_) => "ledger",
        }
    }
}

/// What makes sending the same thing again safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecretScheme {
    /// The secret and nothing else.
    Bare,
    /// `Bearer ` and the secret.
    Bearer,
}
