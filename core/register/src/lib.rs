//! The register 底册: persons, households, plots, houses, premises, grids and workers of one village.
//!
//! Pure: an imported, immutable [`Base`] (known by the SHA-256 of its bytes) and an [`Overlay`] of
//! edits that lies over it. Reading files and storing edits is the business of others.
//!
//! 1. [`import`] makes a [`Base`] of the village's own files and reports, by row, whatever it mended,
//!    doubted or left out: a bad row never stops an import, and nothing is dropped silently.
//! 2. [`IndexedBase`] answers the questions of a day in the field: who lives here, whose plot is this,
//!    which house is nearest.
//! 3. [`Register`] is base and overlay together, and [`Register::find`] is the search box over it.
#![forbid(unsafe_code)]

mod base;
mod entity;
mod error;
mod find;
mod finding;
mod import;
mod index;
mod overlay;
mod report;
mod view;

pub use base::Base;
pub use entity::{Entity, EntityId, EntityKind, Village};
pub use error::RegisterError;
pub use find::{Found, Match};
pub use finding::{Effect, Finding, FindingKind};
pub use import::{Files, SourceFile, import};
pub use index::{IndexedBase, is_head};
pub use overlay::{Edit, Edits, MEMBER_HOUSEHOLD, MOVED_OUT, NoEdits, Overlay};
pub use report::{Counts, FileRows, ImportReport};
pub use view::{Cell, CellSource, Member, Register};
