//! The core of fieldwork: say a thing once, offline; every upstream gets its own form of it.
//!
//! [`Workspace`] is what an app holds. [`replica::Replica`] is what phone and hub have in common: logs of
//! what happened, shared documents, register, catalogue, and the filling of forms.
//!
//! The way of the data: a [`Draft`](replica::Draft) is saved as one entry of the device's own log
//! (capture, edits of the register, changes of cases: all or nothing), goes to the hub by
//! [`Workspace::sync`], is filled there into one envelope per upstream, delivered, and comes back as a
//! receipt in the hub's log.
#![forbid(unsafe_code)]

pub mod codec;
pub mod document;
mod file;
pub mod key;
pub mod log;
pub mod port;
pub mod recorder;
pub mod replica;
pub mod store;
pub mod wire;
mod workspace;

pub use workspace::{Enrolment, Error, Opened, Progress, SyncReport, SyncStep, Workspace};
