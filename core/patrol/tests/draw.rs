//! Pictures: what other programs can read, and simplification that a small stack bears.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use fieldwork_geo::{Plane, Polygon, Wgs84};
use fieldwork_patrol::draw::{Drawing, simplify};
use fieldwork_patrol::{Fix, Path, Plot, PlotIndex, Segment, Settings, Track};
use proptest::prelude::*;

const VILLAGE: Wgs84 = Wgs84 {
    lon: 115.0,
    lat: 33.0,
};

fn walk(east_m: f64, fixes: u32) -> Path {
    let plane = Plane::at(VILLAGE);
    let at = |n: u32| Fix {
        at_ms: Some(i64::from(n) * 5_000),
        accuracy_m: Some(4.0),
        ..Fix::at(plane.to_point((f64::from(n) * east_m, 0.0)))
    };
    let segments = vec![Segment {
        fixes: (0..fixes).map(at).collect(),
        ..Segment::default()
    }];
    Path::of(
        &Track {
            segments,
            ..Track::default()
        },
        Settings::default(),
    )
}

fn plots(name: &str) -> Vec<Plot> {
    let plane = Plane::at(VILLAGE);
    let corner = |x: i32, y: i32| {
        plane
            .to_point((f64::from(x) * 30.0, f64::from(y) * 30.0))
            .to_e7()
    };
    let plot = |x: i32| Plot {
        code: x.to_string(),
        name: name.to_owned(),
        outline: Polygon::new(vec![vec![vec![
            corner(x, -1),
            corner(x + 1, -1),
            corner(x + 1, 2),
            corner(x, 2),
        ]]])
        .unwrap(),
    };
    (0..6).map(plot).collect()
}

fn pictures(path: &Path, plots: Vec<Plot>) -> (String, Vec<u8>) {
    let index = PlotIndex::new(plots);
    let attributions = index.attribute(path);
    let drawing = Drawing {
        path,
        plots: index.plots(),
        attributions: &attributions,
        width: 800,
    };
    (drawing.svg().unwrap(), drawing.png().unwrap())
}

#[test]
fn a_png_is_read_by_another_program_and_shows_way_and_plots() {
    let (_, png) = pictures(&walk(6.0, 20), plots("坡地"));
    let image = image::load_from_memory(&png).unwrap().to_rgb8();
    assert_eq!(image.width(), 800);
    assert!((260..2_400).contains(&image.height()));
    let count = |wanted: [u8; 3]| image.pixels().filter(|pixel| pixel.0 == wanted).count();
    assert!(count([20, 80, 170]) > 300, "the way");
    assert!(count([178, 214, 160]) > 10_000, "plots that were walked");
    assert!(count([238, 235, 226]) > 1_000, "plots that were not");
}

#[test]
fn names_of_plots_cannot_write_markup_into_the_picture() {
    let (svg, _) = pictures(
        &walk(6.0, 20),
        plots("</title><script>alert(1)</script>\u{1}\"'&"),
    );
    assert!(!svg.contains("<script"));
    let mut reader = quick_xml::Reader::from_str(&svg);
    let mut titles = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(start) if start.name().as_ref() == "title" => {
                titles += 1
            }
            _ => {}
        }
    }
    assert_eq!(titles, 6);
}

#[test]
fn nothing_to_show_is_no_picture_and_a_single_fix_is_one() {
    let nowhere = walk(1.0, 0);
    let drawing = Drawing {
        path: &nowhere,
        plots: &[],
        attributions: &[],
        width: 500,
    };
    assert_eq!((drawing.svg(), drawing.png()), (None, None));
    let (svg, png) = pictures(&walk(1.0, 1), Vec::new());
    assert!(svg.contains("circle") && image::load_from_memory(&png).is_ok());
    // A continent wide.
    let wide = walk(40_000.0, 60);
    let (_, png) = pictures(&wide, Vec::new());
    assert!(image::load_from_memory(&png).is_ok());
}

#[test]
fn a_crafted_zigzag_does_not_overflow_a_small_stack() {
    let zigzag: Vec<(f64, f64)> = (0..10_000)
        .map(|n| (f64::from(n), f64::from(n % 2) * f64::from(10_000 - n)))
        .collect();
    let thread = std::thread::Builder::new().stack_size(64 * 1024);
    let kept = thread.spawn(move || simplify(&zigzag, 0.5).len()).unwrap();
    assert!(kept.join().unwrap() > 9_000);
}

proptest! {
    #[test]
    fn no_point_that_is_left_out_lies_farther_off_than_the_tolerance(points in prop::collection::vec((0.0..100.0_f64, 0.0..100.0_f64), 0..200), tolerance in 0.1..20.0_f64) {
        let kept = simplify(&points, tolerance);
        prop_assert_eq!(kept.first(), points.first());
        prop_assert_eq!(kept.last(), points.last());
        for point in &points {
            let nearest = kept.windows(2).map(|pair| off(*point, pair[0], pair[1])).fold(f64::INFINITY, f64::min);
            let nearest = kept.iter().map(|one| (one.0 - point.0).hypot(one.1 - point.1)).fold(nearest, f64::min);
            prop_assert!(nearest <= tolerance + 1e-9);
        }
    }
}

fn off((x, y): (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    if length2 == 0.0 {
        return (x - a.0).hypot(y - a.1);
    }
    let along = (((x - a.0) * dx + (y - a.1) * dy) / length2).clamp(0.0, 1.0);
    (x - a.0 - along * dx).hypot(y - a.1 - along * dy)
}
