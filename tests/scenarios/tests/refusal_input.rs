//! What a worker or an operator enters and what cannot be taken: refused by name, nothing half saved,
//! nothing that was saved before is lost.

use std::fs;
use std::path::Path;

use fieldwork::replica::{Draft, DraftAnswer};
use fieldwork::{Error, Workspace};
use fieldwork_forms::capture::Subject;
use fieldwork_hub::hub::Hub;
use fieldwork_register::{Effect, EntityId, SourceFile};
use fieldwork_scenarios::{County, Phone, choice, said, small_photo, specs};
use fieldwork_testkit::fixtures::Fixtures;

fn household() -> EntityId {
    "household:990101100201000047".parse().unwrap()
}

/// C06 with other answers.
fn visit(phone: &Phone, answers: Vec<DraftAnswer>) -> Draft {
    let mut all = vec![
        said("visit.text", "老人一人居住，身体尚好，没有困难。"),
        choice("visit.unchanged", true),
    ];
    all.extend(answers);
    phone.draft("V01", "visit", Some(Subject::Entity(household())), all)
}

fn invalid<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

/// What is there: captures, entries of the own log, photographs that wait.
fn held(workspace: &Workspace) -> (usize, u64) {
    let log = workspace.replica().identity().unwrap().log;
    (
        workspace.captures(0, 100).unwrap().len(),
        workspace.replica().vector().unwrap()[&log],
    )
}

#[test]
fn what_is_not_a_whole_photograph_is_refused_by_its_name_and_the_draft_can_be_saved_again() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C07"]);
    let before = held(&phone.workspace);
    let whole = small_photo("V01-household-1");
    let mut draft = visit(&phone, Vec::new());
    draft.photos = vec![phone.photograph("V01-household-1", "household")];
    let path = draft.photos[0].path.clone();
    let cut = &whole[..whole.len() / 2];
    for (what, bytes) in [
        ("empty", &[][..]),
        ("a text", b"not a photograph at all"),
        ("a page", b"<!DOCTYPE html><html></html>"),
        ("cut in the middle", cut),
        ("cut at the end", &whole[..whole.len() - 2]),
        ("its first bytes", &whole[..2]),
        ("a film", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
    ] {
        fs::write(&path, bytes).unwrap();
        let reason = invalid(phone.workspace.save(&draft));
        assert!(reason.contains("V01-household-1"), "{what}: {reason}");
        assert_eq!(held(&phone.workspace), before, "{what}");
    }
    fs::remove_file(&path).unwrap();
    let gone = phone.workspace.save(&draft);
    assert!(
        matches!(gone, Err(Error::Storage { .. } | Error::Invalid { .. })),
        "{gone:?}"
    );
    assert_eq!(held(&phone.workspace), before);

    fs::write(&path, &whole).unwrap();
    phone.workspace.save(&draft).unwrap();
    assert_eq!(held(&phone.workspace), (before.0 + 1, before.1 + 1));
    assert_eq!(phone.sync().photos_sent, 2);
}

#[test]
fn a_photograph_that_the_hub_would_not_take_is_refused_when_it_is_saved() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let mut draft = visit(&phone, Vec::new());
    draft.photos = vec![phone.photograph("V01-household-1", "household")];
    let path = draft.photos[0].path.clone();
    // A whole picture with something long behind it, as cameras do that append a film.
    let mut long = small_photo("V01-household-1");
    long.resize(fieldwork_hub::server::MAX_PHOTO + 1, 0);
    fs::write(&path, &long).unwrap();
    invalid(phone.workspace.save(&draft));
    // The longest that the hub takes is taken.
    long.truncate(fieldwork_hub::server::MAX_PHOTO);
    fs::write(&path, &long).unwrap();
    phone.workspace.save(&draft).unwrap();
    assert_eq!(phone.sync().photos_sent, 1);
}

