//! What the phone said of each photograph when it was taken, and the strips that came of them.
//!
//! This is what an app does: every photograph is looked at before the capture is saved, against its case
//! and against those of the same draft; before, during and after are put side by side from the report
//! pictures, for a chat group and for this report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fieldwork::Workspace;
use fieldwork::replica::{Draft, PhotoAdvice, PhotoContext};
use fieldwork_forms::capture::{Capture, CapturePhoto, Subject};
use fieldwork_photo::strip::{Caption, Fonts, Layout, Panel, strip};
use fieldwork_photo::{Budget, Facts, Fit, Picture, Profile, decode, fit};
use fieldwork_testkit::day::{Day, Entry};

use crate::error::Failed;
use crate::play;

/// Long side at which pictures of a strip are decoded, in pixels.
const PANEL_PX: u32 = 1_008;
/// What a chat group takes without making it smaller once more.
const CHAT: Fit = Fit {
    quality: 80,
    max_bytes: Some(400_000),
};
/// Pictures of a strip, from left to right: stage and what stands on it.
const STAGES: [(&str, &str); 3] = [
    ("before", "整改前"),
    ("during", "整改中"),
    ("after", "整改后"),
];

/// What was said of each photograph, by its logical name.
pub type Advice = BTreeMap<String, PhotoAdvice>;

/// Looks at the photographs of a draft, in the order of shooting.
pub fn look(phone: &Workspace, draft: &Draft, advice: &mut Advice) -> Result<(), Failed> {
    let mut context = PhotoContext {
        case: match &draft.subject {
            Some(Subject::Case(case)) => Some(*case),
            _ => None,
        },
        draft: Vec::new(),
    };
    for photo in &draft.photos {
        let found = phone.look_at_photo(photo, &context)?;
        advice.insert(photo.name.clone(), found);
        context.draft.push(photo.clone());
    }
    Ok(())
}

/// A strip of a capture.
#[derive(Debug)]
pub struct Strip {
    /// Name of its file.
    pub file: String,
    /// The JPEG.
    pub jpeg: Vec<u8>,
    /// The same in words.
    pub text: String,
    /// What framing found of each photograph but the first.
    pub framing: Vec<String>,
}

/// Puts the photographs of each entry side by side that has a before and another of the same view, and
/// writes them into `folder`, by the label of the entry.
pub fn strips(
    phone: &Workspace,
    day: &Day,
    advice: &Advice,
    folder: &Path,
) -> Result<BTreeMap<String, Strip>, Failed> {
    fs::create_dir_all(folder).map_err(Failed::file(folder))?;
    let mut strips = BTreeMap::new();
    for entry in &day.captures {
        let capture = phone.replica().capture(play::id_of(phone, entry)?)?;
        let shots: Vec<(&CapturePhoto, &str)> = STAGES
            .iter()
            .filter_map(|(stage, label)| {
                let shot = capture.photos.iter().find(|photo| photo.stage == *stage)?;
                Some((shot, *label))
            })
            .collect();
        if shots.len() < 2 || shots[0].0.stage != "before" {
            continue;
        }
        let strip = of(phone, day, entry, &capture, &shots, advice)?;
        let path = folder.join(&strip.file);
        fs::write(&path, &strip.jpeg).map_err(Failed::file(&path))?;
        strips.insert(entry.id.clone(), strip);
    }
    Ok(strips)
}

fn of(
    phone: &Workspace,
    day: &Day,
    entry: &Entry,
    capture: &Capture,
    shots: &[(&CapturePhoto, &str)],
    advice: &Advice,
) -> Result<Strip, Failed> {
    let mut pictures: Vec<Picture> = Vec::new();
    let mut taken_at = None;
    for (shot, _) in shots {
        let path = phone.report_picture(shot.blob)?;
        let bytes = fs::read(&path).map_err(Failed::file(&path))?;
        let (found, picture) =
            decode(&bytes, PANEL_PX, &Budget::default()).map_err(Failed::photo(&path))?;
        taken_at = found.taken_at.or(taken_at);
        pictures.push(picture);
    }
    let panels: Vec<Panel<'_>> = pictures
        .iter()
        .zip(shots)
        .map(|(picture, (_, label))| Panel { picture, label })
        .collect();
    let (_, base) = phone.replica().base()?;
    let village = base.village();
    let grid = base.grid_at(capture.place.point);
    let grid = grid.and_then(|grid| grid.cells.get("grid.name"));
    let caption = Caption {
        taken_at,
        place: format!(
            "{}{}",
            village.name,
            grid.map(String::as_str).unwrap_or_default()
        ),
        name: day.cadre.name.clone(),
        text: said(entry),
    };
    let made = strip(&panels, &caption, &Fonts::new(None), &Layout::default())
        .map_err(Failed::photo(&entry.id))?;
    let file = fit(&made.picture, CHAT, &Facts::default()).map_err(Failed::photo(&entry.id))?;
    Ok(Strip {
        file: format!("{}.jpg", entry.id),
        jpeg: file.jpeg,
        text: made.text,
        framing: shots
            .iter()
            .filter_map(|(shot, label)| {
                let framing = advice.get(&shot.name)?.framing.as_ref()?;
                Some(format!("{label}：{}", framing.comparison.chinese()))
            })
            .collect(),
    })
}

/// What was done, else what was asked for.
fn said(entry: &Entry) -> String {
    let text = |concept: &str| {
        let input = entry.inputs.iter().find(|one| one.concept == concept)?;
        Some(play::value_of(input))
    };
    ["issue.result", "issue.text"]
        .into_iter()
        .find_map(text)
        .unwrap_or_default()
}

/// The copies that a chat group wants of the same originals.
pub fn copies(phone: &Workspace, advice: &Advice) -> Result<usize, Failed> {
    let chat = Profile {
        max_bytes: Some(200_000),
        max_width: Some(1_280),
        name: "{date}-{photo}.jpg".to_owned(),
        ..Profile::default()
    };
    for found in advice.values() {
        phone.photo_copy(found.photo, &chat)?;
    }
    Ok(advice.len())
}
