//! Evenings: a film in the open.

use super::canvas::{Canvas, blend, lit};
use super::noise::{Dice, step};

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
