//! The marker walk of a JPEG, up to the end of its first image.
//!
//! The embedded preview of an EXIF segment is a JPEG of its own with its own end marker: searching for
//! `FF D9` would take it for the end of the picture. So segments are skipped by their lengths and only
//! entropy-coded data is scanned.

use crate::bytes::{Order, slice};
use crate::exif::{self, Exif};
use crate::limits::checked_size;
use crate::probe::has_film;
use crate::{Format, PhotoError, Probe};

/// Start of image.
pub(crate) const START: [u8; 2] = [0xFF, 0xD8];

const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;
const APP1: u8 = 0xE1;

/// What the frame header says.
struct Frame {
    size: (u32, u32),
    progressive: bool,
    components: u8,
    /// Blocks of 8 x 8 coefficients, over all components.
    blocks: u64,
}

/// Walks all markers.
pub(crate) fn walk(bytes: &[u8]) -> Result<Probe, PhotoError> {
    let mut at = START.len();
    let mut frame: Option<Frame> = None;
    let mut scans = 0_u32;
    let mut exif = None;
    let end = loop {
        let (marker, after) = marker_at(bytes, at)?;
        match marker {
            END => break after,
            // Restart markers and TEM stand alone; a stray one between segments does no harm.
            0x01 | 0xD0..=0xD7 => at = after,
            0x00 | 0xD8 => {
                return Err(PhotoError::Damaged {
                    at,
                    what: "a marker that cannot stand here",
                });
            }
            _ => {
                let segment = segment_at(bytes, after)?;
                at = after + 2 + segment.len();
                match marker {
                    0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                        if frame.is_some() {
                            return Err(PhotoError::Damaged {
                                at: after,
                                what: "a second frame header",
                            });
                        }
                        frame = Some(frame_header(marker, segment, after)?);
                    }
                    SCAN => {
                        if frame.is_none() {
                            return Err(PhotoError::Damaged {
                                at: after,
                                what: "a scan before the frame header",
                            });
                        }
                        let end = entropy_end(bytes, at)?;
                        if end == at {
                            return Err(PhotoError::Damaged {
                                at,
                                what: "a scan without data",
                            });
                        }
                        at = end;
                        scans += 1;
                    }
                    APP1 if exif.is_none() => exif = exif_of(segment),
                    _ => {}
                }
            }
        }
    };
    let trailing = bytes.get(end..).unwrap_or_default();
    match frame {
        Some(frame) if scans > 0 => Ok(Probe {
            progressive: frame.progressive,
            scans,
            components: frame.components,
            blocks: frame.blocks,
            trailing: trailing.len(),
            motion: has_film(trailing),
            ..Probe::new(Format::Jpeg, frame.size, &exif.unwrap_or_default())
        }),
        _ => Err(PhotoError::Damaged {
            at,
            what: "the image ends before it begins",
        }),
    }
}

/// The marker code at `at`, past any fill bytes, and the offset after it.
fn marker_at(bytes: &[u8], at: usize) -> Result<(u8, usize), PhotoError> {
    let truncated = PhotoError::Truncated {
        length: bytes.len(),
    };
    match bytes.get(at) {
        None => return Err(truncated),
        Some(0xFF) => {}
        Some(_) => {
            return Err(PhotoError::Damaged {
                at,
                what: "no marker where one must stand",
            });
        }
    }
    let rest = bytes.get(at + 1..).unwrap_or_default();
    match rest.iter().position(|&byte| byte != 0xFF) {
        Some(fill) => Ok((rest[fill], at + 1 + fill + 1)),
        None => Err(truncated),
    }
}

/// The content of the segment whose length field is at `at`.
fn segment_at(bytes: &[u8], at: usize) -> Result<&[u8], PhotoError> {
    let truncated = || PhotoError::Truncated {
        length: bytes.len(),
    };
    let length = usize::from(Order::Big.u16(bytes, at).ok_or_else(truncated)?);
    let content = length.checked_sub(2).ok_or(PhotoError::Damaged {
        at,
        what: "a segment shorter than its length",
    })?;
    slice(bytes, at + 2, content).ok_or_else(truncated)
}

fn frame_header(marker: u8, segment: &[u8], at: usize) -> Result<Frame, PhotoError> {
    match marker {
        0xC0..=0xC2 => {}
        0xC3 | 0xC7 | 0xCB | 0xCF => {
            return Err(PhotoError::Unsupported {
                what: "lossless jpeg",
            });
        }
        0xC9 | 0xCA | 0xCD | 0xCE => {
            return Err(PhotoError::Unsupported {
                what: "arithmetic-coded jpeg",
            });
        }
        _ => {
            return Err(PhotoError::Unsupported {
                what: "hierarchical jpeg",
            });
        }
    }
    let damaged = PhotoError::Damaged {
        at,
        what: "a frame header of the wrong length",
    };
    let (Some(height), Some(width), Some(&components)) = (
        Order::Big.u16(segment, 1),
        Order::Big.u16(segment, 3),
        segment.get(5),
    ) else {
        return Err(damaged);
    };
    if !(1..=4).contains(&components) || segment.len() != 6 + 3 * usize::from(components) {
        return Err(damaged);
    }
    let size = checked_size(width.into(), height.into())?;
    let blocks = blocks(size, segment).ok_or(PhotoError::Damaged {
        at,
        what: "a sampling factor that cannot be",
    })?;
    Ok(Frame {
        size,
        progressive: marker == 0xC2,
        components,
        blocks,
    })
}

/// Blocks of all components, whole units of interleaved data, as decoders allocate them.
fn blocks((width, height): (u32, u32), segment: &[u8]) -> Option<u64> {
    let factors = || {
        segment[6..]
            .chunks_exact(3)
            .map(|component| (u32::from(component[1] >> 4), u32::from(component[1] & 15)))
    };
    if !factors().all(|(h, v)| (1..=4).contains(&h) && (1..=4).contains(&v)) {
        return None;
    }
    let across = factors().map(|(h, _)| h).max()?;
    let down = factors().map(|(_, v)| v).max()?;
    let units = u64::from(width.div_ceil(8 * across)) * u64::from(height.div_ceil(8 * down));
    Some(factors().map(|(h, v)| units * u64::from(h * v)).sum())
}

/// Offset of the first marker after entropy-coded data that begins at `at`. A stuffed `FF 00` and the
/// restart markers belong to the data; fill bytes belong to the marker that follows them.
fn entropy_end(bytes: &[u8], mut at: usize) -> Result<usize, PhotoError> {
    let truncated = || PhotoError::Truncated {
        length: bytes.len(),
    };
    loop {
        let rest = bytes.get(at..).ok_or_else(truncated)?;
        at += rest
            .iter()
            .position(|&byte| byte == 0xFF)
            .ok_or_else(truncated)?;
        match marker_at(bytes, at)? {
            (0x00 | 0xD0..=0xD7, after) => at = after,
            _ => return Ok(at),
        }
    }
}

fn exif_of(segment: &[u8]) -> Option<Exif> {
    segment.strip_prefix(b"Exif\0\0").map(exif::read)
}
