//! Which way to turn, step and level the phone to see what the photo before showed.

use super::search::Found;

/// Which way to turn the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

/// Which way to step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closer {
    /// Closer to the place.
    Closer,
    /// Farther from the place.
    Farther,
}

/// Which way to roll the phone, as the worker sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Clockwise.
    Clockwise,
    /// Counter-clockwise.
    CounterClockwise,
}

/// How to come closer to the photo before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guidance {
    /// Left or right.
    pub sideways: Option<Turn>,
    /// Up or down.
    pub upright: Option<Turn>,
    /// Closer or farther.
    pub step: Option<Closer>,
    /// Level the phone.
    pub level: Option<Level>,
}

impl Guidance {
    /// The sentence for the worker; empty where there is nothing to do.
    #[must_use]
    pub fn chinese(&self) -> String {
        let parts = [
            self.sideways.or(self.upright).map(|turn| match turn {
                Turn::Left => "镜头向左转一点",
                Turn::Right => "镜头向右转一点",
                Turn::Up => "镜头抬高一点",
                Turn::Down => "镜头放低一点",
            }),
            self.step.map(|step| match step {
                Closer::Closer => "靠近一点",
                Closer::Farther => "退后一点",
            }),
            self.level.map(|level| match level {
                Level::Clockwise => "手机顺时针转正",
                Level::CounterClockwise => "手机逆时针转正",
            }),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("，")
    }

    pub(super) fn of(found: &Found, width: f64, height: f64) -> Self {
        let middle = (width / 2.0, height / 2.0);
        // Where the middle of the before is now: if it is to the right, turn to the right.
        let (dx, dy) = found
            .movement
            .map(middle)
            .map_or((0.0, 0.0), |(x, y)| (x - middle.0, y - middle.1));
        let (scale, rotation_deg) = found.similarity.scale_and_turn();
        Self {
            sideways: either(dx, 0.05 * width, Turn::Left, Turn::Right),
            upright: either(dy, 0.05 * height, Turn::Up, Turn::Down),
            step: either(scale.ln(), 0.08, Closer::Closer, Closer::Farther),
            // The picture turned clockwise when the phone turned the other way.
            level: either(rotation_deg, 3.0, Level::CounterClockwise, Level::Clockwise),
        }
    }
}

fn either<T>(value: f64, limit: f64, less: T, more: T) -> Option<T> {
    if value < -limit {
        Some(less)
    } else if value > limit {
        Some(more)
    } else {
        None
    }
}
