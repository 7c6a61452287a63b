//! Promises of `probe`.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use fieldwork_photo::{Foreign, Format, MAX_SIDE, PhotoError, Probe, probe};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use proptest::prelude::*;

fn pixels(width: u32, height: u32) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| [(x * 7) as u8, (y * 5) as u8, (x * y) as u8]))
        .collect()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 90)
        .encode(
            &pixels(width, height),
            width,
            height,
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    out
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    PngEncoder::new(&mut out)
        .write_image(
            &pixels(width, height),
            width,
            height,
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    out
}

/// A segment with its length field.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xFF, marker][..], &length.to_be_bytes(), content].concat()
}

fn frame(marker: u8, width: u16, height: u16) -> Vec<u8> {
    let mut content = vec![8];
    content.extend(height.to_be_bytes());
    content.extend(width.to_be_bytes());
    content.extend([1, 1, 0x11, 0]);
    segment(marker, &content)
}

fn scan(data: &[u8]) -> Vec<u8> {
    [&segment(0xDA, &[1, 1, 0, 0, 63, 0])[..], data].concat()
}

fn file(parts: &[&[u8]]) -> Vec<u8> {
    [&[0xFF, 0xD8][..], &parts.concat(), &[0xFF, 0xD9]].concat()
}

/// An EXIF segment of a fictitious camera: little- or big-endian.
fn exif(big: bool) -> Vec<u8> {
    let u16 = |value: u16| {
        if big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let u32 = |value: u32| {
        if big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&u16(tag)[..], &u16(kind), &u32(count), &value].concat()
    };
    let short = |value: u16| [&u16(value)[..], &[0, 0]].concat().try_into().unwrap();
    let directory = |entries: &[Vec<u8>]| {
        [
            &u16(u16::try_from(entries.len()).unwrap())[..],
            &entries.concat(),
            &[0; 4],
        ]
        .concat()
    };
    let rationals = |parts: &[(u32, u32)]| -> Vec<u8> {
        parts
            .iter()
            .flat_map(|&(top, bottom)| [u32(top), u32(bottom)].concat())
            .collect()
    };
    // Offsets by hand: main 8..50, times 50..80, places 80..146, then the values.
    let main = directory(&[
        entry(0x0112, 3, 1, short(6)),
        entry(0x8769, 4, 1, u32(50)),
        entry(0x8825, 4, 1, u32(80)),
    ]);
    let times = directory(&[
        entry(0x9003, 2, 20, u32(146)),
        entry(0x9011, 2, 7, u32(166)),
    ]);
    let places = directory(&[
        entry(0x01, 2, 2, *b"N\0\0\0"),
        entry(0x02, 5, 3, u32(174)),
        entry(0x03, 2, 2, *b"W\0\0\0"),
        entry(0x04, 5, 3, u32(198)),
        entry(0x11, 5, 1, u32(222)),
    ]);
    let head: &[u8] = if big { b"MM\0\x2a" } else { b"II\x2a\0" };
    let tiff = [
        head,
        &u32(8),
        &main,
        &times,
        &places,
        b"2025:04:08 09:10:20\0",
        b"+08:00\0\0",
        &rationals(&[(33, 1), (15, 1), (36, 1)]),
        &rationals(&[(115, 1), (30, 1), (0, 1)]),
        &rationals(&[(2705, 10)]),
    ]
    .concat();
    segment(0xE1, &[&b"Exif\0\0"[..], &tiff].concat())
}

fn with_exif(photo: &[u8], exif: &[u8]) -> Vec<u8> {
    [&photo[..2], exif, &photo[2..]].concat()
}

#[test]
fn a_baseline_jpeg_tells_its_size() {
    let probe = probe(&jpeg(48, 32)).unwrap();
    assert_eq!(
        (probe.format, probe.width, probe.height, probe.progressive),
        (Format::Jpeg, 48, 32, false)
    );
    assert_eq!(
        (
            probe.orientation,
            probe.taken_at,
            probe.gps,
            probe.azimuth_deg
        ),
        (None, None, None, None)
    );
}

#[test]
fn a_png_tells_its_size() {
    let probe = probe(&png(30, 50)).unwrap();
    assert_eq!(
        (probe.format, probe.width, probe.height, probe.progressive),
        (Format::Png, 30, 50, false)
    );
}

#[test]
fn a_progressive_jpeg_is_walked_through_all_its_scans() {
    let bytes = file(&[
        &frame(0xC2, 640, 480),
        &scan(&[1, 2, 0xFF, 0x00, 3]),
        &segment(0xC4, &[0; 20]),
        &scan(&[4, 0xFF, 0xD0, 5, 0xFF, 0xD7, 6]),
        &scan(&[7, 0xFF, 0xFF]),
    ]);
    let found = probe(&bytes).unwrap();
    assert_eq!(
        (found.width, found.height, found.progressive),
        (640, 480, true)
    );
    for end in 2..bytes.len() {
        assert!(
            matches!(probe(&bytes[..end]), Err(PhotoError::Truncated { .. })),
            "cut at {end}"
        );
    }
}

