//! The copy of a photo that one form wants: its bytes, its pixels, its name, its EXIF.
//!
//! Why: the same photograph goes to five places with five rules, and every one of them refuses what it
//! does not like. So each gets its own copy, always made from the original, never from another copy.
//!
//! How: [`derive`] makes one; it is the same work as intake with other numbers. A copy is made once per
//! photo and [`Profile`] and stored under both names; the [`Shelf`] says which stored copies to drop
//! when they take too much room. The original is never on it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::budget::on_worker;
use crate::calendar::civil;
use crate::decode::decode_here;
use crate::encode::{Encoded, Fit, fit};
use crate::exif_out::Facts;
use crate::limits::REPORT_SIDE;
use crate::picture::sides_within;
use crate::{Budget, Filter, PhotoError, probe};

/// What a copy may say about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExifRule {
    /// Nothing at all.
    None,
    /// That it is upright.
    Upright,
    /// That, and when it was taken.
    Time,
    /// All that, and where.
    TimeAndPlace,
}

/// The rules of a form for its photographs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Most bytes.
    pub max_bytes: Option<usize>,
    /// Greatest width, in pixels.
    pub max_width: Option<u32>,
    /// Greatest height, in pixels.
    pub max_height: Option<u32>,
    /// Quality to begin with, 1 to 100.
    pub quality: u8,
    /// What it may say about itself.
    pub exif: ExifRule,
    /// File name: `{photo}` is the start of the original's hash, `{n}` the number of the photo in the
    /// form, `{date}` the day it was taken. What a file name cannot hold becomes `_`.
    pub name: String,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            max_bytes: None,
            max_width: None,
            max_height: None,
            quality: 80,
            exif: ExifRule::Time,
            name: "{photo}.jpg".to_owned(),
        }
    }
}

impl Profile {
    /// A name for these rules: other rules, another name.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        Sha256::digest(format!("fieldwork-profile-v1\n{self:?}")).into()
    }

    /// Width and height that a picture of this size gets.
    fn sides(&self, width: u32, height: u32) -> (u32, u32) {
        let long_side = width.max(height).min(REPORT_SIDE);
        let (mut wide, mut high) = sides_within(width, height, long_side);
        if let Some(most) = self.max_width.filter(|&most| wide > most) {
            high = (high * most / wide).max(1);
            wide = most;
        }
        if let Some(most) = self.max_height.filter(|&most| high > most) {
            wide = (wide * most / high).max(1);
            high = most;
        }
        (wide.max(1), high.max(1))
    }
}

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivative {
    /// The file.
    pub file: Encoded,
    /// Its name.
    pub name: String,
}

/// Makes the copy number `number` of a form from an original.
///
/// # Errors
///
/// As [`crate::intake`]; [`PhotoError::DoesNotFit`] where the byte limit cannot be met.
pub fn derive(
    original: &[u8],
    profile: &Profile,
    number: usize,
    budget: &Budget<'_>,
) -> Result<Derivative, PhotoError> {
    let probe = probe(original)?;
    let (width, height) = probe.upright();
    let (wide, high) = profile.sides(width, height);
    on_worker(|| {
        let picture = decode_here(original, &probe, wide.max(high), budget)?;
        let picture = if picture.width() > wide || picture.height() > high {
            picture.resized(wide, high, Filter::Fine)
        } else {
            picture
        };
        let facts = Facts {
            taken_at: probe
                .taken_at
                .filter(|_| matches!(profile.exif, ExifRule::Time | ExifRule::TimeAndPlace)),
            gps: probe.gps.filter(|_| profile.exif == ExifRule::TimeAndPlace),
            silent: profile.exif == ExifRule::None,
        };
        let wanted = Fit {
            quality: profile.quality,
            max_bytes: profile.max_bytes,
        };
        let day = probe
            .taken_at
            .map(|taken| taken.local_ms.div_euclid(86_400_000));
        Ok(Derivative {
            file: fit(&picture, wanted, &facts)?,
            name: name(&profile.name, original, number, day),
        })
    })
}

fn name(pattern: &str, original: &[u8], number: usize, day: Option<i64>) -> String {
    let hash = Sha256::digest(original);
    let photo: String = hash
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let date = day.map_or_else(String::new, |day| {
        let (year, month, day) = civil(day);
        format!("{year:04}{month:02}{day:02}")
    });
    pattern
        .replace("{photo}", &photo)
        .replace("{n}", &number.to_string())
        .replace("{date}", &date)
        .chars()
        .map(|character| match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            character if character.is_control() => '_',
            character => character,
        })
        .collect()
}

/// Photo and profile that a copy was made from and for.
pub type Made = ([u8; 32], [u8; 32]);

/// Which copies are stored, and which of them go when there are too many bytes: those that nobody has
/// wanted for the longest time.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    max_bytes: u64,
    bytes: u64,
    /// Length, and the turn at which it was last wanted.
    copies: BTreeMap<Made, (u64, u64)>,
    turn: u64,
}

impl Shelf {
    /// An empty shelf for so many bytes.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        Self {
            max_bytes,
            ..Self::default()
        }
    }

    /// Bytes of all copies on it.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the copy is there; it counts as wanted.
    pub fn wants(&mut self, copy: &Made) -> bool {
        self.turn += 1;
        self.copies.get_mut(copy).is_some_and(|(_, last)| {
            *last = self.turn;
            true
        })
    }

    /// Puts a copy on the shelf and gives those that must go for it. A copy larger than the shelf stays
    /// alone on it: it was wanted.
    pub fn put(&mut self, copy: Made, length: u64) -> Vec<Made> {
        self.turn += 1;
        if let Some((old, _)) = self.copies.insert(copy, (length, self.turn)) {
            self.bytes -= old;
        }
        self.bytes += length;
        let mut gone = Vec::new();
        while self.bytes > self.max_bytes && self.copies.len() > 1 {
            let Some((&oldest, &(length, _))) =
                self.copies.iter().min_by_key(|(_, (_, last))| *last)
            else {
                break;
            };
            self.copies.remove(&oldest);
            self.bytes -= length;
            gone.push(oldest);
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;

    #[test]
    fn the_copy_that_nobody_wanted_longest_goes_first() {
        let key = |n: u8| ([n; 32], [0; 32]);
        let mut shelf = Shelf::new(100);
        assert!(shelf.put(key(1), 40).is_empty());
        assert!(shelf.put(key(2), 40).is_empty());
        assert!(shelf.wants(&key(1)));
        assert_eq!(shelf.put(key(3), 40), [key(2)]);
        assert!(!shelf.wants(&key(2)));
        assert_eq!(shelf.bytes(), 80);
        assert_eq!(shelf.put(key(4), 500).len(), 2);
        assert_eq!(shelf.bytes(), 500);
    }
}
