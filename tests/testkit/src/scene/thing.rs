//! Things that stand in scenes: boxes, people, trees, heaps.

use super::canvas::{Canvas, Colour, Point, blend, lit};
use super::noise::{Dice, step};

/// A carton seen from a little above and the left; `foot` is the middle of its front bottom edge.
pub(super) fn carton(canvas: &mut Canvas, foot: Point, width: f32, height: f32, colour: Colour) {
    let texture = canvas.texture;
    let (x0, x1) = (foot.0 - width / 2.0, foot.0 + width / 2.0);
    let (top, depth) = (foot.1 - height, width * 0.28);
    let paper = move |light: f32| {
        move |x: f32, y: f32| lit(colour, light * (0.9 + 0.2 * texture.at(x * 1.3, y * 3.1)))
    };
    canvas.shadow(
        (foot.0 + depth * 0.6, foot.1),
        (width * 0.8, width * 0.16),
        0.7,
    );
    canvas.rect((x0, top), (x1, foot.1), paper(0.95));
    canvas.polygon(
        &[
            (x0, top),
            (x1, top),
            (x1 + depth, top - depth * 0.5),
            (x0 + depth, top - depth * 0.5),
        ],
        paper(1.15),
    );
    canvas.polygon(
        &[
            (x1, top),
            (x1, foot.1),
            (x1 + depth, foot.1 - depth * 0.5),
            (x1 + depth, top - depth * 0.5),
        ],
        paper(0.68),
    );
    let tape = blend(colour, [222.0, 205.0, 160.0], 0.6);
    canvas.rect(
        (foot.0 - width * 0.05, top),
        (foot.0 + width * 0.05, foot.1 - height * 0.55),
        |_, _| tape,
    );
    canvas.rect(
        (x0 + width * 0.1, foot.1 - height * 0.3),
        (x0 + width * 0.4, foot.1 - height * 0.14),
        |_, _| lit(colour, 0.6),
    );
}

/// A person of this height who stands at `foot`, seen from behind.
pub(super) fn person(canvas: &mut Canvas, foot: Point, height: f32, coat: Colour) {
    let at = |x: f32, y: f32| (foot.0 + x * height, foot.1 - y * height);
    let texture = canvas.texture;
    let cloth = move |colour: Colour| {
        move |x: f32, y: f32| lit(colour, 0.8 + 0.35 * texture.at(x * 1.7, y * 1.1))
    };
    canvas.shadow(at(0.05, 0.0), (height * 0.28, height * 0.05), 0.7);
    for side in [-1.0, 1.0] {
        let leg = [
            at(side * 0.11, 0.48),
            at(side * 0.005, 0.48),
            at(side * 0.025, 0.02),
            at(side * 0.1, 0.02),
        ];
        canvas.polygon(&leg, cloth([52.0, 58.0, 76.0]));
        canvas.ellipse(
            at(side * 0.065, 0.015),
            (height * 0.045, height * 0.02),
            |_, _| [38.0, 34.0, 32.0],
        );
        let arm = [
            at(side * 0.11, 0.82),
            at(side * 0.185, 0.76),
            at(side * 0.15, 0.44),
            at(side * 0.095, 0.46),
        ];
        canvas.polygon(&arm, cloth(lit(coat, 0.8)));
        canvas.ellipse(
            at(side * 0.125, 0.43),
            (height * 0.026, height * 0.03),
            |_, _| [206.0, 160.0, 128.0],
        );
    }
    canvas.polygon(
        &[
            at(-0.12, 0.82),
            at(-0.06, 0.86),
            at(0.06, 0.86),
            at(0.12, 0.82),
            at(0.11, 0.44),
            at(-0.11, 0.44),
        ],
        cloth(coat),
    );
    canvas.ellipse(at(0.0, 0.93), (height * 0.058, height * 0.072), |_, _| {
        [200.0, 154.0, 122.0]
    });
    canvas.ellipse(at(0.0, 0.95), (height * 0.062, height * 0.062), |_, _| {
        [36.0, 31.0, 30.0]
    });
}

/// A broad-leaved tree.
pub(super) fn tree(canvas: &mut Canvas, foot: Point, height: f32, dice: &mut Dice) {
    let texture = canvas.texture;
    canvas.shadow(
        (foot.0 + height * 0.08, foot.1),
        (height * 0.4, height * 0.06),
        0.6,
    );
    let trunk = height * 0.045;
    canvas.polygon(
        &[
            (foot.0 - trunk, foot.1),
            (foot.0 + trunk, foot.1),
            (foot.0 + trunk * 0.5, foot.1 - height * 0.5),
            (foot.0 - trunk * 0.5, foot.1 - height * 0.5),
        ],
        |x, y| {
            lit(
                [104.0, 84.0, 64.0],
                0.6 + 0.7 * texture.at(x * 6.0, y * 0.7),
            )
        },
    );
    let crown = (foot.0, foot.1 - height * 0.66);
    for number in 0..46 {
        let (dx, dy) = (dice.between(-1.0, 1.0), dice.between(-1.0, 1.0));
        if dx * dx + dy * dy > 1.0 {
            continue;
        }
        let centre = (crown.0 + dx * height * 0.26, crown.1 + dy * height * 0.3);
        let radius = height * dice.between(0.05, 0.1);
        let light = 0.62 - 0.3 * dy - 0.15 * dx + number as f32 * 0.004;
        let green = blend([92.0, 132.0, 62.0], [136.0, 164.0, 70.0], dice.unit());
        canvas.ellipse(centre, (radius, radius * 0.8), |x, y| {
            lit(green, light * (0.55 + 0.85 * texture.at(x * 3.0, y * 3.0)))
        });
    }
}