#[test]
fn fill_bytes_before_a_marker_are_skipped() {
    let plain = jpeg(16, 16);
    let filled = [&plain[..2], &[0xFF, 0xFF], &plain[2..]].concat();
    assert_eq!(probe(&filled), probe(&plain));
}

#[test]
fn what_follows_the_end_of_the_image_does_not_matter() {
    for photo in [jpeg(16, 16), png(16, 16)] {
        let longer = [&photo[..], &[0, 1, 2, 0xFF, 0xD8]].concat();
        let (longer, plain) = (probe(&longer).unwrap(), probe(&photo).unwrap());
        assert_eq!((longer.trailing, longer.motion), (5, false));
        let shape = |probe: &Probe| (probe.format, probe.width, probe.height, probe.scans);
        assert_eq!(shape(&longer), shape(&plain));
    }
}

#[test]
fn a_film_after_the_image_makes_a_motion_photo() {
    let film = b"\0\0\0\x18ftypmp42\0\0\0\0";
    let photo = [&jpeg(16, 16)[..], &jpeg(8, 8), film].concat();
    let found = probe(&photo).unwrap();
    assert_eq!((found.width, found.motion), (16, true));
}

#[test]
fn jpegs_with_more_scans_than_any_encoder_writes_are_refused() {
    let scans = |count| {
        let scans = scan(&[1]).repeat(count);
        probe(&file(&[&frame(0xC2, 8, 8), &scans]))
    };
    assert_eq!(scans(64).unwrap().scans, 64);
    assert_eq!(scans(65), Err(PhotoError::TooManyScans { scans: 65 }));
}

#[test]
fn progressive_photos_that_cost_too_much_memory_are_refused() {
    let data = vec![1; 2_000_000];
    let sized = |width, height| probe(&file(&[&frame(0xC2, width, height), &scan(&data)]));
    assert!(sized(5_000, 3_900).is_ok());
    assert!(matches!(
        sized(5_000, 4_100),
        Err(PhotoError::TooCostly { .. })
    ));
}

#[test]
fn the_end_marker_of_an_embedded_preview_is_not_the_end_of_the_photo() {
    let photo = jpeg(32, 32);
    let preview = segment(0xE1, &[&b"Exif\0\0"[..], &jpeg(8, 8)].concat());
    let whole = with_exif(&photo, &preview);
    assert!(probe(&whole).is_ok());
    let cut = &whole[..2 + preview.len()];
    assert!(matches!(probe(cut), Err(PhotoError::Truncated { .. })));
}

#[test]
fn every_cut_through_a_baseline_jpeg_or_a_png_is_named() {
    for photo in [
        jpeg(40, 24),
        with_exif(&jpeg(24, 24), &exif(true)),
        png(20, 20),
    ] {
        assert_eq!(probe(&[]), Err(PhotoError::Empty));
        for end in 1..photo.len() {
            match probe(&photo[..end]) {
                Err(PhotoError::Truncated { length }) => assert_eq!(length, end),
                other => panic!("cut at {end} of {}: {other:?}", photo.len()),
            }
        }
    }
}

#[test]
fn a_tail_of_zeros_left_by_a_power_cut_is_truncation() {
    let mut photo = jpeg(40, 24);
    let half = photo.len() / 2;
    photo[half..].fill(0);
    assert!(matches!(probe(&photo), Err(PhotoError::Truncated { .. })));
}

#[test]
fn exif_of_either_byte_order_is_read() {
    for big in [false, true] {
        let found = probe(&with_exif(&jpeg(48, 32), &exif(big))).unwrap();
        assert_eq!(found.orientation, Some(6));
        assert_eq!(found.upright(), (32, 48));
        let taken = found.taken_at.unwrap();
        assert_eq!(
            (taken.offset_min, taken.utc_ms()),
            (Some(480), Some(1_744_074_620_000))
        );
        let gps = found.gps.unwrap();
        assert!((gps.lat - 33.26).abs() < 1e-9 && (gps.lon + 115.5).abs() < 1e-9);
        assert_eq!(found.azimuth_deg, Some(270.5));
    }
}

#[test]
fn a_position_never_shows_in_debug_output() {
    let found = probe(&with_exif(&jpeg(48, 32), &exif(false))).unwrap();
    assert!(!format!("{found:?}").contains("33.26"));
}

#[test]
fn broken_exif_leaves_the_photo_usable() {
    let good = exif(true);
    for at in 10..good.len() {
        let mut bad = good.clone();
        bad[at] = 0xEE;
        let found = probe(&with_exif(&jpeg(16, 16), &bad)).unwrap();
        assert_eq!((found.width, found.height), (16, 16), "byte {at}");
    }
}

