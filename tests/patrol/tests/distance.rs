//! The filter against walks whose length is known, beside what the study found.

use fieldwork_geo::distance_m;
use fieldwork_patrol::{Filter, Fix, Settings, Summary};
use fieldwork_patrol_tests::{INTERVALS, SCENARIOS, Scenario};

const SEEDS: u64 = 20;

fn filtered(fixes: &[Fix], interval_s: u32) -> Summary {
    let mut filter = Filter::new(Settings {
        interval_s: f64::from(interval_s),
        ..Settings::default()
    });
    for fix in fixes {
        filter.push(fix);
    }
    filter.summary()
}

fn raw_m(fixes: &[Fix]) -> f64 {
    let legs = fixes
        .windows(2)
        .map(|pair| distance_m(pair[0].point, pair[1].point));
    legs.sum()
}

/// Percent off the truth, or metres where nobody moved.
fn off(scenario: &Scenario, measured_m: f64, true_m: f64) -> f64 {
    if scenario.still {
        measured_m
    } else {
        (measured_m / true_m - 1.0) * 100.0
    }
}

#[test]
fn no_scenario_is_worse_than_the_study_by_more_than_a_fifth_or_two_points() {
    let mut worse = Vec::new();
    println!(
        "{:<22} {:>5} {:>9} {:>9} {:>9}",
        "scenario", "every", "raw", "study", "ours"
    );
    for scenario in SCENARIOS {
        for (interval_s, study) in INTERVALS.into_iter().zip(scenario.study) {
            let Some(study) = study else { continue };
            let (mut raw, mut ours) = (0.0, 0.0);
            for seed in 0..SEEDS {
                let (walk, fixes) = scenario.play(seed, interval_s);
                let measured = filtered(&fixes, interval_s).distance_m;
                raw += off(&scenario, raw_m(&fixes), walk.length_m()) / SEEDS as f64;
                ours += off(&scenario, measured, walk.length_m()) / SEEDS as f64;
            }
            let bad = ours.abs() > study.abs() + Scenario::slack(study);
            let mark = if bad { "  <- worse" } else { "" };
            println!(
                "{:<22} {interval_s:>4}s {raw:>+9.1} {study:>+9.1} {ours:>+9.1}{mark}",
                scenario.name
            );
            if bad {
                worse.push((scenario.name, interval_s));
            }
        }
    }
    assert!(worse.is_empty(), "{worse:?}");
}

#[test]
fn moving_time_under_open_sky_is_told_within_five_in_a_hundred() {
    let open_sky = SCENARIOS[0];
    for interval_s in [1, 5] {
        let (mut told, mut truth) = (0.0, 0.0);
        for seed in 0..SEEDS {
            let (walk, fixes) = open_sky.play(seed, interval_s);
            // The simulator walks at 1.3 m/s and stops in between.
            truth += walk.length_m() / 1.3;
            told += filtered(&fixes, interval_s).moving_s.unwrap();
        }
        let off = (told / truth - 1.0) * 100.0;
        println!("moving time, every {interval_s} s: {off:+.1} %");
        assert!(off.abs() <= 5.0, "{off:+.1} %");
    }
}
