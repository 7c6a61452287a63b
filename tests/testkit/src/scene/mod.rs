//! Photographs of a village, drawn: the same bytes for the same [`Shot`], every time.
//!
//! Why: the demo and the tests need twenty-two photographs that look like what they are said to show,
//! that nobody's rights or face are on, and that the next person gets byte for byte. Before, during and
//! after of one place must look like one place.
//!
//! How: a place is drawn from its `place_seed` alone; the shot's own `seed` only moves the camera a
//! little, as a hand does; the stage decides what of the problem is still there. EXIF is written as a
//! phone writes it.

mod building;
mod canvas;
mod exif;
mod film;
mod house;
mod land;
mod noise;
mod premises;
mod sensor;
mod thing;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use sha2::{Digest, Sha256};

use crate::day::{Day, Entry, Picture, Subject};
use canvas::{Camera, Canvas};
use noise::Dice;
pub use sensor::Sensor;

/// Largest file that [`render`] makes, in bytes.
pub const MAX_BYTES: usize = 1_000_000;

/// What kind of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A field.
    Farmland,
    /// A farmhouse.
    House,
    /// A shop or workshop, inside.
    Premises,
    /// A road of the village.
    Roadside,
    /// A film in the open, in the evening.
    Film,
}

/// At what moment of the story the photograph is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The place as it is.
    Scene,
    /// The problem.
    Before,
    /// The problem half solved.
    During,
    /// The problem gone.
    After,
    /// Visitor and household before the house.
    Household,
    /// The house.
    Outside,
    /// What is wrong with the house, close up.
    Defect,
}

/// From how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All of the place.
    Far,
    /// The problem.
    Near,
}

/// What the problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Whatever is usual at such a place.
    Usual,
    /// A field left to weeds.
    Weeds,
    /// Bare wires in a workshop.
    Wires,
}

/// Everything a photograph is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// Moves the camera a little.
    pub seed: u64,
    /// Makes the place.
    pub place_seed: u64,
    /// Kind of place.
    pub setting: Setting,
    /// Moment of the story.
    pub stage: Stage,
    /// From how far.
    pub view: View,
    /// What the problem is.
    pub object: Object,
    /// When, UTC milliseconds.
    pub at_ms: i64,
    /// Longitude, degrees, WGS-84.
    pub lon: f64,
    /// Latitude, degrees, WGS-84.
    pub lat: f64,
    /// Direction of the camera, degrees clockwise from north.
    pub azimuth_deg: u16,
    /// Width as seen, in pixels, 16 to 8,000.
    pub width: u32,
    /// Height as seen, in pixels, 16 to 8,000.
    pub height: u32,
    /// EXIF orientation, 1 to 8: how the pixels are stored, not how they are seen.
    pub orientation: u8,
}

impl Shot {
    /// The shot of a photograph of the day's script, 1600 by 1200 pixels.
    #[must_use]
    pub fn of(day: &Day, entry: &Entry, picture: &Picture) -> Self {
        let value = |concept: &str| {
            let input = entry.inputs.iter().find(|input| input.concept == concept);
            input
                .and_then(|input| input.value.as_str())
                .unwrap_or_default()
        };
        // A follow-up shows the place of the issue it follows up.
        let followed = entry
            .subject
            .as_ref()
            .filter(|subject| subject.kind == "issue")
            .and_then(|subject| day.subject_of_issue(&subject.key));
        let subject: Option<&Subject> = followed.or(entry.subject.as_ref());
        let setting = match (
            entry.kind.as_str(),
            subject.map(|subject| subject.kind.as_str()),
        ) {
            ("activity", _) => Setting::Film,
            ("visit", _) | (_, Some("household")) => Setting::House,
            (_, Some("plot")) | ("patrol", _) => Setting::Farmland,
            (_, Some("premises")) => Setting::Premises,
            _ => Setting::Roadside,
        };
        let place = subject.map_or_else(
            || format!("{:.3} {:.3}", entry.place.lon, entry.place.lat),
            |subject| format!("{} {}", subject.kind, subject.key),
        );
        Self {
            seed: seed(&picture.name),
            place_seed: seed(&place),
            setting,
            stage: match picture.stage.as_str() {
                "before" => Stage::Before,
                "during" => Stage::During,
                "after" => Stage::After,
                "household" => Stage::Household,
                "outside" => Stage::Outside,
                "defect" => Stage::Defect,
                _ => Stage::Scene,
            },
            view: if picture.view.as_deref() == Some("near") {
                View::Near
            } else {
                View::Far
            },
            object: match value("issue.type") {
                "farm_idle" => Object::Weeds,
                "fire_electric" => Object::Wires,
                _ => Object::Usual,
            },
            at_ms: picture.at_ms,
            lon: picture.place.lon,
            lat: picture.place.lat,
            azimuth_deg: picture.azimuth_deg,
            width: 1_600,
            height: 1_200,
            orientation: 1,
        }
    }

