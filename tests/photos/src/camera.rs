//! A camera that stands somewhere and looks at a place.

use fieldwork_photo::Picture;

use crate::place::{Layer, Place};
use crate::sheet::Sheet;

/// Where a camera is and where it looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// To the right, in metres.
    pub x: f64,
    /// Over the ground, in metres.
    pub y: f64,
    /// Forward, in metres.
    pub z: f64,
    /// Looks to the right, in degrees.
    pub yaw: f64,
    /// Looks up, in degrees.
    pub pitch: f64,
    /// Rolled clockwise, in degrees.
    pub roll: f64,
    /// 1 is a phone's main lens.
    pub zoom: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 1.5,
            z: 0.0,
            yaw: 0.0,
            pitch: 0.0,
            roll: 0.0,
            zoom: 1.0,
        }
    }
}

/// Half of the picture's width over the focal length: a phone's main lens sees about 62 degrees.
const HALF: f64 = 0.6;
/// Ground covered by its sheet before it repeats, in metres.
const GROUND: f64 = 16.0;

impl Camera {
    /// What it sees.
    #[must_use]
    pub fn look(&self, place: &Place, width: u32, height: u32) -> Picture {
        let mut pixels = Vec::with_capacity((width * height * 3) as usize);
        for y in 0..height {
            for x in 0..width {
                let ray = self.ray(
                    (f64::from(x) + 0.5) / f64::from(width) * 2.0 - 1.0,
                    (f64::from(y) + 0.5 - f64::from(height) / 2.0) / f64::from(width) * 2.0,
                );
                let [r, g, b] = self.seen(place, ray);
                pixels.extend([r, g, b].map(|value| value.clamp(0.0, 255.0).round() as u8));
            }
        }
        Picture::new(width, height, pixels).expect("as many pixels as said")
    }

    /// Direction of a place in the picture, -1 to 1 across: right, up, forward.
    fn ray(&self, across: f64, down: f64) -> (f64, f64, f64) {
        let (sin, cos) = self.roll.to_radians().sin_cos();
        let (x, y) = (across * HALF / self.zoom, -down * HALF / self.zoom);
        let (x, y) = (x * cos + y * sin, y * cos - x * sin);
        let (sin, cos) = self.pitch.to_radians().sin_cos();
        let (y, z) = (y * cos + sin, cos - y * sin);
        let (sin, cos) = self.yaw.to_radians().sin_cos();
        (x * cos + z * sin, y, z * cos - x * sin)
    }

    fn seen(&self, place: &Place, (dx, dy, dz): (f64, f64, f64)) -> [f32; 3] {
        let mut nearest = f64::INFINITY;
        let mut colour = [205.0, 215.0, 228.0];
        if dy < -1e-6 {
            let t = -self.y / dy;
            let (x, z) = (self.x + dx * t, self.z + dz * t);
            if z > 0.0 && z < 30.0 {
                nearest = t;
                colour = repeated(&place.ground, x / GROUND, z / GROUND);
            }
        }
        for layer in &place.layers {
            let t = (layer.depth - self.z) / dz;
            if t <= 0.0 || t > nearest {
                continue;
            }
            let point = (self.x + dx * t, self.y + dy * t);
            if let Some(found) = on_layer(layer, point) {
                nearest = t;
                colour = found;
            }
        }
        colour
    }

    /// Where a point at a depth is in the picture, in half widths from its middle.
    #[must_use]
    pub fn project(&self, (x, y, z): (f64, f64, f64)) -> (f64, f64) {
        let (x, y, z) = (x - self.x, y - self.y, z - self.z);
        let (sin, cos) = self.yaw.to_radians().sin_cos();
        let (x, z) = (x * cos - z * sin, z * cos + x * sin);
        let (sin, cos) = self.pitch.to_radians().sin_cos();
        let (y, z) = (y * cos - z * sin, z * cos + y * sin);
        let (x, y) = (x / z / HALF * self.zoom, -y / z / HALF * self.zoom);
        let (sin, cos) = self.roll.to_radians().sin_cos();
        (x * cos + y * sin, y * cos - x * sin)
    }

    /// Mean movement of the picture's corners from this camera to another, of the diagonal, for what is
    /// at this depth.
    #[must_use]
    pub fn shift_to(&self, other: &Self, depth: f64, aspect: f64) -> f64 {
        let corners = [
            (-1.0, -aspect),
            (1.0, -aspect),
            (-1.0, aspect),
            (1.0, aspect),
        ];
        let sum: f64 = corners
            .into_iter()
            .map(|(across, down)| {
                let (dx, dy, dz) = self.ray(across, down);
                let t = (depth - self.z) / dz;
                let point = (self.x + dx * t, self.y + dy * t, self.z + dz * t);
                let (x, y) = other.project(point);
                (x - across).hypot(y - down)
            })
            .sum();
        sum / 4.0 / (2.0 * 1.0_f64.hypot(aspect))
    }
}

fn on_layer(layer: &Layer, (x, y): (f64, f64)) -> Option<[f32; 3]> {
    let scale = layer.sheet.width as f64 / layer.wide;
    let across = (x + layer.wide / 2.0) * scale - 0.5;
    let down = layer.sheet.height as f64 - (y - layer.foot) * scale - 0.5;
    let (right, bottom) = (
        layer.sheet.width as f64 - 1.0,
        layer.sheet.height as f64 - 1.0,
    );
    if across < 0.0 || down < 0.0 || across >= right || down >= bottom {
        return None;
    }
    let [r, g, b, opacity] = mixed(&layer.sheet, across, down);
    (opacity > 0.5).then(|| [r, g, b].map(|value| value / opacity))
}

fn repeated(sheet: &Sheet, u: f64, v: f64) -> [f32; 3] {
    let across = u.rem_euclid(1.0) * (sheet.width as f64 - 2.0);
    let down = v.rem_euclid(1.0) * (sheet.height as f64 - 2.0);
    let [r, g, b, _] = mixed(sheet, across, down);
    [r, g, b]
}

/// The colour between four pixels.
fn mixed(sheet: &Sheet, across: f64, down: f64) -> [f32; 4] {
    let (left, top) = (across as usize, down as usize);
    let (fx, fy) = ((across - left as f64) as f32, (down - top as f64) as f32);
    let at = top * sheet.width + left;
    let pixels = &sheet.pixels;
    std::array::from_fn(|channel| {
        let of = |at: usize| {
            let pixel = &pixels[at];
            if channel == 3 {
                pixel[3]
            } else {
                pixel[channel] * pixel[3]
            }
        };
        let upper = of(at) + (of(at + 1) - of(at)) * fx;
        let lower = of(at + sheet.width) + (of(at + sheet.width + 1) - of(at + sheet.width)) * fx;
        upper + (lower - upper) * fy
    })
}
