//! From an entry to the read model.

use rusqlite::Transaction;

use super::ReplicaError;
use crate::codec::to_cbor;
use crate::log::{CatalogueList, Payload};
use crate::store::{self, meta};

/// Name under which the hash of the register base is kept.
pub(super) const REGISTER: &str = "register";
/// Name under which the list of the catalogue is kept.
pub(super) const CATALOGUE: &str = "catalogue";

/// Which entry it is and whether the hub (or the owner of this replica) wrote it.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    pub(super) log: i64,
    pub(super) seq: u64,
    pub(super) by_hub: bool,
    /// When it came, where this is the hub, UTC milliseconds.
    pub(super) received_ms: Option<i64>,
}

/// Writes what an entry says into the read model. Returns a reason where it may not be said by this
/// author; the entry is then kept aside.
pub(super) fn project(
    transaction: &Transaction<'_>,
    origin: Origin,
    payload: &Payload,
) -> Result<Option<&'static str>, ReplicaError> {
    if !origin.by_hub
        && matches!(
            payload,
            Payload::Receipt(_) | Payload::Catalogue(_) | Payload::Register(_) | Payload::Device(_)
        )
    {
        return Ok(Some("only the hub may say this"));
    }
    match payload {
        Payload::Capture { capture, .. } => {
            let received = origin.received_ms;
            store::capture::insert(transaction, origin.log, origin.seq, capture, received)?;
        }
        Payload::Receipt(receipt) => store::receipt::record_receipt(transaction, receipt)?,
        Payload::Catalogue(list) => write_catalogue(transaction, list)?,
        Payload::Register(hash) => meta::write(transaction, REGISTER, hash)?,
        Payload::Device(record) => store::device::record_device(transaction, record)?,
        Payload::Begin(_) | Payload::Edit(_) | Payload::Unknown(_) => {}
    }
    for change in payload.changes() {
        store::document::insert(transaction, &change.0, origin.log, origin.seq)?;
    }
    Ok(None)
}

fn write_catalogue(
    transaction: &Transaction<'_>,
    list: &CatalogueList,
) -> Result<(), ReplicaError> {
    Ok(meta::write(transaction, CATALOGUE, &to_cbor(list))?)
}
