//! Which plots a walk came by, and in which one a point lies.
//!
//! People walk on the ridges between plots, so whether a fix lies inside says little: what counts is the
//! distance from the way to the outline, 10 m or, where the receiver was less sure, 15 m. No share of the
//! village is reckoned and none of a plot's area: a field is seen from its edge.

mod index;
mod near;
mod side;
mod tree;
mod within;

pub use index::PlotIndex;

use crate::path::{Path, Stretch};
use near::Nearby;
use within::Within;

/// Within this distance of the way a plot was seen, metres …
pub const RADIUS_M: f64 = 10.0;
/// … and within this where the stretch is less sure than [`SURE_M`] or does not say.
pub const WIDE_RADIUS_M: f64 = 15.0;
/// The median accuracy up to which a stretch is taken for sure, metres.
pub const SURE_M: f64 = 6.0;
/// Inside, or this close to the border, is along it, metres.
pub const ALONG_M: f64 = 3.0;
/// So many fixes inside or along a plot …
const WALKED_FIXES: u32 = 2;
/// … or so many metres of the way are a walk through it or along it.
const WALKED_M: f64 = 10.0;

/// What a walk had to do with a plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seen {
    /// It led through it or along it.
    Walked,
    /// It came near enough to see it.
    Seen,
    /// Neither.
    Missed,
}

impl Seen {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Walked => "走过",
            Self::Seen => "看到",
            Self::Missed => "未到",
        }
    }
}

/// A plot that a walk came by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attribution {
    /// Its number in the index.
    pub plot: usize,
    /// The nearest that the way came to it, metres; 0 where it led inside.
    pub nearest_m: f64,
    /// Seconds within the radius.
    pub seconds: f64,
    /// The part of its border that lies within the radius, 0 to 1.
    pub boundary_share: f64,
    /// In a word.
    pub seen: Seen,
}

impl PlotIndex {
    /// The plots that the way came by, in the order of the way. Those that it missed are not listed.
    pub fn attribute(&self, path: &Path) -> Vec<Attribution> {
        let mut found = Nearby::new(self);
        for stretch in &path.stretches {
            found.follow(&stretch.places, radius_m(stretch));
        }
        found.attributions()
    }

    /// Numbers of the plots within `radius_m` of the way, in the order of the way: [`Self::attribute`]
    /// without its figures, and quicker, since a plot that was found is not looked at again.
    pub fn within(&self, path: &Path, radius_m: f64) -> Vec<usize> {
        let mut found = Within::new(self, radius_m);
        for stretch in &path.stretches {
            found.follow(&stretch.places);
        }
        found.plots()
    }
}

/// How far a plot may lie from this stretch and still be seen, metres.
pub fn radius_m(stretch: &Stretch) -> f64 {
    let median = stretch.median_accuracy_m();
    if median.is_some_and(|median| median <= SURE_M) {
        RADIUS_M
    } else {
        WIDE_RADIUS_M
    }
}