#[test]
fn an_answer_that_cannot_be_taken_is_refused_by_its_concept_and_never_repeated_in_the_error() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C07"]);
    let before = held(&phone.workspace);
    for (concept, value) in [
        ("household.phone", "12345"),
        ("household.income_pc", "一万二"),
        ("household.income_pc", "1e3"),
        ("household.edu_ok", "也许"),
        ("household.risk_kind", "因懒"),
        ("household.identified", "2025-02-30"),
        ("visit.help", "money"),
        ("member.changed", "990101198609180354"),
        ("member.changed", "person:00000000000000000000"),
        ("house.grade", "E"),
        ("visit.mood", "good"),
        ("sign_in.at", "08:00"),
        ("visit.text", "   "),
        ("person.health", "10"),
    ] {
        let draft = visit(&phone, vec![said(concept, value)]);
        let reason = invalid(phone.workspace.save(&draft));
        assert!(reason.contains(concept), "{reason}");
        assert!(value.trim().is_empty() || !reason.contains(value), "{reason}");
        assert_eq!(held(&phone.workspace), before, "{concept}");
    }
    phone
        .workspace
        .save(&visit(&phone, vec![said("household.phone", "13800000047")]))
        .unwrap();
}

#[test]
fn a_citizen_number_with_a_wrong_check_digit_is_refused_in_a_capture_and_in_an_edit() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let before = held(&phone.workspace);
    for wrong in ["990101202503020423", "99010120250302042X", "99010120250302042"] {
        let mut draft = phone.draft_of(&county.day, "C08");
        for answer in &mut draft.answers {
            if answer.concept == "person.id_no" {
                wrong.clone_into(&mut answer.value);
            }
        }
        let reason = invalid(phone.workspace.save(&draft));
        assert!(
            reason.contains("person.id_no") && !reason.contains(wrong),
            "{reason}"
        );
        let person: EntityId = "person:99010110020100003103".parse().unwrap();
        invalid(phone.workspace.edit(&person, "person.id_no", wrong));
        assert_eq!(held(&phone.workspace), before);
    }
    // The draft itself is fine, with everything it brings.
    let saved = phone.play(&county.day, &["C08"]);
    assert_eq!(phone.envelopes(saved[0].id).len(), 4);
}

#[test]
fn an_unknown_kind_subject_case_or_entity_is_refused_and_nothing_is_saved() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    let before = held(&phone.workspace);
    let mut draft = visit(&phone, Vec::new());
    draft.kind = "sign_in".to_owned();
    assert!(invalid(phone.workspace.save(&draft)).contains("sign_in"));
    for subject in [
        Subject::Entity("household:990101100201009999".parse().unwrap()),
        Subject::Entity("plot:0000000000000000000".parse().unwrap()),
        Subject::Case("01JRB2Q5V8K3M4N5P6Q7R8S9T0".parse().unwrap()),
    ] {
        let mut draft = visit(&phone, Vec::new());
        draft.subject = Some(subject);
        let failed = phone.workspace.save(&draft);
        assert!(matches!(failed, Err(Error::Unknown(_))), "{failed:?}");
    }
    let nobody: EntityId = "household:990101100201009999".parse().unwrap();
    let failed = phone.workspace.edit(&nobody, "household.phone", "13800000001");
    assert!(matches!(failed, Err(Error::Unknown(_))), "{failed:?}");
    invalid(phone.workspace.edit(&household(), "household.debt", "1"));
    // Said in a capture, not a fact of the register: no edit.
    invalid(phone.workspace.edit(&household(), "visit.text", "x"));
    // A fact of a house is none of a household.
    assert!(
        phone
            .workspace
            .edit(&household(), "house.grade", "A")
            .is_err(),
        "a fact of a house was written onto a household"
    );
    assert!(phone.workspace.resolve("register#nothing/at.all", 0).is_err());
    assert_eq!(held(&phone.workspace), before);
}

#[test]
fn a_capture_is_saved_once_under_its_id() {
    let county = County::new();
    let phone = county.phone("lin", "K05");
    phone.play(&county.day, &["C06"]);
    let before = held(&phone.workspace);
    invalid(phone.workspace.save(&phone.draft_of(&county.day, "C06")));
    assert_eq!(held(&phone.workspace), before);
}

/// The fixtures' register with one file changed.
fn register_with(folder: &Path, file: SourceFile, change: impl Fn(Vec<String>) -> Vec<String>) {
    let source = Fixtures::default().register();
    for one in SourceFile::ALL {
        let bytes = fs::read(source.join(one.name())).unwrap();
        let bytes = if one == file {
            let text = String::from_utf8(bytes).unwrap();
            let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let lines = text.split_inclusive('\n');
            let lines = lines.map(|l| l.trim_end_matches(['\r', '\n']).to_owned());
            let mut text = change(lines.collect()).join(ending);
            text.push_str(ending);
            text.into_bytes()
        } else {
            bytes
        };
        fs::write(folder.join(one.name()), bytes).unwrap();
    }
}

