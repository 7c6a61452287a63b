//! What is drawn on: pixels, and a camera that looks at the scene.
//!
//! Scenes are drawn in units of the picture's height: x to the right, y down, 0 in the middle. Shapes
//! are painted from far to near with smooth edges.

use super::noise::{Texture, mixed};

/// Red, green, blue, 0 to 255.
pub(super) type Colour = [f32; 3];
/// A place in the scene.
pub(super) type Point = (f32, f32);

/// Where the camera looks.
#[derive(Clone, Copy)]
pub(super) struct Camera {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) zoom: f32,
}

pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
    camera: Camera,
    pub(super) texture: &'static Texture,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize, camera: Camera) -> Self {
        let pixels = vec![[0; 3]; width * height];
        Self {
            width,
            height,
            pixels,
            camera,
            texture: Texture::shared(),
        }
    }

    /// Pixels per unit.
    fn scale(&self) -> f32 {
        self.camera.zoom * self.height as f32
    }

    fn pixel(&self, (x, y): Point) -> Point {
        let scale = self.scale();
        (
            self.width as f32 / 2.0 + (x - self.camera.x) * scale,
            self.height as f32 / 2.0 + (y - self.camera.y) * scale,
        )
    }

    fn place(&self, x: usize, y: usize) -> Point {
        let scale = self.scale();
        (
            (x as f32 + 0.5 - self.width as f32 / 2.0) / scale + self.camera.x,
            (y as f32 + 0.5 - self.height as f32 / 2.0) / scale + self.camera.y,
        )
    }

    /// Paints the whole picture.
    pub(super) fn everywhere(&mut self, shade: impl Fn(f32, f32) -> Colour) {
        for y in 0..self.height {
            for x in 0..self.width {
                let (sx, sy) = self.place(x, y);
                self.pixels[y * self.width + x] = bytes(shade(sx, sy));
            }
        }
    }

    /// Paints where `cover` (0 to 1, of a pixel) says, within a box of pixels.
    fn paint(
        &mut self,
        (low, high): (Point, Point),
        cover: impl Fn(f32, f32) -> f32,
        shade: impl Fn(f32, f32) -> Colour,
    ) {
        let range = |low: f32, high: f32, end: usize| {
            let low = (low - 1.0).max(0.0) as usize;
            low..((high + 2.0).max(0.0) as usize).min(end)
        };
        for y in range(low.1, high.1, self.height) {
            for x in range(low.0, high.0, self.width) {
                let part = cover(x as f32 + 0.5, y as f32 + 0.5);
                if part > 0.0 {
                    let (sx, sy) = self.place(x, y);
                    let colour = shade(sx, sy);
                    let pixel = &mut self.pixels[y * self.width + x];
                    let old = pixel.map(f32::from);
                    *pixel = bytes([0, 1, 2].map(|i| mixed(old[i], colour[i], part.min(1.0))));
                }
            }
        }
    }

    /// A convex polygon.
    pub(super) fn polygon(&mut self, corners: &[Point], shade: impl Fn(f32, f32) -> Colour) {
        let corners: Vec<Point> = corners.iter().map(|&corner| self.pixel(corner)).collect();
        let pairs = || corners.iter().zip(corners.iter().cycle().skip(1));
        let area: f32 = pairs().map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
        let turn = if area < 0.0 { -1.0 } else { 1.0 };
        // Each edge as a line: distance inwards = nx * x + ny * y + c.
        let edges: Vec<[f32; 3]> = pairs()
            .filter_map(|(a, b)| {
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                let length = (dx * dx + dy * dy).sqrt();
                let (nx, ny) = (-dy * turn / length, dx * turn / length);
                (length > 0.0).then_some([nx, ny, -(nx * a.0 + ny * a.1)])
            })
            .collect();
        let cover = |x: f32, y: f32| {
            let inside = edges
                .iter()
                .map(|[nx, ny, c]| nx * x + ny * y + c)
                .fold(f32::MAX, f32::min);
            inside + 0.5
        };
        self.paint(bounds(&corners), cover, shade);
    }

    /// An upright rectangle.
    pub(super) fn rect(
        &mut self,
        (x0, y0): Point,
        (x1, y1): Point,
        shade: impl Fn(f32, f32) -> Colour,
    ) {
        self.polygon(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)], shade);
    }

    /// An ellipse.
    pub(super) fn ellipse(
        &mut self,
        centre: Point,
        radii: Point,
        shade: impl Fn(f32, f32) -> Colour,
    ) {
        let (cx, cy) = self.pixel(centre);
        let (rx, ry) = (radii.0 * self.scale(), radii.1 * self.scale());
        let cover = |x: f32, y: f32| {
            let (dx, dy) = ((x - cx) / rx, (y - cy) / ry);
            (1.0 - (dx * dx + dy * dy).sqrt()) * rx.min(ry) + 0.5
        };
        self.paint(((cx - rx, cy - ry), (cx + rx, cy + ry)), cover, shade);
    }

    /// A soft shadow.
    pub(super) fn shadow(&mut self, centre: Point, radii: Point, strength: f32) {
        let (cx, cy) = self.pixel(centre);
        let (rx, ry) = (radii.0 * self.scale(), radii.1 * self.scale());
        let cover = |x: f32, y: f32| {
            let (dx, dy) = ((x - cx) / rx, (y - cy) / ry);
            (1.0 - dx * dx - dy * dy) * strength
        };
        self.paint(((cx - rx, cy - ry), (cx + rx, cy + ry)), cover, |_, _| {
            [24.0, 22.0, 26.0]
        });
    }

    /// A straight stroke.
    pub(super) fn stroke(&mut self, from: Point, to: Point, width: f32, colour: Colour) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-6);
        let (nx, ny) = (-dy / length * width / 2.0, dx / length * width / 2.0);
        self.polygon(
            &[
                (from.0 + nx, from.1 + ny),
                (to.0 + nx, to.1 + ny),
                (to.0 - nx, to.1 - ny),
                (from.0 - nx, from.1 - ny),
            ],
            |_, _| colour,
        );
    }

    /// A stroke through several points.
    pub(super) fn path(&mut self, points: &[Point], width: f32, colour: Colour) {
        for pair in points.windows(2) {
            self.stroke(pair[0], pair[1], width, colour);
        }
        for &point in points {
            self.ellipse(point, (width / 2.0, width / 2.0), |_, _| colour);
        }
    }

    /// What a lens and a sensor do: darker corners, a tint of the light, a little grain.
    pub(super) fn develop(&mut self, tint: Colour, grain_seed: f32) {
        let texture = self.texture;
        let (width, height) = (self.width as f32, self.height as f32);
        for y in 0..self.height {
            for x in 0..self.width {
                let (dx, dy) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
                let light = 1.0 - 0.35 * (dx * dx + dy * dy);
                let grain = texture.at(x as f32 / 211.0 + grain_seed, y as f32 / 193.0) - 0.5;
                let pixel = &mut self.pixels[y * self.width + x];
                let old = pixel.map(f32::from);
                *pixel = bytes([0, 1, 2].map(|i| old[i] * light * tint[i] + grain * 7.0));
            }
        }
    }

    /// The pixels as they stand in a file that a viewer turns upright by this EXIF orientation, with
    /// the width and height of that file.
    pub(super) fn into_stored(self, orientation: u8) -> (Vec<u8>, usize, usize) {
        let (w, h) = (self.width, self.height);
        let (sw, sh) = if orientation >= 5 { (h, w) } else { (w, h) };
        if orientation <= 1 {
            return (self.pixels.into_flattened(), sw, sh);
        }
        let mut stored = Vec::with_capacity(w * h * 3);
        for y in 0..sh {
            for x in 0..sw {
                let (ux, uy) = match orientation {
                    2 => (w - 1 - x, y),
                    3 => (w - 1 - x, h - 1 - y),
                    4 => (x, h - 1 - y),
                    5 => (y, x),
                    6 => (w - 1 - y, x),
                    7 => (w - 1 - y, h - 1 - x),
                    _ => (y, h - 1 - x),
                };
                stored.extend(self.pixels[uy * w + ux]);
            }
        }
        (stored, sw, sh)
    }
}

fn bounds(points: &[Point]) -> (Point, Point) {
    points.iter().fold(
        ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN)),
        |(low, high), &(x, y)| ((low.0.min(x), low.1.min(y)), (high.0.max(x), high.1.max(y))),
    )
}

fn bytes(colour: Colour) -> [u8; 3] {
    // A cast of a float saturates.
    colour.map(|value| (value + 0.5) as u8)
}

/// A colour between two.
pub(super) fn blend(a: Colour, b: Colour, part: f32) -> Colour {
    [0, 1, 2].map(|i| mixed(a[i], b[i], part))
}

/// A colour made darker or lighter.
pub(super) fn lit(colour: Colour, light: f32) -> Colour {
    colour.map(|value| value * light)
}
