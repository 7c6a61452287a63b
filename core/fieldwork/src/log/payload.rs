//! What an entry says.
//!
//! A payload is one byte that names its kind, then the CBOR of its body. A kind that this version does
//! not know is kept and passed on, never dropped.

use fieldwork_forms::capture::Capture;
use fieldwork_ids::Ulid;
use serde::{Deserialize, Serialize};

use super::capture_row::CaptureRow;
use crate::codec::{CodecError, from_cbor, to_cbor};
use crate::document::DocumentId;
use crate::key::{PublicKey, SignatureBytes};

/// The first entry of every log: whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// The owner's public key; the log's id follows from it.
    #[serde(with = "serde_bytes")]
    pub public_key: PublicKey,
    /// Village code.
    pub village: String,
    /// 0, 1, 2 …: how many logs this owner kept for the village before.
    pub incarnation: u32,
    /// Worker id; empty for a hub.
    pub worker: String,
}

/// One change of an automerge document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentChange(
    /// The document.
    pub DocumentId,
    /// The change, uncompressed.
    #[serde(with = "serde_bytes")]
    pub Vec<u8>,
);

/// How a receipt ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// The upstream has it.
    Delivered,
    /// The upstream refused it for good; somebody must mend it.
    Refused,
    /// It could not be filled: something is missing or unmapped.
    Stopped,
    /// Nobody can tell whether the upstream has it.
    Uncertain,
}

/// What became of one envelope, said by the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The envelope's key.
    pub key: String,
    /// The capture it was made from.
    pub capture: Ulid,
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// How it ended.
    pub state: ReceiptState,
    /// The upstream's own id.
    pub upstream_ref: Option<String>,
    /// The upstream's reason, or what is missing.
    pub reason: Option<String>,
    /// Hub time, UTC milliseconds.
    pub at_ms: i64,
}

/// A file of the catalogue, signed by the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueItem {
    /// Path within the catalogue (`systems/wg.json`).
    pub path: String,
    /// The hub's signature of path and content.
    #[serde(with = "serde_bytes")]
    pub signature: SignatureBytes,
    /// From when on nobody gets its forms any more, UTC milliseconds. Signed with the log that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_ms: Option<i64>,
}

/// The catalogue as of now: one blob that holds the files, and a signature for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueList {
    /// SHA-256 of the blob.
    #[serde(with = "serde_bytes")]
    pub blob: [u8; 32],
    /// Its files.
    pub items: Vec<CatalogueItem>,
}

/// A device as the hub knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// Its public key.
    #[serde(with = "serde_bytes")]
    pub public_key: PublicKey,
    /// The worker who holds it.
    pub worker: String,
    /// When it was revoked, hub time in UTC milliseconds.
    pub revoked_ms: Option<i64>,
}

/// The payload of an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// Whose log this is.
    Begin(Begin),
    /// A capture and the changes it causes, one thing.
    Capture {
        /// The fact.
        capture: Box<Capture>,
        /// What it changes in shared documents.
        changes: Vec<DocumentChange>,
    },
    /// Changes of shared documents by themselves.
    Edit(Vec<DocumentChange>),
    /// What became of an envelope.
    Receipt(Receipt),
    /// The catalogue of specs, by hash.
    Catalogue(CatalogueList),
    /// The register base, by the SHA-256 of its blob.
    Register([u8; 32]),
    /// A device was enrolled or revoked.
    Device(DeviceRecord),
    /// A kind that a newer version made.
    Unknown(u8),
}

const BEGIN: u8 = 1;
const CAPTURE: u8 = 2;
const EDIT: u8 = 3;
const RECEIPT: u8 = 4;
/// Catalogues begin with it.
pub(crate) const CATALOGUE: u8 = 5;
const REGISTER: u8 = 6;
const DEVICE: u8 = 7;

impl Payload {
    /// The bytes that stand in the log. Empty for [`Payload::Unknown`], which is never written anew.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, body) = match self {
            Self::Begin(begin) => (BEGIN, to_cbor(begin)),
            Self::Capture { capture, changes } => (
                CAPTURE,
                to_cbor(&(CaptureRow::from(capture.as_ref()), changes)),
            ),
            Self::Edit(changes) => (EDIT, to_cbor(changes)),
            Self::Receipt(receipt) => (RECEIPT, to_cbor(receipt)),
            Self::Catalogue(list) => (CATALOGUE, to_cbor(list)),
            Self::Register(hash) => (REGISTER, to_cbor(&serde_bytes::Bytes::new(hash))),
            Self::Device(record) => (DEVICE, to_cbor(record)),
            Self::Unknown(_) => return Vec::new(),
        };
        let mut bytes = Vec::with_capacity(body.len() + 1);
        bytes.push(kind);
        bytes.extend(body);
        bytes
    }

    /// Reads the bytes of a log.
    ///
    /// # Errors
    /// [`CodecError`] where the body is not what its kind promises.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let (kind, body) = bytes.split_first().ok_or(CodecError::Form)?;
        Ok(match *kind {
            BEGIN => Self::Begin(from_cbor(body)?),
            CAPTURE => {
                let (row, changes): (CaptureRow, Vec<DocumentChange>) = from_cbor(body)?;
                Self::Capture {
                    capture: Box::new(row.into()),
                    changes,
                }
            }
            EDIT => Self::Edit(from_cbor(body)?),
            RECEIPT => Self::Receipt(from_cbor(body)?),
            CATALOGUE => Self::Catalogue(from_cbor(body)?),
            REGISTER => {
                let hash: serde_bytes::ByteBuf = from_cbor(body)?;
                Self::Register(hash.as_slice().try_into().map_err(|_| CodecError::Form)?)
            }
            DEVICE => Self::Device(from_cbor(body)?),
            unknown => Self::Unknown(unknown),
        })
    }

    /// The changes of documents that the payload carries.
    pub fn changes(&self) -> &[DocumentChange] {
        match self {
            Self::Capture { changes, .. } | Self::Edit(changes) => changes,
            _ => &[],
        }
    }
}