    fn camera(&self, hand: &mut Dice) -> Camera {
        let (x, y, zoom) = match (self.view, self.setting) {
            (View::Far, _) => (0.0, 0.0, 1.0),
            (View::Near, Setting::Farmland) => (0.14, 0.12, 1.5),
            (View::Near, _) => (0.2, 0.08, 1.4),
        };
        Camera {
            x: x + hand.between(-0.012, 0.012),
            y: y + hand.between(-0.01, 0.01),
            zoom: zoom * hand.between(1.0, 1.03),
        }
    }
}

/// A seed from a text, such as a logical name or a subject's key.
#[must_use]
pub fn seed(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |seed, &byte| (seed << 8) | u64::from(byte))
}

/// Draws a photograph: a JPEG with EXIF of at most [`MAX_BYTES`].
///
/// Sizes outside 16 to 8,000 pixels and orientations outside 1 to 8 are brought to the nearest inside.
#[must_use]
pub fn render(shot: &Shot) -> Vec<u8> {
    let shot = Shot {
        width: shot.width.clamp(16, 8_000),
        height: shot.height.clamp(16, 8_000),
        orientation: shot.orientation.clamp(1, 8),
        ..shot.clone()
    };
    let (pixels, width, height) = draw(&shot);
    encode(&pixels, width, height, &exif::segment(&shot))
}

/// Takes a photograph as a phone's camera of twelve megapixels does: 4,032 by 3,024 pixels with the
/// sensor's noise, a JPEG of one to five megabytes. Drawn at half of that and enlarged, which takes a
/// quarter of the time and, with the noise over it, looks no softer than many a phone's.
#[must_use]
pub fn photograph(shot: &Shot) -> Vec<u8> {
    photograph_by(Sensor::Twelve, shot)
}

/// The same by another camera.
#[must_use]
pub fn photograph_by(sensor: Sensor, shot: &Shot) -> Vec<u8> {
    let (width, height) = sensor.sides();
    let small = Shot {
        width: width / 2,
        height: height / 2,
        orientation: shot.orientation.clamp(1, 8),
        ..shot.clone()
    };
    let (pixels, stored_width, stored_height) = draw(&small);
    let exif = exif::segment(&Shot {
        width,
        height,
        ..small
    });
    sensor.develop(&pixels, (stored_width, stored_height), shot.seed, &exif)
}

/// Draws the pixels as they stand in a file of that orientation.
fn draw(shot: &Shot) -> (Vec<u8>, u32, u32) {
    let (width, height) = (shot.width, shot.height);
    let (mut hand, mut place) = (Dice::new(shot.seed), Dice::new(shot.place_seed));
    let mut canvas = Canvas::new(width as usize, height as usize, shot.camera(&mut hand));
    match shot.setting {
        Setting::Farmland => land::farmland(&mut canvas, shot.stage, shot.object, &mut place),
        Setting::Roadside => land::roadside(&mut canvas, shot.stage, &mut place),
        Setting::House => house::house(&mut canvas, shot.stage, &mut place),
        Setting::Premises => premises::premises(&mut canvas, shot.stage, shot.object, &mut place),
        Setting::Film => film::film(&mut canvas, &mut hand, &mut place),
    }
    canvas.develop(light(shot), hand.unit());
    let (pixels, stored_width, stored_height) = canvas.into_stored(shot.orientation);
    (pixels, stored_width as u32, stored_height as u32)
}

/// Tint of the light: warm in the morning and before dusk.
fn light(shot: &Shot) -> canvas::Colour {
    let hour = ((shot.at_ms + 8 * 3_600_000).rem_euclid(86_400_000) / 3_600_000) as u8;
    match (shot.setting, hour) {
        (Setting::Film, _) => [1.0, 1.0, 1.0],
        (Setting::Premises, _) => [1.0, 0.99, 0.95],
        (_, 0..=8) => [1.03, 0.99, 0.93],
        (_, 17..) => [1.02, 0.95, 0.86],
        _ => [1.0, 1.0, 0.99],
    }
}

/// Encodes at the best of a few qualities that fits, with EXIF as the first segment.
fn encode(pixels: &[u8], width: u32, height: u32, exif: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    for quality in [84, 74, 62, 50, 38, 24, 10] {
        let mut jpeg = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
        if encoder
            .encode(pixels, width, height, ExtendedColorType::Rgb8)
            .is_err()
        {
            continue;
        }
        let (start, rest) = jpeg.split_at(2.min(jpeg.len()));
        file = [start, exif, rest].concat();
        if file.len() <= MAX_BYTES {
            break;
        }
    }
    file
}
