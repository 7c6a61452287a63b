//! The scenarios of the study that the filter follows, and what it found.

use crate::{Chance, Receiver, Walk};

/// Intervals at which fixes were asked for, seconds.
pub const INTERVALS: [u32; 6] = [1, 5, 10, 15, 30, 60];

/// One scenario.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    walk: fn(&mut Chance) -> Walk,
    /// How wrong the receiver is.
    pub receiver: Receiver,
    /// What the study's filter gave at each of [`INTERVALS`]: percent of the true length, or metres where
    /// nobody moved. `None` where it does not say.
    pub study: [Option<f64>; 6],
    /// Nobody moves.
    pub still: bool,
}

const OPEN: Receiver = Receiver::new(3.0, 60.0, 0.4);
const TREES: Receiver = Receiver::new(7.0, 30.0, 1.2);
const BAD: Receiver = Receiver::new(12.0, 20.0, 2.0);

const fn only(figure: f64) -> [Option<f64>; 6] {
    [Some(figure), None, None, None, None, None]
}

const fn all(figures: [f64; 6]) -> [Option<f64>; 6] {
    let [a, b, c, d, e, f] = figures;
    [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)]
}

fn patrol(chance: &mut Chance) -> Walk {
    Walk::along(chance, [40.0, 160.0], 3_400.0, 1.3, 1_165.0)
}

fn zigzag(_: &mut Chance) -> Walk {
    Walk::zigzag(3_120.0, 1.0)
}

fn ride(chance: &mut Chance) -> Walk {
    Walk::along(chance, [400.0, 1_600.0], 10_800.0, 5.0, 900.0)
}

fn hour(_: &mut Chance) -> Walk {
    Walk::still(3_600.0)
}

/// All of them.
pub const SCENARIOS: [Scenario; 9] = [
    Scenario {
        name: "walk, open sky",
        walk: patrol,
        receiver: OPEN,
        study: all([1.1, 0.0, -0.4, -1.9, -4.9, -9.0]),
        still: false,
    },
    Scenario {
        name: "walk, trees",
        walk: patrol,
        receiver: TREES,
        study: all([6.9, 4.8, 3.2, 1.2, -2.7, -7.8]),
        still: false,
    },
    Scenario {
        name: "walk, bad phone",
        walk: patrol,
        receiver: BAD,
        study: all([3.5, 7.4, 5.6, 3.5, -0.5, -6.8]),
        still: false,
    },
    Scenario {
        name: "walk, 1 % wild",
        walk: patrol,
        receiver: OPEN.with_wild(0.01),
        study: only(1.1),
        still: false,
    },
    Scenario {
        name: "zigzag 40 x 12 m",
        walk: zigzag,
        receiver: OPEN,
        study: all([-4.5, -6.0, -7.7, -10.5, -26.0, -53.0]),
        still: false,
    },
    Scenario {
        name: "e-bike 5 m/s",
        walk: ride,
        receiver: OPEN,
        study: all([0.2, -0.1, -0.4, -0.6, -1.4, -8.4]),
        still: false,
    },
    Scenario {
        name: "still 1 h, open sky",
        walk: hour,
        receiver: OPEN,
        study: all([9.0, 12.0, 8.0, 5.0, 1.0, 1.0]),
        still: true,
    },
    Scenario {
        name: "still 1 h, indoors",
        walk: hour,
        receiver: BAD,
        study: all([158.0, 445.0, 321.0, 222.0, 110.0, 80.0]),
        still: true,
    },
    Scenario {
        name: "still 1 h, 1 % wild",
        walk: hour,
        receiver: OPEN.with_wild(0.01),
        study: only(11.0),
        still: true,
    },
];

impl Scenario {
    /// The walk and what the receiver said of it.
    pub fn play(&self, seed: u64, interval_s: u32) -> (Walk, Vec<fieldwork_patrol::Fix>) {
        let mut chance = Chance::new(seed);
        let walk = (self.walk)(&mut chance);
        let fixes = self.receiver.fixes(&walk, &mut chance, interval_s);
        (walk, fixes)
    }

    /// How much worse than the study's a figure may be: a fifth of it, or two points or metres.
    pub fn slack(figure: f64) -> f64 {
        (figure.abs() / 5.0).max(2.0)
    }
}
