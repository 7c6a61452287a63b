//! Photographs on a phone: intent, intake, advice, copies, and when an original may go.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use fieldwork::key::sha256;
use fieldwork::port::{Ports, Room};
use fieldwork::replica::{BlobError, Derived, DraftPhoto, PhotoContext, PhotoIntent, ReplicaError};
use fieldwork::{Error, Workspace};
use fieldwork_forms::capture::{BlobRef, Subject};
use fieldwork_photo::check::HintId;
use fieldwork_photo::framing::Verdict;
use fieldwork_photo::{Budget, Facts, PhotoError, Profile, decode, encode, probe};
use fieldwork_scenarios::{County, Phone, said};
use fieldwork_testkit::scene::{Object, Setting, Shot, Stage, View, render, seed};
use fieldwork_testkit::upstream::Behaviour;

fn shot(name: &str, place: &str, stage: Stage) -> Vec<u8> {
    render(&farm(name, place, stage))
}

fn farm(name: &str, place: &str, stage: Stage) -> Shot {
    Shot {
        seed: seed(name),
        place_seed: seed(place),
        setting: Setting::Farmland,
        stage,
        view: View::Far,
        object: Object::Weeds,
        at_ms: fieldwork_scenarios::at("12:00"),
        lon: 115.41,
        lat: 33.28,
        azimuth_deg: 0,
        width: 1_600,
        height: 1_200,
        orientation: 6,
    }
}

fn draft_photo(phone: &Phone, name: &str, stage: &str, bytes: &[u8]) -> DraftPhoto {
    let photo = phone.photograph(name, stage);
    fs::write(&photo.path, bytes).unwrap();
    photo
}

fn reference(bytes: &[u8]) -> BlobRef {
    let mut reference = [0; 16];
    reference.copy_from_slice(&sha256(&[bytes])[..16]);
    BlobRef(reference)
}

/// C10 with this photograph in place of its own.
fn save(county: &County, phone: &Phone, photo: DraftPhoto) -> fieldwork::replica::Saved {
    let mut draft = phone.draft_of(&county.day, "C10");
    draft.photos = vec![photo];
    phone.workspace.save(&draft).unwrap()
}

#[test]
fn a_saved_photograph_is_there_untouched_and_as_report_picture_thumbnail_and_features() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let bytes = shot("C10-before-1", "yard", Stage::Before);
    save(
        &county,
        &phone,
        draft_photo(&phone, "C10-before-1", "before", &bytes),
    );
    let photo = reference(&bytes);
    let replica = phone.workspace.replica();
    assert_eq!(fs::read(replica.blob_path(photo).unwrap()).unwrap(), bytes);
    let report = fs::read(phone.workspace.report_picture(photo).unwrap()).unwrap();
    let thumb = fs::read(phone.workspace.thumbnail(photo).unwrap()).unwrap();
    // Rendered 1600 by 1200 as seen, stored turned.
    let (report, thumb) = (probe(&report).unwrap(), probe(&thumb).unwrap());
    assert_eq!((report.width, report.height), (1_600, 1_200));
    assert_eq!(report.orientation, Some(1));
    assert_eq!(thumb.width, 320);
    let features = fs::metadata(replica.photo_file(photo, Derived::Features).unwrap()).unwrap();
    assert!(
        (1_000..=40_000).contains(&features.len()),
        "{}",
        features.len()
    );
    let same = phone.workspace.compare_photos(photo, photo).unwrap();
    assert_eq!((same.verdict, same.same_picture), (Verdict::Ok, true));
}

struct Little(u64);

impl Room for Little {
    fn free_bytes(&self, _: &Path) -> Option<u64> {
        Some(self.0)
    }
}

#[test]
fn without_room_the_camera_is_not_started_and_the_worker_is_told_how_much_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Ports {
        room: Arc::new(Little(60 * 1024 * 1024)),
        ..Ports::system()
    };
    let (workspace, _) = Workspace::open(folder.path(), ports).unwrap();
    let error = workspace.begin_photo(&PhotoIntent::default()).unwrap_err();
    assert!(matches!(
        error,
        Error::NoRoomForPhoto {
            lack_bytes: 4_194_304
        }
    ));
    assert!(error.chinese().contains("4MB"), "{}", error.chinese());
    assert_eq!(workspace.orphan_photos().unwrap(), []);
}

