//! Photographs for testing photographs: places with depth, seen by a camera that moves, and files
//! damaged on purpose.
//!
//! Why: whether an after shows what the before showed can only be tested where the truth is known, and
//! flat pictures do not do: when a hand moves a step aside, a pile of rubbish moves against the wall
//! behind it. So a [`place::Place`] has a ground, several upright layers and a far background, each
//! drawn by chance from a seed, and a [`camera::Camera`] really looks at it.

#![expect(
    clippy::expect_used,
    reason = "a picture that cannot be made fails the test that wants it"
)]

pub mod camera;
pub mod damage;
pub mod dice;
pub mod edit;
pub mod memory;
pub mod pairs;
pub mod place;
pub mod sheet;
