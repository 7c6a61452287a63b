//! The chunk walk of a PNG, up to `IEND`, with every chunk's check sum verified.

use crate::bytes::{Order, slice};
use crate::exif;
use crate::limits::checked_size;
use crate::{Format, PhotoError, Probe};

/// The first eight bytes of every PNG.
pub(crate) const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];

/// The chunks that make the picture.
const PICTURE: [&[u8]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// The picture alone, of a file that [`walk`] has found whole: texts, profiles and animations inflate to
/// whatever their author liked, and nobody looks at them.
pub(crate) fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut plain = SIGNATURE.to_vec();
    let mut at = SIGNATURE.len();
    while let (Some(length), Some(kind)) = (Order::Big.u32(bytes, at), slice(bytes, at + 4, 4)) {
        let Some(chunk) = usize::try_from(length)
            .ok()
            .and_then(|length| slice(bytes, at, length.checked_add(12)?))
        else {
            break;
        };
        if PICTURE.contains(&kind) {
            plain.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            break;
        }
        at += chunk.len();
    }
    plain
}

/// Walks all chunks.
pub(crate) fn walk(bytes: &[u8]) -> Result<Probe, PhotoError> {
    let truncated = || PhotoError::Truncated {
        length: bytes.len(),
    };
    let mut at = SIGNATURE.len();
    let mut header = None;
    let mut has_data = false;
    let mut exif = exif::Exif::default();
    loop {
        let length = Order::Big.u32(bytes, at).ok_or_else(truncated)?;
        if length > i32::MAX.unsigned_abs() {
            return Err(PhotoError::Damaged {
                at,
                what: "a chunk of impossible length",
            });
        }
        let length = usize::try_from(length).map_err(|_| truncated())?;
        let kind = slice(bytes, at + 4, 4).ok_or_else(truncated)?;
        if !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(PhotoError::Damaged {
                at: at + 4,
                what: "a chunk without a name",
            });
        }
        let data = slice(bytes, at + 8, length).ok_or_else(truncated)?;
        let sum = Order::Big
            .u32(bytes, at + 8 + length)
            .ok_or_else(truncated)?;
        if sum != crc(kind, data) {
            return Err(PhotoError::Damaged {
                at,
                what: "a chunk whose check sum is wrong",
            });
        }
        match (kind, header) {
            (b"IHDR", None) => header = Some(image_header(data, at)?),
            (_, None) => {
                return Err(PhotoError::Damaged {
                    at,
                    what: "no image header first",
                });
            }
            (b"IHDR", Some(_)) => {
                return Err(PhotoError::Damaged {
                    at,
                    what: "a second image header",
                });
            }
            (b"IDAT", _) => has_data = true,
            (b"eXIf", _) => exif = exif::read(data),
            (b"IEND", Some(header)) => {
                if !has_data {
                    return Err(PhotoError::Damaged {
                        at,
                        what: "the image ends before it begins",
                    });
                }
                return Ok(Probe {
                    progressive: header.interlaced,
                    trailing: bytes.len() - (at + 12 + length),
                    bytes_per_pixel: header.bytes_per_pixel,
                    ..Probe::new(Format::Png, header.size, &exif)
                });
            }
            _ => {}
        }
        at += 12 + length;
    }
}

/// What the image header says.
#[derive(Clone, Copy)]
struct Header {
    size: (u32, u32),
    interlaced: bool,
    bytes_per_pixel: u8,
}

fn image_header(data: &[u8], at: usize) -> Result<Header, PhotoError> {
    let damaged = PhotoError::Damaged {
        at,
        what: "an image header of the wrong length",
    };
    let (Some(width), Some(height), 13) =
        (Order::Big.u32(data, 0), Order::Big.u32(data, 4), data.len())
    else {
        return Err(damaged);
    };
    // A palette is decoded to colours, with transparency at worst.
    let channels = match data[9] {
        0 => 1,
        2 => 3,
        4 => 2,
        _ => 4,
    };
    Ok(Header {
        size: checked_size(width, height)?,
        interlaced: data[12] == 1,
        bytes_per_pixel: channels * if data[8] == 16 { 2 } else { 1 },
    })
}

/// CRC-32 of a chunk's name and data, as the PNG standard defines it.
fn crc(kind: &[u8], data: &[u8]) -> u32 {
    let sum = kind.iter().chain(data).fold(u32::MAX, |sum, &byte| {
        let [low, ..] = sum.to_le_bytes();
        TABLE[usize::from(low ^ byte)] ^ (sum >> 8)
    });
    !sum
}

const TABLE: [u32; 256] = {
    let mut table = [0_u32; 256];
    let mut index = 0_usize;
    let mut start = 0_u32;
    while index < 256 {
        let mut value = start;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                0xEDB8_8320 ^ (value >> 1)
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[index] = value;
        index += 1;
        start += 1;
    }
    table
};
