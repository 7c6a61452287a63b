//! Which photographs of a capture a slot takes.

use fieldwork_ids::time::china_date;

use crate::capture::CapturePhoto;
use crate::envelope::{Problem, SlotPhoto};
use crate::spec::{Slot, Stage};

use super::{One, missing, problem};

impl One<'_> {
    /// The photographs for a slot, in the order of shooting.
    pub(super) fn slot(&self, slot: &Slot) -> Result<Vec<SlotPhoto>, Problem> {
        if slot.on_request {
            return Ok(Vec::new());
        }
        let stage = self
            .route
            .photos
            .get(&slot.slot)
            .map_or(slot.stage, |change| change.stage);
        let mut taken = self.of_stage(slot, stage, slot.nth);
        if taken.is_empty()
            && let Some(other) = &slot.or
        {
            taken = self.of_stage(slot, other.stage, other.nth);
        }
        if taken.len() < slot.min {
            return Err(Problem::PhotoMissing {
                slot: slot.slot.clone(),
                stage: stage.as_str().to_owned(),
            });
        }
        let file = match taken.is_empty() {
            true => None,
            false => self.file(slot)?,
        };
        let place = |photo: &CapturePhoto| {
            let unknown = || Problem::Unfit {
                field: slot.slot.clone(),
                reason: "the photograph does not say where the camera looked".to_owned(),
            };
            Ok(SlotPhoto {
                slot: slot.slot.clone(),
                photo: photo.name.clone(),
                blob: photo.blob,
                file: file.clone(),
                azimuth_deg: match slot.azimuth {
                    // A compass may say 360 for north.
                    true => Some(photo.azimuth_deg.ok_or_else(unknown)? % 360),
                    false => None,
                },
            })
        };
        taken.into_iter().map(place).collect()
    }

    fn of_stage(&self, slot: &Slot, stage: Stage, nth: usize) -> Vec<&CapturePhoto> {
        let photos = || {
            self.facts
                .photos()
                .iter()
                .filter(move |photo| photo.stage == stage.as_str() && self.is_recent(slot, photo))
        };
        let of_view =
            |photo: &&CapturePhoto| photo.view.as_deref() == slot.view.map(|view| view.as_str());
        let by_view = slot.view.is_some() && photos().any(|photo| of_view(&photo));
        photos()
            .filter(|photo| !by_view || of_view(photo))
            .skip(nth.saturating_sub(1))
            .take(slot.max)
            .collect()
    }

    fn is_recent(&self, slot: &Slot, photo: &CapturePhoto) -> bool {
        let Some(months) = slot.max_age_months else {
            return true;
        };
        let months = i32::try_from(months).unwrap_or(i32::MAX);
        // A day beyond the calendar never comes.
        let good_until = china_date(photo.at_ms).plus_months(months);
        good_until.is_none_or(|last| self.facts.day() <= last)
    }

    fn file(&self, slot: &Slot) -> Result<Option<String>, Problem> {
        let Some(file) = &slot.file else {
            return Ok(None);
        };
        self.scope.take_seen();
        let name = self
            .scope
            .value(file)
            .map_err(|fault| problem(&slot.slot, fault))?
            .and_then(|name| name.as_text());
        match name {
            Some(name) => Ok(Some(name)),
            None => Err(missing(&slot.slot, &self.scope.take_seen())),
        }
    }
}
