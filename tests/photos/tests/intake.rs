//! Promises of taking a photo in.

#![expect(clippy::expect_used, reason = "a helper of a test fails the test")]

use fieldwork_photo::strip::{Caption, Fonts, Layout, Panel, strip};
use fieldwork_photo::{
    Budget, ExifRule, Facts, Filter, Fit, IntakeRule, PhotoError, Picture, Profile, TakenAt,
    decode, derive, fit, ghost, intake, intake_pixels, probe,
};
use fieldwork_photo_tests::damage::{jpeg, png, turned_jpeg, turned_png};
use fieldwork_photo_tests::place::Place;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage};

fn mean_difference(a: &Picture, b: &Picture) -> f64 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let sum: u64 = a
        .pixels()
        .iter()
        .zip(b.pixels())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.pixels().len() as f64
}

/// The picture as a camera stores it that notes this orientation.
fn stored(picture: &Picture, orientation: u8) -> Picture {
    // What undoes a quarter turn is the other quarter turn; all else undoes itself.
    let undo = match orientation {
        6 => 8,
        8 => 6,
        other => other,
    };
    let pixels = picture.pixels().to_vec();
    let image = RgbImage::from_raw(picture.width(), picture.height(), pixels).expect("its pixels");
    let mut image = DynamicImage::ImageRgb8(image);
    image.apply_orientation(Orientation::from_exif(undo).expect("1 to 8"));
    Picture::new(image.width(), image.height(), image.into_rgb8().into_raw()).expect("its pixels")
}

#[test]
fn photos_of_every_orientation_come_out_upright_and_say_so() {
    for upright in [Place::flat(1, 211, 150), Place::flat(2, 150, 211)] {
        for orientation in 1..=8 {
            let stored = stored(&upright, orientation);
            let files = [
                turned_jpeg(&jpeg(&stored, 98, false), orientation),
                turned_jpeg(&jpeg(&stored, 98, true), orientation),
                turned_png(&png(&stored), orientation),
            ];
            for file in files {
                assert_eq!(
                    probe(&file).expect("a photo").orientation,
                    Some(orientation)
                );
                let made =
                    intake(&file, &IntakeRule::default(), &Budget::default()).expect("a photo");
                let off = mean_difference(&made.picture, &upright);
                assert!(off < 4.0, "orientation {orientation}: {off}");
                for made in [&made.report, &made.thumb] {
                    let found = probe(&made.jpeg).expect("a photo");
                    assert_eq!(found.orientation, Some(1));
                    assert_eq!(found.upright(), (made.width, made.height));
                }
            }
        }
    }
}

#[test]
fn reports_are_about_two_thousand_pixels_and_small_photos_stay_as_they_are() {
    let of = |width, height| {
        let file = jpeg(&Place::flat(3, width, height), 85, false);
        let made = intake(&file, &IntakeRule::default(), &Budget::default()).expect("a photo");
        assert_eq!((made.width, made.height), (width, height));
        assert_eq!(
            made.thumb.width.max(made.thumb.height),
            320.min(width.max(height))
        );
        (made.report.width, made.report.height)
    };
    assert_eq!(of(4_032, 1_000), (2_016, 500), "half, without resampling");
    assert_eq!(of(3_000, 1_000), (2_000, 667), "no fraction fits");
    assert_eq!(of(2_040, 800), (2_040, 800), "near enough");
    assert_eq!(of(640, 480), (640, 480));
    assert_eq!(of(200, 100), (200, 100));
}

#[test]
fn byte_budgets_are_kept() {
    let picture = Place::flat(4, 2_016, 1_512);
    for max_bytes in [500_000, 300_000, 150_000, 60_000, 20_000] {
        let wanted = Fit {
            quality: 80,
            max_bytes: Some(max_bytes),
        };
        let made = fit(&picture, wanted, &Facts::default()).expect("it fits");
        assert!(made.jpeg.len() <= max_bytes);
        assert!(
            made.jpeg.len() * 100 >= max_bytes * 50 || made.quality == 80,
            "{} of {max_bytes}",
            made.jpeg.len()
        );
    }
    let nothing = Fit {
        quality: 80,
        max_bytes: Some(300),
    };
    assert_eq!(
        fit(&picture, nothing, &Facts::default()),
        Err(PhotoError::DoesNotFit { max_bytes: 300 })
    );
}

