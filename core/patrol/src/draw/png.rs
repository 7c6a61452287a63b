//! The scene as PNG: areas by scanlines, lines by distance, both with soft edges.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::digit;
use super::scene::{At, Colour, PAPER, Scene, Shape};

/// Rows that each row of pixels is cut into for the edges of areas.
const ROWS: u32 = 4;

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    /// How much of each pixel the shape in hand covers, and which rows it touches.
    mask: Vec<f32>,
    rows: Option<(usize, usize)>,
}

pub(super) fn write(scene: &Scene) -> Vec<u8> {
    let mut canvas = Canvas::new(scene.width, scene.height);
    for shape in &scene.shapes {
        match shape {
            Shape::Area {
                rings,
                fill,
                border,
                ..
            } => {
                canvas.area(rings);
                canvas.blend(*fill);
                for ring in rings {
                    canvas.line(ring, 0.5);
                    if let (Some(first), Some(last)) = (ring.first(), ring.last()) {
                        canvas.line(&[*last, *first], 0.5);
                    }
                }
                canvas.blend(*border);
            }
            Shape::Line {
                points,
                colour,
                width,
                dash,
            } => {
                if *dash > 0.0 {
                    for piece in dashes(points, *dash) {
                        canvas.line(&piece, width / 2.0);
                    }
                } else {
                    canvas.line(points, width / 2.0);
                }
                canvas.blend(*colour);
            }
            Shape::Disc {
                at,
                radius,
                fill,
                border,
            } => {
                canvas.line(&[*at, *at], radius + 1.0);
                canvas.blend(*border);
                canvas.line(&[*at, *at], radius - 1.0);
                canvas.blend(*fill);
            }
            Shape::Text { at, text } => {
                for (from, to) in digit::strokes(*at, text) {
                    canvas.line(&[from, to], 0.8);
                }
                canvas.blend([40, 40, 40]);
            }
        }
    }
    canvas.encode()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the picture, which is at most 65,535 wide and three times as high"
)]
fn pixel(at: f64, most: usize) -> usize {
    at.clamp(0.0, most as f64) as usize
}

impl Canvas {
    fn new(width: f64, height: f64) -> Self {
        let (width, height) = (pixel(width, 65_535), pixel(height, 196_605));
        Self {
            width,
            height,
            pixels: PAPER
                .iter()
                .copied()
                .cycle()
                .take(width * height * 3)
                .collect(),
            mask: vec![0.0; width * height],
            rows: None,
        }
    }

    fn touch(&mut self, row: usize) {
        let (first, last) = self.rows.unwrap_or((row, row));
        self.rows = Some((first.min(row), last.max(row)));
    }

    fn cover(&mut self, x: usize, y: usize, cover: impl Fn(f32) -> f32) {
        if x < self.width && y < self.height {
            if let Some(mask) = self.mask.get_mut(y * self.width + x) {
                *mask = cover(*mask).min(1.0);
            }
            self.touch(y);
        }
    }

