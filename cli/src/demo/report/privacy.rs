//! Citizen numbers and telephone numbers are never shown in full.
//!
//! Why here and by their looks: the report shows values as they were sent, whatever form they stand
//! in, and a form of tomorrow may carry a number in a field nobody thought of. Names stay: the report
//! is for the worker who wrote them down, and its ledger is made of them.

use fieldwork_ids::{IdKind, Mask, check, mask};

/// The text with every citizen number and telephone number in it masked.
pub(super) fn veil(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            word.push(character);
        } else {
            flush(&mut word, &mut out);
            out.push(character);
        }
    }
    flush(&mut word, &mut out);
    out
}

/// A value that stands under this label: where the label says that it is such a number it is masked
/// whatever it looks like.
pub(super) fn veil_labelled(label: &str, text: &str) -> String {
    if text.contains('*') {
        // Masked for the upstream already.
        return text.to_owned();
    }
    if ["证件", "身份证"].iter().any(|word| label.contains(word)) {
        return mask(text, Mask::Id34);
    }
    if ["电话", "手机"].iter().any(|word| label.contains(word)) {
        return mask(text, Mask::Phone34);
    }
    veil(text)
}

fn flush(word: &mut String, out: &mut String) {
    if is_citizen(word) {
        out.push_str(&mask(word, Mask::Id34));
    } else if is_phone(word) {
        out.push_str(&mask(word, Mask::Phone34));
    } else {
        out.push_str(word);
    }
    word.clear();
}

/// Eighteen characters whose check digit and date are right; codes of households and plots are not.
fn is_citizen(word: &str) -> bool {
    word.len() == 18 && check(IdKind::Citizen, word).is_ok()
}

fn is_phone(word: &str) -> bool {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let mobile = word.len() == 11 && word.starts_with('1');
    let fixed = (10..=12).contains(&word.len()) && word.starts_with('0');
    digits && (mobile || fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked_wherever_they_stand() {
        assert_eq!(
            veil("证990101198609180353，电话13800000031或09900000015。"),
            "证990***********0353，电话138****0031或099****0015。"
        );
        assert_eq!(veil_labelled("联系电话", "8800031"), "*******");
        assert_eq!(
            veil_labelled("证件号码", "990101860918035"),
            "990********8035"
        );
    }

    #[test]
    fn codes_of_things_are_shown() {
        for code in [
            "990101100201000031",
            "9901011002010100017",
            "990101100201007",
            "92990101MA0000001U",
            "WG9901012504070033",
        ] {
            assert_eq!(veil(code), code);
        }
    }

    #[test]
    fn what_is_masked_already_stays_as_it_was_sent() {
        assert_eq!(veil_labelled("涉及人电话", "138****0031"), "138****0031");
    }
}
