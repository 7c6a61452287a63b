//! Drawing text: Chinese needs no shaping, so every character stands by itself.

use ab_glyph::{Font as _, PxScale, ScaleFont as _, point};

use super::Fonts;
use crate::Picture;

/// The darkening under a label, of 256.
const SHADE: u32 = 96;

/// Draws a line; `at` is the left end and the top of the line, in pixels.
pub(super) fn draw(
    out: &mut Picture,
    line: &str,
    fonts: &Fonts<'_>,
    size: f32,
    at: (f32, f32),
    ink: [u8; 3],
    missing: &mut Vec<char>,
) {
    let mut x = at.0;
    for character in line.chars() {
        let Some((font, glyph)) = fonts.of(character) else {
            if !character.is_whitespace() && !missing.contains(&character) {
                missing.push(character);
            }
            x += advance(fonts, character, size);
            continue;
        };
        let scaled = font.as_scaled(PxScale::from(size));
        let place = point(x, at.1 + scaled.ascent());
        if let Some(outline) = font.outline_glyph(glyph.with_scale_and_position(size, place)) {
            let bounds = outline.px_bounds();
            let (left, top) = (bounds.min.x as i64, bounds.min.y as i64);
            outline.draw(|dx, dy, cover| {
                blend(out, left + i64::from(dx), top + i64::from(dy), cover, ink);
            });
        }
        x += scaled.h_advance(glyph);
    }
}

fn blend(out: &mut Picture, x: i64, y: i64, cover: f32, ink: [u8; 3]) {
    let (width, height) = (i64::from(out.width()), i64::from(out.height()));
    if !(0..width).contains(&x) || !(0..height).contains(&y) {
        return;
    }
    let Ok(at) = usize::try_from((y * width + x) * 3) else {
        return;
    };
    let cover = cover.clamp(0.0, 1.0);
    for (pixel, ink) in out.pixels_mut()[at..at + 3].iter_mut().zip(ink) {
        let mixed = f32::from(*pixel) * (1.0 - cover) + f32::from(ink) * cover;
        *pixel = mixed.round() as u8;
    }
}

fn advance(fonts: &Fonts<'_>, character: char, size: f32) -> f32 {
    fonts.of(character).map_or(size, |(font, glyph)| {
        font.as_scaled(PxScale::from(size)).h_advance(glyph)
    })
}

fn width(line: &str, fonts: &Fonts<'_>, size: f32) -> f32 {
    line.chars()
        .map(|character| advance(fonts, character, size))
        .sum()
}

/// The line in pieces that are not wider than `limit`. Chinese breaks anywhere.
pub(super) fn wrapped(line: &str, fonts: &Fonts<'_>, size: f32, limit: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut x = 0.0;
    for character in line.chars() {
        let wide = advance(fonts, character, size);
        if x + wide > limit && x > 0.0 {
            lines.push(String::new());
            x = 0.0;
        }
        if let Some(last) = lines.last_mut() {
            last.push(character);
        }
        x += wide;
    }
    lines
}

/// Draws a label on a dark ground in the corner at `at`.
pub(super) fn label(
    out: &mut Picture,
    line: &str,
    fonts: &Fonts<'_>,
    size: f32,
    at: (u32, u32),
    ink: [u8; 3],
    missing: &mut Vec<char>,
) {
    if line.is_empty() {
        return;
    }
    let pad = size * 0.4;
    let right = (at.0 + (width(line, fonts, size) + 2.0 * pad) as u32).min(out.width());
    let bottom = (at.1 + (size + 1.2 * pad) as u32).min(out.height());
    let row = out.width() as usize * 3;
    for y in at.1..bottom {
        let start = y as usize * row;
        let dark = &mut out.pixels_mut()[start + at.0 as usize * 3..start + right as usize * 3];
        for value in dark {
            *value = (u32::from(*value) * SHADE / 256) as u8;
        }
    }
    let at = (at.0 as f32 + pad, at.1 as f32 + pad * 0.5);
    draw(out, line, fonts, size, at, ink, missing);
}

/// Lays a picture into another, at the top, `left` pixels from the left.
pub(super) fn paste(out: &mut Picture, picture: &Picture, left: u32) {
    let row = out.width() as usize * 3;
    let length = picture.width() as usize * 3;
    let rows = picture.pixels().chunks_exact(length);
    let at = left as usize * 3;
    for (from, into) in rows.zip(out.pixels_mut().chunks_exact_mut(row)) {
        into[at..at + length].copy_from_slice(from);
    }
}
