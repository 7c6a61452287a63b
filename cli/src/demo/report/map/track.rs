//! What a receiver said, made into a path: bad fixes left out, gaps kept as gaps.

use fieldwork_geo::{Wgs84, distance_m};
use fieldwork_register::IndexedBase;
use fieldwork_testkit::day::Fix;

/// A fix that may be further off than this is left out, metres.
const ACCURACY_M: f64 = 20.0;
/// No fix for longer than this is a gap, milliseconds.
const GAP_MS: i64 = 30_000;
/// Shorter legs are the receiver's noise and do not count as way, metres.
const LEG_M: f64 = 6.0;
/// Being in a plot this long in one go is walking through it, not brushing its border, milliseconds.
const THROUGH_MS: i64 = 30_000;

/// A walked path.
pub(super) struct Path {
    /// Stretches without a gap.
    pub pieces: Vec<Vec<(i64, Wgs84)>>,
    /// Fixes left out.
    pub dropped: Vec<Wgs84>,
}

impl Path {
    /// The path that these fixes show.
    pub(super) fn of(fixes: &[Fix]) -> Self {
        let mut pieces: Vec<Vec<(i64, Wgs84)>> = Vec::new();
        let mut dropped = Vec::new();
        for Fix(at_ms, lon, lat, accuracy_m) in fixes.iter().copied() {
            let point = Wgs84 { lon, lat };
            if accuracy_m > ACCURACY_M {
                dropped.push(point);
                continue;
            }
            match pieces.last_mut() {
                Some(piece) if piece.last().is_some_and(|last| at_ms - last.0 <= GAP_MS) => {
                    piece.push((at_ms, point));
                }
                _ => pieces.push(vec![(at_ms, point)]),
            }
        }
        Self { pieces, dropped }
    }

    /// Its points, gaps passed over.
    pub(super) fn points(&self) -> impl Iterator<Item = Wgs84> {
        self.pieces.iter().flatten().map(|(_, point)| *point)
    }

    /// Its gaps: from, to, milliseconds.
    pub(super) fn gaps(&self) -> impl Iterator<Item = (Wgs84, Wgs84, i64)> {
        self.pieces.windows(2).filter_map(|pair| {
            let (from, to) = (pair.first()?.last()?, pair.last()?.first()?);
            Some((from.1, to.1, to.0 - from.0))
        })
    }

    /// Its length in metres; across a gap it is the straight way.
    pub(super) fn length_m(&self) -> f64 {
        let mut length = 0.0;
        let mut from: Option<Wgs84> = None;
        for point in self.points() {
            let leg = from.map_or(0.0, |from| distance_m(from, point));
            if from.is_none() || leg >= LEG_M {
                length += leg;
                from = Some(point);
            }
        }
        length
    }

    /// Codes of the plots that were walked through, in the order of the way.
    pub(super) fn plots(&self, base: &IndexedBase) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        for piece in &self.pieces {
            let mut inside: Option<(&str, i64)> = None;
            for (at_ms, point) in piece {
                let plot = base.plot_at(*point).map(|plot| plot.id.id.as_str());
                match (inside, plot) {
                    (Some((code, since)), Some(now)) if code == now => {
                        let known = seen.iter().any(|one| one == code);
                        if at_ms - since >= THROUGH_MS && !known {
                            seen.push(code.to_owned());
                        }
                    }
                    (_, now) => inside = now.map(|code| (code, *at_ms)),
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use fieldwork_hub::folder::read_register;
    use fieldwork_testkit::fixtures::Fixtures;

    use super::*;

    #[test]
    fn a_path_shows_what_really_happened_on_the_walk() {
        let data = Fixtures::default();
        let day = data.day().unwrap();
        let track = day.captures.iter().find_map(|e| e.track.as_ref()).unwrap();
        let path = Path::of(&track.fixes);

        assert!((path.length_m() / track.truth.length_m - 1.0).abs() < 0.01);
        let gap = &track.truth.gap;
        let gaps: Vec<i64> = path.gaps().map(|gap| gap.2).collect();
        assert_eq!(gaps, [gap.next_ms - gap.after_ms]);
        assert_eq!(path.dropped.len(), 4);
        let (base, _) = read_register(&data.register()).unwrap();
        assert_eq!(path.plots(&IndexedBase::new(base)), track.truth.plots);
    }
}
