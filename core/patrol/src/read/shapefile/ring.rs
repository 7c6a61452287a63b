//! Which rings are borders and which are holes of which.

use crate::read::plot::Shape;

/// No plot has more rings; comparing each with each would take too long.
pub(super) const MAX_RINGS: usize = 500;

type Ring = Vec<[f64; 2]>;

/// Puts rings into parts: a ring within an odd number of others is a hole of the smallest of them, every
/// other ring is a border. `None` where there are too many.
pub(super) fn shape(rings: Vec<Ring>) -> Option<Shape> {
    if rings.len() > MAX_RINGS {
        return None;
    }
    if rings.len() == 1 {
        return Some(vec![rings]);
    }
    let around: Vec<Vec<usize>> = rings
        .iter()
        .enumerate()
        .map(|ring| around(ring, &rings))
        .collect();
    // Where the part of each border stands in the shape.
    let mut place = vec![None; rings.len()];
    let mut shape = Shape::new();
    let mut holes = Vec::new();
    for (index, (ring, around)) in rings.into_iter().zip(&around).enumerate() {
        if around.len() % 2 == 0 {
            place[index] = Some(shape.len());
            shape.push(vec![ring]);
        } else {
            holes.push((ring, around));
        }
    }
    let depth = |ring: &usize| around.get(*ring).map_or(0, Vec::len);
    for (ring, within) in holes {
        let border = within.iter().copied().max_by_key(depth);
        let part = border.and_then(|border| place.get(border).copied().flatten());
        if let Some(part) = part.and_then(|part| shape.get_mut(part)) {
            part.push(ring);
        }
    }
    Some(shape)
}

/// The rings that a ring lies in.
fn around((index, ring): (usize, &Ring), all: &[Ring]) -> Vec<usize> {
    // Rings may touch in a corner, hardly in the middle of a side.
    let [a, b] = match ring.as_slice() {
        [a, b, ..] => [a, b],
        _ => return Vec::new(),
    };
    let middle = [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])];
    let others = all.iter().enumerate();
    others
        .filter(|(other, outline)| *other != index && contains(outline, middle))
        .map(|(other, _)| other)
        .collect()
}

fn contains(ring: &Ring, [x, y]: [f64; 2]) -> bool {
    let mut inside = false;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let crosses = (a[1] > y) != (b[1] > y);
        if crosses && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
            inside = !inside;
        }
    }
    inside
}
