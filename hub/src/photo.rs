//! Photographs made small enough for a slot. Pure.
//!
//! Upstreams take a few hundred kilobytes, phones make several megabytes. What is kept of a photograph
//! is decided by the core's own search, so that the same file under the same limit gives the same bytes:
//! under one key the content must not change.

use fieldwork_photo::{Budget, ExifRule, Profile, derive};
use thiserror::Error;

/// JPEG quality that is begun with; the core's search goes down from there, in quality and then in size.
const QUALITY: u8 = 85;

/// Why there is no smaller photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhotoError {
    /// The file is no photograph that can be read.
    #[error("the photograph cannot be read")]
    Unreadable,
    /// Even the smallest is too large.
    #[error("the photograph cannot be made small enough")]
    TooLarge,
}

/// The photograph in at most `max_bytes` bytes: untouched where it fits, else as a smaller JPEG, upright
/// and without the data that cameras write into files.
///
/// # Errors
/// [`PhotoError`] where it does not fit and cannot be made to.
pub fn within(bytes: Vec<u8>, max_bytes: u64) -> Result<Vec<u8>, PhotoError> {
    if bytes.len() as u64 <= max_bytes {
        return Ok(bytes);
    }
    let profile = Profile {
        max_bytes: Some(usize::try_from(max_bytes).unwrap_or(usize::MAX)),
        quality: QUALITY,
        exif: ExifRule::None,
        ..Profile::default()
    };
    match derive(&bytes, &profile, 1, &Budget::default()) {
        Ok(made) => Ok(made.file.jpeg),
        Err(fieldwork_photo::PhotoError::DoesNotFit { .. }) => Err(PhotoError::TooLarge),
        Err(_) => Err(PhotoError::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;

    use super::*;

    /// A photograph with as much detail as a phone's: noise on a slope.
    fn photograph(width: u32, height: u32) -> Vec<u8> {
        let mut state = 7_u32;
        let image = image::RgbImage::from_fn(width, height, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = u8::try_from(state >> 27).unwrap_or(0);
            let slope = |n: u32| u8::try_from(n % 200).unwrap_or(0);
            image::Rgb([slope(x) + noise, slope(y) + noise, noise])
        });
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 95)
            .encode_image(&image)
            .unwrap();
        bytes
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let image = image::load_from_memory(bytes).unwrap();
        (image.width(), image.height())
    }

    #[test]
    fn a_photograph_that_fits_is_not_touched() {
        let bytes = b"not even a photograph".to_vec();
        assert_eq!(within(bytes.clone(), 21), Ok(bytes));
    }

    #[test]
    fn a_photograph_above_the_limit_becomes_smaller_and_always_the_same() {
        let bytes = photograph(800, 600);
        for max_bytes in [150_000, 60_000, 20_000] {
            assert!(bytes.len() as u64 > max_bytes);
            let small = within(bytes.clone(), max_bytes).unwrap();
            assert!(small.len() as u64 <= max_bytes);
            assert!(small.starts_with(&[0xff, 0xd8]));
            let (width, height) = size(&small);
            assert!(width.abs_diff(height * 4 / 3) <= 1, "{width} × {height}");
            assert_eq!(within(bytes.clone(), max_bytes), Ok(small));
        }
    }

    #[test]
    fn a_photograph_taken_upright_stays_upright() {
        let mut bytes = photograph(800, 600);
        // An EXIF block that says: turn it by 90 degrees (orientation 6).
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        bytes.splice(2..2, exif.iter().copied());
        let small = within(bytes.clone(), bytes.len() as u64 - 1).unwrap();
        assert_eq!(size(&small), (600, 800));
    }

    #[test]
    fn what_is_no_photograph_or_cannot_get_small_enough_is_said_to_be_so() {
        assert_eq!(within(vec![0; 100], 99), Err(PhotoError::Unreadable));
        assert_eq!(
            within(photograph(800, 600), 1_000),
            Err(PhotoError::TooLarge)
        );
    }
}
