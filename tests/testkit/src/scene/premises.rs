//! Shops and workshops, inside.

use super::building::{floor, plaster, window};
use super::canvas::{Canvas, Point, blend, lit};
use super::noise::{Dice, step};
use super::thing;
use super::{Object, Stage};

/// A shop with shelves and a back door, or a workshop with a bench and a socket.
pub(super) fn premises(canvas: &mut Canvas, stage: Stage, object: Object, place: &mut Dice) {
    let shift = place.unit();
    let texture = canvas.texture;
    let wall = place.pick(
        &[
            [226.0, 222.0, 208.0],
            [206.0, 218.0, 214.0],
            [230.0, 216.0, 196.0],
        ],
        [220.0; 3],
    );
    let tiles = place.pick(&[[196.0, 188.0, 176.0], [176.0, 180.0, 182.0]], [180.0; 3]);
    canvas.everywhere(|x, y| {
        if y < 0.16 {
            let skirting = step(0.125, 0.13, y);
            blend(
                plaster(texture, shift, wall, x, y),
                [112.0, 104.0, 98.0],
                skirting,
            )
        } else {
            floor(texture, -0.06, tiles, 1.9, x, y)
        }
    });
    canvas.shadow((0.0, 0.165), (1.0, 0.03), 0.5);
    if object == Object::Wires {
        return workshop(canvas, stage, place);
    }
    shelves(canvas, place);
    back_door(canvas, stage == Stage::After);
    if stage == Stage::After {
        extinguisher(canvas, (0.56, 0.2));
        return;
    }
    let count = match stage {
        Stage::Before => 9,
        Stage::During => 4,
        _ => return,
    };
    let spots = [
        (0.13, 0.2),
        (0.3, 0.2),
        (0.43, 0.21),
        (0.2, 0.085),
        (0.36, 0.085),
        (0.26, -0.02),
        (0.1, 0.31),
        (0.27, 0.33),
        (0.45, 0.32),
    ];
    // Carried away from the top and the front: what is left stands at the back.
    for &spot in spots.iter().take(count) {
        let width = place.between(0.12, 0.15);
        let colour = place.pick(
            &[
                [186.0, 146.0, 98.0],
                [172.0, 132.0, 88.0],
                [198.0, 160.0, 112.0],
            ],
            [180.0; 3],
        );
        thing::carton(canvas, spot, width, 0.115, colour);
    }
    if stage == Stage::During {
        thing::person(canvas, (0.0, 0.4), 0.6, [60.0, 92.0, 140.0]);
        thing::carton(canvas, (0.0, 0.17), 0.15, 0.11, [186.0, 146.0, 98.0]);
    }
}

/// Shelves full of goods.
fn shelves(canvas: &mut Canvas, dice: &mut Dice) {
    let texture = canvas.texture;
    let wood = move |x: f32, y: f32| {
        lit(
            [158.0, 122.0, 84.0],
            0.75 + 0.4 * texture.at(x * 0.8, y * 7.0),
        )
    };
    canvas.rect((-0.7, -0.4), (-0.06, 0.17), |x, y| lit(wood(x, y), 0.55));
    let goods = [
        [198.0, 58.0, 48.0],
        [226.0, 178.0, 62.0],
        [62.0, 122.0, 176.0],
        [84.0, 148.0, 84.0],
        [230.0, 224.0, 210.0],
        [156.0, 84.0, 140.0],
    ];
    for row in 0..4 {
        let base = -0.26 + row as f32 * 0.138;
        let mut x = -0.68;
        while x < -0.12 {
            let (width, height) = (dice.between(0.022, 0.055), dice.between(0.05, 0.1));
            let colour = dice.pick(&goods, [180.0; 3]);
            let right = (x + width).min(-0.08);
            if dice.unit() < 0.9 {
                canvas.rect((x, base - height), (right, base), |px, py| {
                    let round = (px - x) / width;
                    lit(
                        colour,
                        0.72 + 0.5 * round * (1.0 - round) * 2.0
                            + 0.1 * texture.at(px * 3.0, py * 3.0),
                    )
                });
                let label = base - height * 0.45;
                canvas.rect(
                    (x + width * 0.15, label - height * 0.14),
                    (right - width * 0.15, label + height * 0.14),
                    |_, _| blend(colour, [250.0, 246.0, 236.0], 0.75),
                );
            }
            x += width + dice.between(0.002, 0.008);
        }
        canvas.rect((-0.7, base), (-0.06, base + 0.018), wood);
    }
    for x in [-0.7, -0.08] {
        canvas.rect((x, -0.4), (x + 0.02, 0.17), wood);
    }
    canvas.rect((-0.7, -0.42), (-0.06, -0.4), wood);
}

