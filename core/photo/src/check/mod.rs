//! What a worker should hear while still standing there: blurred, dark, glaring, small, far away.
//!
//! All of it is advice. A photograph of a dark cellar is dark, and a photograph that somebody insists on
//! is taken as it is; so a [`Hint`] carries the value and the limit, and nothing here refuses.

mod blur;
mod light;

use fieldwork_geo::{Gcj02, Wgs84, distance_m};

use crate::Luma;
pub use blur::blur;
use blur::sharpest_part;
pub use light::Light;

/// Long side at which blur is measured, in pixels.
const BLUR_SIDE: u32 = 1_008;

/// By how much the limit of blur rises towards pictures of no size at all: what is left of a picture
/// that was always small has been smoothed by whoever made it small, or is an enlargement.
const BLUR_OF_SMALL: f64 = 0.5;

/// When to give a hint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Blur above this, 0 to 1, of a photo of at least 1,008 pixels, as a whole and where it has the most
    /// detail; smaller ones are allowed more. Sharp
    /// photographs have 0.28 to 0.335, also noisy ones.
    pub blur: f64,
    /// Mean brightness below this, of 255.
    pub luma_low: f64,
    /// Mean brightness above this, of 255.
    pub luma_high: f64,
    /// More than this share of the picture without detail in the shadows.
    pub dark_share: f64,
    /// More than this share of the picture without detail in the lights.
    pub bright_share: f64,
    /// Long side below this, in pixels.
    pub long_side: u32,
    /// Farther from the case than this, in metres, or than [`Limits::far_by_accuracy`] says.
    pub far_m: f64,
    /// Farther than this many times the accuracy of the position.
    pub far_by_accuracy: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            blur: 0.345,
            luma_low: 40.0,
            luma_high: 220.0,
            dark_share: 0.25,
            bright_share: 0.20,
            long_side: 1_280,
            far_m: 150.0,
            far_by_accuracy: 3.0,
        }
    }
}

/// What there is to say about a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HintId {
    /// Out of focus or moved.
    Blur,
    /// Too dark all over.
    Dark,
    /// Too bright all over.
    Bright,
    /// Much of it black.
    Shadows,
    /// Much of it white.
    Lights,
    /// Too few pixels.
    Small,
    /// Taken far from the case.
    PlaceFar,
}

/// A piece of advice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hint {
    /// What about.
    pub id: HintId,
    /// What was measured, in the limit's unit.
    pub value: f64,
    /// From where on the hint is given.
    pub limit: f64,
}

impl HintId {
    /// The name for machines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blur => "blur",
            Self::Dark => "dark",
            Self::Bright => "bright",
            Self::Shadows => "shadows",
            Self::Lights => "lights",
            Self::Small => "small",
            Self::PlaceFar => "place_far",
        }
    }
}

impl Hint {
    /// The sentence for the worker.
    #[must_use]
    pub fn chinese(&self) -> String {
        match self.id {
            HintId::Blur => "照片可能模糊，建议拿稳手机、对焦后再拍一张。".to_owned(),
            HintId::Dark => "照片偏暗，建议换个角度或打开闪光灯再拍一张。".to_owned(),
            HintId::Bright => "照片偏亮，建议避开强光再拍一张。".to_owned(),
            HintId::Shadows => "照片里大片发黑看不清，建议换个角度再拍一张。".to_owned(),
            HintId::Lights => "照片里大片发白看不清，建议避开逆光再拍一张。".to_owned(),
            HintId::Small => format!(
                "照片长边只有{:.0}像素（建议不少于{:.0}），请用相机原图。",
                self.value, self.limit
            ),
            HintId::PlaceFar => format!(
                "拍摄位置距离事件地点约{:.0}米（一般不超过{:.0}米），请核对是否选对了事件。",
                self.value, self.limit
            ),
        }
    }

