//! Farmhouses: the yard with its people, the house, what is wrong with it.

use super::Stage;
use super::building::{door, floor, plaster, window};
use super::canvas::{Canvas, Colour, Point, blend, lit};
use super::land::sky;
use super::noise::{Dice, step};
use super::thing;

/// A farmhouse seen from its yard; close up for what is wrong with its wall.
pub(super) fn house(canvas: &mut Canvas, stage: Stage, place: &mut Dice) {
    let shift = place.unit();
    let wall = place.pick(
        &[
            [222.0, 212.0, 194.0],
            [214.0, 216.0, 212.0],
            [226.0, 206.0, 176.0],
        ],
        [220.0; 3],
    );
    let texture = canvas.texture;
    if stage == Stage::Defect {
        return cracked_wall(canvas, shift, wall);
    }
    let eaves = -0.19;
    canvas.everywhere(|x, y| {
        if y < eaves {
            sky(texture, shift, x, y)
        } else if y < 0.2 {
            let base = step(0.12, 0.13, y);
            blend(
                plaster(texture, shift, wall, x, y),
                lit(
                    [132.0, 122.0, 112.0],
                    0.8 + 0.4 * texture.at(x * 2.0, y * 2.0),
                ),
                base,
            )
        } else {
            floor(texture, 0.02, [190.0, 182.0, 168.0], 2.2, x, y)
        }
    });
    let tiles = |x: f32, y: f32| {
        let (u, v) = (x * 34.0, (y + 0.5) * 30.0);
        let round = ((u - u.floor()) * 2.0 - 1.0).abs();
        let course = v - v.floor();
        lit(
            [126.0, 84.0, 72.0],
            (0.62 + 0.5 * (1.0 - round * round))
                * (0.75 + 0.3 * course)
                * (0.85 + 0.3 * texture.at(x, y)),
        )
    };
    canvas.polygon(
        &[
            (-0.82, eaves + 0.02),
            (0.82, eaves + 0.02),
            (0.74, -0.37),
            (-0.74, -0.37),
        ],
        tiles,
    );
    canvas.rect((-0.76, -0.385), (0.76, -0.365), |x, y| {
        lit([104.0, 72.0, 64.0], 0.8 + 0.4 * texture.at(x * 3.0, y))
    });
    canvas.rect((-0.8, eaves + 0.02), (0.8, eaves + 0.045), |_, _| {
        [92.0, 74.0, 64.0]
    });
    canvas.rect((-0.8, eaves + 0.045), (0.8, eaves + 0.08), |x, y| {
        lit(plaster(texture, shift, wall, x, y), 0.72)
    });
    door(canvas, (-0.1, -0.1), (0.12, 0.2));
    window(canvas, (-0.46, -0.08), (-0.26, 0.06));
    window(canvas, (0.3, -0.08), (0.5, 0.06));
    canvas.shadow((0.0, 0.205), (0.9, 0.03), 0.5);
    // What stands in the yard differs from house to house.
    if place.unit() < 0.5 {
        thing::tree(canvas, (-0.62, 0.27), 0.5, place);
    } else {
        thing::tree(canvas, (0.64, 0.29), 0.46, place);
    }
    let pot = place.between(0.2, 0.3);
    canvas.ellipse((pot, 0.2), (0.035, 0.03), |x, y| {
        lit(
            [150.0, 92.0, 66.0],
            0.7 + 0.5 * texture.at(x * 2.0, y * 2.0),
        )
    });
    for _ in 0..14 {
        let leaf = (
            pot + place.between(-0.045, 0.045),
            place.between(0.11, 0.17),
        );
        canvas.ellipse(leaf, (0.017, 0.012), |x, y| {
            lit(
                [92.0, 138.0, 66.0],
                0.6 + 0.7 * texture.at(x * 4.0, y * 4.0),
            )
        });
    }
    if stage == Stage::Household {
        thing::person(canvas, (-0.19, 0.33), 0.44, [60.0, 92.0, 140.0]);
        thing::person(canvas, (0.0, 0.31), 0.4, [134.0, 116.0, 104.0]);
    }
}

/// The corner of a window from which a crack runs up to the eaves.
fn cracked_wall(canvas: &mut Canvas, shift: f32, wall: Colour) {
    let texture = canvas.texture;
    canvas.everywhere(|x, y| {
        if y < -0.42 {
            return lit([92.0, 72.0, 62.0], 0.7 + 0.5 * texture.at(x * 3.0, y));
        }
        let shade = step(-0.2, -0.42, y) * 0.28;
        let damp =
            step(0.3, 0.75, texture.at(x * 0.3, y * 0.2 + shift)) * step(0.1, -0.4, y) * 0.22;
        lit(plaster(texture, shift, wall, x, y), 1.0 - shade - damp)
    });
    window(canvas, (-0.62, 0.02), (-0.16, 0.44));
    let mut crack = Vec::new();
    for number in 0..=40 {
        let part = number as f32 / 40.0;
        let wobble = (texture.at(part * 0.9 + shift, shift) - 0.5) * 0.14;
        crack.push((
            -0.15 + 0.52 * part + wobble,
            0.01 - 0.43 * part + wobble * 0.4,
        ));
    }
    for (number, pair) in crack.windows(2).enumerate() {
        let width = 0.018 - 0.009 * number as f32 / 40.0;
        let off = |point: Point| (point.0 + width * 0.5, point.1 + width * 0.5);
        canvas.stroke(off(pair[0]), off(pair[1]), width * 1.4, lit(wall, 0.7));
        canvas.stroke(pair[0], pair[1], width, [44.0, 38.0, 36.0]);
    }
    for at in [9, 17, 26] {
        let from = crack[at];
        let to = (from.0 + 0.09, from.1 + 0.05);
        canvas.path(
            &[from, (from.0 + 0.04, from.1 + 0.035), to],
            0.005,
            [70.0, 62.0, 58.0],
        );
    }
}
