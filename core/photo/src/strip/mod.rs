//! Before, during and after side by side, with a caption: what a chat group and a report want to see.
//!
//! The text is drawn on a band of its own below the pictures and on dark labels within them: white on
//! whatever a photograph has there cannot be read. The same words are given back as [`Strip::text`], so
//! that a share sends both picture and text.

mod font;
mod text;

pub use font::{Font, Fonts};

use crate::calendar::civil;
use crate::exif::TakenAt;
use crate::{Filter, PhotoError, Picture};

/// Most pictures of a strip.
pub const MAX_PANELS: usize = 4;

/// One picture of a strip.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    /// The picture.
    pub picture: &'a Picture,
    /// What stands on it, such as 整改前.
    pub label: &'a str,
}

/// Sizes of a strip, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Height of each picture.
    pub height: u32,
    /// Between pictures.
    pub gap: u32,
    /// Height of a line of the caption.
    pub line: u32,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            height: 756,
            gap: 20,
            line: 60,
        }
    }
}

/// What stands below the pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caption {
    /// When, as the camera said.
    pub taken_at: Option<TakenAt>,
    /// Where, in words.
    pub place: String,
    /// Whose, masked before it is drawn.
    pub name: String,
    /// Anything else.
    pub text: String,
}

impl Caption {
    /// The lines of the caption; empty parts are left out.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let date = self.taken_at.map(|taken| {
            let (year, month, day) = civil(taken.local_ms.div_euclid(86_400_000));
            format!("{year:04}-{month:02}-{day:02}")
        });
        let name = fieldwork_ids::mask(&self.name, fieldwork_ids::Mask::FirstChar);
        let first: Vec<String> = [date, Some(self.place.clone()), Some(name)]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        [first.join("　")]
            .into_iter()
            .chain(self.text.lines().map(str::to_owned))
            .filter(|line| !line.is_empty())
            .collect()
    }
}

/// A strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// The picture.
    pub picture: Picture,
    /// Labels and caption as text, for whoever cannot see the picture.
    pub text: String,
    /// Characters that no font has; they are left out of the picture. Give a font that has them.
    pub missing: Vec<char>,
}

const BACKGROUND: u8 = 245;
const LABEL_INK: [u8; 3] = [255; 3];
const CAPTION_INK: [u8; 3] = [30; 3];

/// Puts pictures side by side.
///
/// # Errors
///
/// [`PhotoError::StripCount`] for no pictures or more than [`MAX_PANELS`].
pub fn strip(
    panels: &[Panel<'_>],
    caption: &Caption,
    fonts: &Fonts<'_>,
    layout: &Layout,
) -> Result<Strip, PhotoError> {
    if panels.is_empty() || panels.len() > MAX_PANELS {
        return Err(PhotoError::StripCount {
            count: panels.len(),
            max: MAX_PANELS,
        });
    }
    let pictures: Vec<Picture> = panels
        .iter()
        .map(|panel| {
            let (width, height) = (panel.picture.width(), panel.picture.height());
            // A panorama is not let push the others aside.
            let wide = (u64::from(width) * u64::from(layout.height) / u64::from(height))
                .clamp(1, u64::from(layout.height) * 2);
            panel
                .picture
                .resized(wide as u32, layout.height, Filter::Fast)
        })
        .collect();
    let gaps = layout.gap * (panels.len() as u32 - 1);
    let width = pictures.iter().map(Picture::width).sum::<u32>() + gaps;
    let size = layout.line as f32 * 0.7;
    let mut missing = Vec::new();
    let lines: Vec<String> = caption
        .lines()
        .iter()
        .flat_map(|line| text::wrapped(line, fonts, size, (width - 2 * margin(layout)) as f32))
        .collect();
    let band = if lines.is_empty() {
        0
    } else {
        layout.line * lines.len() as u32 + layout.gap
    };
    let height = layout.height + band;
    let pixels = vec![BACKGROUND; width as usize * height as usize * 3];
    let mut out = Picture::new(width, height, pixels)?;
    let mut left = 0;
    for (panel, picture) in panels.iter().zip(&pictures) {
        text::paste(&mut out, picture, left);
        text::label(
            &mut out,
            panel.label,
            fonts,
            size,
            (left, 0),
            LABEL_INK,
            &mut missing,
        );
        left += picture.width() + layout.gap;
    }
    for (number, line) in (0_u32..).zip(&lines) {
        let top = layout.height + layout.gap / 2 + number * layout.line;
        let at = (margin(layout) as f32, top as f32 + size * 0.15);
        text::draw(&mut out, line, fonts, size, at, CAPTION_INK, &mut missing);
    }
    let mut words: Vec<&str> = panels.iter().map(|panel| panel.label).collect();
    words.retain(|label| !label.is_empty());
    let labels = words.join(" | ");
    let text = [labels]
        .into_iter()
        .chain(caption.lines())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n");
    Ok(Strip {
        picture: out,
        text,
        missing,
    })
}

fn margin(layout: &Layout) -> u32 {
    layout.line / 3
}
