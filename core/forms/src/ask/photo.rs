//! Photographs that are still to be taken.
//!
//! One photograph serves every form that wants one of its stage, so what is counted is the form that
//! wants the most.

use crate::slot::{Stage, View};

use super::gather::{Gathered, Setting};
use super::question::PhotoAsked;
use super::row::Look;

impl Look<'_> {
    /// Notes what the form wants photographed.
    pub(super) fn photos(&self, setting: &Setting<'_>, gathered: &mut Gathered) {
        for slot in self.form.photos.iter().filter(|slot| !slot.on_request) {
            let stage = self.route.stage_of(slot);
            let there = |stage: Stage| {
                slot.fitting(stage, setting.facts.photos(), setting.facts.day())
                    .len()
            };
            let (have, before) = (there(stage), slot.nth.saturating_sub(1));
            let served_by_other = have <= before
                && slot.or.as_ref().is_some_and(|other| {
                    there(other.stage) >= other.nth.saturating_sub(1) + slot.min.max(1)
                });
            if served_by_other {
                continue;
            }
            let required = (before + slot.min).saturating_sub(have);
            let wanted = (before + slot.max).saturating_sub(have).max(required);
            let view = slot.view.filter(|view| !self.has_view(stage, *view));
            if wanted > 0 || view.is_some() {
                let known = gathered.photo(stage);
                known.required = known.required.max(required);
                known.wanted = known.wanted.max(wanted);
                known.azimuth |= slot.azimuth;
                known
                    .views
                    .extend(view.filter(|view| !known.views.contains(view)));
                // Another view is another photograph.
                known.wanted = known.wanted.max(known.views.len());
                let asker = self.asker(None);
                if !known.needed_by.contains(&asker) {
                    known.needed_by.push(asker);
                }
            }
        }
    }

    fn has_view(&self, stage: Stage, view: View) -> bool {
        self.photos_taken().iter().any(|photo| {
            photo.stage == stage.as_str() && photo.view.as_deref() == Some(view.as_str())
        })
    }
}

impl Gathered {
    fn photo(&mut self, stage: Stage) -> &mut PhotoAsked {
        let known = self.photos.iter().position(|known| known.stage == stage);
        let at = known.unwrap_or(self.photos.len());
        if known.is_none() {
            self.photos.push(PhotoAsked {
                stage,
                required: 0,
                wanted: 0,
                views: Vec::new(),
                azimuth: false,
                needed_by: Vec::new(),
            });
        }
        &mut self.photos[at]
    }
}
