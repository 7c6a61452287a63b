//! Photographs before and after, of which the truth is known.

use fieldwork_photo::Picture;

use crate::camera::Camera;
use crate::dice::Dice;
use crate::edit;
use crate::place::Place;

/// What a pair is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// The same view, by hand: other light, the problem gone.
    Ok,
    /// The same place, framed otherwise.
    Off,
    /// Another place.
    Elsewhere,
    /// Another place with the same things standing in front.
    SameThings,
    /// The very same picture, saved again, cut or brightened.
    Copy,
    /// Taken again at once from a step aside, nothing changed.
    Retake,
}

/// Size of the pictures.
pub const SIZE: (u32, u32) = (480, 360);
const ASPECT: f64 = 0.75;
/// What is looked at: the walls.
const DEPTHS: [f64; 2] = [8.0, 25.0];

/// A place and its photo before, of which any number of photos after can be taken.
#[derive(Debug, Clone)]
pub struct Scene {
    seed: u64,
    place: Place,
    camera: Camera,
    /// The photo before.
    pub before: Picture,
}

impl Scene {
    /// The scene of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let place = Place::new(seed);
        let camera = Camera {
            yaw: dice.between(-4.0, 4.0),
            pitch: dice.between(-3.0, 3.0),
            roll: dice.between(-2.0, 2.0),
            ..Camera::default()
        };
        let before = shot(&camera, &place, &mut dice, 0.3);
        Self {
            seed,
            place,
            camera,
            before,
        }
    }

    /// The photo after number `number` of a truth.
    #[must_use]
    pub fn after(&self, truth: Truth, number: u64) -> Picture {
        let seed = self.seed + number * 7_919;
        let mut dice = Dice::new(seed.wrapping_mul(31).wrapping_add(1 + truth as u64));
        let first = &self.camera;
        match truth {
            Truth::Ok => {
                let share = dice.between(0.0, 0.35);
                let place = self.place.after_work(seed, share);
                let camera = by_hand(first, &mut dice);
                shot(&camera, &place, &mut dice, 1.0)
            }
            Truth::Off => {
                let place = self.place.after_work(seed, 0.15);
                let camera = turned_away(first, &mut dice);
                shot(&camera, &place, &mut dice, 0.8)
            }
            Truth::Elsewhere => {
                let camera = by_hand(first, &mut dice);
                shot(&camera, &Place::new(seed + 500_000), &mut dice, 0.8)
            }
            Truth::SameThings => {
                let other = Place::new(seed + 500_000).with_things_of(&self.place);
                let camera = by_hand(first, &mut dice);
                shot(&camera, &other, &mut dice, 0.5)
            }
            Truth::Copy => copied(&self.before, &mut dice),
            Truth::Retake => {
                let camera = Camera {
                    x: first.x + dice.either_side(0.12, 0.4),
                    y: first.y + dice.between(-0.1, 0.1),
                    yaw: first.yaw + dice.between(-2.0, 2.0),
                    pitch: first.pitch + dice.between(-1.5, 1.5),
                    roll: first.roll + dice.between(-1.5, 1.5),
                    ..*first
                };
                shot(&camera, &self.place, &mut dice, 0.3)
            }
        }
    }
}

fn shot(camera: &Camera, place: &Place, dice: &mut Dice, light: f64) -> Picture {
    let seen = camera.look(place, SIZE.0, SIZE.1);
    let lit = edit::relit(&seen, dice, light);
    let sigma = dice.between(1.0, 5.0);
    let noisy = edit::noisy(&lit, dice, sigma);
    edit::saved(&noisy, dice.between(70.0, 92.0) as u8)
}

/// Within what counts as the same view: the corners move by at most 12 % of the diagonal.
fn by_hand(first: &Camera, dice: &mut Dice) -> Camera {
    loop {
        let camera = Camera {
            x: first.x + dice.between(-0.4, 0.4),
            y: first.y + dice.between(-0.15, 0.15),
            z: first.z + dice.between(-0.4, 0.4),
            yaw: first.yaw + dice.between(-7.0, 7.0),
            pitch: first.pitch + dice.between(-5.0, 5.0),
            roll: first.roll + dice.between(-6.0, 6.0),
            zoom: dice.between(0.88, 1.14),
        };
        if DEPTHS
            .iter()
            .all(|&depth| first.shift_to(&camera, depth, ASPECT) < 0.12)
        {
            return camera;
        }
    }
}

/// So that the corners move by more than 20 % of the diagonal, whatever is looked at.
fn turned_away(first: &Camera, dice: &mut Dice) -> Camera {
    loop {
        let mut camera = by_hand(first, dice);
        match dice.below(4) {
            0 => camera.yaw += dice.either_side(12.0, 28.0),
            1 => camera.pitch += dice.either_side(10.0, 18.0),
            2 => camera.roll += dice.either_side(22.0, 45.0),
            _ => camera.zoom *= dice.between(1.35, 1.9),
        }
        if DEPTHS
            .iter()
            .all(|&depth| first.shift_to(&camera, depth, ASPECT) > 0.20)
        {
            return camera;
        }
    }
}

fn copied(picture: &Picture, dice: &mut Dice) -> Picture {
    let mut copy = picture.clone();
    if dice.chance(0.6) {
        // At most a tenth of either side in all.
        let (across, down) = (dice.between(0.0, 0.1), dice.between(0.0, 0.1));
        let (left, top) = (dice.unit() * across, dice.unit() * down);
        copy = edit::cropped(&copy, [left, top, across - left, down - top]);
    }
    if dice.chance(0.5) {
        copy = edit::brightened(&copy, dice.between(0.7, 1.35));
    }
    if dice.chance(0.3) {
        copy = edit::halved(&copy);
    }
    edit::saved(&copy, dice.between(45.0, 95.0) as u8)
}
