//! The verdict on a photo against the one before, and which way to turn.

use super::Features;
use super::guidance::Guidance;
use super::homography::Homography;
use super::likeness::Laid;
use super::matching::{Pair, pairs};
use super::search::{Found, best, followers};

/// Fewest matches that follow one movement before anything is said.
const FEWEST: usize = 15;
/// Squares, of a picture divided 5 x 4, that must hold such matches: five corners of one signboard are
/// no place.
const FEWEST_SQUARES: usize = 6;
/// Framing is right up to this mean movement of the picture's corners, as a share of its diagonal …
const SHIFT_OK: f64 = 0.16;
/// … and wrong from here on; between the two nothing is claimed.
const SHIFT_OFF: f64 = 0.18;
/// Least share of the before that the photo still shows.
const OVERLAP_OK: f64 = 0.60;
/// What stands in front can be carried to another house; what is above and behind it cannot. So of the
/// matches at least this share must lie in the upper half of the before …
const ABOVE_SHARE: f64 = 0.4;
/// … or so many in its upper quarter …
const TOP_MATCHES: usize = 4;
/// … unless there is nothing to be recognised there, such as a clear sky: fewer corners than this.
const TOP_CORNERS: usize = 40;
/// Corners told by perspective and without it differ by less than this share of the diagonal, else the
/// matches do not hold the corners.
const STEADY: f64 = 0.08;
/// A copy's corners fall on the original's within this many pixels of 400.
const COPY_WITHIN: f64 = 1.5;
/// Share of the corners that do, at least: a picture cut by a tenth has some 0.2, a second photo from a
/// step aside up to 0.28.
const COPY_SHARE: f64 = 0.15;
/// How alike the details of a copy are, at least: of a second photo at most 0.85.
const COPY_LIKENESS: f64 = 0.90;

/// Whether a photo shows what the photo before showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It does.
    Ok,
    /// The same place, framed otherwise.
    Off,
    /// Cannot be told: another place, or too much of it has changed.
    Unsure,
}

impl Verdict {
    /// The name for machines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Off => "off",
            Self::Unsure => "unsure",
        }
    }
}

/// A photo compared with the one before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Whether it shows the same.
    pub verdict: Verdict,
    /// Matches that follow one movement of the camera.
    pub inliers: usize,
    /// Squares of the before, divided 5 x 4, that hold such matches.
    pub spread: usize,
    /// Mean movement of the picture's corners, as a share of its diagonal.
    pub shift: f64,
    /// Size of things in the photo, before = 1.
    pub scale: f64,
    /// How far the picture is turned clockwise, in degrees.
    pub rotation_deg: f64,
    /// Share of the before that the photo still shows, 0 to 1.
    pub overlap: f64,
    /// Share of the corners that lie exactly where a cut or scaled copy would have them, 0 to 1.
    pub exact: f64,
    /// How alike the details are there, -1 to 1.
    pub likeness: f64,
    /// Whether it is the before itself, saved again. A question for the worker, not a finding.
    pub same_picture: bool,
    /// What to do, where the verdict is `off`.
    pub guidance: Guidance,
}

impl Comparison {
    fn unsure(inliers: usize, spread: usize) -> Self {
        Self {
            verdict: Verdict::Unsure,
            inliers,
            spread,
            shift: 0.0,
            scale: 1.0,
            rotation_deg: 0.0,
            overlap: 0.0,
            exact: 0.0,
            likeness: 0.0,
            same_picture: false,
            guidance: Guidance::default(),
        }
    }

    /// The sentence for the worker.
    #[must_use]
    pub fn chinese(&self) -> String {
        if self.same_picture {
            return "这张照片和之前那张看起来是同一张，是新拍的吗？".to_owned();
        }
        match self.verdict {
            Verdict::Ok => "取景与之前的照片一致。".to_owned(),
            Verdict::Off => {
                let how = self.guidance.chinese();
                if how.is_empty() {
                    "取景与之前的照片有偏差，请对照半透明底图再拍一张。".to_owned()
                } else {
                    format!("取景与之前的照片有偏差，请{how}再拍一张。")
                }
            }
            Verdict::Unsure => "无法判断是否同一处取景，请对照之前的照片确认。".to_owned(),
        }
    }

    /// The same in English.
    #[must_use]
    pub fn english(&self) -> &'static str {
        if self.same_picture {
            return "This looks like the same photo as the one before: is it a new one?";
        }
        match self.verdict {
            Verdict::Ok => "Framed as the photo before.",
            Verdict::Off => "Framed otherwise than the photo before: follow the ghost picture.",
            Verdict::Unsure => "Cannot tell whether this is the same view: please check.",
        }
    }
}

