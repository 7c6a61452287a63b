//! A walk over plots as a picture: SVG or PNG, from what is at hand. No tiles, no network.
//!
//! Both are made of one [`scene`]: shapes in units of the picture, north up, on the plane that touches the
//! middle of what is shown. The way is simplified to half a unit.

mod digit;
mod png;
mod scene;
mod simplify;
mod svg;

pub use simplify::simplify;

use crate::attribute::Attribution;
use crate::{Path, Plot};
use scene::Scene;

/// What is drawn, and how wide.
#[derive(Debug, Clone, Copy)]
pub struct Drawing<'a> {
    /// The way, with its gaps and the fixes that were left out.
    pub path: &'a Path,
    /// Plots that may be in sight; all others are left out.
    pub plots: &'a [Plot],
    /// What the way had to do with them; numbers are places in `plots`.
    pub attributions: &'a [Attribution],
    /// Width of the picture in units or pixels; the height follows, within a third and three of it.
    pub width: u16,
}

impl Drawing<'_> {
    /// As SVG. `None` where there is no way and no plot to show.
    pub fn svg(&self) -> Option<String> {
        Some(svg::write(&Scene::of(self)?))
    }

    /// As PNG, 8-bit colours, without words: these need a font. `None` where there is nothing to show.
    pub fn png(&self) -> Option<Vec<u8>> {
        Some(png::write(&Scene::of(self)?))
    }
}
