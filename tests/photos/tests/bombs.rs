//! Files that claim to be much larger than they are. Alone in their process, so that its memory is theirs.

use std::io::Write;

use fieldwork_photo::{Budget, IntakeRule, PhotoError, intake, probe};
use fieldwork_photo_tests::damage::{chunk, segment};
use fieldwork_photo_tests::memory::peak_bytes;

fn claimed(marker: u8, width: u16, height: u16, data: usize, scans: usize) -> Vec<u8> {
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    let mut file = vec![0xFF, 0xD8];
    file.extend(segment(marker, &frame));
    for _ in 0..scans {
        file.extend(segment(0xDA, &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]));
        file.extend(vec![0x55; data / scans]);
    }
    file.extend([0xFF, 0xD9]);
    file
}

fn png_of(width: u32, height: u32, data: usize) -> Vec<u8> {
    let mut header = width.to_be_bytes().to_vec();
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    file.extend(chunk(b"IHDR", &header));
    file.extend(chunk(b"IDAT", &vec![0; data]));
    file.extend(chunk(b"IEND", &[]));
    file
}

#[test]
fn bombs_are_refused_before_a_decoder_sees_them() {
    let refused = |file: &[u8]| {
        let error = probe(file).expect_err("a bomb");
        let taken = intake(file, &IntakeRule::default(), &Budget::default());
        assert_eq!(taken.err().as_ref(), Some(&error));
        error
    };
    assert!(matches!(
        refused(&claimed(0xC0, 65_500, 65_500, 60_000, 1)),
        PhotoError::TooLarge { .. }
    ));
    assert!(matches!(
        refused(&claimed(0xC0, 14_000, 14_000, 60_000, 1)),
        PhotoError::Implausible { .. }
    ));
    assert!(matches!(
        refused(&claimed(0xC2, 14_000, 14_000, 4_000_000, 1)),
        PhotoError::TooCostly { .. }
    ));
    assert!(matches!(
        refused(&claimed(0xC2, 4_000, 4_000, 1_000_000, 400)),
        PhotoError::TooManyScans { scans: 400 }
    ));
    assert!(matches!(
        refused(&png_of(20_000, 20_000, 1_200_000)),
        PhotoError::TooLarge { .. }
    ));
    assert!(matches!(
        refused(&png_of(12_000, 12_000, 400_000)),
        PhotoError::Implausible { .. }
    ));
    assert!(matches!(
        refused(&png_of(12_000, 12_000, 900_000)),
        PhotoError::TooCostly { .. }
    ));
    // A profile of two hundred megabytes in a small picture: nobody looks at it, so it costs nothing.
    let mut packed =
        flate2::write::ZlibEncoder::new(b"p\0\0".to_vec(), flate2::Compression::best());
    for _ in 0..200 {
        packed.write_all(&[0; 1 << 20]).expect("memory");
    }
    let profile = chunk(b"iCCP", &packed.finish().expect("memory"));
    let mut small = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 48, image::Rgb([90, 120, 60]))
        .write_to(&mut small, image::ImageFormat::Png)
        .expect("a small picture");
    let mut small = small.into_inner();
    small.splice(33..33, profile);
    intake(&small, &IntakeRule::default(), &Budget::default()).expect("a photograph");
    if let Some(peak) = peak_bytes() {
        assert!(peak < 32 << 20, "{} MiB", peak >> 20);
    }
}
