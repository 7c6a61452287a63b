//! The chunk walk of a WebP.

use crate::bytes::{Order, slice};
use crate::exif::{self, Exif};
use crate::limits::checked_size;
use crate::{Format, PhotoError, Probe};

/// Whether the bytes begin as a WebP does.
pub(crate) fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

/// Walks all chunks.
pub(crate) fn walk(bytes: &[u8]) -> Result<Probe, PhotoError> {
    let truncated = || PhotoError::Truncated {
        length: bytes.len(),
    };
    let length = Order::Little.u32(bytes, 4).ok_or_else(truncated)?;
    let end = usize::try_from(length)
        .ok()
        .and_then(|length| length.checked_add(8))
        .ok_or_else(truncated)?;
    let container = bytes.get(..end).ok_or_else(truncated)?;
    let mut at = 12;
    let mut size = None;
    let mut has_data = false;
    let mut exif = Exif::default();
    while at < end {
        let kind = slice(container, at, 4).ok_or_else(truncated)?;
        let length = Order::Little.u32(container, at + 4).ok_or_else(truncated)?;
        let length = usize::try_from(length).map_err(|_| truncated())?;
        let data = slice(container, at + 8, length).ok_or_else(truncated)?;
        let damaged = |what| PhotoError::Damaged { at, what };
        match kind {
            b"VP8X" => {
                let canvas = canvas(data).ok_or_else(|| damaged("a short header"))?;
                if data[0] & 2 != 0 {
                    return Err(PhotoError::Unsupported {
                        what: "animated webp",
                    });
                }
                size = size.or(Some(canvas));
            }
            b"VP8 " | b"VP8L" => {
                let of_image = if kind == b"VP8L" {
                    lossless(data)
                } else {
                    lossy(data)
                };
                let of_image = of_image.ok_or_else(|| damaged("a short image header"))?;
                if size.is_some_and(|size| size != of_image) {
                    return Err(damaged("an image of another size than its canvas"));
                }
                size = Some(of_image);
                has_data = true;
            }
            b"EXIF" => exif = exif::read(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
            _ => {}
        }
        at += 8 + length + length % 2;
    }
    let (Some((width, height)), true) = (size, has_data) else {
        return Err(PhotoError::Damaged {
            at,
            what: "the image ends before it begins",
        });
    };
    Ok(Probe {
        trailing: bytes.len() - end,
        ..Probe::new(Format::Webp, checked_size(width, height)?, &exif)
    })
}

fn canvas(data: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| {
        let raw = data.get(at..at + 3)?;
        Some(1 + u32::from_le_bytes([raw[0], raw[1], raw[2], 0]))
    };
    Some((side(4)?, side(7)?))
}

fn lossy(data: &[u8]) -> Option<(u32, u32)> {
    if data.get(3..6)? != [0x9D, 0x01, 0x2A] {
        return None;
    }
    let side = |at| {
        Order::Little
            .u16(data, at)
            .map(|side| u32::from(side & 0x3FFF))
    };
    Some((side(6)?, side(8)?))
}

fn lossless(data: &[u8]) -> Option<(u32, u32)> {
    if data.first()? != &0x2F {
        return None;
    }
    let bits = Order::Little.u32(data, 1)?;
    Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
}
