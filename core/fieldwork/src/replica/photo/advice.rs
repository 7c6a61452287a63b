//! What the worker hears of a photograph while still standing there.

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_forms::capture::{BlobRef, Place};
use fieldwork_ids::Ulid;
use fieldwork_photo::check::{CasePlace, Hint, Limits, place_far};
use fieldwork_photo::framing::{Comparison, Features, compare};
use fieldwork_photo::{TakenAt, probe};

use super::{Derived, derived_file, read};
use crate::key::sha256;
use crate::replica::blob::write_file;
use crate::replica::{DraftPhoto, Replica, ReplicaError, TimelineItem};
use crate::store::blob::reference;

/// What a photograph is compared with at the moment of shooting.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PhotoContext {
    /// The case it is for.
    pub case: Option<Ulid>,
    /// Photographs of the same draft that were looked at before it.
    pub draft: Vec<DraftPhoto>,
}

/// A photograph held against one of its case.
#[derive(Debug, Clone, PartialEq)]
pub struct Framing {
    /// The photograph of the case.
    pub before: BlobRef,
    /// How the new one compares.
    pub comparison: Comparison,
}

/// What to tell the worker who still stands there. All of it is advice.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoAdvice {
    /// The photograph.
    pub photo: BlobRef,
    /// Width as seen, in pixels.
    pub width: u32,
    /// Height as seen, in pixels.
    pub height: u32,
    /// Blur, light, size, place.
    pub hints: Vec<Hint>,
    /// Against the before of the same view of its case.
    pub framing: Option<Framing>,
    /// A photograph of another stage of its case that looks like the very same one: to be asked about.
    pub same_as: Option<BlobRef>,
}

/// A new photograph held against others of its case and draft.
struct Others<'a> {
    photo: &'a DraftPhoto,
    features: &'a Features,
    /// When it was taken, by the camera's clock.
    taken_at: Option<TakenAt>,
    /// The before to compare with; one of the same view is better.
    before: Option<(bool, Framing)>,
    same_as: Option<BlobRef>,
}

/// One of the others.
struct Other<'a> {
    photo: BlobRef,
    stage: &'a str,
    view: Option<&'a String>,
    features: Features,
    /// Its report picture, which says when it was taken.
    report: PathBuf,
}

impl<'a> Others<'a> {
    fn new(photo: &'a DraftPhoto, features: &'a Features, taken_at: Option<TakenAt>) -> Self {
        Self {
            photo,
            features,
            taken_at,
            before: None,
            same_as: None,
        }
    }

    fn hold(&mut self, other: &Other<'_>) {
        let comparison = compare(&other.features, self.features);
        // Two of one stage may well be alike; one offered as before and as after may not.
        let asked = comparison.same_picture
            && other.stage != self.photo.stage
            && !self.was_taken_apart(&other.report);
        if asked && self.same_as.is_none() {
            self.same_as = Some(other.photo);
        }
        let follows = matches!(self.photo.stage.as_str(), "during" | "after");
        let same_view = other.view == self.photo.view.as_ref();
        let better = self
            .before
            .as_ref()
            .is_none_or(|(held, _)| same_view && !held);
        if follows && other.stage == "before" && better {
            let framing = Framing {
                before: other.photo,
                comparison,
            };
            self.before = Some((same_view, framing));
        }
    }

    /// Whether the camera says of both when they were taken, and not the same of both: then the phone
    /// stood still, and nobody is asked. What saves a photograph again keeps its time or drops it.
    fn was_taken_apart(&self, report: &Path) -> bool {
        let other = fs::read(report).ok().and_then(|bytes| probe(&bytes).ok());
        let other = other.and_then(|probe| probe.taken_at);
        matches!((self.taken_at, other), (Some(one), Some(other)) if one != other)
    }
}

impl Replica {
    /// Looks at a photograph that was just taken: stores the original, makes what is made of every
    /// photograph, and says what the worker should hear. Saving it afterwards costs nothing more.
    ///
    /// Where it was taken is asked of the draft, not of the file: what a file says may be of another
    /// datum, and pickers take it out.
    ///
    /// # Errors
    /// [`ReplicaError::Photo`] where it is unusable; [`ReplicaError::is_full`]; never for a hint.
    pub fn look_at_photo(
        &self,
        photo: &DraftPhoto,
        context: &PhotoContext,
    ) -> Result<PhotoAdvice, ReplicaError> {
        let bytes = read(&photo.path, &photo.name)?;
        let hash = sha256(&[&bytes]);
        let refused = |source| ReplicaError::Photo {
            name: photo.name.clone(),
            source,
        };
        probe(&bytes).map_err(refused)?;
        write_file(&self.directory, &*self.ports.random, &hash, &bytes)?;
        let made = self.intake(&bytes).map_err(refused)?;
        let features = self.keep(&hash, &made)?;
        let mut advice = PhotoAdvice {
            photo: reference(&hash),
            width: made.width,
            height: made.height,
            hints: made.checks.hints,
            framing: None,
            same_as: None,
        };
        let taken_at = made.probe.as_ref().and_then(|probe| probe.taken_at);
        let mut others = Others::new(photo, &features, taken_at);
        if let Some(case) = context.case {
            let at = self.hold_against_case(case, &mut others)?;
            if let (Some(photo), Some(case)) = (&photo.place, at) {
                advice.hints.extend(place_far(
                    photo.point,
                    photo.accuracy_m.map(f64::from),
                    CasePlace::Wgs84(case.point),
                    &Limits::default(),
                ));
            }
        }
        for other in &context.draft {
            let hash = sha256(&[&read(&other.path, &other.name)?]);
            let kept = fs::read(derived_file(&self.directory, &hash, Derived::Features));
            if let Ok(kept) = kept
                && let Ok(features) = Features::from_bytes(&kept)
            {
                others.hold(&Other {
                    photo: reference(&hash),
                    stage: &other.stage,
                    view: other.view.as_ref(),
                    features,
                    report: derived_file(&self.directory, &hash, Derived::Report),
                });
            }
        }
        advice.framing = others.before.map(|(_, framing)| framing);
        advice.same_as = others.same_as;
        Ok(advice)
    }

    /// Holds a photograph against those of a case, and gives the place of the case.
    fn hold_against_case(
        &self,
        case: Ulid,
        others: &mut Others<'_>,
    ) -> Result<Option<Place>, ReplicaError> {
        let mut place = None;
        for item in self.timeline(case)? {
            let TimelineItem::Capture(row) = item else {
                continue;
            };
            let capture = self.capture(row.id)?;
            for photo in &capture.photos {
                // A colleague's photograph is on the colleague's phone.
                if let Ok(features) = self.photo_features(photo.blob) {
                    let report = self.photo_file(photo.blob, Derived::Report)?;
                    let other = Other {
                        photo: photo.blob,
                        stage: &photo.stage,
                        view: photo.view.as_ref(),
                        features,
                        report,
                    };
                    others.hold(&other);
                }
            }
            place = place.or(Some(capture.place));
        }
        Ok(place)
    }
}
