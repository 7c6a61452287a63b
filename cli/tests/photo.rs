//! The `photo` commands: what they print, and what they say of files that are no good.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its photographs must fail"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fieldwork_testkit::scene::{Object, Setting, Shot, Stage, View, photograph, render};
use serde_json::Value;
use tempfile::TempDir;

fn fieldwork(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fieldwork"))
        .arg("photo")
        .args(arguments)
        .output()
        .unwrap()
}

fn json(arguments: &[&Path]) -> Value {
    let output = fieldwork(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn shot(seed: u64, place_seed: u64, stage: Stage) -> Shot {
    Shot {
        seed,
        place_seed,
        setting: Setting::Premises,
        stage,
        view: View::Far,
        object: Object::Usual,
        at_ms: 1_744_074_620_000,
        lon: 115.412_721_4,
        lat: 33.280_598_6,
        azimuth_deg: 216,
        width: 1_600,
        height: 1_200,
        orientation: 1,
    }
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn p(text: &str) -> &Path {
    Path::new(text)
}

#[test]
fn intake_says_what_it_made_of_each_photograph_and_leaves_the_original() {
    let folder = TempDir::new().unwrap();
    let bytes = photograph(&Shot {
        orientation: 6,
        ..shot(1, 1, Stage::Before)
    });
    let large = write(&folder, "large.jpg", &bytes);
    let mut png = Vec::new();
    image::RgbImage::from_fn(300, 200, |x, y| image::Rgb([x as u8, y as u8, 90]))
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    let small = write(&folder, "small.png", &png);
    let out = folder.path().join("out");
    let found = json(&[p("--json"), p("intake"), &large, &small, p("--out"), &out]);
    assert_eq!(keys(&found), ["photos"]);
    let photos = found["photos"].as_array().unwrap();
    assert_eq!(photos.len(), 2);
    for photo in photos {
        let wanted = [
            "source", "sha256", "width", "height", "report", "thumb", "hints", "ms",
        ];
        assert_eq!(keys(photo), wanted);
        for made in ["report", "thumb"] {
            let made = &photo[made];
            assert_eq!(keys(made), ["path", "width", "height", "bytes", "quality"]);
            let file = fs::read(made["path"].as_str().unwrap()).unwrap();
            assert_eq!(made["bytes"], file.len());
            let (width, height) = image::load_from_memory(&file)
                .map(|image| (image.width(), image.height()))
                .unwrap();
            assert_eq!(
                (&made["width"], &made["height"]),
                (&width.into(), &height.into())
            );
        }
    }
    assert_eq!(
        (&photos[0]["width"], &photos[0]["height"]),
        (&4_032.into(), &3_024.into())
    );
    assert_eq!(photos[0]["report"]["width"], 2_016);
    assert_eq!(photos[0]["thumb"]["width"], 320);
    assert_eq!(photos[0]["hints"], Value::Array(Vec::new()));
    let hint = &photos[1]["hints"][0];
    assert_eq!(keys(hint), ["id", "value", "limit"]);
    assert!(
        photos[1]["hints"]
            .as_array()
            .unwrap()
            .iter()
            .any(|hint| hint["id"] == "small" && hint["value"] == 300.0)
    );
    assert_eq!(fs::read(&large).unwrap(), bytes);
}

#[test]
fn one_photograph_that_is_no_good_keeps_no_other_from_being_taken_in() {
    let folder = TempDir::new().unwrap();
    let good = render(&shot(1, 1, Stage::Before));
    let whole = write(&folder, "whole.jpg", &good);
    let cut = write(&folder, "cut.jpg", &good[..good.len() / 2]);
    let out = folder.path().join("out");
    let output = fieldwork(&[p("--json"), p("intake"), &cut, &whole, p("--out"), &out]);
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["photos"].as_array().unwrap().len(), 1);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("cut.jpg") && told.contains("truncated"),
        "{told}"
    );
    assert!(told.contains("照片没有存完整"), "{told}");
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_chinese_and_english_by_every_command() {
    let folder = TempDir::new().unwrap();
    let good = render(&shot(1, 1, Stage::Before));
    let whole = write(&folder, "whole.jpg", &good);
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" as &[u8], &[0; 64]].concat();
    let files = [
        (folder.path().join("missing.jpg"), "missing.jpg", ""),
        (
            write(&folder, "text.jpg", b"not a picture"),
            "not a jpeg",
            "不是照片",
        ),
        (write(&folder, "new.heic", &heic), "platform", "转换成 JPEG"),
        (
            write(&folder, "cut.jpg", &good[..9_000]),
            "truncated",
            "没有存完整",
        ),
        (write(&folder, "empty.jpg", b""), "empty", "空的"),
    ];
    let out = folder.path().join("out.jpg");
    for (file, english, chinese) in &files {
        let commands: [Vec<&Path>; 3] = [
            vec![p("check"), file],
            vec![p("compare"), &whole, file],
            vec![p("strip"), &whole, file, p("--out"), &out],
        ];
        for command in commands {
            let output = fieldwork(&command);
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{command:?}");
            assert!(output.stdout.is_empty());
            assert!(told.contains(english) && told.contains(chinese), "{told}");
        }
    }
    assert!(!out.exists());
}

#[test]
fn check_gives_blur_and_light_and_its_status_says_whether_there_is_a_hint() {
    let folder = TempDir::new().unwrap();
    let sharp = write(
        &folder,
        "sharp.jpg",
        &photograph(&shot(1, 1, Stage::Before)),
    );
    let output = fieldwork(&[p("--json"), p("check"), &sharp]);
    assert_eq!(output.status.code(), Some(0));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(keys(&found), ["blur", "luma", "hints"]);
    assert!((0.0..1.0).contains(&found["blur"].as_f64().unwrap()));
    assert!((40.0..220.0).contains(&found["luma"].as_f64().unwrap()));

    let mut dark = Vec::new();
    image::RgbImage::from_fn(1_600, 1_200, |x, y| image::Rgb([((x ^ y) % 24) as u8; 3]))
        .write_to(
            &mut std::io::Cursor::new(&mut dark),
            image::ImageFormat::Png,
        )
        .unwrap();
    let dark = write(&folder, "dark.png", &dark);
    let output = fieldwork(&[p("check"), &dark]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("偏暗"));
}

#[test]
fn compare_tells_the_same_place_from_another_and_a_copy_from_a_new_photograph() {
    let folder = TempDir::new().unwrap();
    let before = write(&folder, "before.jpg", &render(&shot(1, 1, Stage::Before)));
    let after = write(&folder, "after.jpg", &render(&shot(2, 1, Stage::After)));
    let other = Shot {
        setting: Setting::House,
        ..shot(3, 3, Stage::Outside)
    };
    let other = write(&folder, "other.jpg", &render(&other));
    let found = json(&[p("--json"), p("compare"), &before, &after]);
    let wanted = [
        "verdict",
        "inliers",
        "shift",
        "scale",
        "rotation_deg",
        "overlap",
        "same_picture",
        "ms",
    ];
    assert_eq!(keys(&found), wanted);
    assert_eq!(found["verdict"], "ok");
    let found = json(&[p("--json"), p("compare"), &before, &other]);
    assert_ne!(found["verdict"], "ok");
    let found = json(&[p("--json"), p("compare"), &before, &before]);
    assert_eq!(found["same_picture"], true);
}

#[test]
fn strip_writes_a_picture_and_says_what_no_font_has() {
    let folder = TempDir::new().unwrap();
    let photos: Vec<PathBuf> = [Stage::Before, Stage::During, Stage::After]
        .into_iter()
        .zip(1..)
        .map(|(stage, n)| write(&folder, &format!("{n}.jpg"), &render(&shot(n, 1, stage))))
        .collect();
    let out = folder.path().join("strip.jpg");
    let caption = p("出口已经畅通 \u{1f600}");
    let found = json(&[
        p("--json"),
        p("strip"),
        &photos[0],
        &photos[1],
        &photos[2],
        p("--out"),
        &out,
        p("--caption"),
        caption,
    ]);
    let made = image::load_from_memory(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(found["width"], made.width());
    assert!(made.width() > 3 * made.height(), "three side by side");
    assert_eq!(found["missing_glyphs"], serde_json::json!(["\u{1f600}"]));
    let text = found["text"].as_str().unwrap();
    assert!(
        text.contains("整改中") && text.contains("出口已经畅通"),
        "{text}"
    );
}

#[test]
fn wrong_usage_has_a_status_of_its_own_and_help_names_every_argument() {
    for command in [
        vec![p("intake")],
        vec![p("intake"), p("a.jpg")],
        vec![p("compare"), p("a.jpg")],
        vec![p("strip"), p("--out"), p("x.jpg")],
        vec![
            p("strip"),
            p("1"),
            p("2"),
            p("3"),
            p("4"),
            p("5"),
            p("--out"),
            p("x"),
        ],
        vec![p("check"), p("a.jpg"), p("--no-such")],
    ] {
        assert_eq!(fieldwork(&command).status.code(), Some(2), "{command:?}");
    }
    for (command, words) in [
        (
            "intake",
            &["--out <DIR>", "--max-bytes", "--json", "originals stay"] as &[_],
        ),
        ("check", &["<IN>", "status 1"]),
        ("compare", &["<BEFORE>", "<AFTER>", "unsure"]),
        (
            "strip",
            &["<PHOTO>...", "--caption <TEXT>", "--font <FILE>"],
        ),
    ] {
        let output = fieldwork(&[p(command), p("--help")]);
        let help = String::from_utf8_lossy(&output.stdout).into_owned();
        for word in words {
            assert!(help.contains(word), "{word} is not in: {help}");
        }
    }
}