/// A mound of loose stuff: earth, sand or rubble.
pub(super) fn mound(canvas: &mut Canvas, foot: Point, width: f32, height: f32, colour: Colour) {
    let texture = canvas.texture;
    canvas.shadow(
        (foot.0 + width * 0.1, foot.1),
        (width * 0.62, width * 0.1),
        0.7,
    );
    // Slices from left to right whose tops follow a hill with a ragged edge.
    let slices = 48;
    let top = |part: f32| {
        let across = 2.0 * part - 1.0;
        let hill = (1.0 - across * across).max(0.0);
        foot.1 - height * hill * (0.72 + 0.5 * texture.at(foot.0 + part * 0.45, foot.1))
    };
    for slice in 0..slices {
        let (a, b) = (
            slice as f32 / slices as f32,
            (slice + 1) as f32 / slices as f32,
        );
        let (xa, xb) = (foot.0 + (a - 0.5) * width, foot.0 + (b - 0.5) * width);
        let bulge =
            |part: f32| foot.1 + width * 0.05 * (1.0 - (2.0 * part - 1.0) * (2.0 * part - 1.0));
        canvas.polygon(
            &[
                (xa, top(a)),
                (xb + 0.001, top(b)),
                (xb + 0.001, bulge(b)),
                (xa, bulge(a)),
            ],
            |x, y| {
                let grain = texture.at(x * 4.0, y * 4.0);
                let slope = (foot.0 - x) / width;
                lit(colour, 0.55 + 0.6 * grain + 0.35 * slope)
            },
        );
    }
}

/// A heap of rubbish: rubble, bags, boards and bottles; `part` of it (0 to 1) is still there.
pub(super) fn rubbish(canvas: &mut Canvas, foot: Point, size: f32, part: f32, dice: &mut Dice) {
    mound(
        canvas,
        foot,
        size * (0.6 + 0.6 * part),
        size * 0.3 * part,
        [146.0, 132.0, 118.0],
    );
    let bags = [
        [208.0, 210.0, 206.0],
        [60.0, 64.0, 72.0],
        [176.0, 60.0, 52.0],
        [64.0, 104.0, 150.0],
        [220.0, 196.0, 92.0],
    ];
    let texture = canvas.texture;
    let count = (26.0 * part) as i32;
    for number in 0..26 {
        // All are thrown, so that those that stay lie where they lay before.
        let across = dice.between(-0.5, 0.5);
        let up = dice.unit() * (0.25 - across * across).max(0.02);
        let radius = size * dice.between(0.035, 0.085);
        let colour = dice.pick(&bags, [150.0; 3]);
        let is_board = dice.unit() < 0.25;
        let tilt = dice.between(-0.06, 0.06);
        if number >= count {
            continue;
        }
        let centre = (foot.0 + across * size, foot.1 - up * size * 1.1 * part);
        if is_board {
            let end = (centre.0 + size * 0.22, centre.1 + tilt * size * 2.0);
            canvas.stroke(centre, end, size * 0.025, [164.0, 128.0, 84.0]);
            continue;
        }
        canvas.ellipse(
            (centre.0 + radius * 0.2, centre.1 + radius * 0.3),
            (radius, radius * 0.7),
            |_, _| [48.0, 44.0, 42.0],
        );
        canvas.ellipse(centre, (radius, radius * 0.75), |x, y| {
            let fold = texture.at(x * 4.0 + tilt, y * 4.0);
            let top = step(radius, -radius, y - centre.1);
            lit(colour, 0.5 + 0.35 * top + 0.5 * step(0.35, 0.7, fold))
        });
    }
}

/// A stack of bricks, laid in courses.
pub(super) fn bricks(canvas: &mut Canvas, foot: Point, width: f32, dice: &mut Dice) {
    let texture = canvas.texture;
    let (courses, across) = (6_i32, 7_i32);
    let (bw, bh) = (width / across as f32, width * 0.075);
    canvas.shadow(
        (foot.0 + width * 0.15, foot.1),
        (width * 0.75, width * 0.12),
        0.7,
    );
    for course in 0..courses {
        let shift = if course % 2 == 0 { 0.0 } else { bw / 2.0 };
        for brick in 0..across {
            let x = foot.0 - width / 2.0 + brick as f32 * bw + shift;
            let y = foot.1 - course as f32 * bh;
            let colour = lit([172.0, 92.0, 66.0], dice.between(0.85, 1.12));
            canvas.rect(
                (x + bw * 0.03, y - bh * 0.94),
                (x + bw * 0.97, y),
                |x, y| lit(colour, 0.8 + 0.35 * texture.at(x * 5.0, y * 5.0)),
            );
        }
    }
}
