//! What can be wrong with a register.

use thiserror::Error;

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
}
