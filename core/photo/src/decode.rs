//! From a file to upright pixels of about the size that is wanted.
//!
//! A JPEG of 12 megapixels holds its picture as blocks of 8 x 8 frequencies; leaving out the higher ones
//! gives the picture at a half, a quarter or an eighth of its size, at a fraction of the work and
//! memory. The smallest of them that is still acceptable is taken, and mostly nothing is left to
//! resample. Turning comes last, when there are few pixels to turn.

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, error::LimitErrorKind};
use jpeg_decoder::{Decoder, Error, PixelFormat};

use crate::budget::{Watched, on_worker};
use crate::limits::{MAX_SIDE, accept_from, accept_to, affordable};
use crate::png;
use crate::{Budget, Filter, Format, PhotoError, Picture, Probe, probe};

/// A JPEG that the fast decoder refuses is tried with the general one up to this size.
const RESCUE_PIXELS: u64 = 12_600_000;

/// Decodes a photograph, upright, with its long side about `long_side` pixels (5 % less or 2.4 % more
/// are let be); a smaller one stays as it is.
///
/// # Errors
///
/// What [`probe`] refuses, what goes beyond the budget, and what the decoder cannot read.
pub fn decode(
    bytes: &[u8],
    long_side: u32,
    budget: &Budget<'_>,
) -> Result<(Probe, Picture), PhotoError> {
    let probe = probe(bytes)?;
    let picture = on_worker(|| decode_here(bytes, &probe, long_side, budget))?;
    Ok((probe, picture))
}

/// The same on the calling thread.
pub(crate) fn decode_here(
    bytes: &[u8],
    probe: &Probe,
    long_side: u32,
    budget: &Budget<'_>,
) -> Result<Picture, PhotoError> {
    affordable(probe, long_side, budget.memory)?;
    budget.check()?;
    let picture = match probe.format {
        Format::Jpeg if probe.components == 4 => general(bytes, probe, budget)?,
        Format::Jpeg => match scaled(bytes, long_side, budget) {
            Err(PhotoError::Undecodable { .. })
                if u64::from(probe.width) * u64::from(probe.height) <= RESCUE_PIXELS =>
            {
                general(bytes, probe, budget)?
            }
            other => other?,
        },
        Format::Png | Format::Webp => general(bytes, probe, budget)?,
    };
    budget.check()?;
    let picture = if picture.long_side() > accept_to(long_side) {
        picture.within(long_side, Filter::Fine)
    } else {
        picture
    };
    Ok(picture.turned(probe.orientation.unwrap_or(1)))
}

/// The fast decoder: JPEG in colour or grey, at a fraction of its size.
fn scaled(bytes: &[u8], long_side: u32, budget: &Budget<'_>) -> Result<Picture, PhotoError> {
    let mut decoder = Decoder::new(Watched::new(bytes, *budget));
    decoder.set_max_decoding_buffer_size(usize::try_from(budget.memory).unwrap_or(usize::MAX));
    let wanted = u16::try_from(accept_from(long_side)).unwrap_or(u16::MAX);
    decoder.scale(wanted, wanted).map_err(refused)?;
    let pixels = decoder.decode().map_err(refused)?;
    let Some(info) = decoder.info() else {
        return Err(undecodable("no frame header"));
    };
    let (width, height) = (info.width.into(), info.height.into());
    match info.pixel_format {
        PixelFormat::RGB24 => Picture::new(width, height, pixels),
        PixelFormat::L8 => {
            let colours = pixels.iter().flat_map(|&grey| [grey; 3]).collect();
            Picture::new(width, height, colours)
        }
        _ => Err(undecodable("neither colour nor grey")),
    }
}

/// The general decoder: everything else, at full size.
fn general(bytes: &[u8], probe: &Probe, budget: &Budget<'_>) -> Result<Picture, PhotoError> {
    let source = Watched::new(bytes, *budget);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(budget.memory);
    let decoded = match probe.format {
        Format::Jpeg => whole(JpegDecoder::new(source), limits),
        Format::Png => {
            let plain = png::plain(bytes);
            let source = Watched::new(&plain, *budget);
            PngDecoder::with_limits(source, limits.clone())
                .and_then(|decoder| whole(Ok(decoder), limits))
        }
        Format::Webp => whole(WebPDecoder::new(source), limits),
    };
    let picture = over_white(decoded.map_err(|error| refused_by_general(&error))?);
    Picture::new(picture.width(), picture.height(), picture.into_raw())
}

fn whole<D: ImageDecoder>(
    decoder: Result<D, ImageError>,
    limits: Limits,
) -> Result<DynamicImage, ImageError> {
    let mut decoder = decoder?;
    decoder.set_limits(limits)?;
    DynamicImage::from_decoder(decoder)
}

/// Colours without transparency: what is transparent shows white paper.
fn over_white(image: DynamicImage) -> image::RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let mut out = image::RgbImage::new(image.width(), image.height());
    for (into, from) in out.pixels_mut().zip(image.pixels()) {
        let alpha = u32::from(from.0[3]);
        for channel in 0..3 {
            let sum = u32::from(from.0[channel]) * alpha + 255 * (255 - alpha);
            into.0[channel] = ((sum + 127) / 255) as u8;
        }
    }
    out
}

fn undecodable(reason: impl Into<String>) -> PhotoError {
    PhotoError::Undecodable {
        reason: reason.into(),
    }
}

fn refused(error: Error) -> PhotoError {
    match error {
        Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => PhotoError::OutOfTime,
        other => undecodable(other.to_string()),
    }
}

fn refused_by_general(error: &ImageError) -> PhotoError {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            PhotoError::OutOfTime
        }
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            undecodable("more memory than its header says")
        }
        other => undecodable(other.to_string()),
    }
}
