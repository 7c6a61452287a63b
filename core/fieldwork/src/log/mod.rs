//! Logs: everything that happens is an entry in a device's own append-only log.
//!
//! An entry is chained to the one before it by hash; the device signs the head of each batch it hands
//! out, not each entry (64 incompressible bytes each would cost more than the entries). The hash covers
//! the payload's hash, not the payload, so that a payload may be dropped while the chain stays whole.

mod batch;
mod capture_row;
mod entry;
pub(crate) mod payload;
#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchError, MAX_ENTRIES, MAX_PAYLOAD, Vector, WireEntry, head_message};
pub(crate) use entry::chain_hash;
pub use entry::{Entry, LogId};
pub use payload::{
    Begin, CatalogueItem, CatalogueList, DeviceRecord, DocumentChange, Payload, Receipt,
    ReceiptState,
};
