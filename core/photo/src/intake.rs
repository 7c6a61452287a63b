//! Taking a photograph in: what is made of an original before anybody waits for it.

use sha2::{Digest, Sha256};

use crate::budget::on_worker;
use crate::check::{Checks, Limits};
use crate::decode::decode_here;
use crate::encode::{Encoded, Fit, encode, fit};
use crate::exif_out::Facts;
use crate::limits::{REPORT_SIDE, accept_to};
use crate::{Budget, Filter, PhotoError, Picture, Probe, probe};

/// What to make.
#[derive(Debug, Clone, PartialEq)]
pub struct IntakeRule {
    /// Long side of the report picture, in pixels; 5 % less or 2.4 % more are let be.
    pub long_side: u32,
    /// Quality and bytes of the report picture.
    pub report: Fit,
    /// Long side of the thumbnail, in pixels.
    pub thumb_side: u32,
    /// Quality of the thumbnail.
    pub thumb_quality: u8,
    /// Whether the report picture says where it was taken.
    pub keep_place: bool,
    /// Limits of the hints.
    pub limits: Limits,
}

impl Default for IntakeRule {
    fn default() -> Self {
        Self {
            long_side: REPORT_SIDE,
            report: Fit {
                quality: 80,
                max_bytes: Some(600_000),
            },
            thumb_side: 320,
            thumb_quality: 75,
            keep_place: true,
            limits: Limits::default(),
        }
    }
}

/// What was made of an original.
#[derive(Debug, Clone)]
pub struct Intake {
    /// SHA-256 of the original, which is stored as it is.
    pub sha256: [u8; 32],
    /// What the original says about itself; `None` for pixels from the platform's decoder.
    pub probe: Option<Probe>,
    /// Width of the original as seen, in pixels.
    pub width: u32,
    /// Height of the original as seen, in pixels.
    pub height: u32,
    /// The report picture.
    pub report: Encoded,
    /// The thumbnail.
    pub thumb: Encoded,
    /// What was measured, and what to tell the worker.
    pub checks: Checks,
    /// The decoded report picture, for framing and strips, so that nobody decodes it again.
    pub picture: Picture,
}

/// Takes in an original.
///
/// # Errors
///
/// What [`probe`] refuses, what goes beyond the budget, what cannot be decoded, and a byte limit that
/// cannot be met. Nothing of the original is lost by it: store the bytes first.
pub fn intake(bytes: &[u8], rule: &IntakeRule, budget: &Budget<'_>) -> Result<Intake, PhotoError> {
    let probe = probe(bytes)?;
    on_worker(|| {
        let sha256 = Sha256::digest(bytes).into();
        let picture = decode_here(bytes, &probe, rule.long_side, budget)?;
        let facts = Facts {
            taken_at: probe.taken_at,
            gps: probe.gps.filter(|_| rule.keep_place),
            silent: false,
        };
        let (width, height) = probe.upright();
        make(
            sha256,
            Some(probe.clone()),
            (width, height),
            picture,
            rule,
            &facts,
        )
    })
}

/// Takes in an original that the platform decoded, such as HEIC: its bytes for the hash, and its pixels
/// upright, at its own size or already smaller.
///
/// # Errors
///
/// A byte limit that cannot be met; a worker that breaks down.
pub fn intake_pixels(
    bytes: &[u8],
    picture: Picture,
    facts: &Facts,
    rule: &IntakeRule,
) -> Result<Intake, PhotoError> {
    on_worker(|| {
        let sha256 = Sha256::digest(bytes).into();
        let size = (picture.width(), picture.height());
        let picture = if picture.long_side() > accept_to(rule.long_side) {
            picture.within(rule.long_side, Filter::Fine)
        } else {
            picture
        };
        let facts = Facts {
            gps: facts.gps.filter(|_| rule.keep_place),
            ..facts.clone()
        };
        make(sha256, None, size, picture, rule, &facts)
    })
}

fn make(
    sha256: [u8; 32],
    probe: Option<Probe>,
    (width, height): (u32, u32),
    picture: Picture,
    rule: &IntakeRule,
    facts: &Facts,
) -> Result<Intake, PhotoError> {
    let report = fit(&picture, rule.report, facts)?;
    let thumb = encode(
        &picture.within(rule.thumb_side, Filter::Fast),
        rule.thumb_quality,
        &Facts::default(),
    )?;
    let checks = Checks::of(&picture.luma(), (width, height), &rule.limits);
    Ok(Intake {
        sha256,
        probe,
        width,
        height,
        report,
        thumb,
        checks,
        picture,
    })
}
