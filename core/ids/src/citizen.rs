//! Citizen numbers, GB 11643: area 6, birth date 8, serial 3 (odd: male), check digit by ISO 7064
//! MOD 11-2. The old form has 15 digits, a birth year of two digits (19..) and no check digit.

use crate::{Date, IdError, Identifier, Sex};

/// Remainder of the weighted sum → check character.
const CHECK: &[u8; 11] = b"10X98765432";

/// The check character for the first 17 digits. The weight of a place is 2^(17 - place) mod 11, so one
/// pass of doubling does.
fn check_character(body: &[u8]) -> u8 {
    let sum = body.iter().fold(0usize, |sum, digit| {
        (sum + usize::from(digit - b'0')) * 2 % 11
    });
    CHECK[sum]
}

pub(crate) fn check(found: &mut Identifier) -> Result<(), IdError> {
    if let Some(old) = old_form(&found.text) {
        birth(&old).ok_or(IdError::Date)?;
        let last = char::from(check_character(old.as_bytes()));
        found.text = format!("{old}{last}");
        found.repairs.upgraded = true;
    }
    if found.text.chars().count() != 18 {
        return Err(IdError::Length);
    }
    let bytes = found.text.as_bytes();
    let (Some(body), Some(last)) = (bytes.get(..17), bytes.get(17)) else {
        return Err(IdError::Character);
    };
    if bytes.len() != 18
        || !body.iter().all(u8::is_ascii_digit)
        || !(last.is_ascii_digit() || *last == b'X')
    {
        return Err(IdError::Character);
    }
    if check_character(body) != *last {
        return Err(IdError::Check);
    }
    let sex = if (body[16] - b'0') % 2 == 1 {
        Sex::Male
    } else {
        Sex::Female
    };
    found.birth = Some(birth(&found.text).ok_or(IdError::Date)?);
    found.sex = Some(sex);
    Ok(())
}

/// The first 17 characters of the new form, if the text is 15 digits.
fn old_form(text: &str) -> Option<String> {
    let digits = text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("{}19{}", &text[..6], &text[6..]))
}

fn birth(text: &str) -> Option<Date> {
    text.get(6..14)?.parse().ok()
}
