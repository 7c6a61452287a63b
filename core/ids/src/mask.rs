//! Masks: how much of a number or name an upstream wants to see.

/// How a text is masked. A text too short to keep anything hidden is hidden whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mask {
    /// Telephone: the first 3, `****`, the last 4.
    Phone34,
    /// Citizen number: the first 3, a star for each one hidden, the last 4.
    Id34,
    /// Citizen number: the first 6, a star for each one hidden, the last 4.
    Id64,
    /// Name: the first character, a star for each other.
    FirstChar,
}

/// Masks a text; counts characters, not bytes.
///
/// ```
/// use fieldwork_ids::{Mask, mask};
/// assert_eq!(mask("13800000031", Mask::Phone34), "138****0031");
/// assert_eq!(mask("张青山", Mask::FirstChar), "张**");
/// ```
pub fn mask(text: &str, how: Mask) -> String {
    let count = text.chars().count();
    let (first, last) = match how {
        Mask::Phone34 | Mask::Id34 => (3, 4),
        Mask::Id64 => (6, 4),
        Mask::FirstChar => (1, 0),
    };
    if count <= first + last {
        return match how {
            // A name of one character is its own mask's first character; there is nothing else.
            Mask::FirstChar => text.to_owned(),
            _ => "*".repeat(count),
        };
    }
    let stars = if how == Mask::Phone34 {
        4
    } else {
        count - first - last
    };
    let head = text.chars().take(first);
    let tail = text.chars().skip(count - last);
    head.chain(std::iter::repeat_n('*', stars))
        .chain(tail)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mask_shows_what_it_says_and_no_more() {
        assert_eq!(mask("09900000015", Mask::Phone34), "099****0015");
        assert_eq!(mask("990101195803120115", Mask::Id34), "990***********0115");
        assert_eq!(mask("990101195803120115", Mask::Id64), "990101********0115");
        assert_eq!(mask("古丽娜尔·艾山", Mask::FirstChar), "古******");
        assert_eq!(mask("王\u{23C97}", Mask::FirstChar), "王*");
    }

    #[test]
    fn a_text_too_short_to_hide_anything_is_hidden_whole() {
        assert_eq!(mask("1234567", Mask::Phone34), "*******");
        assert_eq!(mask("1234567890", Mask::Id64), "**********");
        assert_eq!(mask("", Mask::Id34), "");
    }
}
