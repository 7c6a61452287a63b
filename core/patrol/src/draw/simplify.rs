//! Fewer points for drawing, none farther off than a tolerance.

/// Runs of more points are cut and simplified piece by piece: the worst case grows with the square.
const PIECE: usize = 2_000;

/// The places that stay when those are left out whose distance from the line without them is at most
/// `tolerance`, by Ramer, Douglas and Peucker; first and last stay. Any unit, the same for all.
///
/// Keeps its own stack: a crafted zigzag that would overflow that of a small thread is only slow, and no
/// slower than pieces of 2,000 points are.
pub fn simplify(points: &[(f64, f64)], tolerance: f64) -> Vec<(f64, f64)> {
    let mut kept = Vec::new();
    let mut start = 0;
    while start + 1 < points.len() {
        let end = (start + PIECE).min(points.len() - 1);
        if let Some(piece) = points.get(start..=end) {
            let stays = keep(piece, tolerance * tolerance);
            // The last of a piece is the first of the next.
            let stays = piece.iter().zip(stays).take(piece.len() - 1);
            kept.extend(stays.filter(|(_, stays)| *stays).map(|(point, _)| *point));
        }
        start = end;
    }
    kept.extend(points.last());
    kept
}

fn keep(points: &[(f64, f64)], tolerance2: f64) -> Vec<bool> {
    let mut stays = vec![false; points.len()];
    let last = points.len().saturating_sub(1);
    for end in [0, last] {
        if let Some(stay) = stays.get_mut(end) {
            *stay = true;
        }
    }
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let (Some(a), Some(b), Some(between)) =
            (points.get(from), points.get(to), points.get(from + 1..to))
        else {
            continue;
        };
        let mut farthest = (tolerance2, None);
        for (at, point) in (from + 1..).zip(between) {
            let off = off2(*point, *a, *b);
            if off > farthest.0 {
                farthest = (off, Some(at));
            }
        }
        if let (_, Some(at)) = farthest {
            if let Some(stay) = stays.get_mut(at) {
                *stay = true;
            }
            open.push((from, at));
            open.push((at, to));
        }
    }
    stays
}

/// The square of the distance between a point and the line from `a` to `b`.
fn off2((x, y): (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 {
        (((x - a.0) * dx + (y - a.1) * dy) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (x - a.0 - along * dx, y - a.1 - along * dy);
    ex * ex + ey * ey
}
