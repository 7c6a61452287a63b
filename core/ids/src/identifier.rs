//! The numbers and codes that registers are full of: normalised, checked, and never shown in errors.

use std::fmt;

use thiserror::Error;

use crate::{Date, citizen, firm, width};

/// Which kind of number or code a text should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKind {
    /// Citizen number, 18 characters (GB 11643); the old 15 digits are upgraded.
    Citizen,
    /// Unified social credit code of a firm, 18 characters (GB 32100).
    Firm,
    /// Telephone number: a mobile of 11 digits, or a fixed line with its leading zero.
    Phone,
    /// Statistical division code of a village, 12 digits.
    Division,
    /// Grid, 15 digits: village and serial.
    Grid,
    /// Household of the roster, 18 digits: village and serial.
    Household,
    /// Person of the roster, 20 digits: household and serial.
    Person,
    /// Who lets land, 14 digits: village and group (GB/T 35958).
    Issuer,
    /// Who contracts land, 18 digits: issuer and serial (GB/T 35958).
    Contractor,
    /// A plot of contracted land, 19 digits: issuer and serial (GB/T 35958).
    Plot,
    /// A real-estate unit, 28 characters (GB/T 37346), such as `990101001001JC00001F00010001`.
    HouseUnit,
}

/// Sex as a citizen number says it, in the codes of GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Code 1.
    Male,
    /// Code 2.
    Female,
}

impl Sex {
    /// `"1"` or `"2"`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
        }
    }
}

/// What was mended in a text before it was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repairs {
    /// Full-width characters were made half-width.
    pub full_width: bool,
    /// Lower-case letters were made upper-case.
    pub case: bool,
    /// Spaces (in a telephone number also hyphens and the country code) were removed.
    pub spacing: bool,
    /// A citizen number of 15 digits was made one of 18.
    pub upgraded: bool,
}

impl Repairs {
    /// Whether anything was mended.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// A number or code that has passed [`check`].
///
/// Its `Debug` does not show the text: it may be somebody's citizen number.
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier {
    /// What it is.
    pub kind: IdKind,
    /// The text, normalised: half-width, upper case, without spaces.
    pub text: String,
    /// Date of birth, in a citizen number.
    pub birth: Option<Date>,
    /// Sex, in a citizen number.
    pub sex: Option<Sex>,
    /// What was mended.
    pub repairs: Repairs,
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identifier")
            .field("kind", &self.kind)
            .field("repairs", &self.repairs)
            .finish_non_exhaustive()
    }
}

/// Why a text is not what it should be. Carries no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum IdError {
    /// Too short or too long.
    #[error("wrong number of characters")]
    Length,
    /// A character stands where it cannot.
    #[error("a character that cannot stand there")]
    Character,
    /// The check digit does not agree with the rest: something was mistyped.
    #[error("the check digit does not agree")]
    Check,
    /// The date of birth is no day of the calendar.
    #[error("the date of birth is not a day of the calendar")]
    Date,
}

impl IdError {
    /// One word for tables: `length`, `character`, `check` or `date`.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Character => "character",
            Self::Check => "check",
            Self::Date => "date",
        }
    }

    /// The reason as a field worker reads it.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Length => "位数不对",
            Self::Character => "含有不允许的字符",
            Self::Check => "校验位不符",
            Self::Date => "出生日期不存在",
        }
    }
}

/// Normalises a text and checks that it is a number or code of the kind.
///
/// # Errors
/// [`IdError`], the first of length, character, check digit, date that fails.
///
/// ```
/// use fieldwork_ids::{IdError, IdKind, check};
/// assert_eq!(check(IdKind::Citizen, "11010519491231002x")?.text, "11010519491231002X");
/// assert_eq!(check(IdKind::Citizen, "11010519491231003X"), Err(IdError::Check));
/// # Ok::<(), IdError>(())
/// ```
pub fn check(kind: IdKind, text: &str) -> Result<Identifier, IdError> {
    let mut repairs = Repairs::default();
    let half = width::half_width(text);
    repairs.full_width = half != text;
    let trimmed = half.trim();
    repairs.spacing = trimmed.len() != half.len();
    let text = trimmed.to_ascii_uppercase();
    repairs.case = text != trimmed;

    let mut found = Identifier {
        kind,
        text,
        birth: None,
        sex: None,
        repairs,
    };
    match kind {
        IdKind::Citizen => citizen::check(&mut found)?,
        IdKind::Firm => firm::check(&found.text)?,
        IdKind::Phone => phone(&mut found)?,
        IdKind::Division => digits(&found.text, 12)?,
        IdKind::Issuer => digits(&found.text, 14)?,
        IdKind::Grid => digits(&found.text, 15)?,
        IdKind::Household | IdKind::Contractor => digits(&found.text, 18)?,
        IdKind::Plot => digits(&found.text, 19)?,
        IdKind::Person => digits(&found.text, 20)?,
        IdKind::HouseUnit => house_unit(&found.text)?,
    }
    Ok(found)
}

fn digits(text: &str, count: usize) -> Result<(), IdError> {
    pattern(text, |at, _| (at < count).then_some(Class::Digit), count)
}

enum Class {
    Digit,
    Letter,
    OneOf(&'static [u8]),
}

/// County 6, cadastral area 3 and sub-area 3, feature 2 letters, parcel 5, kind of fixture 1 letter
/// (F building, L wood, Q other, W none), unit 8.
fn house_unit(text: &str) -> Result<(), IdError> {
    let class = |at: usize, _| {
        Some(match at {
            12 | 13 => Class::Letter,
            19 => Class::OneOf(b"FLQW"),
            _ => Class::Digit,
        })
    };
    pattern(text, class, 28)
}

fn pattern(
    text: &str,
    class: impl Fn(usize, char) -> Option<Class>,
    count: usize,
) -> Result<(), IdError> {
    if text.chars().count() != count {
        return Err(IdError::Length);
    }
    let fits = text.chars().enumerate().all(|(at, c)| match class(at, c) {
        Some(Class::Digit) => c.is_ascii_digit(),
        Some(Class::Letter) => c.is_ascii_uppercase(),
        Some(Class::OneOf(allowed)) => u8::try_from(c).is_ok_and(|byte| allowed.contains(&byte)),
        None => false,
    });
    if fits {
        Ok(())
    } else {
        Err(IdError::Character)
    }
}

/// A mobile number is 1, then 3–9, then nine digits; a fixed line is its area code with the zero and
/// seven or eight digits. Numbers stay text: the zero counts.
fn phone(found: &mut Identifier) -> Result<(), IdError> {
    let bare: String = found
        .text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')'))
        .collect();
    let bare = match bare
        .strip_prefix("+86")
        .or_else(|| bare.strip_prefix("0086"))
    {
        Some(rest) => rest.to_owned(),
        None => bare,
    };
    found.repairs.spacing |= bare != found.text;
    if !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdError::Character);
    }
    let fits = match bare.as_bytes() {
        [b'0', rest @ ..] => {
            if rest.first() == Some(&b'0') {
                return Err(IdError::Character);
            }
            (9..=11).contains(&rest.len())
        }
        [b'1', second, rest @ ..] if rest.len() == 9 => {
            if !(b'3'..=b'9').contains(second) {
                return Err(IdError::Character);
            }
            true
        }
        _ => false,
    };
    found.text = bare;
    if fits { Ok(()) } else { Err(IdError::Length) }
}
