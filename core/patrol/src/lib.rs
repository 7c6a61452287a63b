//! Walks over farmland: what a receiver said, made into a length, times and plots.
//!
//! Everything inside is WGS-84. The types that all parts share stand in [`track`] and [`plot`]:
//!
//! - a [`Fix`] is one statement of a receiver: a place, and as far as they are known its wall time, its
//!   monotonic time, how sure it is, and whether it was made up ("mock");
//! - a [`Track`] is fixes in order, cut into [`Segment`]s; each segment says why the one before it ended
//!   ([`Break`]) and where its fixes come from ([`Provider`], [`Datum`] of the source);
//! - a [`Plot`] is a code, a name and an outline.
//!
//! [`filter`] makes a length, times and gaps of fixes, one at a time; [`path`] keeps what it leaves;
//! [`attribute`] lays that over plots; [`sealed`] keeps a track in two bytes a fix.
//!
//! Readers ([`read`]) make tracks and plots of files, and hand them over with warnings of their own.
#![forbid(unsafe_code)]

pub mod attribute;
pub mod draw;
pub mod export;
pub mod filter;
pub mod path;
pub mod plot;
pub mod read;
pub mod sealed;
pub mod track;

pub use attribute::{Attribution, PlotIndex, Seen};
pub use filter::{Filter, Settings, Summary, Verdict};
pub use path::Path;
pub use plot::Plot;
pub use track::{Break, Datum, Fix, Provider, Segment, Track};
