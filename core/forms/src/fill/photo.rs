//! Which photographs of a capture a slot takes.

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
        let stage = self.route.stage_of(slot);
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
        let fitting = slot.fitting(stage, self.facts.photos(), self.facts.day());
        fitting
            .into_iter()
            .skip(nth.saturating_sub(1))
            .take(slot.max)
            .collect()
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
            None => {
                let seen = self.scope.take_seen();
                Err(missing(&slot.slot, self.scope.lacking(&seen)))
            }
        }
    }
}
