//! Full-width forms: what a Chinese keyboard writes when nobody looks.

/// Turns full-width digits, Latin letters, punctuation and the ideographic space into their ASCII
/// counterparts; every other character stays.
///
/// ```
/// assert_eq!(fieldwork_ids::half_width("１３８　ｘ王"), "138 x王");
/// ```
pub fn half_width(text: &str) -> String {
    text.chars().map(half).collect()
}

fn half(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        // The block repeats ASCII from `!` to `~` at a fixed distance.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}
