//! Photographs: looked at, taken in, checked, compared, put side by side and cut to size.
//!
//! Why: a photo is taken on a cheap phone by somebody who stands at the place once. What is wrong with
//! it (cut short by a full disk, blurred, dark, not the place of the photo before) has to be said there
//! and then; and the same photo has to fit a chat group, a report and several forms, each with a limit
//! of its own, without being taken again.
//!
//! How: bytes come in, bytes and findings go out; nothing here opens a file, reads a clock or keeps
//! anything between calls.
//!
//! - [`probe`] walks the file's own structure before any decoder sees it, and refuses what would cost
//!   too much ([`limits`]).
//! - [`intake`] makes the report picture and the thumbnail of an original, which itself is never
//!   touched. The decoder shrinks while it decodes: most of the work of a 12 or 48 megapixel photo is
//!   never done. It runs on a worker thread, within a [`Budget`] of memory and time.
//! - [`check`] measures blur, light, size and distance. It gives advice and never refuses.
//! - [`framing`] tells whether a photo shows what the photo before showed, and which way to turn.
//! - [`strip`] puts before, during and after side by side under a caption.
//! - [`derive`](fn@derive) makes the copy that one form wants.
//!
//! Same bytes, same result on one kind of processor; decoder and encoder round a little differently
//! where their vector code differs, so a derived file is stored and hashed, never made again and
//! compared.

#![forbid(unsafe_code)]

mod budget;
mod bytes;
mod calendar;
pub mod check;
mod decode;
mod derivative;
mod encode;
mod error;
mod exif;
mod exif_out;
pub mod framing;
mod ghost;
mod intake;
mod jpeg;
pub mod limits;
mod picture;
mod png;
mod probe;
pub mod strip;
mod webp;

pub use budget::Budget;
pub use decode::decode;
pub use derivative::{Derivative, ExifRule, Made, Profile, Shelf, derive};
pub use encode::{Encoded, Fit, encode, fit};
pub use error::{Foreign, PhotoError};
pub use exif::{Gps, TakenAt};
pub use exif_out::Facts;
pub use ghost::{Ghost, ghost};
pub use intake::{Intake, IntakeRule, intake, intake_pixels};
pub use limits::{MAX_PIXELS, MAX_SIDE};
pub use picture::{Filter, Luma, Picture};
pub use probe::{Format, Probe, probe};