/// The back door under its green sign, shut or open to daylight.
fn back_door(canvas: &mut Canvas, open: bool) {
    let texture = canvas.texture;
    canvas.rect((0.1, -0.36), (0.42, 0.17), |_, _| [142.0, 132.0, 118.0]);
    if open {
        canvas.rect((0.12, -0.34), (0.4, 0.17), |x, y| {
            if y > 0.02 {
                lit(
                    [176.0, 164.0, 140.0],
                    0.85 + 0.3 * texture.at(x * 2.0, y * 3.0),
                )
            } else {
                blend(
                    [232.0, 238.0, 238.0],
                    [132.0, 164.0, 106.0],
                    step(-0.16, -0.02, y) * texture.at(x * 2.4, y * 2.4),
                )
            }
        });
        canvas.polygon(
            &[(0.4, -0.34), (0.47, -0.38), (0.47, 0.22), (0.4, 0.17)],
            |x, y| lit([112.0, 132.0, 122.0], 0.8 + 0.3 * texture.at(x * 3.0, y)),
        );
    } else {
        canvas.rect((0.12, -0.34), (0.4, 0.17), |x, y| {
            lit([122.0, 142.0, 132.0], 0.82 + 0.3 * texture.at(x * 3.0, y))
        });
        canvas.rect((0.15, -0.1), (0.37, -0.085), |_, _| [186.0, 188.0, 186.0]);
    }
    canvas.rect((0.18, -0.425), (0.34, -0.375), |_, _| [28.0, 142.0, 82.0]);
    canvas.polygon(&[(0.2, -0.4), (0.23, -0.418), (0.23, -0.382)], |_, _| {
        [238.0, 246.0, 240.0]
    });
    canvas.rect((0.23, -0.406), (0.32, -0.394), |_, _| [238.0, 246.0, 240.0]);
}

fn extinguisher(canvas: &mut Canvas, foot: Point) {
    canvas.shadow(foot, (0.07, 0.015), 0.6);
    canvas.rect(
        (foot.0 - 0.03, foot.1 - 0.15),
        (foot.0 + 0.03, foot.1),
        |x, _| {
            let round = (x - foot.0) / 0.03;
            lit([204.0, 40.0, 34.0], 1.05 - 0.5 * round * round)
        },
    );
    canvas.ellipse((foot.0, foot.1 - 0.15), (0.03, 0.018), |_, _| {
        [214.0, 60.0, 50.0]
    });
    canvas.rect(
        (foot.0 - 0.01, foot.1 - 0.19),
        (foot.0 + 0.01, foot.1 - 0.16),
        |_, _| [50.0, 50.0, 52.0],
    );
    canvas.stroke(
        (foot.0, foot.1 - 0.18),
        (foot.0 + 0.045, foot.1 - 0.1),
        0.01,
        [40.0, 40.0, 42.0],
    );
    canvas.rect(
        (foot.0 - 0.022, foot.1 - 0.1),
        (foot.0 + 0.022, foot.1 - 0.05),
        |_, _| [236.0, 230.0, 218.0],
    );
}

/// A bench with a saw, and the wires above it.
fn workshop(canvas: &mut Canvas, stage: Stage, dice: &mut Dice) {
    let texture = canvas.texture;
    window(canvas, (-0.6, -0.34), (-0.3, -0.1));
    let wood = move |x: f32, y: f32| {
        lit(
            [176.0, 138.0, 92.0],
            0.7 + 0.5 * texture.at(x * 0.7, y * 6.0),
        )
    };
    for x in [-0.46, 0.36] {
        canvas.rect((x, 0.1), (x + 0.06, 0.36), |x, y| lit(wood(x, y), 0.7));
    }
    canvas.polygon(
        &[(-0.44, 0.0), (0.4, 0.0), (0.5, 0.09), (-0.54, 0.09)],
        wood,
    );
    canvas.rect((-0.54, 0.09), (0.5, 0.14), |x, y| lit(wood(x, y), 0.75));
    canvas.ellipse((0.06, 0.03), (0.11, 0.1), |x, y| {
        lit(
            [176.0, 180.0, 186.0],
            0.8 + 0.35 * texture.at(x * 0.7, y * 5.0),
        )
    });
    canvas.polygon(
        &[(-0.12, 0.03), (0.24, 0.03), (0.27, 0.085), (-0.15, 0.085)],
        wood,
    );
    for x in [0.22, 0.34] {
        canvas.rect((x, -0.28), (x + 0.09, -0.18), |_, _| [238.0, 236.0, 230.0]);
        for dot in [0.03, 0.06] {
            canvas.ellipse((x + dot, -0.23), (0.006, 0.011), |_, _| [52.0, 50.0, 50.0]);
        }
    }
    if stage == Stage::After {
        canvas.rect((0.26, -0.48), (0.275, -0.28), |_, _| [226.0, 224.0, 216.0]);
        canvas.rect((0.1, -0.1), (0.115, 0.0), |_, _| [226.0, 224.0, 216.0]);
        return;
    }
    for wire in 0..7 {
        let colour = dice.pick(
            &[[40.0, 38.0, 40.0], [168.0, 46.0, 40.0], [52.0, 84.0, 140.0]],
            [40.0; 3],
        );
        let (from, to, sag) = (
            dice.between(0.22, 0.42),
            dice.between(-0.2, 0.3),
            dice.between(0.05, 0.2),
        );
        let points: Vec<Point> = (0..=16)
            .map(|number| {
                let part = number as f32 / 16.0;
                let hang = 4.0 * part * (1.0 - part) * sag;
                let x = from + (to - from) * part;
                (
                    x + 0.03 * (texture.at(part, wire as f32 * 0.13) - 0.5),
                    -0.2 + 0.2 * part + hang * 0.6,
                )
            })
            .collect();
        canvas.path(&points, 0.007, colour);
    }
    for _ in 0..160 {
        let (x, y) = (dice.between(-0.4, 0.5), dice.between(0.2, 0.44));
        let size = dice.between(0.004, 0.014);
        canvas.ellipse((x, y), (size, size * 0.5), |_, _| [214.0, 184.0, 132.0]);
    }
    if stage == Stage::During {
        thing::person(canvas, (0.38, 0.42), 0.66, [60.0, 92.0, 140.0]);
    }
}
