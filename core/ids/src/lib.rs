//! Identifiers of village field work, their check digits, and the time types of the product.
//!
//! Pure: no clock, no randomness, no input or output. A caller brings the milliseconds and the random
//! bytes, so a day can be replayed and a test can say what time it is.
//!
//! - [`Ulid`] names captures and cases.
//! - [`Date`] is a day of the calendar; [`time`] turns instants (UTC milliseconds) into what forms
//!   want, always in Chinese standard time.
//! - [`check`] normalises and checks the numbers that registers are full of ([`IdKind`]).
//! - [`mask`] hides part of a number or name where an upstream wants it hidden.
#![forbid(unsafe_code)]

mod citizen;
mod date;
mod firm;
mod identifier;
mod mask;
pub mod time;
mod ulid;
mod width;

pub use date::{Date, DateError};
pub use identifier::{IdError, IdKind, Identifier, Repairs, Sex, check};
pub use mask::{Mask, mask};
pub use ulid::{Ulid, UlidError};
pub use width::half_width;
