//! Scenes at and in buildings: houses, shops, workshops, the village hall.

use super::canvas::{Canvas, Colour, Point, blend, lit};
use super::land::sky;
use super::noise::{Dice, Texture, step};
use super::thing;
use super::{Object, Stage};

/// A plastered wall with stains.
fn plaster(texture: &Texture, shift: f32, colour: Colour, x: f32, y: f32) -> Colour {
    let stain = texture.at(x * 0.35 + shift, y * 0.22);
    let grain = texture.at(x * 2.6, y * 2.6 + shift);
    lit(
        blend(colour, lit(colour, 0.78), step(0.45, 0.8, stain)),
        0.92 + 0.14 * grain,
    )
}

/// Slabs or tiles of a floor, seen along it from above `horizon`.
fn floor(texture: &Texture, horizon: f32, colour: Colour, tiles: f32, x: f32, y: f32) -> Colour {
    let away = 0.3 / (y - horizon + 0.02);
    let (u, v) = (x * away * tiles, away * tiles * 1.2);
    let (fu, fv) = (u - u.floor(), v - v.floor());
    let gap = step(0.03, 0.0, fu.min(1.0 - fu).min(fv.min(1.0 - fv)) - 0.012);
    let tone = texture.at(u.floor() * 0.137, v.floor() * 0.211) * 0.14;
    let dirt = texture.at(x * 1.2, y * 2.6);
    lit(colour, (0.86 + tone + 0.16 * dirt) * (1.0 - 0.3 * gap))
}

/// A window with a frame and panes that mirror the sky.
fn window(canvas: &mut Canvas, (x0, y0): Point, (x1, y1): Point) {
    let texture = canvas.texture;
    canvas.rect((x0 - 0.014, y0 - 0.014), (x1 + 0.014, y1 + 0.02), |_, _| {
        [236.0, 234.0, 228.0]
    });
    canvas.rect((x0, y0), (x1, y1), |x, y| {
        let slope = step(0.35, 0.65, texture.at((x + y) * 0.7, (x - y) * 0.1));
        blend([58.0, 76.0, 92.0], [142.0, 168.0, 188.0], slope * 0.8)
    });
    let middle = (x0 + x1) / 2.0;
    canvas.rect((middle - 0.006, y0), (middle + 0.006, y1), |_, _| {
        [226.0, 224.0, 218.0]
    });
    canvas.rect((x0 - 0.02, y1 + 0.012), (x1 + 0.02, y1 + 0.03), |_, _| {
        [196.0, 190.0, 180.0]
    });
}

