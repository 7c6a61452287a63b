//! The workload: one visit after the other, with the fifteen things that are said in each.
//!
//! | said | in our capture |
//! |---|---|
//! | id, kind, household, cadre, time, place with accuracy | fields of the capture |
//! | device | the log it stands in |
//! | status | `check.result`, a code |
//! | Chinese note | `visit.text` |
//! | topic | `activity.kind`, a code too |
//! | minutes | `activity.headcount`, a number too |
//! | follow-up, a day | `issue.due` |
//! | two photo hashes | two photographs: name, stage, time and 16 bytes of the hash |
//!
//! Our capture says more than that: that nothing else changed (`visit.unchanged`, without which the
//! visit fills no form), what the author saw of the register, and of each photograph its name, stage
//! and time.

use std::path::{Path, PathBuf};

use fieldwork::replica::{Draft, DraftAnswer, DraftPhoto};
use fieldwork_forms::capture::{Capture, Place, Subject};
use fieldwork_geo::Wgs84;
use fieldwork_register::EntityId;
use serde_json::{Value, json};

use crate::Outcome;

/// 2025-04-08, 08:00 (+08:00), UTC milliseconds.
pub const MORNING_MS: i64 = 1_744_070_400_000;

const STATES: [&str; 4] = ["ok", "cleared", "mended", "overdue"];
const TOPICS: [&str; 5] = ["show", "film", "talk", "sport", "other"];
const PHRASES: [&str; 12] = [
    "老人身体尚好，女儿每周来看望",
    "吃水用电正常",
    "孩子上学有补助",
    "户主在镇上做工",
    "西屋墙面有细裂缝，已提醒少去",
    "药费能报销，收入稳定",
    "想学养殖技术",
    "院内线路老化，约电工上门",
    "两亩玉米长势好",
    "暂无新困难",
    "慢性病要长期吃药",
    "低保已按月到账",
];

/// Numbers from a seed (splitmix64): the same workload each time.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % end.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let at = self.below(from.len() as u64) as usize;
        from.get(at).copied().unwrap_or_default()
    }
}

/// A camera: every photograph another file, `padding` bytes longer than the picture.
pub struct Camera {
    /// Where the files go.
    pub folder: PathBuf,
    /// A small JPEG.
    pub picture: Vec<u8>,
}

impl Camera {
    /// Takes a photograph of about so many bytes.
    pub fn shoot(&self, name: &str, padding: usize) -> Outcome<PathBuf> {
        let (start, rest) = self
            .picture
            .split_at_checked(2)
            .ok_or("the picture is not a jpeg")?;
        let mut bytes = start.to_vec();
        let mut dice = Dice(fieldwork_testkit::scene::seed(name));
        let mut left = padding;
        loop {
            let part = left.min(60_000);
            let comment: Vec<u8> = (0..part + 8).map(|_| dice.below(256) as u8).collect();
            bytes.extend([0xff, 0xfe]);
            bytes.extend(u16::try_from(comment.len() + 2)?.to_be_bytes());
            bytes.extend(comment);
            left -= part;
            if left == 0 {
                break;
            }
        }
        bytes.extend(rest);
        let path = self.folder.join(format!("{name}.jpg"));
        std::fs::write(&path, bytes)?;
        Ok(path)
    }
}

/// The n-th visit, with these photographs.
pub fn visit(number: u64, household: &EntityId, photos: &[&Path]) -> Draft {
    let mut dice = Dice(number);
    let note = format!(
        "{}，{}，{}。",
        dice.pick(&PHRASES),
        dice.pick(&PHRASES),
        dice.pick(&PHRASES)
    );
    let at_ms = MORNING_MS + (number * 600_000 + dice.below(500_000)) as i64;
    let place = Place {
        point: Wgs84 {
            lon: (1_154_000_000 + dice.below(300_000)) as f64 / 1e7,
            lat: (332_700_000 + dice.below(200_000)) as f64 / 1e7,
        },
        accuracy_m: Some(3.0 + dice.below(90) as f32 / 10.0),
        source: "gps".to_owned(),
    };
    let answer = |concept: &str, value: String| DraftAnswer {
        concept: concept.to_owned(),
        about: None,
        value,
    };
    let answers = vec![
        answer("visit.unchanged", "true".to_owned()),
        answer("check.result", dice.pick(&STATES).to_owned()),
        answer("visit.text", note),
        answer("activity.kind", dice.pick(&TOPICS).to_owned()),
        answer("activity.headcount", (10 + dice.below(80)).to_string()),
        answer("issue.due", format!("2025-05-{:02}", 1 + dice.below(28))),
    ];
    Draft {
        id: None,
        label: None,
        kind: "visit".to_owned(),
        at_ms: Some(at_ms),
        place,
        subject: Some(Subject::Entity(household.clone())),
        answers,
        photos: photos
            .iter()
            .zip(1..)
            .map(|(path, count)| DraftPhoto {
                path: path.to_path_buf(),
                name: format!("household-{count}"),
                stage: "household".to_owned(),
                view: None,
                at_ms: at_ms + 1_000 * count + dice.below(20_000) as i64,
                place: None,
                azimuth_deg: None,
            })
            .collect(),
        links: Vec::new(),
        track: None,
        supersedes: None,
    }
}

/// The fifteen things of a capture as flat JSON: what others are given of it. `hashes` are the whole
/// SHA-256 of its photographs, hex.
pub fn plain(capture: &Capture, device: &str, hashes: &[String]) -> Value {
    let said = |concept: &str| {
        let answer = capture.answers.iter().find(|one| one.concept == concept);
        answer.map(|answer| answer.value.clone())
    };
    let number = |concept: &str| said(concept).and_then(|text| text.parse::<i64>().ok());
    let household = match &capture.subject {
        Some(Subject::Entity(entity)) => entity.id.clone(),
        _ => String::new(),
    };
    json!({
        "id": capture.id.to_string(),
        "kind": capture.kind,
        "household": household,
        "cadre": capture.by,
        "device": device,
        "at": capture.at_ms,
        "lat": capture.place.point.lat,
        "lon": capture.place.point.lon,
        "acc": capture.place.accuracy_m,
        "status": said("check.result"),
        "note": said("visit.text"),
        "topic": said("activity.kind"),
        "minutes": number("activity.headcount"),
        "followup": said("issue.due"),
        "photos": hashes,
    })
}