/// Compares a photo with the one before.
#[must_use]
pub fn compare(before: &Features, after: &Features) -> Comparison {
    let matches = pairs(&before.features, &after.features);
    let Some(found) = best(&matches, before.width, before.height) else {
        return Comparison::unsure(0, 0);
    };
    let inliers = found.inliers.len();
    let spread = squares(&found.inliers, before);
    if inliers < FEWEST || spread < FEWEST_SQUARES {
        return Comparison::unsure(inliers, spread);
    }
    let Some(shift) = shift(&found.movement, before, after) else {
        return Comparison::unsure(inliers, spread);
    };
    let (scale, rotation_deg) = found.similarity.scale_and_turn();
    let overlap = overlap(&found.movement, before, after);
    let (exact, likeness) = copy(before, after, &found).unwrap_or_default();
    let steady = apart(&found.movement, &found.similarity, before) < STEADY;
    let right = shift < SHIFT_OK && overlap >= OVERLAP_OK && steady;
    let verdict = if right && is_backed(&found, before, after) {
        Verdict::Ok
    } else if right {
        Verdict::Unsure
    } else if shift > SHIFT_OFF || overlap < OVERLAP_OK {
        Verdict::Off
    } else {
        Verdict::Unsure
    };
    let guidance = if verdict == Verdict::Off {
        let (width, height) = (f64::from(before.width), f64::from(before.height));
        Guidance::of(&found, width, height)
    } else {
        Guidance::default()
    };
    Comparison {
        verdict,
        inliers,
        spread,
        shift,
        scale,
        rotation_deg,
        overlap,
        exact,
        likeness,
        same_picture: exact >= COPY_SHARE && likeness >= COPY_LIKENESS,
        guidance,
    }
}

/// Squares of the before that hold matches.
fn squares(inliers: &[Pair], before: &Features) -> usize {
    let square = |value: f64, side: u32, count: f64| (value / f64::from(side) * count) as usize;
    let mut held = [false; 20];
    for pair in inliers {
        let column = square(pair.from.0, before.width, 5.0).min(4);
        let row = square(pair.from.1, before.height, 4.0).min(3);
        held[row * 5 + column] = true;
    }
    held.into_iter().filter(|&held| held).count()
}

/// Whether the place itself was recognised, and not only what stands in front of it.
fn is_backed(found: &Found, before: &Features, after: &Features) -> bool {
    let height = f64::from(before.height);
    let above = |share: f64| {
        let within = |pair: &&Pair| pair.from.1 < height * share;
        found.inliers.iter().filter(within).count()
    };
    let (right, bottom) = (f64::from(after.width), f64::from(after.height));
    let still_seen = |place: (f64, f64)| {
        found
            .movement
            .map(place)
            .is_some_and(|(x, y)| (0.0..right).contains(&x) && (0.0..bottom).contains(&y))
    };
    let corners = before
        .features
        .iter()
        .map(|feature| (f64::from(feature.x), f64::from(feature.y)))
        .filter(|place| place.1 < height / 4.0 && still_seen(*place))
        .count();
    corners < TOP_CORNERS
        || above(0.25) >= TOP_MATCHES
        || above(0.5) as f64 >= ABOVE_SHARE * found.inliers.len() as f64
}

fn corners(features: &Features) -> [(f64, f64); 4] {
    let (right, bottom) = (f64::from(features.width), f64::from(features.height));
    [(0.0, 0.0), (right, 0.0), (0.0, bottom), (right, bottom)]
}

fn diagonal(features: &Features) -> f64 {
    f64::from(features.width).hypot(f64::from(features.height))
}

/// Mean movement of the corners, both pictures laid middle on middle.
fn shift(movement: &Homography, before: &Features, after: &Features) -> Option<f64> {
    let dx = (f64::from(after.width) - f64::from(before.width)) / 2.0;
    let dy = (f64::from(after.height) - f64::from(before.height)) / 2.0;
    let mut sum = 0.0;
    for corner in corners(before) {
        let (x, y) = movement.map(corner)?;
        sum += (x - dx - corner.0).hypot(y - dy - corner.1);
    }
    Some(sum / 4.0 / diagonal(before))
}

/// Mean distance between where two movements take the corners, as a share of the diagonal.
fn apart(one: &Homography, other: &Homography, before: &Features) -> f64 {
    let sum: f64 = corners(before)
        .into_iter()
        .map(|corner| match (one.map(corner), other.map(corner)) {
            (Some(a), Some(b)) => (a.0 - b.0).hypot(a.1 - b.1),
            _ => f64::INFINITY,
        })
        .sum();
    sum / 4.0 / diagonal(before)
}

fn overlap(movement: &Homography, before: &Features, after: &Features) -> f64 {
    const STEPS: u32 = 24;
    let (right, bottom) = (f64::from(after.width), f64::from(after.height));
    let place = |step: u32, side: u32| (f64::from(step) + 0.5) / f64::from(STEPS) * f64::from(side);
    let seen = (0..STEPS * STEPS)
        .filter_map(|at| {
            movement.map((
                place(at % STEPS, before.width),
                place(at / STEPS, before.height),
            ))
        })
        .filter(|(x, y)| (0.0..=right).contains(x) && (0.0..=bottom).contains(y))
        .count();
    seen as f64 / f64::from(STEPS * STEPS)
}

/// What there is to say for a copy: the share of corners that are exactly where one would have them, and
/// how alike the details are.
fn copy(before: &Features, after: &Features, found: &Found) -> Option<(f64, f64)> {
    let near: Vec<&Pair> = found.inliers.iter().collect();
    // A copy is cut and scaled, never seen at an angle: the similarity is fitted to itself once more.
    let rough = Homography::similarity(&near)?;
    let close = followers(&found.inliers, &rough, (2.0 * COPY_WITHIN).powi(2));
    let exact = Homography::similarity(&close)?;
    let count = followers(&found.inliers, &exact, COPY_WITHIN * COPY_WITHIN).len();
    let fewest = before.features.len().min(after.features.len()).max(1);
    let likeness = Laid::new(before, after, &exact).likeness();
    Some((count as f64 / fewest as f64, likeness))
}
