//! Files made by hand: with metadata, damaged, or lying about their size.

use image::ExtendedColorType;
use image::ImageEncoder;
use jpeg_encoder::{ColorType, Encoder};

use fieldwork_photo::Picture;

use crate::dice::Dice;

/// A JPEG by another setting than the core's own.
#[must_use]
pub fn jpeg(picture: &Picture, quality: u8, progressive: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_progressive(progressive);
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder
        .encode(picture.pixels(), width, height, ColorType::Rgb)
        .expect("a small picture");
    out
}

/// A PNG.
#[must_use]
pub fn png(picture: &Picture) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::png::PngEncoder::new(&mut out)
        .write_image(
            picture.pixels(),
            picture.width(),
            picture.height(),
            ExtendedColorType::Rgb8,
        )
        .expect("a small picture");
    out
}

/// A big-endian TIFF structure that says nothing but an orientation.
fn orientation_block(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
    tiff
}

/// The JPEG with an EXIF orientation.
#[must_use]
pub fn turned_jpeg(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let block = [b"Exif\0\0".to_vec(), orientation_block(orientation)].concat();
    let length = (block.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &block, &jpeg[2..]].concat()
}

/// The PNG with an EXIF orientation.
#[must_use]
pub fn turned_png(png: &[u8], orientation: u8) -> Vec<u8> {
    const HEADER_END: usize = 8 + 25;
    let chunk = chunk(b"eXIf", &orientation_block(orientation));
    [&png[..HEADER_END], &chunk, &png[HEADER_END..]].concat()
}

/// A chunk of a PNG.
#[must_use]
pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [kind, data].concat();
    let length = (data.len() as u32).to_be_bytes();
    [&length[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// A segment of a JPEG.
#[must_use]
pub fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker][..], &length, content].concat()
}

/// The check sum of a PNG's chunk, bit by bit.
#[must_use]
pub fn crc(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ (0xEDB8_8320 * (sum & 1))
        })
    });
    !sum
}

/// A file with some bytes changed, exchanged, cut out or doubled; half of the time near its beginning,
/// where the headers are.
#[must_use]
pub fn mutated(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = file.to_vec();
    let reach = if dice.chance(0.5) {
        out.len().min(700)
    } else {
        out.len()
    };
    for _ in 0..1 + dice.below(8) {
        let at = dice.below(reach).min(out.len() - 1);
        match dice.below(6) {
            0 => out[at] ^= 1 << dice.below(8),
            1 => out[at] = dice.bits() as u8,
            2 => out[at] = [0x00, 0x01, 0x7F, 0x80, 0xFF][dice.below(5)],
            3 => {
                let end = (at + 1 + dice.below(16)).min(out.len());
                if out.len() > 64 {
                    out.drain(at..end);
                }
            }
            4 => {
                let end = (at + 1 + dice.below(64)).min(out.len());
                let piece = out[at..end].to_vec();
                out.splice(at..at, piece);
            }
            _ => {
                let other = dice.below(out.len());
                out.swap(at, other);
            }
        }
    }
    out
}

/// A PNG whose chunks have been made right again: lengths as they fit, every check sum new.
#[must_use]
pub fn repaired(png: &[u8]) -> Vec<u8> {
    let mut out = png.to_vec();
    let mut at = 8;
    while let Some(head) = out.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(end) = at
            .checked_add(8 + length)
            .filter(|end| end + 4 <= out.len())
        else {
            break;
        };
        let sum = crc(&out[at + 4..end]).to_be_bytes();
        out[end..end + 4].copy_from_slice(&sum);
        at = end + 4;
    }
    out
}
