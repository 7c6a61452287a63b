//! Unified social credit codes, GB 32100: 18 characters of an alphabet of 31, the last a check
//! character over weights 3^place mod 31.

use crate::IdError;

/// Digits and capitals without I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

pub(crate) fn check(text: &str) -> Result<(), IdError> {
    if text.chars().count() != 18 {
        return Err(IdError::Length);
    }
    let value = |byte: u8| ALPHABET.iter().position(|letter| *letter == byte);
    let values: Option<Vec<usize>> = text.bytes().map(value).collect();
    let values = values.ok_or(IdError::Character)?;
    // The check character is chosen so that the weighted sum over all 18 is 0 mod 31.
    let (sum, _) = values.iter().take(17).fold((0, 1), |(sum, weight), value| {
        ((sum + value * weight) % 31, weight * 3 % 31)
    });
    let expected = (31 - sum) % 31;
    if values.last() == Some(&expected) {
        Ok(())
    } else {
        Err(IdError::Check)
    }
}