    /// Even-odd.
    fn area(&mut self, rings: &[Vec<At>]) {
        let ys = rings.iter().flatten().map(|point| point.1);
        let (top, bottom) = ys.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| {
            (low.min(y), high.max(y))
        });
        if top > bottom {
            return;
        }
        let mut crossings: Vec<f64> = Vec::new();
        for y in pixel(top, self.height)..=pixel(bottom, self.height) {
            for part in 0..ROWS {
                let line = y as f64 + (f64::from(part) + 0.5) / f64::from(ROWS);
                crossings.clear();
                for ring in rings {
                    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                        if (a.1 > line) != (b.1 > line) {
                            crossings.push(a.0 + (b.0 - a.0) * (line - a.1) / (b.1 - a.1));
                        }
                    }
                }
                crossings.sort_by(f64::total_cmp);
                for span in crossings.chunks_exact(2) {
                    if let [from, to] = span {
                        self.span(y, from.max(0.0), to.min(self.width as f64));
                    }
                }
            }
        }
    }

    fn span(&mut self, y: usize, from: f64, to: f64) {
        if from >= to {
            return;
        }
        for x in pixel(from, self.width)..=pixel(to, self.width) {
            let covered = ((x as f64 + 1.0).min(to) - (x as f64).max(from)).max(0.0);
            #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
            let covered = covered as f32 / ROWS as f32;
            self.cover(x, y, |mask| mask + covered);
        }
    }

    fn line(&mut self, points: &[At], half: f64) {
        for pair in points.windows(2) {
            let [a, b] = pair else { continue };
            let reach = half + 1.0;
            if a.0.max(b.0) + reach < 0.0 || a.1.max(b.1) + reach < 0.0 {
                continue;
            }
            let xs =
                pixel(a.0.min(b.0) - reach, self.width)..=pixel(a.0.max(b.0) + reach, self.width);
            for y in
                pixel(a.1.min(b.1) - reach, self.height)..=pixel(a.1.max(b.1) + reach, self.height)
            {
                for x in xs.clone() {
                    let off = off((x as f64 + 0.5, y as f64 + 0.5), *a, *b);
                    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
                    let covered = (half + 0.5 - off).clamp(0.0, 1.0) as f32;
                    if covered > 0.0 {
                        self.cover(x, y, |mask| mask.max(covered));
                    }
                }
            }
        }
    }

    /// Lays a colour where the mask is, and clears the mask.
    fn blend(&mut self, colour: Colour) {
        let Some((first, last)) = self.rows.take() else {
            return;
        };
        let rows = first * self.width..(last + 1) * self.width;
        let bytes = first * self.width * 3..(last + 1) * self.width * 3;
        let (Some(mask), Some(pixels)) = (self.mask.get_mut(rows), self.pixels.get_mut(bytes))
        else {
            return;
        };
        for (mask, pixel) in mask.iter_mut().zip(pixels.chunks_exact_mut(3)) {
            let cover = std::mem::take(mask);
            if cover > 0.0 {
                for (channel, wanted) in pixel.iter_mut().zip(colour) {
                    let mixed = f32::from(*channel) * (1.0 - cover) + f32::from(wanted) * cover;
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "between two bytes"
                    )]
                    {
                        *channel = mixed.round() as u8;
                    }
                }
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut rows = Vec::with_capacity(self.pixels.len() + self.height);
        for row in self.pixels.chunks(self.width.max(1) * 3) {
            // No filter: flat colours deflate well as they are.
            rows.push(0);
            rows.extend(row);
        }
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        // Writing into memory does not fail.
        let packed = zlib
            .write_all(&rows)
            .and_then(|()| zlib.finish())
            .unwrap_or_default();
        let size = |side: usize| u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes();
        let mut header = [size(self.width), size(self.height)].concat();
        header.extend([8, 2, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut png, b"IHDR", &header);
        chunk(&mut png, b"IDAT", &packed);
        chunk(&mut png, b"IEND", &[]);
        png
    }
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    png.extend(kind);
    png.extend(data);
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    png.extend(sum.sum().to_be_bytes());
}

fn off((x, y): At, a: At, b: At) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 {
        (((x - a.0) * dx + (y - a.1) * dy) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (x - a.0 - along * dx).hypot(y - a.1 - along * dy)
}

/// The drawn pieces of a dashed line of two points.
fn dashes(points: &[At], dash: f64) -> Vec<[At; 2]> {
    let mut pieces = Vec::new();
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        let length = (b.0 - a.0).hypot(b.1 - a.1);
        let at = |along: f64| {
            let part = (along / length).min(1.0);
            (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
        };
        let mut along = 0.0;
        // A gap of a thousand kilometres is not drawn dash by dash.
        while along < length && pieces.len() < 10_000 {
            pieces.push([at(along), at(along + dash)]);
            along += 2.0 * dash;
        }
    }
    pieces
}
