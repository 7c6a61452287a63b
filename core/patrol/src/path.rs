//! The way that the filter leaves of a track: what is drawn and laid over plots.

use fieldwork_geo::Wgs84;

use crate::filter::{Filter, Refused, Settings, Summary, Verdict};
use crate::{Break, Track};

/// A place of the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Where.
    pub point: Wgs84,
    /// Seconds since the first fix, by a clock that only runs forward; 0 where no time is known.
    pub at_s: f64,
    /// How sure it is, metres.
    pub accuracy_m: Option<f32>,
    /// What the clock on the wall said, UTC milliseconds, where that is known.
    pub at_ms: Option<i64>,
}

/// Places without a gap between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Why it begins.
    pub begins: Break,
    /// At least one, in order.
    pub places: Vec<Place>,
}

/// A track as the filter leaves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Its stretches.
    pub stretches: Vec<Stretch>,
    /// Fixes that were left out although they are somewhere.
    pub dropped: Vec<Wgs84>,
    /// What follows from it.
    pub summary: Summary,
}

impl Path {
    /// Filters a track and keeps its way.
    pub fn of(track: &Track, settings: Settings) -> Self {
        let mut filter = Filter::new(settings);
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut dropped = Vec::new();
        for segment in &track.segments {
            if !segment.fixes.is_empty() {
                filter.begin(segment.begins);
            }
            for fix in &segment.fixes {
                let Verdict::Used { at_s, begins } = (match filter.push(fix) {
                    Verdict::Refused(Refused::Zero | Refused::Mock) => continue,
                    Verdict::Refused(_) => {
                        dropped.push(fix.point);
                        continue;
                    }
                    used => used,
                }) else {
                    continue;
                };
                if filter.used() == 1 {
                    // Whatever was taken for the beginning before was wrong.
                    let wrong = stretches.drain(..).flat_map(|stretch| stretch.places);
                    dropped.extend(wrong.map(|place| place.point));
                }
                let place = Place {
                    point: fix.point,
                    at_s,
                    accuracy_m: fix.accuracy_m,
                    at_ms: fix.at_ms,
                };
                match (begins, stretches.last_mut()) {
                    (None, Some(stretch)) => stretch.places.push(place),
                    (begins, _) => stretches.push(Stretch {
                        begins: begins.unwrap_or_default(),
                        places: vec![place],
                    }),
                }
            }
        }
        Self {
            stretches,
            dropped,
            summary: filter.summary(),
        }
    }

    /// All places, gaps passed over.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.stretches.iter().flat_map(|stretch| &stretch.places)
    }

    /// Its gaps: the places before and after. Across a pause nothing is said.
    pub fn gaps(&self) -> impl Iterator<Item = (&Place, &Place)> {
        self.stretches.windows(2).filter_map(|pair| match pair {
            [before, after] if !matches!(after.begins, Break::Paused | Break::Jump) => {
                Some((before.places.last()?, after.places.first()?))
            }
            _ => None,
        })
    }
}

impl Stretch {
    /// The accuracy that half of its places keep, metres; `None` where none says.
    pub fn median_accuracy_m(&self) -> Option<f64> {
        let mut said: Vec<f32> = self
            .places
            .iter()
            .filter_map(|place| place.accuracy_m)
            .collect();
        said.sort_by(f32::total_cmp);
        said.get(said.len().checked_sub(1)? / 2)
            .copied()
            .map(f64::from)
    }
}
