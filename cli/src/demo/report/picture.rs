//! Photographs made small enough to stand in a page.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader};

/// Width and height that a picture in the page may have at most, pixels.
const SIDE_PX: u32 = 320;
/// JPEG quality: good enough to see what is there.
const QUALITY: u8 = 70;

/// The picture in the file as a small JPEG in base64, upright; `None` where it cannot be read, which the
/// page then says.
pub(super) fn small(path: &Path) -> Option<String> {
    let mut decoder = ImageReader::open(path)
        .ok()?
        .with_guessed_format()
        .ok()?
        .into_decoder()
        .ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder)
        .ok()?
        .thumbnail(SIDE_PX, SIDE_PX);
    picture.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    picture.to_rgb8().write_with_encoder(encoder).ok()?;
    Some(STANDARD.encode(jpeg))
}