#[test]
fn a_photograph_taken_while_the_app_was_killed_is_found_again_with_what_it_was_for() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let begin = |workspace: &Workspace, name: &str| {
        let intent = PhotoIntent {
            name: name.to_owned(),
            stage: "before".to_owned(),
            view: Some("near".to_owned()),
            ..PhotoIntent::default()
        };
        workspace.begin_photo(&intent).unwrap()
    };
    let whole = begin(&phone.workspace, "C10-before-1");
    let cut = begin(&phone.workspace, "C10-before-2");
    let never = begin(&phone.workspace, "C10-before-3");
    let bytes = shot("C10-before-1", "yard", Stage::Before);
    fs::write(&whole, &bytes).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    phone.workspace.shutdown().unwrap();

    let address = county.address();
    let phone = Phone::open(&phone.folder, &address);
    let orphans = phone.workspace.orphan_photos().unwrap();
    let [first, second] = orphans.as_slice() else {
        panic!("{orphans:?}");
    };
    assert_eq!(first.photo.name, "C10-before-1");
    assert_eq!(first.photo.view.as_deref(), Some("near"));
    assert_eq!(first.problem, None);
    assert!(matches!(second.problem, Some(PhotoError::Truncated { .. })));
    assert!(!never.exists());

    save(&county, &phone, first.photo.clone());
    phone.workspace.discard_photo(&second.photo.path).unwrap();
    assert_eq!(phone.workspace.orphan_photos().unwrap(), []);
    assert!(!whole.exists() && !cut.exists());
    let kept = phone.workspace.replica().blob_bytes(reference(&bytes));
    assert_eq!(kept.unwrap(), bytes);
}

#[test]
fn an_opening_while_the_camera_is_in_front_forgets_nothing_and_deletes_no_photograph() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Workspace::open(folder.path(), Ports::system()).unwrap().0;
    let workspace = open();
    let intent = PhotoIntent {
        name: "before-1".to_owned(),
        ..PhotoIntent::default()
    };
    let path = workspace.begin_photo(&intent).unwrap();
    workspace.shutdown().unwrap();
    // The app was killed, and a sync in the background opens it while the worker still aims.
    open().shutdown().unwrap();
    let bytes = shot("late", "yard", Stage::Before);
    fs::write(&path, &bytes).unwrap();
    // And one that no intent names: whatever happened, it is a photograph.
    fs::write(
        path.with_file_name("unknown.jpg"),
        shot("other", "yard", Stage::Before),
    )
    .unwrap();
    fs::write(path.with_file_name("rest.jpg"), b"no photograph").unwrap();
    let workspace = open();
    let orphans = workspace.orphan_photos().unwrap();
    let mut names: Vec<&str> = orphans.iter().map(|one| one.photo.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["before-1", "unknown"]);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert!(!path.with_file_name("rest.jpg").exists());
}

#[test]
fn when_the_database_is_lost_what_the_camera_wrote_is_adopted_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = Workspace::open(folder.path(), Ports::system()).unwrap();
    let path = workspace.begin_photo(&PhotoIntent::default()).unwrap();
    let bytes = shot("lost", "yard", Stage::Before);
    fs::write(&path, &bytes).unwrap();
    workspace.shutdown().unwrap();
    drop(workspace);
    fs::write(folder.path().join("fieldwork.db"), b"gone".repeat(3_000)).unwrap();
    let (workspace, opened) = Workspace::open(folder.path(), Ports::system()).unwrap();
    assert!(opened.moved_aside.is_some());
    let orphans = workspace.orphan_photos().unwrap();
    assert_eq!(orphans.len(), 1);
    assert_eq!(fs::read(&orphans[0].photo.path).unwrap(), bytes);
}

#[test]
fn an_original_may_go_only_after_every_form_that_used_it_was_delivered() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let bytes = shot("C10-before-1", "yard", Stage::Before);
    let photo = reference(&bytes);
    save(
        &county,
        &phone,
        draft_photo(&phone, "C10-before-1", "before", &bytes),
    );
    let offered = || phone.workspace.deletable_originals().unwrap();
    assert_eq!(offered(), [], "it has not left the phone");
    phone.sync();
    assert_eq!(offered(), [], "nobody has said that it arrived");
    assert_eq!(phone.workspace.delete_originals(&[photo]).unwrap(), 0);
    county.settle();
    phone.sync();
    let now = offered();
    assert_eq!(now.len(), 1, "{now:?}");
    assert_eq!((now[0].photo, now[0].size), (photo, bytes.len() as u64));
    assert_eq!(now[0].captures, [phone.id("C10")]);

    let freed = phone.workspace.delete_originals(&[photo]).unwrap();
    assert_eq!(freed, bytes.len() as u64);
    assert_eq!(offered(), []);
    let replica = phone.workspace.replica();
    assert!(matches!(
        replica.blob_path(photo),
        Err(ReplicaError::Blob(BlobError::Deleted))
    ));
    assert_eq!(replica.damaged_blobs().unwrap(), []);
    assert!(phone.workspace.report_picture(photo).unwrap().exists());
    // What is made of it again comes from the report picture.
    for kind in [Derived::Thumb, Derived::Features] {
        fs::remove_file(replica.photo_file(photo, kind).unwrap()).unwrap();
    }
    assert!(
        phone
            .workspace
            .compare_photos(photo, photo)
            .unwrap()
            .same_picture
    );
    assert!(phone.workspace.thumbnail(photo).unwrap().exists());
    assert_eq!(phone.sync().photos_unusable, 0);
    // The hub still has it.
    assert_eq!(county.village().replica().blob_bytes(photo).unwrap(), bytes);
}

#[test]
fn an_original_that_an_upstream_refused_is_kept() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let bytes = shot("C10-before-1", "yard", Stage::Before);
    save(
        &county,
        &phone,
        draft_photo(&phone, "C10-before-1", "before", &bytes),
    );
    county.wg.script([Behaviour::Refuse("照片不清".to_owned())]);
    phone.sync();
    county.settle();
    phone.sync();
    assert_eq!(phone.workspace.tasks().unwrap().len(), 1);
    assert_eq!(phone.workspace.deletable_originals().unwrap(), []);
}

