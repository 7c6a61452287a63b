//! What a photograph's bytes say about themselves, found without decoding a pixel.
//!
//! The format is told by the first bytes; then every marker segment of a JPEG (entropy-coded data
//! included) is walked to the end of the first image, every chunk of a PNG to `IEND`, every chunk of a
//! WebP to the end of its container. Every read is bounds-checked and nothing is allocated. What EXIF
//! says is taken where it is well formed and left out where it is not: broken metadata never makes a
//! photograph unusable.

use crate::exif::{Exif, Gps, TakenAt};
use crate::{Foreign, PhotoError, jpeg, limits, png, webp};

/// File format of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

/// What a photograph's bytes say about themselves.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Probe {
    /// Its format.
    pub format: Format,
    /// Width as stored, in pixels; turn by `orientation` for the width as seen.
    pub width: u32,
    /// Height as stored, in pixels.
    pub height: u32,
    /// Whether a JPEG is progressive or a PNG interlaced.
    pub progressive: bool,
    /// Scans of a JPEG; 1 for other formats.
    pub scans: u32,
    /// Colour components of a JPEG: 1 grey, 3 colour, 4 print colours; 3 for other formats.
    pub components: u8,
    /// Bytes after the end of the image: a gain map, a film, a second picture.
    pub trailing: usize,
    /// Whether those bytes hold a film, as a motion photo's do.
    pub motion: bool,
    /// EXIF orientation, 1 to 8.
    pub orientation: Option<u8>,
    /// When it was taken by the camera's clock.
    pub taken_at: Option<TakenAt>,
    /// Where it was taken, as the camera says.
    pub gps: Option<Gps>,
    /// Direction of the camera, degrees clockwise from north, 0 to 360 (360 excluded).
    pub azimuth_deg: Option<f64>,
    /// Blocks of 8 x 8 coefficients of a JPEG, over all components.
    pub(crate) blocks: u64,
    /// Bytes that a pixel takes as the decoder gives it (PNG).
    pub(crate) bytes_per_pixel: u8,
}

impl Probe {
    /// Width and height as seen, that is after turning by the orientation.
    #[must_use]
    pub fn upright(&self) -> (u32, u32) {
        match self.orientation {
            Some(5..=8) => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }

    pub(crate) fn new(format: Format, (width, height): (u32, u32), exif: &Exif) -> Self {
        Self {
            format,
            width,
            height,
            progressive: false,
            scans: 1,
            components: 3,
            trailing: 0,
            motion: false,
            orientation: exif.orientation,
            taken_at: exif.taken_at,
            gps: exif.gps,
            azimuth_deg: exif.azimuth_deg,
            blocks: 0,
            bytes_per_pixel: 3,
        }
    }
}

/// Looks at the bytes of a photograph.
///
/// Bytes after the end of the image are fine: several cameras append a second picture or a film.
///
/// # Errors
///
/// [`PhotoError`] where the bytes are no photograph, were cut short, are damaged in a way that shows in
/// the file's structure, go beyond a limit of [`crate::limits`], or are of a format only the platform
/// can decode.
pub fn probe(bytes: &[u8]) -> Result<Probe, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    let probe = if bytes.starts_with(&jpeg::START) {
        jpeg::walk(bytes)?
    } else if bytes.starts_with(&png::SIGNATURE) {
        png::walk(bytes)?
    } else if webp::is_webp(bytes) {
        webp::walk(bytes)?
    } else if png::SIGNATURE.starts_with(bytes) || jpeg::START.starts_with(bytes) {
        return Err(PhotoError::Truncated {
            length: bytes.len(),
        });
    } else if let Some(format) = Foreign::of(bytes) {
        return Err(PhotoError::NeedsPlatformDecoder { format });
    } else {
        return Err(PhotoError::NotAPhoto);
    };
    limits::checked(probe, bytes.len())
}

/// Whether `trailing`, what follows an image, holds a film: an ISO media file begins with the length of
/// its first box and `ftyp`.
pub(crate) fn has_film(trailing: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = trailing
        .get(at..)
        .and_then(|rest| rest.iter().position(|&byte| byte == b'f'))
    {
        at += found;
        if trailing.get(at..at + 4) == Some(b"ftyp") {
            return true;
        }
        at += 1;
    }
    false
}
