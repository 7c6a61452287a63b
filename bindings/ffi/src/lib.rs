//! The core for Kotlin and Swift: what an app on another runtime holds, and nothing it does not need.
//!
//! Why a crate of its own: `fieldwork` stays free of the generator, of `unsafe` and of types bent to what
//! a foreign function can carry. Here stand only that bending and its way back; whatever decides anything
//! is in the core.
//!
//! Rules that every exported item keeps, because the languages on the other side demand them:
//!
//! - Calls block. `suspend` and `async` are made in the thin layers written by hand on the other side,
//!   which know their own schedulers.
//! - Every call returns `Result`, so that a panic inside arrives as an exception: without one it would end
//!   a Swift process.
//! - [`FieldworkError`] is the one error. Its fields are never called `message` or `cause`, which Kotlin's
//!   exceptions have already.
//! - [`BlockingWorkspace`] is the one object that lives long, with an explicit `shutdown` that may be called
//!   twice; all else is records and values.
//! - Photographs go by path, never by bytes. Times are UTC milliseconds on the way over, and whatever the
//!   other language has for an instant once there ([`Timestamp`]).
//! - What the host implements ([`SyncProgress`]) may fail, and is called with no lock held.

mod asking;
mod capture;
mod case;
mod conflict;
mod draft;
mod envelope;
mod error;
mod explain;
mod find;
mod id;
#[cfg(test)]
mod panic;
mod receipt;
mod scalar;
mod sync;
mod task;
mod workspace;

pub use asking::{
    Asker, Asking, Carried, Choice, Control, NearCase, Question, RefusedAnswer, SubjectKind,
    Unanswerable, WantedPhotos,
};
pub use capture::{CaptureItem, CaptureSubject};
pub use case::{Case, TimelineItem, UpstreamReference};
pub use conflict::{Conflict, ConflictValue};
pub use draft::{About, Answer, Draft, Photo, Place, Saved, Track};
pub use envelope::{
    Envelope, Field, FilledForm, Obstacle, Problem, Reference, SlotPhoto, StoppedForm,
};
pub use error::{FieldworkError, StorageFault};
pub use explain::{ExplainedBox, ExplainedForm};
pub use find::{Found, MatchQuality};
pub use receipt::{Receipt, ReceiptState};
pub use scalar::{FilePath, Timestamp};
pub use sync::{SyncProgress, SyncReport, SyncStep};
pub use task::MendTask;
pub use workspace::{BlockingWorkspace, Enrolment};

uniffi::setup_scaffolding!("fieldwork");
