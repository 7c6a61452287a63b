//! Base and edits together.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{id, village};
use fieldwork_register::{
    CellSource, Edit, Edits, IndexedBase, MEMBER_HOUSEHOLD, MOVED_OUT, NoEdits, Register,
};

const HOUSEHOLD: &str = "household:990101100201000063";

fn edit(edits: &mut Edits, entity: &str, concept: &str, value: &str) {
    let edit = Edit {
        value: value.into(),
        as_of: "2025-04-08".parse().unwrap(),
        author: "K05".into(),
        capture: Some("01JR9Y0000000000000000000C".into()),
    };
    edits.0.insert((id(entity), concept.into()), edit);
}

fn newborn() -> Edits {
    let mut edits = Edits::default();
    edit(
        &mut edits,
        "person:01JR9Y0000000000000000000C",
        MEMBER_HOUSEHOLD,
        HOUSEHOLD,
    );
    edit(
        &mut edits,
        "person:01JR9Y0000000000000000000C",
        "person.name",
        "刘安安",
    );
    edit(
        &mut edits,
        "person:01JR9Y0000000000000000000C",
        "person.relation",
        "之女",
    );
    edits
}

fn names(register: &Register<'_>, household: &str) -> Vec<String> {
    let members = register.members(&id(household)).into_iter();
    members
        .map(|person| register.text(&person, "person.name").unwrap())
        .collect()
}

#[test]
fn a_value_says_whether_it_was_imported_or_edited_and_when() {
    let village = village();
    let household = id("household:990101100201000032");
    let imported = Register::new(&village, &NoEdits)
        .value(&household, "household.income_pc")
        .unwrap();
    assert_eq!(
        (imported.value.as_str(), imported.source),
        ("21350", CellSource::Base)
    );
    assert_eq!(imported.as_of, village.entity(&household).unwrap().as_of);

    let mut edits = Edits::default();
    edit(
        &mut edits,
        "household:990101100201000032",
        "household.income_pc",
        "22000",
    );
    let edited = Register::new(&village, &edits)
        .value(&household, "household.income_pc")
        .unwrap();
    assert_eq!(
        (
            edited.value.as_str(),
            edited.as_of.unwrap().to_string().as_str()
        ),
        ("22000", "2025-04-08")
    );
    let source = CellSource::Edit {
        author: "K05".into(),
        capture: Some("01JR9Y0000000000000000000C".into()),
    };
    assert_eq!(edited.source, source);
}

#[test]
fn an_edit_to_nothing_takes_a_value_away_and_a_code_is_known_for_every_entity() {
    let village = village();
    let mut edits = Edits::default();
    edit(&mut edits, HOUSEHOLD, "household.phone", "");
    let register = Register::new(&village, &edits);
    assert_eq!(register.text(&id(HOUSEHOLD), "household.phone"), None);
    assert_eq!(
        register.text(&id(HOUSEHOLD), "household.code").as_deref(),
        Some("990101100201000063")
    );
    assert_eq!(
        register
            .text(&id("premises:PR01"), "premises.code")
            .as_deref(),
        Some("PR01")
    );
    assert_eq!(register.text(&id("premises:PR99"), "premises.code"), None);
    assert_eq!(register.text(&id("premises:PR01"), "household.code"), None);
}

#[test]
fn members_are_the_imported_ones_and_those_added_without_those_who_moved_out() {
    let village = village();
    let mut edits = newborn();
    edit(&mut edits, "person:99010110020100006304", MOVED_OUT, "true");
    let register = Register::new(&village, &edits);
    assert_eq!(
        names(&register, HOUSEHOLD),
        ["刘明", "何秋燕", "马凤英", "刘安安"]
    );
    let flags = register
        .all_members(&id(HOUSEHOLD))
        .into_iter()
        .map(|member| (member.added, member.moved_out));
    let expected = [
        (false, false),
        (false, false),
        (false, false),
        (false, true),
        (true, false),
    ];
    assert_eq!(flags.collect::<Vec<_>>(), expected);
    let newborn = id("person:01JR9Y0000000000000000000C");
    assert!(register.exists(&newborn) && !Register::new(&village, &NoEdits).exists(&newborn));
    assert_eq!(register.parent(&newborn), Some(id(HOUSEHOLD)));
}

#[test]
fn a_person_who_moved_to_another_household_is_counted_there_and_only_there() {
    let village = village();
    let mut edits = Edits::default();
    edit(
        &mut edits,
        "person:99010110020100006303",
        MEMBER_HOUSEHOLD,
        "household:990101100201000032",
    );
    let register = Register::new(&village, &edits);
    assert_eq!(names(&register, HOUSEHOLD), ["刘明", "何秋燕", "刘雨婷"]);
    assert_eq!(
        names(&register, "household:990101100201000032"),
        ["王有福", "孙玉珍", "马凤英"]
    );
    assert_eq!(
        register.parent(&id("person:99010110020100006303")),
        Some(id("household:990101100201000032"))
    );
}

#[test]
fn the_head_is_the_first_member_so_called_who_still_lives_there() {
    let village = village();
    let mut edits = Edits::default();
    let head = |edits: &Edits| {
        Register::new(&village, edits)
            .head(&id(HOUSEHOLD))
            .map(|head| head.id)
    };
    assert_eq!(head(&edits).as_deref(), Some("99010110020100006301"));
    edit(&mut edits, "person:99010110020100006301", MOVED_OUT, "true");
    assert_eq!(head(&edits), None);
    edit(
        &mut edits,
        "person:99010110020100006302",
        "person.relation",
        "户主",
    );
    assert_eq!(head(&edits).as_deref(), Some("99010110020100006302"));
}

fn found(village: &IndexedBase, edits: &Edits, text: &str) -> Vec<String> {
    let found = Register::new(village, edits).find(text, 10).into_iter();
    found
        .map(|found| {
            format!(
                "{} {} | {}",
                found.entity.kind.as_str(),
                found.title,
                found.subtitle
            )
        })
        .collect()
}

#[test]
fn edited_names_and_added_persons_are_found_and_old_names_are_not() {
    let village = village();
    let mut edits = newborn();
    edit(
        &mut edits,
        "person:99010110020100006301",
        "person.name",
        "刘光明",
    );
    edit(&mut edits, "person:99010110020100006304", MOVED_OUT, "true");
    assert_eq!(
        found(&village, &edits, "刘安安"),
        ["person 刘安安 | 一组063号 · 之女 · 户主刘光明"]
    );
    let head = [
        "household 刘光明 | 一组063号 · 4人",
        "person 刘光明 | 一组063号 · 户主",
    ];
    assert_eq!(found(&village, &edits, "刘光明"), head);
    assert_eq!(found(&village, &edits, "刘明 063号"), [] as [&str; 0]);
    assert_eq!(
        found(&village, &edits, "刘雨婷"),
        ["person 刘雨婷 | 一组063号 · 之女 · 户主刘光明 · 已迁出"]
    );
    assert_eq!(
        found(&village, &edits, "刘安安 一组"),
        found(&village, &edits, "刘安安")
    );
}
