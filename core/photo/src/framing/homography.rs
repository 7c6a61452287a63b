//! Movements of the picture: a similarity (turn, scale, shift) or a homography (any view of a plane).

use super::matching::Pair;

/// Maps places of the first photo to places of the second: a 3 x 3 matrix, row by row, whose last
/// number is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Homography(pub(super) [f64; 9]);

impl Homography {
    /// Where a place goes; `None` behind the horizon.
    pub(super) fn map(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        (w > 0.05).then(|| {
            (
                (m[0] * x + m[1] * y + m[2]) / w,
                (m[3] * x + m[4] * y + m[5]) / w,
            )
        })
    }

    /// Square of the distance between where a pair should be and where it is.
    pub(super) fn error2(&self, pair: &Pair) -> f64 {
        self.map(pair.from).map_or(f64::INFINITY, |(x, y)| {
            let (dx, dy) = (x - pair.to.0, y - pair.to.1);
            dx * dx + dy * dy
        })
    }

    /// The similarity that takes two places exactly where they are.
    pub(super) fn through(a: &Pair, b: &Pair) -> Option<Self> {
        let (fx, fy) = (b.from.0 - a.from.0, b.from.1 - a.from.1);
        let (tx, ty) = (b.to.0 - a.to.0, b.to.1 - a.to.1);
        let length2 = fx * fx + fy * fy;
        if length2 < NEAR * NEAR {
            return None;
        }
        let p = (fx * tx + fy * ty) / length2;
        let q = (fx * ty - fy * tx) / length2;
        let scale2 = p * p + q * q;
        if !(1.0 / LARGEST / LARGEST..=LARGEST * LARGEST).contains(&scale2) {
            return None;
        }
        let (x, y) = a.from;
        Some(Self([
            p,
            -q,
            a.to.0 - p * x + q * y,
            q,
            p,
            a.to.1 - q * x - p * y,
            0.0,
            0.0,
            1.0,
        ]))
    }

    /// The similarity that fits the pairs best.
    pub(super) fn similarity(pairs: &[&Pair]) -> Option<Self> {
        let mut rows = Vec::with_capacity(pairs.len() * 2);
        for pair in pairs {
            let ((x, y), (u, v)) = (pair.from, pair.to);
            rows.push(([x, -y, 1.0, 0.0], u));
            rows.push(([y, x, 0.0, 1.0], v));
        }
        let [p, q, dx, dy] = least_squares(&rows)?;
        Some(Self([p, -q, dx, q, p, dy, 0.0, 0.0, 1.0]))
    }

    /// The homography that fits the pairs best, of places around `middle` within about `reach`.
    pub(super) fn fitted(pairs: &[&Pair], middle: (f64, f64), reach: f64) -> Option<Self> {
        if pairs.len() < 8 {
            return None;
        }
        let near = |(x, y): (f64, f64)| ((x - middle.0) / reach, (y - middle.1) / reach);
        let mut rows = Vec::with_capacity(pairs.len() * 2);
        for pair in pairs {
            let ((x, y), (u, v)) = (near(pair.from), near(pair.to));
            rows.push(([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u));
            rows.push(([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v));
        }
        let m = least_squares(&rows)?;
        let scaled = Self([m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], 1.0]);
        let to_near = Self([
            1.0 / reach,
            0.0,
            -middle.0 / reach,
            0.0,
            1.0 / reach,
            -middle.1 / reach,
            0.0,
            0.0,
            1.0,
        ]);
        let back = Self([reach, 0.0, middle.0, 0.0, reach, middle.1, 0.0, 0.0, 1.0]);
        back.after(&scaled.after(&to_near)).normal()
    }

    /// Of a similarity: the change of size, and the turn in degrees, clockwise.
    pub(super) fn scale_and_turn(&self) -> (f64, f64) {
        let (cos, sin) = (self.0[0], self.0[3]);
        (cos.hypot(sin), sin.atan2(cos).to_degrees())
    }

    /// First `other`, then this.
    fn after(&self, other: &Self) -> Self {
        let (a, b) = (&self.0, &other.0);
        let mut out = [0.0; 9];
        for (index, into) in out.iter_mut().enumerate() {
            let (row, column) = (index / 3 * 3, index % 3);
            *into = a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6];
        }
        Self(out)
    }

    fn normal(self) -> Option<Self> {
        let last = self.0[8];
        (last.abs() > 1e-9).then(|| Self(self.0.map(|value| value / last)))
    }
}

/// Two places nearer than this give no direction, in pixels.
const NEAR: f64 = 24.0;
/// Largest change of scale that is believed.
const LARGEST: f64 = 3.0;

/// Solves rows of `coefficients . unknowns = value` for the least sum of squares.
fn least_squares<const N: usize>(rows: &[([f64; N], f64)]) -> Option<[f64; N]> {
    let mut matrix = [[0.0; N]; N];
    let mut right = [0.0; N];
    for (coefficients, value) in rows {
        for i in 0..N {
            for j in 0..N {
                matrix[i][j] += coefficients[i] * coefficients[j];
            }
            right[i] += coefficients[i] * value;
        }
    }
    for column in 0..N {
        let pivot = (column..N)
            .max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()))?;
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let lead = matrix[column][column];
        if lead.abs() < 1e-9 {
            return None;
        }
        for row in column + 1..N {
            let factor = matrix[row][column] / lead;
            let pivot = matrix[column];
            for (value, lead) in matrix[row].iter_mut().zip(pivot).skip(column) {
                *value -= factor * lead;
            }
            right[row] -= factor * right[column];
        }
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|j| matrix[row][j] * right[j]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right.iter().all(|value| value.is_finite()).then_some(right)
}
