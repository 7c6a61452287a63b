//! Photo slots of a form: which photographs of a capture go where.

use fieldwork_ids::{Date, time::china_date};
use serde::{Deserialize, Serialize};

use crate::capture::CapturePhoto;
use crate::expression::Expression;

/// A photo slot of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Slot id, as the owner writes it.
    pub slot: String,
    /// What the owner calls it; without one people read stage and view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Stage whose photographs it takes.
    pub stage: Stage,
    /// View it prefers, where there is one of it.
    #[serde(default)]
    pub view: Option<View>,
    /// Which of them it begins with, from 1.
    #[serde(default = "one")]
    pub nth: usize,
    /// Another stage it takes where there is none of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or: Option<OtherStage>,
    /// Fewest photographs.
    pub min: usize,
    /// Most photographs.
    pub max: usize,
    /// Most bytes of a photograph on the wire; 1 kB = 1000.
    pub max_bytes: u32,
    /// File name, where the owner demands one.
    #[serde(default)]
    pub file: Option<Expression>,
    /// The owner wants to know where the camera looked; a photograph without that does not fit.
    #[serde(default, skip_serializing_if = "is_false")]
    pub azimuth: bool,
    /// A photograph older than this many months on the day of the capture does not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_months: Option<u32>,
    /// The owner gets it only when asking for it: it does not go with the form.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_request: bool,
    /// Why the picture is needed.
    #[serde(default)]
    pub necessity: Option<String>,
}

impl Slot {
    /// The photographs of a stage that the slot could take on this day, in the order of shooting, from the
    /// first one on. Where one has the view it prefers, only those.
    pub(crate) fn fitting<'a>(
        &self,
        stage: Stage,
        photos: &'a [CapturePhoto],
        day: Date,
    ) -> Vec<&'a CapturePhoto> {
        let mut fitting: Vec<&CapturePhoto> = photos
            .iter()
            .filter(|photo| photo.stage == stage.as_str() && self.is_recent(photo, day))
            .collect();
        if let Some(view) = self.view {
            let of_view = |photo: &&CapturePhoto| photo.view.as_deref() == Some(view.as_str());
            if fitting.iter().any(of_view) {
                fitting.retain(of_view);
            }
        }
        fitting
    }

    fn is_recent(&self, photo: &CapturePhoto, day: Date) -> bool {
        let Some(months) = self.max_age_months else {
            return true;
        };
        let months = i32::try_from(months).unwrap_or(i32::MAX);
        // A day beyond the calendar never comes.
        let good_until = china_date(photo.at_ms).plus_months(months);
        good_until.is_none_or(|last| day <= last)
    }
}

fn one() -> usize {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(yes: &bool) -> bool {
    !yes
}

/// A stage that a slot takes for want of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OtherStage {
    /// Stage whose photographs it takes then.
    pub stage: Stage,
    /// Which of them it begins with, from 1.
    #[serde(default = "one")]
    pub nth: usize,
}

/// Stage of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the words themselves; specs/README.md lists them"
)]
pub enum Stage {
    Scene,
    Before,
    During,
    After,
    Household,
    Outside,
    Defect,
}

impl Stage {
    /// The word that captures use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scene => "scene",
            Self::Before => "before",
            Self::During => "during",
            Self::After => "after",
            Self::Household => "household",
            Self::Outside => "outside",
            Self::Defect => "defect",
        }
    }

    /// The word that people read.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Scene => "现场",
            Self::Before => "处置前",
            Self::During => "处置中",
            Self::After => "处置后",
            Self::Household => "入户",
            Self::Outside => "房屋外观",
            Self::Defect => "隐患部位",
        }
    }
}

/// View of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// From afar.
    Far,
    /// From near by.
    Near,
}

impl View {
    /// The word that captures use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Far => "far",
            Self::Near => "near",
        }
    }

    /// The word that people read.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Far => "远景",
            Self::Near => "近景",
        }
    }
}

/// What a route changes about a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SlotChange {
    /// Stage whose photographs it takes on this route.
    pub stage: Stage,
}
