//! Scenes in the open: fields and the roadside.

use super::canvas::{Canvas, Colour, Point, blend, lit};
use super::noise::{Dice, Texture, step};
use super::thing;
use super::{Object, Stage};

const HORIZON: f32 = -0.12;

/// The sky, brighter towards the horizon, with clouds.
pub(super) fn sky(texture: &Texture, shift: f32, x: f32, y: f32) -> Colour {
    let high = ((HORIZON - y) / 0.5).clamp(0.0, 1.0);
    let clear = blend([214.0, 226.0, 232.0], [104.0, 156.0, 212.0], high);
    let far = 1.0 / (high + 0.25);
    let cloud = texture.at((x * far) * 0.12 + shift, far * 0.23 + shift * 0.7);
    blend(clear, [246.0, 246.0, 244.0], step(0.5, 0.78, cloud) * 0.85)
}

/// Hills at the horizon and a line of trees before them; `None` where the sky is seen.
fn distance(texture: &Texture, shift: f32, x: f32, y: f32) -> Option<Colour> {
    let above = HORIZON - y;
    if above > 0.14 {
        return None;
    }
    let trees = 0.012
        + 0.045 * step(0.3, 0.8, texture.at(x * 0.55 + shift, 0.7)) * texture.at(x * 2.5, shift);
    if (0.0..trees).contains(&above) {
        let leaf = texture.at(x * 5.0, y * 6.0);
        return Some(lit([84.0, 106.0, 74.0], 0.65 + 0.6 * leaf));
    }
    let hills = 0.02 + 0.11 * texture.at(x * 0.16 + shift, 0.3);
    (0.0..hills).contains(&above).then(|| {
        let haze = texture.at(x * 0.8, y * 1.6 + 0.2);
        lit([138.0, 158.0, 172.0], 0.92 + 0.14 * haze)
    })
}

/// Where a point of the ground is: across and away from the camera.
fn ground(x: f32, y: f32) -> (f32, f32) {
    let away = 0.2 / (y - HORIZON + 0.006);
    ((x - 0.04) * away, away)
}

/// A field of winter wheat in spring, with a track along it.
pub(super) fn farmland(canvas: &mut Canvas, stage: Stage, object: Object, place: &mut Dice) {
    let (shift, lush) = (place.unit(), place.between(0.3, 0.85));
    let texture = canvas.texture;
    canvas.everywhere(|x, y| {
        if y < HORIZON {
            return distance(texture, shift, x, y).unwrap_or_else(|| sky(texture, shift, x, y));
        }
        let (across, away) = ground(x, y);
        let near = step(0.0, 0.35, y - HORIZON);
        let wave = across * 9.0 + (texture.at(across * 0.25, away * 0.2 + shift) - 0.5) * 0.5;
        let row = ((wave - wave.floor()) * 2.0 - 1.0).abs();
        let patch = texture.at(across * 0.11 + shift, away * 0.09);
        let blade = texture.at(x * 3.4, y * 5.2 + shift);
        let soil = lit(
            [148.0, 118.0, 84.0],
            0.7 + 0.55 * texture.at(across * 0.9, away * 0.9),
        );
        let wheat = blend([110.0, 142.0, 64.0], [150.0, 172.0, 82.0], patch);
        let green = step(0.62 - 0.5 * lush, 0.3, row) * near + (1.0 - near) * 0.75;
        let field = blend(soil, lit(wheat, 0.6 + 0.75 * blade), green.clamp(0.0, 1.0));
        // The track: to the left, trodden earth with two ruts.
        let side = across + 0.62 + 0.05 * (texture.at(away * 0.3, shift) - 0.5);
        let track = step(0.19, 0.14, side.abs());
        let rut = step(0.05, 0.0, (side.abs() - 0.09).abs());
        let earth = lit(
            [186.0, 164.0, 128.0],
            0.75 + 0.4 * texture.at(across * 1.4, away * 1.4) - 0.14 * rut,
        );
        blend(field, earth, track)
    });
    thing::tree(canvas, (-0.58, -0.05), 0.3, place);
    let there = match stage {
        Stage::Before => 1.0,
        Stage::During => 0.5,
        _ => return,
    };
    match object {
        Object::Weeds => weeds(canvas, there, place),
        _ => foundation(canvas, there, place),
    }
    if stage == Stage::During {
        thing::person(canvas, (-0.14, 0.24), 0.38, [60.0, 92.0, 140.0]);
    }
}

