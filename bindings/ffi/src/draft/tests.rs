//! Nothing that was entered is lost or bent on the way into the core.

use fieldwork_forms::capture::Subject as CoreSubject;

use super::*;

const CAPTURE: &str = "01JR9Z3V0N7H2M5Q8S4T6W9XYZ";

fn place() -> Place {
    Place {
        longitude_deg: 115.4088795,
        latitude_deg: 33.2831073,
        accuracy_m: Some(4.7),
        source: "gps".to_owned(),
    }
}

fn draft() -> Draft {
    Draft {
        kind: "visit".to_owned(),
        place: place(),
        subject: Some(CaptureSubject::Entity {
            id: "household:990101100201000031".to_owned(),
        }),
        answers: vec![
            Answer {
                concept: "person.health".to_owned(),
                value: "10".to_owned(),
                about: Some(About::Newcomer {
                    name: "baby".to_owned(),
                }),
            },
            Answer {
                concept: "visit.text".to_owned(),
                value: "一切正常".to_owned(),
                about: None,
            },
        ],
        photos: vec![Photo {
            path: FilePath {
                text: "photos/a.jpg".to_owned(),
            },
            name: "C04-household-1".to_owned(),
            stage: "household".to_owned(),
            at: Timestamp {
                at_ms: 1_744_077_600_123,
            },
            view: Some("near".to_owned()),
            place: Some(place()),
            azimuth_deg: Some(359),
        }],
        at: Some(Timestamp {
            at_ms: 1_744_077_600_000,
        }),
        label: Some("C04".to_owned()),
        id: Some(CAPTURE.to_owned()),
        links: vec![CAPTURE.to_owned()],
        track: None,
        supersedes: None,
    }
}

#[test]
fn a_draft_reaches_the_core_field_by_field() {
    let core = draft().into_core().unwrap();
    assert_eq!(core.kind, "visit");
    assert_eq!(core.label.as_deref(), Some("C04"));
    assert_eq!(core.at_ms, Some(1_744_077_600_000));
    assert_eq!(core.id.map(|id| id.to_string()).as_deref(), Some(CAPTURE));
    assert_eq!(core.links.len(), 1);
    assert_eq!(core.place.accuracy_m, Some(4.7));
    assert_eq!(core.place.point.to_e7(), [1_154_088_795, 332_831_073]);
    let household = "household:990101100201000031".parse().unwrap();
    assert_eq!(core.subject, Some(CoreSubject::Entity(household)));
    assert_eq!(
        core.answers[0].about,
        Some(CoreAbout::New("baby".to_owned()))
    );
    assert_eq!(core.answers[1].value, "一切正常");
    let photo = &core.photos[0];
    assert_eq!(photo.path, PathBuf::from("photos/a.jpg"));
    assert_eq!(
        (photo.at_ms, photo.azimuth_deg),
        (1_744_077_600_123, Some(359))
    );
    assert_eq!(photo.view.as_deref(), Some("near"));
}

#[test]
fn ids_and_positions_that_are_none_are_refused_before_the_core_sees_them() {
    let spoil: [fn(&mut Draft); 5] = [
        |draft| draft.id = Some("C04".to_owned()),
        |draft| draft.links.push(String::new()),
        |draft| {
            draft.subject = Some(CaptureSubject::Case {
                id: "household:1".to_owned(),
            })
        },
        |draft| draft.place.latitude_deg = f64::NAN,
        |draft| {
            draft.answers[0].about = Some(About::Entity {
                id: "baby".to_owned(),
            })
        },
    ];
    for spoil in spoil {
        let mut draft = draft();
        spoil(&mut draft);
        let error = draft.into_core().unwrap_err();
        assert!(matches!(error, FieldworkError::Invalid { .. }), "{error:?}");
    }
}
