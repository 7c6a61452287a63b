//! Plots of points and walks, against GEOS, PROJ and the day's golden results.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::collections::BTreeMap;
use std::fs;

use fieldwork_geo::{Polygon, Wgs84};
use fieldwork_patrol::attribute::{RADIUS_M, SURE_M, WIDE_RADIUS_M};
use fieldwork_patrol::read::{self, PlotOptions};
use fieldwork_patrol::{Path, Plot, PlotIndex, Seen, Segment, Settings, Track};
use fieldwork_patrol_tests::{Chance, Receiver, Walk, day_walk, fixtures};

fn register(file: &str, code_field: &str) -> Vec<Plot> {
    let bytes = fs::read(fixtures().join("qinghe/register").join(file)).unwrap();
    let options = PlotOptions {
        code_field: Some(code_field.to_owned()),
        ..PlotOptions::default()
    };
    read::plots(&bytes, &options).unwrap().plots
}

fn rows(file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(fixtures().join(file)).unwrap();
    let lines = text.trim_start_matches('\u{feff}').lines().skip(1);
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

fn walk(fixes: Vec<fieldwork_patrol::Fix>) -> Path {
    let segments = vec![Segment {
        fixes,
        ..Segment::default()
    }];
    let track = Track {
        segments,
        ..Track::default()
    };
    Path::of(&track, Settings::default())
}

#[test]
fn two_hundred_points_have_the_plot_and_the_grid_of_the_golden_results() {
    let plots = PlotIndex::new(register("地块.geojson", "DKBM"));
    let grids = PlotIndex::new(register("网格.geojson", "WGDM"));
    let code = |index: &PlotIndex, point| {
        let number = index.at(point)?;
        index.plot(number).map(|plot| plot.code.clone())
    };
    let points = rows("qinghe/expected/attribution.csv");
    let mut right = 0;
    for row in &points {
        let point = Wgs84::new(row[1].parse().unwrap(), row[2].parse().unwrap()).unwrap();
        let plot = code(&plots, point).unwrap_or_default();
        let grid = code(&grids, point).unwrap_or_default();
        assert_eq!((&plot, &grid), (&row[3], &row[4]), "{}", row[0]);
        right += 1;
    }
    assert_eq!(right, 200);
}

#[test]
fn areas_are_geodesic_to_a_thousandth() {
    let plots = register("地块.geojson", "DKBM");
    let golden: BTreeMap<String, f64> = rows("patrol/areas.csv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].parse().unwrap()))
        .collect();
    assert_eq!(plots.len(), golden.len());
    for plot in &plots {
        let off = plot.outline.area_m2() / golden[&plot.code] - 1.0;
        assert!(off.abs() < 0.001, "{}: {off}", plot.code);
    }
    // Far larger than any plot: geodesic areas of PROJ, m².
    let e7 = |corners: &[[f64; 2]]| {
        let place = |[lon, lat]: &[f64; 2]| Wgs84::new(*lon, *lat).unwrap().to_e7();
        corners.iter().map(place).collect::<Vec<_>>()
    };
    let square = |w, s, e, n| e7(&[[w, s], [e, s], [e, n], [w, n]]);
    let hole = square(115.02, 33.02, 115.05, 33.05);
    for (rings, wanted) in [
        (vec![square(115.0, 33.0, 116.0, 34.0)], 10_306_245_947.5),
        (vec![square(20.0, 60.0, 21.0, 60.2)], 1_239_585_651.8),
        (vec![square(115.0, 33.0, 115.1, 33.1), hole], 94_261_794.6),
        (vec![square(179.9, 52.0, -179.9, 52.1)], 152_663_239.1),
    ] {
        let area = Polygon::new(vec![rings]).unwrap().area_m2();
        assert!((area / wanted - 1.0).abs() < 0.001, "{area} {wanted}");
    }
}

#[test]
fn the_days_walk_comes_by_the_plots_that_geos_finds_within_15_m() {
    let index = PlotIndex::new(register("地块.geojson", "DKBM"));
    let path = walk(day_walk());
    let code = |number: usize| index.plot(number).unwrap().code.clone();
    let mut ours: Vec<String> = index
        .within(&path, WIDE_RADIUS_M)
        .into_iter()
        .map(code)
        .collect();
    ours.sort();
    let golden = rows("patrol/near.csv");
    let theirs: Vec<String> = golden.iter().map(|row| row[0].clone()).collect();
    assert_eq!(ours, theirs);

    // The receiver's median is worse than the bar, so the radius is the wide one.
    assert!(path.summary.median_accuracy_m.unwrap() > SURE_M);
    let attributed = index.attribute(&path);
    assert_eq!(attributed.len(), golden.len());
    let golden: BTreeMap<&str, (f64, f64)> = golden
        .iter()
        .map(|row| {
            let figures = (row[1].parse().unwrap(), row[2].parse().unwrap());
            (row[0].as_str(), figures)
        })
        .collect();
    for one in &attributed {
        let code = code(one.plot);
        let (nearest_m, share) = golden[code.as_str()];
        assert!((one.nearest_m - nearest_m).abs() < 0.02, "{code}");
        assert!(
            (one.boundary_share - share).abs() < 0.002,
            "{code}: {} {share}",
            one.boundary_share
        );
        assert!(one.seconds >= 0.0 && one.seconds <= path.summary.elapsed_s);
    }
}

#[test]
fn the_plots_that_the_day_says_were_walked_over_are_walked_over() {
    let index = PlotIndex::new(register("地块.geojson", "DKBM"));
    let path = walk(day_walk());
    let walked: Vec<String> = index
        .attribute(&path)
        .into_iter()
        .filter(|one| one.seen == Seen::Walked)
        .map(|one| index.plot(one.plot).unwrap().code.clone())
        .collect();
    println!(
        "{} walked of {} near",
        walked.len(),
        index.attribute(&path).len()
    );
    for plot in [
        "9901011002010100060",
        "9901011002010100124",
        "9901011002010100075",
        "9901011002010100017",
        "9901011002010200005",
        "9901011002010200033",
    ] {
        assert!(walked.iter().any(|code| code == plot), "{plot}");
    }
}

/// Three points below the study: its walks are not known turn by turn.
const SLACK: f64 = 0.03;
/// Length of a side of a field of 1.28 亩, metres.
const FIELD_M: f64 = 29.2;

/// A square of so many plots of 1.28 亩, without gaps between them.
fn fields(side: i32) -> Vec<Plot> {
    let plane = fieldwork_geo::Plane::at(fieldwork_patrol_tests::VILLAGE);
    let corner = |x: i32, y: i32| {
        plane
            .to_point((f64::from(x) * FIELD_M, f64::from(y) * FIELD_M))
            .to_e7()
    };
    let plot = |x: i32, y: i32| Plot {
        code: format!("{x},{y}"),
        name: String::new(),
        outline: Polygon::new(vec![vec![vec![
            corner(x, y),
            corner(x + 1, y),
            corner(x + 1, y + 1),
            corner(x, y + 1),
        ]]])
        .unwrap(),
    };
    let half = side / 2;
    (-half..half)
        .flat_map(|x| (-half..half).map(move |y| plot(x, y)))
        .collect()
}

#[test]
fn plots_near_the_true_way_are_found_as_well_as_the_study_found_them() {
    let index = PlotIndex::new(fields(150));
    // Every so many seconds: recall and precision of the study, at a noise of 3 m and of 8 m.
    let study = [
        (1, [(0.996, 0.992), (0.980, 0.961)]),
        (5, [(0.992, 0.996), (0.968, 0.961)]),
        (10, [(0.988, 0.996), (0.964, 0.964)]),
        (15, [(0.988, 0.996), (0.948, 0.976)]),
        (30, [(0.948, 0.996), (0.937, 0.979)]),
        (60, [(0.909, 0.983), (0.901, 0.978)]),
    ];
    let receivers = [Receiver::new(3.0, 60.0, 0.4), Receiver::new(8.0, 30.0, 1.2)];
    println!(
        "{:>5} {:>5} {:>14} {:>14}",
        "noise", "every", "recall", "precision"
    );
    for (interval_s, both) in study {
        for (receiver, (recall, precision)) in receivers.iter().zip(both) {
            let (r, p) = recall_and_precision(&index, receiver, interval_s);
            let noise = receiver.sigma_m;
            println!(
                "{noise:>4}m {interval_s:>4}s {r:>6.3} ({recall:.3}) {p:>6.3} ({precision:.3})"
            );
            assert!(
                r >= recall - SLACK,
                "recall at {noise} m, {interval_s} s: {r:.3}"
            );
            assert!(
                p >= precision - SLACK,
                "precision at {noise} m, {interval_s} s: {p:.3}"
            );
        }
    }
}

fn recall_and_precision(index: &PlotIndex, receiver: &Receiver, interval_s: u32) -> (f64, f64) {
    let (mut right, mut found, mut wanted) = (0, 0, 0);
    for seed in 0..20 {
        let mut chance = Chance::new(seed);
        let true_walk = Walk::edges(&mut chance, FIELD_M, 3_400.0, 1.2);
        let fixes = receiver.fixes(&true_walk, &mut chance, interval_s);
        let truth: Vec<usize> = index.within(&walk(true_walk.fixes()), RADIUS_M);
        let settings = Settings {
            interval_s: f64::from(interval_s),
            ..Settings::default()
        };
        let track = Track {
            segments: vec![Segment {
                fixes,
                ..Segment::default()
            }],
            ..Track::default()
        };
        let ours = index.within(&Path::of(&track, settings), RADIUS_M);
        right += ours.iter().filter(|plot| truth.contains(plot)).count();
        found += ours.len();
        wanted += truth.len();
    }
    (right as f64 / wanted as f64, right as f64 / found as f64)
}

#[test]
fn a_point_on_a_shared_border_lies_in_one_plot_and_one_in_a_hole_in_none() {
    let index = PlotIndex::new(fields(4));
    let corner = index.plot(5).unwrap().outline.parts()[0][0][0];
    let point = Wgs84::from_e7(corner).unwrap();
    let first = index
        .plots()
        .iter()
        .position(|plot| plot.outline.parts()[0][0].contains(&corner))
        .unwrap();
    assert_eq!(index.at(point), Some(first));

    let ring = |from: i32, to: i32| vec![[from, from], [to, from], [to, to], [from, to]];
    let outline = Polygon::new(vec![vec![ring(0, 90), ring(30, 60)], vec![ring(40, 50)]]).unwrap();
    let plot = Plot {
        code: "1".to_owned(),
        name: String::new(),
        outline,
    };
    let index = PlotIndex::new(vec![plot]);
    let at = |e7: i32| index.at(Wgs84::from_e7([e7, e7]).unwrap());
    assert_eq!(
        (at(10), at(35), at(45), at(95)),
        (Some(0), None, Some(0), None)
    );
}

#[test]
fn an_index_of_nothing_finds_nothing() {
    let index = PlotIndex::new(Vec::new());
    assert_eq!(index.at(fieldwork_patrol_tests::VILLAGE), None);
    assert!(index.attribute(&walk(day_walk())).is_empty());
    assert!(
        PlotIndex::new(fields(4))
            .attribute(&walk(Vec::new()))
            .is_empty()
    );
}