#[test]
fn a_platform_decoded_photo_goes_the_same_way() {
    let picture = Place::flat(5, 2_400, 1_200);
    let facts = Facts {
        taken_at: Some(TakenAt {
            local_ms: 1_744_103_420_000,
            offset_min: Some(480),
        }),
        ..Facts::default()
    };
    let made =
        intake_pixels(b"heic bytes", picture, &facts, &IntakeRule::default()).expect("pixels");
    assert_eq!((made.width, made.report.width), (2_400, 2_000));
    assert_eq!(
        probe(&made.report.jpeg).expect("a photo").taken_at,
        facts.taken_at
    );
    assert_eq!(made.probe, None);
}

#[test]
fn webp_and_transparent_png_are_decoded() {
    let picture = Place::flat(6, 120, 90);
    let image = RgbImage::from_raw(120, 90, picture.pixels().to_vec()).expect("its pixels");
    let mut webp = std::io::Cursor::new(Vec::new());
    image::codecs::webp::WebPEncoder::new_lossless(&mut webp)
        .encode(&image, 120, 90, image::ExtendedColorType::Rgb8)
        .expect("a small picture");
    let (_, opened) = decode(&webp.into_inner(), 2_000, &Budget::default()).expect("a webp");
    assert_eq!(opened, picture);
    let clear = image::RgbaImage::from_pixel(30, 20, image::Rgba([0, 0, 0, 0]));
    let mut png = std::io::Cursor::new(Vec::new());
    clear
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a small picture");
    let (_, opened) = decode(&png.into_inner(), 2_000, &Budget::default()).expect("a png");
    assert!(
        opened.pixels().iter().all(|&value| value == 255),
        "white paper"
    );
}

#[test]
fn the_place_of_an_original_is_that_of_its_report_picture_everywhere_on_earth() {
    let rule = IntakeRule {
        keep_place: true,
        ..IntakeRule::default()
    };
    for (lon, lat) in [
        (119.3047, 30.2),
        (121.499_999_7, 31.2),
        (135.0, 48.4),
        (-180.0, -89.9),
        (9.0, 0.1),
    ] {
        let facts = Facts {
            gps: Some(fieldwork_photo::Gps { lon, lat }),
            ..Facts::default()
        };
        let original =
            fieldwork_photo::encode(&Place::flat(8, 160, 120), 90, &facts).expect("a photo");
        let made = intake(&original.jpeg, &rule, &Budget::default()).expect("a photo");
        let found = probe(&made.report.jpeg)
            .expect("a photo")
            .gps
            .expect("a place");
        assert!(
            (found.lon - lon).abs() < 1e-6 && (found.lat - lat).abs() < 1e-6,
            "{found:?} {lon} {lat}"
        );
    }
}

#[test]
fn a_covered_lens_and_a_white_wall_are_photographs() {
    for value in [2_u8, 250] {
        let picture = Picture::new(4_000, 3_000, vec![value; 36_000_000]).expect("its pixels");
        let file = fieldwork_photo::encode(&picture, 75, &Facts::default())
            .expect("a photo")
            .jpeg;
        assert!(file.len() < 240_000, "{}", file.len());
        let made = intake(&file, &IntakeRule::default(), &Budget::default()).expect("a photo");
        assert!(!made.checks.hints.is_empty(), "too dark, too bright");
    }
}

#[test]
fn time_and_memory_are_kept_to_and_the_error_says_which() {
    let file = jpeg(&Place::flat(7, 800, 600), 85, false);
    let late = Budget {
        over: &|| true,
        ..Budget::default()
    };
    assert_eq!(
        decode(&file, 2_000, &late).err(),
        Some(PhotoError::OutOfTime)
    );
    let poor = Budget {
        memory: 100_000,
        ..Budget::default()
    };
    assert!(matches!(
        decode(&file, 2_000, &poor),
        Err(PhotoError::TooCostly { .. })
    ));
}

