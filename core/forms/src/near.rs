//! The nearest of the names that exist, for who mistyped one.

/// The candidate that differs from a word in the fewest letters; none where that is too many for a slip.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = (word.chars().count() / 4).clamp(1, 3);
    let near = candidates
        .into_iter()
        .map(|one| (distance(word, one), one))
        .filter(|(distance, _)| *distance <= most);
    near.min().map(|(_, one)| one)
}

/// `; did you mean "…"?`, or nothing.
pub(crate) fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |one| format!("; did you mean {one:?}?"))
}

/// Letters to put in, leave out, replace, or swap with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut cost = at(&row, j) + usize::from(from != to);
            cost = cost.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_does_not() {
        let names = ["visit", "premises", "followup"];
        assert_eq!(nearest("visits", names), Some("visit"));
        assert_eq!(nearest("vsiit", names), Some("visit"));
        assert_eq!(nearest("folowup", names), Some("followup"));
        assert_eq!(nearest("weather", names), None);
        assert_eq!(nearest("", names), None);
    }
}
