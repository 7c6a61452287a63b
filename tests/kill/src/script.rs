//! What is captured: the n-th capture is always the same, so that a half one is seen.
//!
//! Kinds go round so that every sort of change occurs: a visit writes the register and opens a case, a
//! problem on farmland opens one, a follow-up closes the newest open one, one by the road is opened and
//! closed at once, an inspection of premises has a due day.

use std::path::{Path, PathBuf};

use fieldwork::Workspace;
use fieldwork::replica::{CaseState, Draft, DraftAnswer, DraftPhoto};
use fieldwork_forms::capture::{Place, Subject};
use fieldwork_geo::Wgs84;
use fieldwork_register::{EntityId, EntityKind};

use crate::Outcome;

/// 2025-04-08, 08:00 (+08:00), UTC milliseconds: when the first capture is made.
pub const MORNING_MS: i64 = 1_744_070_400_000;
/// From one capture to the next, milliseconds.
const STEP_MS: i64 = 1_000;

/// The sort of the n-th capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// Capture kind.
    pub kind: &'static str,
    /// Stages of its photographs.
    pub stages: &'static [&'static str],
    /// Answers that stay with the capture.
    pub answers: usize,
    /// Whether it opens a case.
    pub opens: bool,
}

const VISIT: Sort = Sort {
    kind: "visit",
    stages: &["household"],
    answers: 5,
    opens: true,
};
const FARMLAND: Sort = Sort {
    kind: "farmland_issue",
    stages: &["before"],
    answers: 2,
    opens: true,
};
const ROADSIDE: Sort = Sort {
    kind: "roadside",
    stages: &["before", "after"],
    answers: 3,
    opens: true,
};
const PREMISES: Sort = Sort {
    kind: "premises",
    stages: &[],
    answers: 4,
    opens: true,
};
const FOLLOWUP: Sort = Sort {
    kind: "followup",
    stages: &["after"],
    answers: 1,
    opens: false,
};

/// The sorts, in the order in which they go round.
pub const SORTS: [Sort; 5] = [VISIT, FARMLAND, FOLLOWUP, ROADSIDE, PREMISES];

/// The sort of a capture by its kind.
#[must_use]
pub fn sort_of(kind: &str) -> Option<Sort> {
    SORTS.into_iter().find(|sort| sort.kind == kind)
}

/// The label of the n-th capture.
#[must_use]
pub fn label(number: u64) -> String {
    format!("K{number}")
}

/// A camera whose photographs are all different files: one picture, with the number of the shot in a
/// comment.
#[derive(Debug, Clone)]
pub struct Camera {
    folder: PathBuf,
    picture: Vec<u8>,
}

impl Camera {
    /// A camera that lays its files into `folder`, where `picture.jpg` is.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(folder: &Path) -> Outcome<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            picture: std::fs::read(folder.join("picture.jpg"))?,
        })
    }

    /// Takes a photograph.
    ///
    /// # Errors
    /// What the system says.
    pub fn shoot(&self, name: &str) -> Outcome<PathBuf> {
        let (start, rest) = self
            .picture
            .split_at_checked(2)
            .ok_or("the picture is not a jpeg")?;
        let length = u16::try_from(name.len() + 2)?.to_be_bytes();
        let bytes = [start, &[0xff, 0xfe], &length, name.as_bytes(), rest].concat();
        let path = self.folder.join(format!("{name}.jpg"));
        std::fs::write(&path, bytes)?;
        Ok(path)
    }
}

fn nth(workspace: &Workspace, kind: EntityKind, number: u64) -> Outcome<EntityId> {
    let (_, base) = workspace.replica().base()?;
    let all: Vec<&EntityId> = base.of_kind(kind).map(|entity| &entity.id).collect();
    let at = usize::try_from(number)? % all.len().max(1);
    Ok((*all.get(at).ok_or("the register has none of a kind")?).clone())
}

/// The n-th capture as a draft.
///
/// # Errors
/// What core or system say.
pub fn draft(workspace: &Workspace, number: u64, camera: &Camera) -> Outcome<Draft> {
    let round = number / SORTS.len() as u64;
    let mut sort = SORTS[usize::try_from(number)? % SORTS.len()];
    let open_case = match sort {
        FOLLOWUP => workspace
            .cases()?
            .into_iter()
            .rev()
            .find(|case| case.state() == CaseState::Open)
            .map(|case| case.id),
        _ => None,
    };
    if sort == FOLLOWUP && open_case.is_none() {
        sort = ROADSIDE;
    }
    let income = (10_000 + number).to_string();
    let answer = |concept: &str, value: &str| DraftAnswer {
        concept: concept.to_owned(),
        about: None,
        value: value.to_owned(),
    };
    let entity = |kind, number| nth(workspace, kind, number).map(Subject::Entity).map(Some);
    let (subject, answers) = match sort {
        VISIT => (
            entity(EntityKind::Household, round)?,
            vec![
                answer("visit.text", "家里缺收入，两人都要长期吃药。"),
                answer("visit.need", "想申请低保渡过难关。"),
                answer("visit.help", "low_income"),
                answer("household.income_pc", &income),
                answer("visit.unchanged", "true"),
                answer("issue.level", "2"),
            ],
        ),
        FARMLAND => (
            entity(EntityKind::Plot, round)?,
            vec![
                answer("issue.type", "farm_idle"),
                answer("issue.text", "去年秋收后一直没有翻种，现长满杂草。"),
            ],
        ),
        FOLLOWUP => (
            open_case.map(Subject::Case),
            vec![answer("issue.result", "已经处理，现场恢复原状")],
        ),
        PREMISES => (
            entity(EntityKind::Premises, round)?,
            vec![
                answer("issue.type", "fire_electric"),
                answer("issue.text", "电线老化裸露，插座串接。"),
                answer("issue.demand", "请电工换线穿管"),
                answer("issue.due", "2025-04-11"),
            ],
        ),
        _ => (
            None,
            vec![
                answer("issue.type", "env_rubbish"),
                answer("issue.text", "路边有一堆装修垃圾，约小半车。"),
                answer("issue.result", "当场装车运走"),
            ],
        ),
    };
    let at_ms = MORNING_MS + STEP_MS * i64::try_from(number)?;
    let photos = sort
        .stages
        .iter()
        .zip(1..)
        .map(|(stage, count)| photo(camera, &format!("{}-{count}", label(number)), stage, at_ms))
        .collect::<Outcome<_>>()?;
    Ok(Draft {
        id: None,
        label: Some(label(number)),
        kind: sort.kind.to_owned(),
        at_ms: Some(at_ms),
        place: place(),
        subject,
        answers,
        photos,
        links: Vec::new(),
        track: None,
        supersedes: None,
    })
}

fn place() -> Place {
    Place {
        point: Wgs84 {
            lon: 115.413_8,
            lat: 33.280_6,
        },
        accuracy_m: Some(5.0),
        source: "gps".to_owned(),
    }
}

fn photo(camera: &Camera, name: &str, stage: &str, at_ms: i64) -> Outcome<DraftPhoto> {
    Ok(DraftPhoto {
        path: camera.shoot(name)?,
        name: name.to_owned(),
        stage: stage.to_owned(),
        view: Some("far".to_owned()),
        at_ms,
        place: Some(place()),
        azimuth_deg: Some(90),
    })
}

/// Removes the files of a draft's photographs, once they are saved.
pub fn tidy(draft: &Draft) {
    for photo in &draft.photos {
        let _ = std::fs::remove_file(&photo.path);
    }
}