/// A patch where the field was left to weeds.
fn weeds(canvas: &mut Canvas, part: f32, dice: &mut Dice) {
    let texture = canvas.texture;
    let patch = [(-0.16, -0.07), (0.44, -0.08), (0.66, 0.36), (-0.26, 0.34)];
    canvas.polygon(&patch, |x, y| {
        blend(
            [150.0, 132.0, 88.0],
            [126.0, 124.0, 70.0],
            texture.at(x * 1.5, y * 2.4),
        )
    });
    for number in 0..(1_500.0 * part) as i32 {
        let depth = number as f32 / 1_500.0;
        let y = -0.06 + 0.41 * depth;
        let x = dice.between(-0.17 - 0.1 * depth, 0.45 + 0.2 * depth);
        let height = (0.02 + 0.1 * depth) * dice.between(0.5, 1.2);
        let lean = dice.between(-0.3, 0.4) * height;
        let dry = blend(
            [192.0, 170.0, 104.0],
            [112.0, 128.0, 58.0],
            dice.unit() * dice.unit() * 1.3,
        );
        let light = dice.between(0.7, 1.1);
        canvas.polygon(
            &[
                (x - height * 0.045, y),
                (x + height * 0.045, y),
                (x + lean, y - height),
            ],
            |_, _| lit(dry, light),
        );
    }
}

/// A pit dug for a building, with its earth and bricks beside it.
fn foundation(canvas: &mut Canvas, part: f32, dice: &mut Dice) {
    let texture = canvas.texture;
    let earth = move |light: f32| {
        move |x: f32, y: f32| {
            lit(
                [150.0, 112.0, 76.0],
                light * (0.65 + 0.6 * texture.at(x * 2.4, y * 3.2)),
            )
        }
    };
    let quad = |grow: f32| {
        [
            (-0.12 - grow, 0.04 - grow),
            (0.4 + grow, 0.03 - grow),
            (0.54 + grow, 0.24 + grow),
            (-0.2 - grow, 0.25 + grow),
        ]
    };
    canvas.polygon(&quad(0.025), earth(1.12));
    canvas.polygon(&quad(0.0), earth(0.45));
    let island = [(-0.06, 0.085), (0.35, 0.075), (0.455, 0.2), (-0.12, 0.21)];
    canvas.polygon(&island, earth(0.82));
    thing::mound(canvas, (0.5, 0.06), 0.36, 0.12 * part, [156.0, 118.0, 82.0]);
    if part > 0.9 {
        thing::bricks(canvas, (-0.02, 0.36), 0.24, dice);
        canvas.stroke((0.3, 0.27), (0.36, -0.02), 0.008, [150.0, 120.0, 84.0]);
        canvas.ellipse((0.298, 0.28), (0.018, 0.028), |_, _| [96.0, 98.0, 102.0]);
    }
}

/// A village road with a verge on which rubbish was dumped.
pub(super) fn roadside(canvas: &mut Canvas, stage: Stage, place: &mut Dice) {
    let shift = place.unit();
    let texture = canvas.texture;
    canvas.everywhere(|x, y| {
        if y < HORIZON {
            return distance(texture, shift, x, y).unwrap_or_else(|| sky(texture, shift, x, y));
        }
        let (across, away) = ground(x + 0.14, y);
        let edge = across.abs() + 0.02 * (texture.at(across, away * 0.6) - 0.5);
        let grain = texture.at(across * 2.2, away * 2.2);
        let grass = lit(
            blend(
                [112.0, 134.0, 68.0],
                [156.0, 152.0, 92.0],
                texture.at(across * 0.3 + shift, away * 0.2),
            ),
            0.6 + 0.7 * texture.at(x * 3.0, y * 4.6),
        );
        let kerb = lit([178.0, 166.0, 142.0], 0.75 + 0.4 * grain);
        let asphalt = lit([122.0, 122.0, 124.0], 0.8 + 0.35 * grain);
        let dash = away * 0.9 - (away * 0.9).floor();
        let line = step(0.022, 0.012, across.abs()) * step(0.48, 0.52, dash) * 0.8;
        let road = blend(asphalt, [228.0, 222.0, 200.0], line);
        blend(
            blend(grass, kerb, step(0.62, 0.56, edge)),
            road,
            step(0.42, 0.4, edge),
        )
    });
    for (x, y, height) in [
        (0.3, -0.06, 0.2),
        (0.46, -0.02, 0.28),
        (0.66, 0.05, 0.42),
        (-0.62, -0.03, 0.3),
    ] {
        thing::tree(canvas, (x, y), height, place);
    }
    let heap: Point = (0.44, 0.14);
    match stage {
        Stage::Before => thing::rubbish(canvas, heap, 0.36, 1.0, place),
        Stage::During => {
            thing::rubbish(canvas, heap, 0.36, 0.45, place);
            thing::person(canvas, (0.25, 0.25), 0.44, [232.0, 132.0, 44.0]);
            canvas.stroke((0.31, 0.08), (0.37, 0.26), 0.008, [170.0, 136.0, 92.0]);
            canvas.polygon(
                &[(0.34, 0.24), (0.4, 0.24), (0.42, 0.285), (0.33, 0.285)],
                |x, y| {
                    lit(
                        [176.0, 150.0, 84.0],
                        0.6 + 0.6 * texture.at(x * 9.0, y * 2.0),
                    )
                },
            );
        }
        _ => {}
    }
}
