//! Identifiers against the independent reference table, and every slip of one character.

use fieldwork_ids::{IdError, IdKind, check, half_width};
use proptest::prelude::*;

const TABLE: &str = include_str!("../../../tests/fixtures/qinghe/expected/ids.csv");

#[test]
fn every_row_of_the_reference_table_is_judged_as_it_says() {
    let mut rows = 0;
    for row in
        csv::Reader::from_reader(TABLE.trim_start_matches('\u{feff}').as_bytes()).into_records()
    {
        let row = row.unwrap();
        let kind = match &row[0] {
            "citizen" => IdKind::Citizen,
            "firm" => IdKind::Firm,
            other => panic!("unknown kind {other}"),
        };
        let note = format!("{} ({})", &row[1], &row[7]);
        match check(kind, &row[1]) {
            Ok(found) => {
                assert_eq!(&row[2], "1", "{note}");
                assert_eq!(found.text, row[3], "{note}");
                assert_eq!(
                    found.birth.map(|day| day.to_string()).unwrap_or_default(),
                    row[5],
                    "{note}"
                );
                assert_eq!(
                    found.sex.map(|sex| sex.code()).unwrap_or_default(),
                    &row[6],
                    "{note}"
                );
            }
            Err(error) => {
                assert_eq!(&row[2], "0", "{note}");
                assert_eq!(error.reason(), &row[4], "{note}");
            }
        }
        rows += 1;
    }
    assert_eq!(rows, 238);
}

#[test]
fn every_change_of_one_character_of_a_citizen_number_is_found() {
    let right = "11010519491231002X";
    let mut mutants = 0;
    for at in 0..18 {
        for c in "0123456789X".chars() {
            let mutant: String = right
                .chars()
                .enumerate()
                .map(|(i, old)| if i == at { c } else { old })
                .collect();
            if mutant == right || (at < 17 && c == 'X') {
                continue;
            }
            mutants += 1;
            assert!(
                check(IdKind::Citizen, &mutant).is_err(),
                "position {at} to {c}"
            );
        }
    }
    assert_eq!(mutants, 163);
}

#[test]
fn what_was_mended_is_said() {
    let repairs = |kind, text| check(kind, text).unwrap().repairs;
    assert!(!repairs(IdKind::Citizen, "11010519491231002X").any());
    assert!(repairs(IdKind::Citizen, "11010519491231002x").case);
    assert!(repairs(IdKind::Citizen, "110105491231002").upgraded);
    assert!(repairs(IdKind::Phone, "138000００207").full_width);
    assert!(repairs(IdKind::Phone, "138 0000-0207").spacing);
}

#[test]
fn a_phone_keeps_its_leading_zero_and_must_be_complete() {
    let text = |text| check(IdKind::Phone, text).map(|found| found.text);
    assert_eq!(text("09900000015"), Ok("09900000015".into()));
    assert_eq!(text("0990-0000015"), Ok("09900000015".into()));
    assert_eq!(text("+86 13800000031"), Ok("13800000031".into()));
    assert_eq!(text("１３８００００００31"), Ok("13800000031".into()));
    assert_eq!(text("1380000003"), Err(IdError::Length));
    assert_eq!(text("138000000311"), Err(IdError::Length));
    assert_eq!(text("12000000031"), Err(IdError::Character));
    assert_eq!(text("1380000003O"), Err(IdError::Character));
    assert_eq!(text(""), Err(IdError::Length));
}

#[test]
fn codes_have_the_length_and_letters_of_their_standard() {
    let cases = [
        (IdKind::Division, "990101100201"),
        (IdKind::Issuer, "99010110020101"),
        (IdKind::Grid, "990101100201001"),
        (IdKind::Household, "990101100201000031"),
        (IdKind::Contractor, "990101100201010031"),
        (IdKind::Plot, "9901011002010100017"),
        (IdKind::Person, "99010110020100003103"),
        (IdKind::HouseUnit, "990101001001JC00001F00010001"),
    ];
    for (kind, code) in cases {
        assert_eq!(check(kind, code).unwrap().text, code);
        assert_eq!(check(kind, &code[1..]), Err(IdError::Length));
        assert_eq!(check(kind, &format!("{code}0")), Err(IdError::Length));
        assert_eq!(
            check(kind, &code.replacen('1', "I", 1)),
            Err(IdError::Character)
        );
    }
    assert_eq!(
        check(IdKind::HouseUnit, "990101001001jc00001f00010001")
            .unwrap()
            .text,
        cases[7].1
    );
    assert_eq!(
        check(IdKind::HouseUnit, "990101001001JC00001A00010001"),
        Err(IdError::Character)
    );
}

#[test]
fn neither_errors_nor_debug_output_show_any_part_of_a_number() {
    let found = check(IdKind::Citizen, "11010519491231002X").unwrap();
    assert!(!format!("{found:?}").contains("1949"));
    let error = check(IdKind::Citizen, "11010519491231003X").unwrap_err();
    assert!(!format!("{error} {error:?}").contains(|c: char| c.is_ascii_digit()));
}

fn kinds() -> impl Strategy<Value = IdKind> {
    use IdKind::{
        Citizen, Contractor, Division, Firm, Grid, HouseUnit, Household, Issuer, Person, Phone,
        Plot,
    };
    prop::sample::select(vec![
        Citizen, Firm, Phone, Division, Grid, Household, Person, Issuer, Contractor, Plot,
        HouseUnit,
    ])
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic_and_what_passes_passes_again_unchanged(kind in kinds(), text in "\\PC{0,30}|[0-9０-９xXＸ +-]{9,30}") {
        if let Ok(found) = check(kind, &text) {
            let again = check(kind, &found.text).unwrap();
            prop_assert_eq!(&again.text, &found.text);
            prop_assert!(!again.repairs.any());
        }
    }

    #[test]
    fn half_width_keeps_the_number_of_characters(text in "\\PC{0,30}") {
        prop_assert_eq!(half_width(&text).chars().count(), text.chars().count());
    }
}
