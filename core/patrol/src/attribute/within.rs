//! Which plots a way comes near, and nothing more.

use super::PlotIndex;
use super::index::Side;
use super::near::margin;
use super::side::{apart2, leg_apart2, may_reach};
use crate::path::Place;

/// Plots that were found.
pub(super) struct Within<'a> {
    index: &'a PlotIndex,
    radius_m: f64,
    found: Vec<bool>,
    /// In the order of the way.
    plots: Vec<usize>,
}

impl<'a> Within<'a> {
    pub(super) fn new(index: &'a PlotIndex, radius_m: f64) -> Self {
        Self {
            index,
            radius_m,
            found: vec![false; index.plots().len()],
            plots: Vec::new(),
        }
    }

    /// Follows places without a gap between them.
    pub(super) fn follow(&mut self, places: &[Place]) {
        let Some(first) = places.first() else { return };
        let margin = margin(first.point, self.radius_m);
        let mut from = first.point;
        // The first leg leads nowhere: it stands for the first place.
        for place in places {
            let (legs, radius2) = ((from, place.point), self.radius_m * self.radius_m);
            let (found, plots) = (&mut self.found, &mut self.plots);
            self.index.around(legs, margin, |number, shape| {
                let Some(known) = found.get_mut(number).filter(|known| !**known) else {
                    return;
                };
                let (a, b) = (shape.plane.to_m(legs.0), shape.plane.to_m(legs.1));
                let leg = Side {
                    from: a,
                    by: (b.0 - a.0, b.1 - a.1),
                };
                // Where the leg begins was looked at when the one before ended there.
                if may_reach(shape, &leg, self.radius_m)
                    && leg_apart2(shape, &leg, apart2(shape, b)) <= radius2
                {
                    *known = true;
                    plots.push(number);
                }
            });
            from = place.point;
        }
    }

    pub(super) fn plots(self) -> Vec<usize> {
        self.plots
    }
}
