use automerge::{AutoCommit, ROOT, ReadDoc};
use proptest::prelude::*;

use super::*;
use crate::log::LogId;

fn cell(value: &str, author: &str) -> Cell {
    Cell {
        value: value.to_owned(),
        at_ms: 1_744_070_000_000,
        author: author.to_owned(),
        capture: None,
    }
}

/// A change that writes one cell, made by log `n` on top of `document`.
fn change(document: &mut AutoCommit, n: u8, path: &str, value: &str) -> Vec<u8> {
    let editor = Editor::new(LogId([n; 16]), 0);
    let cells = [(path.to_owned(), cell(value, &format!("K{n:02}")))];
    editor
        .write(&DocumentId::Register, document, &cells)
        .unwrap()
        .unwrap()
        .1
}

#[test]
fn two_people_on_one_field_leave_both_values_whatever_arrives_first() {
    let (mut a, mut b) = (AutoCommit::new(), AutoCommit::new());
    let from_a = change(&mut a, 1, "household:1/household.risk_kind", "disability");
    let from_b = change(&mut b, 2, "household:1/household.risk_kind", "other");
    let a_then_b = try_changes(&mut a, &[&from_b]).unwrap();
    let b_then_a = try_changes(&mut b, &[&from_a]).unwrap();
    let both = values(&a_then_b, "household:1/household.risk_kind");
    assert_eq!(both.len(), 2);
    assert_eq!(both, values(&b_then_a, "household:1/household.risk_kind"));
    assert_eq!(
        conflicted_paths(&a_then_b),
        ["household:1/household.risk_kind"]
    );
}

#[test]
fn two_people_on_two_fields_merge_without_a_conflict() {
    let (mut a, mut b) = (AutoCommit::new(), AutoCommit::new());
    change(&mut a, 1, "household:1/household.phone", "13800000931");
    let from_b = change(&mut b, 2, "household:1/household.income_pc", "11320");
    let merged = try_changes(&mut a, &[&from_b]).unwrap();
    assert!(conflicted_paths(&merged).is_empty());
    assert_eq!(under(&merged, "household:1/").len(), 2);
}

#[test]
fn a_change_whose_predecessor_is_missing_is_named_and_not_adopted() {
    let mut source = AutoCommit::new();
    change(&mut source, 1, "a/b", "1");
    let second = change(&mut source, 1, "a/b", "2");
    let mut document = AutoCommit::new();
    assert!(matches!(
        try_changes(&mut document, &[&second]),
        Err(DocumentError::Incomplete)
    ));
    assert_eq!(document.get_heads(), []);
}

#[test]
fn a_compressed_chunk_is_refused_unread() {
    let mut source = AutoCommit::new();
    let mut bytes = change(&mut source, 1, "a/b", &"长".repeat(400));
    bytes[8] = 2;
    assert!(matches!(
        try_changes(&mut AutoCommit::new(), &[&bytes]),
        Err(DocumentError::Damaged)
    ));
}

#[test]
fn an_older_version_of_a_document_reads_as_it_was() {
    let mut document = AutoCommit::new();
    change(&mut document, 1, "household:1/household.phone", "old");
    let heads = document.get_heads();
    change(&mut document, 2, "household:1/household.phone", "new");
    let entity = "household:1".parse().unwrap();
    let then = DocumentOverlay {
        document: &document,
        heads: Some(heads),
    };
    let now = DocumentOverlay {
        document: &document,
        heads: None,
    };
    use fieldwork_register::Overlay;
    assert_eq!(then.edit(&entity, "household.phone").unwrap().value, "old");
    assert_eq!(now.edit(&entity, "household.phone").unwrap().value, "new");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The engine checks a checksum over each chunk; a peer can repair it, so the mutation does too.
    #[test]
    fn mutated_changes_never_panic_and_never_touch_the_document(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5), repair: bool,
    ) {
        let mut document = AutoCommit::new();
        change(&mut document, 1, "household:1/household.phone", "13800000031");
        let before = document.get_heads();
        let mut peer = document.clone();
        let mut bytes = change(&mut peer, 2, "household:1/household.phone", "13800000931");
        for (at, with) in places {
            let at = at.index(bytes.len());
            bytes[at] ^= with;
        }
        if repair {
            let sum = crate::key::sha256(&[&bytes[8..]]);
            bytes[4..8].copy_from_slice(&sum[..4]);
        }
        if let Ok(mut adopted) = try_changes(&mut document, &[&bytes]) {
            let saved = adopted.save();
            prop_assert!(AutoCommit::load(&saved).is_ok());
        }
        prop_assert_eq!(document.get_heads(), before);
        prop_assert!(document.get(ROOT, "household:1/household.phone").unwrap().is_some());
    }
}
