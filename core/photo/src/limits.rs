//! What is refused before a decoder sees it.
//!
//! A file of 60 kB can claim 4,000 megapixels and a decoder that believes it takes twelve gigabytes; one
//! with four hundred scans keeps a processor busy for a minute. Decoders check some of this, each in its
//! own way and not always; so it is all checked here, from the file's own headers.

use crate::PhotoError;
use crate::probe::{Format, Probe};

/// Longest side that is accepted, in pixels.
pub const MAX_SIDE: u32 = 20_000;
/// Most pixels that are accepted.
pub const MAX_PIXELS: u64 = 200_000_000;
/// Most pixels of a progressive JPEG: every decoder keeps all its coefficients.
pub const MAX_PROGRESSIVE_PIXELS: u64 = 20_000_000;
/// Most scans of a JPEG. Cameras write one, the usual encoders at most eleven.
pub const MAX_SCANS: u32 = 64;
/// Most memory for decoding one photograph, in bytes.
pub const MAX_DECODE_BYTES: u64 = 96 * 1024 * 1024;
/// Long side of the report picture, in pixels.
pub const REPORT_SIDE: u32 = 2_000;

/// Photographs of more pixels than this must have some data for them.
const PLAUSIBLE_FROM_PIXELS: u64 = 4_000_000;
/// Above this, more than phones make, they must have as much as a scene of some detail.
const LARGE_FROM_PIXELS: u64 = 64_000_000;
/// Fewest bytes of a plausible JPEG, per thousand pixels. A wall or a covered lens takes 6 to 16.
const PLAUSIBLE_BYTES_PER_1000_PIXELS: u64 = 5;
/// The same of a large one.
const PLAUSIBLE_BYTES_OF_LARGE: u64 = 20;
/// A PNG of one colour packs a thousand to one, a drawing or a screenshot a hundred to one.
const PLAUSIBLE_PNG_BYTES_PER_1000_PIXELS: u64 = 4;

/// Refuses sizes no photograph has.
pub(crate) fn checked_size(width: u32, height: u32) -> Result<(u32, u32), PhotoError> {
    if width == 0 || height == 0 {
        return Err(PhotoError::ZeroSize { width, height });
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(PhotoError::TooLarge { width, height });
    }
    Ok((width, height))
}

/// Refuses what is a trap or would cost too much to reduce to a report picture.
pub(crate) fn checked(probe: Probe, length: usize) -> Result<Probe, PhotoError> {
    let pixels = u64::from(probe.width) * u64::from(probe.height);
    if probe.scans > MAX_SCANS {
        return Err(PhotoError::TooManyScans { scans: probe.scans });
    }
    let expected = match probe.format {
        Format::Jpeg | Format::Webp if pixels > LARGE_FROM_PIXELS => {
            pixels * PLAUSIBLE_BYTES_OF_LARGE / 1_000
        }
        Format::Jpeg | Format::Webp => pixels * PLAUSIBLE_BYTES_PER_1000_PIXELS / 1_000,
        Format::Png => pixels * PLAUSIBLE_PNG_BYTES_PER_1000_PIXELS / 1_000,
    };
    // WebP packs a smooth picture tighter than JPEG, and its decoder is bounded by memory below.
    let expected = match probe.format {
        Format::Webp => expected / 8,
        _ => expected,
    };
    if pixels > PLAUSIBLE_FROM_PIXELS && (length as u64) < expected {
        return Err(PhotoError::Implausible {
            width: probe.width,
            height: probe.height,
            length,
        });
    }
    if probe.format == Format::Jpeg && probe.progressive && pixels > MAX_PROGRESSIVE_PIXELS {
        return Err(PhotoError::TooCostly {
            bytes: decode_bytes(&probe, REPORT_SIDE),
        });
    }
    affordable(&probe, REPORT_SIDE, MAX_DECODE_BYTES)?;
    Ok(probe)
}

/// Refuses a photograph whose decoding takes more than `memory` bytes.
pub(crate) fn affordable(probe: &Probe, long_side: u32, memory: u64) -> Result<(), PhotoError> {
    let bytes = decode_bytes(probe, long_side);
    if bytes > memory {
        return Err(PhotoError::TooCostly { bytes });
    }
    Ok(())
}

/// Shortest long side, in pixels, that is taken as `long_side` without resampling.
pub(crate) fn accept_from(long_side: u32) -> u32 {
    long_side - long_side / 20
}

/// Longest long side, in pixels, that is taken as `long_side` without resampling.
pub(crate) fn accept_to(long_side: u32) -> u32 {
    long_side + long_side * 3 / 125
}

/// Eighths of the size at which a JPEG is decoded so that its long side is still acceptable.
pub(crate) fn eighths(width: u32, height: u32, long_side: u32) -> u32 {
    let long = width.max(height);
    [1, 2, 4]
        .into_iter()
        .find(|eighths| (long * eighths).div_ceil(8) >= accept_from(long_side))
        .unwrap_or(8)
}

/// Bytes that decoding takes at its peak, the decoded pixels included.
pub(crate) fn decode_bytes(probe: &Probe, long_side: u32) -> u64 {
    let pixels = u64::from(probe.width) * u64::from(probe.height);
    match probe.format {
        // The general decoder, at full size: its own pixels and ours.
        Format::Jpeg if probe.components == 4 => pixels * 7,
        Format::Jpeg => {
            let eighths = u64::from(eighths(probe.width, probe.height, long_side));
            let planes = probe.blocks * eighths * eighths;
            let coefficients = if probe.progressive {
                probe.blocks * 64 * 2
            } else {
                0
            };
            planes + coefficients + pixels * 3 * eighths * eighths / 64
        }
        // And half a byte for what is made of them.
        Format::Png if probe.bytes_per_pixel == 3 => pixels * 7 / 2,
        Format::Png => pixels * (u64::from(probe.bytes_per_pixel) + 3),
        Format::Webp => pixels * 8,
    }
}