#[test]
fn files_that_are_no_photo_are_named() {
    assert_eq!(probe(b""), Err(PhotoError::Empty));
    assert_eq!(probe("今天入户".as_bytes()), Err(PhotoError::NotAPhoto));
    assert_eq!(probe(b"%PDF-1.7"), Err(PhotoError::NotAPhoto));
    for (bytes, format) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0"[..], Foreign::Heic),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", Foreign::Heic),
        (b"\0\0\0\x18ftypavif\0\0\0\0", Foreign::Avif),
    ] {
        assert_eq!(
            probe(bytes),
            Err(PhotoError::NeedsPlatformDecoder { format })
        );
    }
    assert_eq!(
        probe(b"\0\0\0\x18ftypmp42\0\0\0\0"),
        Err(PhotoError::NotAPhoto)
    );
}

#[test]
fn sizes_no_camera_has_are_refused() {
    let sized = |width, height| probe(&file(&[&frame(0xC0, width, height), &scan(&[1])]));
    assert!(matches!(sized(0, 10), Err(PhotoError::ZeroSize { .. })));
    assert!(matches!(sized(10, 0), Err(PhotoError::ZeroSize { .. })));
    assert!(matches!(
        sized(20_001, 10),
        Err(PhotoError::TooLarge { .. })
    ));
    assert!(
        matches!(sized(15_000, 15_000), Err(PhotoError::TooLarge { .. })),
        "225 megapixels"
    );
    assert!(
        matches!(sized(20_000, 10_000), Err(PhotoError::Implausible { .. })),
        "200 megapixels, but no data"
    );
    let data = vec![1; 4_100_000];
    let largest = probe(&file(&[&frame(0xC0, 20_000, 10_000), &scan(&data)]));
    assert_eq!(largest.unwrap().width, MAX_SIDE);
}

#[test]
fn a_jpeg_whose_parts_are_out_of_order_is_damaged() {
    let frame = frame(0xC0, 8, 8);
    for bytes in [
        file(&[]),
        file(&[&frame]),
        file(&[&scan(&[1])]),
        file(&[&frame, &scan(&[])]),
        file(&[&frame, &frame, &scan(&[1])]),
        file(&[&[0x00], &frame, &scan(&[1])]),
        file(&[&[0xFF, 0xE0, 0, 1], &frame, &scan(&[1])]),
        file(&[&segment(0xC0, &[8, 0, 8, 0, 8, 3]), &scan(&[1])]),
    ] {
        assert!(
            matches!(probe(&bytes), Err(PhotoError::Damaged { .. })),
            "{bytes:02x?}"
        );
    }
}

#[test]
fn codings_no_phone_decodes_are_named() {
    for marker in [0xC3, 0xC5, 0xC9, 0xCA] {
        let bytes = file(&[&frame(marker, 8, 8), &scan(&[1])]);
        assert!(
            matches!(probe(&bytes), Err(PhotoError::Unsupported { .. })),
            "{marker:x}"
        );
    }
}

#[test]
fn a_changed_byte_in_a_png_shows_in_its_check_sum() {
    let photo = png(20, 20);
    let mut bad = photo.clone();
    bad[photo.len() / 2] ^= 1;
    assert!(matches!(probe(&bad), Err(PhotoError::Damaged { .. })));
}

#[test]
fn every_error_has_lower_case_text_and_a_chinese_sentence() {
    for error in [
        PhotoError::Empty,
        PhotoError::NotAPhoto,
        PhotoError::NeedsPlatformDecoder {
            format: Foreign::Heic,
        },
        PhotoError::Truncated { length: 3 },
        PhotoError::Damaged {
            at: 3,
            what: "a marker",
        },
        PhotoError::Unsupported {
            what: "lossless jpeg",
        },
        PhotoError::ZeroSize {
            width: 0,
            height: 0,
        },
        PhotoError::TooLarge {
            width: 30_000,
            height: 3,
        },
    ] {
        let text = error.to_string();
        assert!(
            text.starts_with(|c: char| c.is_lowercase()) && !text.ends_with('.'),
            "{text}"
        );
        assert!(error.chinese().ends_with('。'));
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = probe(&bytes);
    }

    #[test]
    fn random_bytes_behind_a_photo_s_first_bytes_never_panic(
        png in any::<bool>(),
        bytes in proptest::collection::vec(prop_oneof![Just(0xFF_u8), any::<u8>()], 0..400),
    ) {
        let head: &[u8] = if png { b"\x89PNG\r\n\x1a\n" } else { b"\xff\xd8" };
        let _ = probe(&[head, &bytes].concat());
    }

    #[test]
    fn mutated_photos_never_panic(
        which in 0_usize..3,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..20),
        end in any::<proptest::sample::Index>(),
    ) {
        let mut photo = match which {
            0 => with_exif(&jpeg(16, 16), &exif(true)),
            1 => with_exif(&jpeg(16, 16), &exif(false)),
            _ => png(9, 9),
        };
        for (at, value) in changes {
            let at = at.index(photo.len());
            photo[at] = value;
        }
        let _ = probe(&photo);
        let end = end.index(photo.len());
        let _ = probe(&photo[..end]);
    }
}
