//! Fonts, asked in turn for a character.

use ab_glyph::{Font as _, FontRef, GlyphId};

use crate::PhotoError;

/// The core's own font: ASCII, Chinese punctuation and the 3,755 commonest Chinese characters, cut from
/// Noto Sans CJK SC (SIL Open Font License 1.1, see `font/OFL.txt`).
#[cfg(feature = "fallback-font")]
const FALLBACK: &[u8] = include_bytes!("../../font/fieldwork-fallback.otf");

/// A font.
#[derive(Debug, Clone)]
pub struct Font<'a>(FontRef<'a>);

impl<'a> Font<'a> {
    /// A TrueType or OpenType font; of a collection the face number `face`.
    ///
    /// # Errors
    ///
    /// [`PhotoError::NotAFont`] for other bytes.
    pub fn new(bytes: &'a [u8], face: u32) -> Result<Self, PhotoError> {
        FontRef::try_from_slice_and_index(bytes, face)
            .map(Self)
            .map_err(|_| PhotoError::NotAFont)
    }
}

/// Fonts in the order in which they are asked for a character: the platform's first.
#[derive(Debug, Clone, Default)]
pub struct Fonts<'a>(Vec<FontRef<'a>>);

impl<'a> Fonts<'a> {
    /// These fonts, and the core's own last where it is built in.
    #[must_use]
    pub fn new(given: impl IntoIterator<Item = Font<'a>>) -> Self {
        #[cfg_attr(
            not(feature = "fallback-font"),
            expect(unused_mut, reason = "nothing is added without the feature")
        )]
        let mut fonts: Vec<FontRef<'a>> = given.into_iter().map(|font| font.0).collect();
        #[cfg(feature = "fallback-font")]
        fonts.extend(FontRef::try_from_slice(FALLBACK));
        Self(fonts)
    }

    /// The first font that has the character.
    pub(super) fn of(&self, character: char) -> Option<(&FontRef<'a>, GlyphId)> {
        self.0
            .iter()
            .map(|font| (font, font.glyph_id(character)))
            .find(|(_, glyph)| glyph.0 != 0)
    }
}