    /// The same in English.
    #[must_use]
    pub fn english(&self) -> String {
        match self.id {
            HintId::Blur => {
                "The photo may be blurred: hold the phone still, focus, and take another."
                    .to_owned()
            }
            HintId::Dark => {
                "The photo is dark: change the angle or use the flash, and take another.".to_owned()
            }
            HintId::Bright => {
                "The photo is glaring: keep strong light out of it, and take another.".to_owned()
            }
            HintId::Shadows => {
                "Much of the photo is black: change the angle, and take another.".to_owned()
            }
            HintId::Lights => {
                "Much of the photo is white: turn away from the light, and take another.".to_owned()
            }
            HintId::Small => format!(
                "The photo's long side is only {:.0} pixels (at least {:.0} are advised): use the original.",
                self.value, self.limit
            ),
            HintId::PlaceFar => format!(
                "The photo was taken about {:.0} m from the case (usually at most {:.0} m): is it the right case?",
                self.value, self.limit
            ),
        }
    }
}

/// What was measured on a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct Checks {
    /// Blur, 0 sharp to 1.
    pub blur: f64,
    /// Brightness.
    pub light: Light,
    /// Advice that follows.
    pub hints: Vec<Hint>,
}

impl Checks {
    /// Measures the brightness of a report picture; `size` is that of the original, in pixels.
    #[must_use]
    pub fn of(luma: &Luma, size: (u32, u32), limits: &Limits) -> Self {
        let light = Light::of(luma);
        let measured = luma.within(BLUR_SIDE);
        let blur = blur(&measured);
        let smaller =
            1.0 - f64::from(measured.width().max(measured.height())) / f64::from(BLUR_SIDE);
        let blur_limit = limits.blur + BLUR_OF_SMALL * smaller.max(0.0);
        let long_side = size.0.max(size.1);
        let found = [
            (
                HintId::Blur,
                blur,
                blur_limit,
                blur > blur_limit && sharpest_part(&measured) > blur_limit,
            ),
            (
                HintId::Dark,
                light.mean,
                limits.luma_low,
                light.mean < limits.luma_low,
            ),
            (
                HintId::Bright,
                light.mean,
                limits.luma_high,
                light.mean > limits.luma_high,
            ),
            (
                HintId::Shadows,
                light.dark_share,
                limits.dark_share,
                light.dark_share > limits.dark_share && light.mean >= limits.luma_low,
            ),
            (
                HintId::Lights,
                light.bright_share,
                limits.bright_share,
                light.bright_share > limits.bright_share && light.mean <= limits.luma_high,
            ),
            (
                HintId::Small,
                f64::from(long_side),
                f64::from(limits.long_side),
                long_side < limits.long_side,
            ),
        ];
        let hints = found
            .into_iter()
            .filter(|(.., given)| *given)
            .map(|(id, value, limit, _)| Hint { id, value, limit })
            .collect();
        Self { blur, light, hints }
    }
}

/// Where a case is, and in which datum that was written down: Chinese map services give GCJ-02, which
/// lies several hundred metres beside what EXIF says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CasePlace {
    /// As satellite receivers and EXIF have it.
    Wgs84(Wgs84),
    /// As most Chinese map services have it.
    Gcj02(Gcj02),
}

/// Tells a photo that was taken far from its case. `accuracy_m` is the radius of the position's error in
/// metres, where it is known.
#[must_use]
pub fn place_far(
    photo: Wgs84,
    accuracy_m: Option<f64>,
    case: CasePlace,
    limits: &Limits,
) -> Option<Hint> {
    let case = match case {
        CasePlace::Wgs84(point) => point,
        CasePlace::Gcj02(point) => point.wgs84(),
    };
    let value = distance_m(photo, case);
    let limit = limits
        .far_m
        .max(accuracy_m.unwrap_or(0.0) * limits.far_by_accuracy);
    (value > limit).then_some(Hint {
        id: HintId::PlaceFar,
        value,
        limit,
    })
}
