//! The register 底册: persons, households, plots, houses, premises, grids and workers of one village.
//!
//! Pure: an imported, immutable [`Base`] (known by the SHA-256 of its bytes) and an [`Overlay`] of
//! edits that lies over it. Reading files and storing edits is the business of others.
#![forbid(unsafe_code)]

mod entity;
mod error;
mod overlay;

pub use entity::{Entity, EntityId, EntityKind, Village};
pub use error::RegisterError;
pub use overlay::{Edit, Edits, MEMBER_HOUSEHOLD, MOVED_OUT, Overlay};