#[test]
fn each_form_gets_its_bytes_pixels_name_and_exif_from_one_original() {
    let taken_at = Some(TakenAt {
        local_ms: 1_744_103_420_000,
        offset_min: Some(480),
    });
    let facts = Facts {
        taken_at,
        gps: Some(fieldwork_photo::Gps {
            lon: 101.5,
            lat: 25.5,
        }),
        silent: false,
    };
    let original = fieldwork_photo::encode(&Place::flat(8, 1_600, 1_200), 95, &facts)
        .expect("a photo")
        .jpeg;
    let of = |profile: &Profile| derive(&original, profile, 2, &Budget::default()).expect("a copy");
    let strict = Profile {
        max_bytes: Some(80_000),
        max_width: Some(1_000),
        max_height: Some(600),
        exif: ExifRule::None,
        name: "整改前:{date}-{n}.jpg".to_owned(),
        ..Profile::default()
    };
    let copy = of(&strict);
    assert!(copy.file.jpeg.len() <= 80_000);
    assert_eq!((copy.file.width, copy.file.height), (800, 600));
    assert_eq!(copy.name, "整改前_20250408-2.jpg");
    let found = probe(&copy.file.jpeg).expect("a photo");
    assert_eq!(
        (found.orientation, found.taken_at, found.gps),
        (None, None, None)
    );
    for (exif, time, place) in [
        (ExifRule::Upright, false, false),
        (ExifRule::Time, true, false),
        (ExifRule::TimeAndPlace, true, true),
    ] {
        let profile = Profile {
            exif,
            ..Profile::default()
        };
        let found = probe(&of(&profile).file.jpeg).expect("a photo");
        assert_eq!(found.orientation, Some(1));
        assert_eq!(
            (found.taken_at.is_some(), found.gps.is_some()),
            (time, place)
        );
        assert_ne!(profile.key(), strict.key());
    }
}

#[test]
fn a_strip_shows_all_pictures_and_names_what_no_font_has() {
    let pictures = [Place::flat(9, 800, 600), Place::flat(10, 600, 800)];
    let panels = [
        Panel {
            picture: &pictures[0],
            label: "整改前",
        },
        Panel {
            picture: &pictures[1],
            label: "整改后",
        },
    ];
    let caption = Caption {
        place: "青河村三组".to_owned(),
        name: "张青山".to_owned(),
        text: "房前垃圾已清理 \u{20BB7}".to_owned(),
        ..Caption::default()
    };
    let layout = Layout::default();
    let made = strip(&panels, &caption, &Fonts::new([]), &layout).expect("a strip");
    assert_eq!(made.missing, ['\u{20BB7}']);
    assert_eq!(
        made.text,
        "整改前 | 整改后\n青河村三组　张**\n房前垃圾已清理 \u{20BB7}"
    );
    let width = 756 * 4 / 3 + 20 + 756 * 3 / 4;
    assert_eq!(made.picture.width(), width);
    let row = made.picture.width() as usize * 3;
    let band = &made.picture.pixels()[756 * row..];
    let ink = band.iter().filter(|&&value| value < 100).count();
    assert!(ink > 3_000, "{ink} dark values: the caption is drawn");
    let pasted = made.picture.pixels()[400 * row..][..600].to_vec();
    let panel = pictures[0].resized(1_008, 756, Filter::Fast);
    assert_eq!(pasted, panel.pixels()[400 * 1_008 * 3..][..600].to_vec());
    assert!(matches!(
        strip(&[], &caption, &Fonts::new([]), &layout),
        Err(PhotoError::StripCount { .. })
    ));
}

#[test]
fn the_ghost_is_a_veil_that_is_clearest_at_outlines() {
    let veil = ghost(&Place::flat(11, 800, 600), 400);
    assert_eq!((veil.width, veil.height), (400, 300));
    let opacity: Vec<u8> = veil.rgba.chunks_exact(4).map(|pixel| pixel[3]).collect();
    assert_eq!(opacity[0], 70, "a corner has no outline");
    assert!(opacity.iter().any(|&value| value > 200));
    assert!(opacity.iter().all(|&value| value < 255));
    assert!(probe(&veil.png().expect("a png")).is_ok());
}
