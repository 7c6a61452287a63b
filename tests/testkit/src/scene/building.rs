//! Parts of buildings: walls, floors, windows, doors.

use super::canvas::{Canvas, Colour, Point, blend, lit};
use super::noise::{Texture, step};

/// A plastered wall with stains.
pub(super) fn plaster(texture: &Texture, shift: f32, colour: Colour, x: f32, y: f32) -> Colour {
    let stain = texture.at(x * 0.35 + shift, y * 0.22);
    let grain = texture.at(x * 2.6, y * 2.6 + shift);
    lit(
        blend(colour, lit(colour, 0.78), step(0.45, 0.8, stain)),
        0.92 + 0.14 * grain,
    )
}

/// Slabs or tiles of a floor, seen along it from above `horizon`.
pub(super) fn floor(
    texture: &Texture,
    horizon: f32,
    colour: Colour,
    tiles: f32,
    x: f32,
    y: f32,
) -> Colour {
    let away = 0.3 / (y - horizon + 0.02);
    let (u, v) = (x * away * tiles, away * tiles * 1.2);
    let (fu, fv) = (u - u.floor(), v - v.floor());
    let gap = step(0.03, 0.0, fu.min(1.0 - fu).min(fv.min(1.0 - fv)) - 0.012);
    let tone = texture.at(u.floor() * 0.137, v.floor() * 0.211) * 0.14;
    let dirt = texture.at(x * 1.2, y * 2.6);
    lit(colour, (0.86 + tone + 0.16 * dirt) * (1.0 - 0.3 * gap))
}

/// A window with a frame and panes that mirror the sky.
pub(super) fn window(canvas: &mut Canvas, (x0, y0): Point, (x1, y1): Point) {
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
pub(super) fn door(canvas: &mut Canvas, (x0, y0): Point, (x1, y1): Point) {
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
