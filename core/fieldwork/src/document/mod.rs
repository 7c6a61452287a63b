//! Shared documents: what people change together, as automerge documents.
//!
//! One document holds the edits of the register, one the roster, and one the cases opened in each
//! month. Each is a flat map from a path (`household:…/household.income_pc`) to one atomic value, so
//! that two people on different fields merge and on the same field both values are kept. All keys stand
//! in the root map, which every document has from the beginning: two phones offline may open the same
//! month without a common first change (ADR 0006).
//!
//! A document is a cache. The truth are the changes in the log's entries; it is rebuilt from them.

mod cache;
mod cell;
mod id;
mod overlay;
#[cfg(test)]
mod tests;

pub use cell::Cell;
pub use id::DocumentId;

pub(crate) use cache::{
    Documents, Editor, actor_of, cells_of, conflicted_paths, try_changes, under, values,
};
pub(crate) use cell::{case_path, member_path, register_path};
pub(crate) use overlay::DocumentOverlay;

use thiserror::Error;

/// Why a change of a document was not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The bytes are not a change.
    #[error("the change of a document is damaged")]
    Damaged,
    /// The change is larger than a change may be.
    #[error("the change of a document is larger than allowed")]
    TooLarge,
    /// A change that this one builds on has not come.
    #[error("a change that this one builds on is missing")]
    Incomplete,
    /// The result could not be saved and loaded again.
    #[error("the document would not be readable after the change")]
    Unreadable,
    /// The version of a document that a capture saw is not held.
    #[error("the version of the register that this refers to is not here")]
    UnknownHeads,
}