/// A double door with red paper strips beside it.
fn door(canvas: &mut Canvas, (x0, y0): Point, (x1, y1): Point) {
    let texture = canvas.texture;
    for x in [x0 - 0.05, x1 + 0.02] {
        canvas.rect((x, y0 + 0.02), (x + 0.03, y1 - 0.12), |x, y| {
            let ink = step(0.62, 0.66, texture.at(x * 7.0, y * 7.0));
            blend([196.0, 44.0, 36.0], [60.0, 30.0, 24.0], ink)
        });
    }
    canvas.rect((x0, y0), (x1, y1), |x, y| {
        lit(
            [120.0, 56.0, 42.0],
            0.75 + 0.4 * texture.at(x * 6.0, y * 0.9),
        )
    });
    let middle = (x0 + x1) / 2.0;
    canvas.rect((middle - 0.003, y0), (middle + 0.003, y1), |_, _| {
        [50.0, 24.0, 20.0]
    });
    for side in [-0.03, 0.03] {
        canvas.ellipse((middle + side, (y0 + y1) / 2.0), (0.009, 0.009), |_, _| {
            [206.0, 178.0, 96.0]
        });
    }
}

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
    let order = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    for &spot in order.iter().take(count) {
        let width = place.between(0.12, 0.15);
        let colour = place.pick(
            &[
                [186.0, 146.0, 98.0],
                [172.0, 132.0, 88.0],
                [198.0, 160.0, 112.0],
            ],
            [180.0; 3],
        );
        thing::carton(canvas, spots[spot], width, 0.115, colour);
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

/// An evening film in the open before the village hall.
pub(super) fn film(canvas: &mut Canvas, seed: &mut Dice, place: &mut Dice) {
    let shift = place.unit();
    let texture = canvas.texture;
    let night = |x: f32, y: f32| {
        let glow = step(0.9, 0.0, (x * x + (y + 0.1) * (y + 0.1)).sqrt());
        if y < -0.16 {
            blend(
                [24.0, 30.0, 58.0],
                [92.0, 84.0, 108.0],
                step(-0.5, -0.1, y) * 0.8,
            )
        } else {
            lit(
                [128.0, 112.0, 96.0],
                (0.18 + 0.5 * glow) * (0.8 + 0.4 * texture.at(x * 1.4, y * 2.0)),
            )
        }
    };
    canvas.everywhere(night);
    let hall = |x: f32, y: f32| {
        lit(
            [112.0, 84.0, 76.0],
            0.45 + 0.2 * texture.at(x * 2.0, y * 2.0),
        )
    };
    canvas.rect((-0.6, -0.3), (0.6, 0.06), hall);
    canvas.polygon(
        &[(-0.7, -0.29), (0.7, -0.29), (0.56, -0.42), (-0.56, -0.42)],
        |x, y| lit(hall(x, y), 0.6),
    );
    for x in [-0.52, 0.46] {
        canvas.rect((x, -0.2), (x + 0.08, -0.06), |_, _| [236.0, 196.0, 116.0]);
    }
    for number in 0..4 {
        let x = -0.36 + number as f32 * 0.24;
        canvas.ellipse((x, -0.33), (0.03, 0.036), |px, _| {
            lit([226.0, 66.0, 44.0], 1.1 - 8.0 * (px - x).abs())
        });
    }
    canvas.rect((-0.36, -0.27), (0.36, 0.1), |_, _| [30.0, 28.0, 30.0]);
    // Something agricultural is on the screen, and something else a moment later.
    let scene = seed.unit();
    canvas.rect((-0.345, -0.255), (0.345, 0.085), |x, y| {
        let rows = ((x * 0.9 - scene) / (y + 0.16).abs().max(0.02) * 2.2)
            .fract()
            .abs();
        if y < -0.08 - 0.05 * texture.at(x * 0.4 + scene, shift) {
            blend(
                [168.0, 206.0, 238.0],
                [236.0, 240.0, 240.0],
                step(0.5, 0.7, texture.at(x * 0.5 + scene, y)),
            )
        } else {
            blend(
                [120.0, 170.0, 70.0],
                [190.0, 200.0, 96.0],
                step(0.3, 0.7, rows),
            )
        }
    });
    for row in 0..4 {
        let depth = row as f32 / 3.0;
        let (y, size) = (0.16 + 0.1 * row as f32 + 0.02 * depth, 0.022 + 0.02 * depth);
        let count = 13 - row * 2;
        for number in 0..count {
            let across = (number as f32 + 0.5) / count as f32 - 0.5 + place.between(-0.015, 0.015);
            let x = across * (1.15 + 0.15 * depth);
            let coat = lit(
                place.pick(
                    &[
                        [84.0, 92.0, 122.0],
                        [126.0, 84.0, 76.0],
                        [90.0, 102.0, 84.0],
                    ],
                    [90.0; 3],
                ),
                0.75 - 0.25 * depth,
            );
            canvas.polygon(
                &[
                    (x - size * 1.3, y + size * 3.2),
                    (x - size, y + size * 0.9),
                    (x + size, y + size * 0.9),
                    (x + size * 1.3, y + size * 3.2),
                ],
                |px, py| lit(coat, 0.5 + 0.5 * texture.at(px * 3.0, py * 3.0)),
            );
            canvas.ellipse((x, y - size * 0.1), (size * 0.78, size), |_, _| {
                [126.0, 108.0, 104.0]
            });
            canvas.ellipse((x, y), (size * 0.78, size), |_, _| [34.0, 30.0, 34.0]);
        }
    }
}