#[test]
fn a_damaged_row_of_the_register_is_reported_by_file_and_row_and_all_other_rows_are_there() {
    let county = County::new();
    type Damage = fn(&str) -> String;
    let few: Damage = |line| line.split(',').take(5).collect::<Vec<_>>().join(",");
    let bad_id: Damage = |line| line.replace("990101197911220235", "990101197911220236");
    let quote: Damage = |line| line.replacen(",张生贵,", ",\"张生贵,", 1);
    for (what, damage, lost) in [("too few cells", few, 1), ("check digit", bad_id, 0)] {
        let folder = tempfile::tempdir().unwrap();
        register_with(folder.path(), SourceFile::Roster, |mut lines| {
            lines[2] = damage(&lines[2]);
            lines
        });
        let data = folder.path().join("hub");
        let (hub, report) =
            Hub::init(&data, folder.path(), &specs(), county.ports()).unwrap();
        let about: Vec<_> = report
            .register
            .findings
            .iter()
            .filter(|f| f.file == SourceFile::Roster && f.row == 3)
            .collect();
        assert!(!about.is_empty(), "{what}: row 3 is not reported");
        assert_eq!(report.register.counts.persons, 1_386 - lost, "{what}");
        assert_eq!(report.register.counts.households, 412, "{what}");
        assert_eq!(
            about.iter().any(|f| f.kind.effect() == Effect::Skipped),
            lost == 1,
            "{what}"
        );
        for finding in about {
            let text = finding.to_string();
            assert!(!text.contains("张生贵") && !text.contains("9901011979"), "{text}");
        }
        hub.close();
    }
    // A quote that is never closed swallows rows: refused or reported, never silent.
    let folder = tempfile::tempdir().unwrap();
    register_with(folder.path(), SourceFile::Roster, |mut lines| {
        lines[2] = quote(&lines[2]);
        lines
    });
    match Hub::init(&folder.path().join("hub"), folder.path(), &specs(), county.ports()) {
        Err(error) => assert!(!error.to_string().contains("张生贵"), "{error}"),
        Ok((hub, report)) => {
            hub.close();
            let skipped: Vec<_> = report.register.with_effect(Effect::Skipped).collect();
            assert!(
                report.register.counts.persons < 1_386 && !skipped.is_empty(),
                "{} persons, {skipped:?}",
                report.register.counts.persons
            );
        }
    }
}

#[test]
fn a_register_without_its_headings_or_of_another_kind_is_refused_and_leaves_no_half_made_village() {
    let county = County::new();
    for content in ["", "a,b,c\r\n1,2,3\r\n", "\u{feff}\r\n", "PK\u{3}\u{4}"] {
        let folder = tempfile::tempdir().unwrap();
        register_with(folder.path(), SourceFile::Roster, |_| vec![content.to_owned()]);
        let data = folder.path().join("hub");
        let failed = Hub::init(&data, folder.path(), &specs(), county.ports());
        assert!(failed.is_err(), "{content:?} was taken as a roster");
        assert!(!data.join("villages").exists());
    }
}

#[test]
fn specs_that_cannot_be_used_are_refused_by_file_and_the_village_keeps_the_old_ones() {
    let mut county = County::new();
    county.stop();
    let bad = county.folder.path().join("bad-specs");
    copy(&specs(), &bad);
    fs::write(bad.join("systems/wg.json"), "{\"format\": \"fieldwork-spec/1\"").unwrap();
    let register = Fixtures::default().register();
    let failed = Hub::init(&county.hub_folder(), &register, &bad, county.ports());
    let error = failed.err().unwrap().to_string();
    assert!(error.contains("wg.json"), "{error}");
    county.start();
    let phone = county.phone("lin", "K05");
    assert!(phone.workspace.catalogue().unwrap().spec("wg").is_some());
    phone.play(&county.day, &["C02"]);
    phone.sync();
    county.settle();
    assert_eq!(county.wg.accepted().len(), 1);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