#[test]
fn a_copy_is_made_once_for_a_photograph_and_a_profile_and_the_least_wanted_goes() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let bytes = shot("C10-before-1", "yard", Stage::Before);
    let photo = reference(&bytes);
    save(
        &county,
        &phone,
        draft_photo(&phone, "C10-before-1", "before", &bytes),
    );
    let replica = phone.workspace.replica();
    let room = 100_000;
    let wide = |max_width| Profile {
        max_bytes: Some(40_000),
        max_width: Some(max_width),
        ..Profile::default()
    };
    let copy = |profile: &Profile| replica.photo_copy_within(photo, profile, room).unwrap();
    let first = copy(&wide(640));
    let made = fs::read(&first).unwrap();
    assert!(made.len() <= 40_000);
    assert!(probe(&made).unwrap().width <= 640);
    // Marked, it would be written over if it were made again.
    let marked = b"marked\xFF\xD9";
    fs::write(&first, marked).unwrap();
    assert_eq!(fs::read(copy(&wide(640))).unwrap(), marked);
    // Cut or empty, as a power cut leaves it, it is made again and nobody is sent half a picture.
    for broken in [&made[..made.len() / 2], b""] {
        fs::write(&first, broken).unwrap();
        assert_eq!(fs::read(copy(&wide(640))).unwrap(), made);
    }
    let mut paths = vec![first];
    for width in [641, 642, 643, 644, 645, 646] {
        paths.push(copy(&wide(width)));
        // Always wanted, never gone.
        copy(&wide(640));
    }
    let left: Vec<bool> = paths.iter().map(|path| path.exists()).collect();
    let bytes_left: u64 = paths
        .iter()
        .filter_map(|path| fs::metadata(path).ok())
        .map(|file| file.len())
        .sum();
    assert!(bytes_left <= room, "{bytes_left}");
    assert!(left[0] && left[6] && !left[1], "{left:?}");
    assert!(replica.blob_path(photo).unwrap().exists());
}

#[test]
fn a_new_photograph_is_held_against_the_case_it_is_for_and_against_no_other() {
    let county = County::of_three();
    let phone = county.phone("lin", "K05");
    let before = shot("C10-before-1", "yard", Stage::Before);
    let saved = save(
        &county,
        &phone,
        draft_photo(&phone, "C10-before-1", "before", &before),
    );
    let case = saved.opened[0];
    let look = |name: &str, bytes: &[u8], case| {
        let photo = draft_photo(&phone, name, "after", bytes);
        let context = PhotoContext {
            case,
            ..PhotoContext::default()
        };
        phone.workspace.look_at_photo(&photo, &context).unwrap()
    };
    let again = look("again", &before, Some(case));
    assert_eq!(again.same_as, Some(reference(&before)));
    assert_eq!(look("elsewhere", &before, None).same_as, None);
    // Saved again without a word about when it was taken.
    let (_, picture) = decode(&before, 2_000, &Budget::default()).unwrap();
    let saved = encode(&picture, 70, &Facts::default()).unwrap();
    let again = look("saved-again", &saved.jpeg, Some(case));
    assert_eq!(again.same_as, Some(reference(&before)));
    // The phone on a wall, half a minute later: nothing has moved, but the camera says when.
    let still = render(&Shot {
        at_ms: fieldwork_scenarios::at("12:01"),
        ..farm("C10-before-1", "yard", Stage::Before)
    });
    assert_eq!(look("still", &still, Some(case)).same_as, None);

    let after = shot("C10-after-1", "yard", Stage::After);
    let advice = look("C10-after-1", &after, Some(case));
    let framing = advice.framing.unwrap();
    assert_eq!(framing.before, reference(&before));
    assert_eq!(framing.comparison.verdict, Verdict::Ok);
    // A kilometre east of where the case was opened.
    let mut far = draft_photo(&phone, "far", "after", &after);
    let mut place = phone.draft_of(&county.day, "C10").place;
    place.point.lon += 0.0107;
    far.place = Some(place);
    let context = PhotoContext {
        case: Some(case),
        ..PhotoContext::default()
    };
    let hints = phone.workspace.look_at_photo(&far, &context).unwrap().hints;
    assert!(
        hints
            .iter()
            .any(|hint| hint.id == HintId::PlaceFar && (950.0..1_050.0).contains(&hint.value)),
        "{hints:?}"
    );
    let other = shot("other", "elsewhere", Stage::After);
    let advice = look("other", &other, Some(case));
    assert_ne!(advice.framing.unwrap().comparison.verdict, Verdict::Ok);
    assert_eq!(advice.same_as, None);

    let mut close = phone.draft(
        "F01",
        "followup",
        Some(Subject::Case(case)),
        vec![said("issue.result", "已清理")],
    );
    close.photos = vec![draft_photo(&phone, "F01-after-1", "after", &after)];
    phone.workspace.save(&close).unwrap();
}
