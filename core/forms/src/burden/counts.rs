//! The figures, under the names in which they are published.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::TapModel;

/// One figure for three ways of working.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Three<T> {
    /// 现状: separate apps as they are.
    #[serde(rename = "B0")]
    pub b0: T,
    /// 最好的分开填: separate apps at their best: each prefills after one pick, photos come from the gallery.
    #[serde(rename = "B1")]
    pub b1: T,
    /// 本系统: one capture.
    #[serde(rename = "ONE")]
    pub one: T,
}

/// What a day's work costs, per system and capture and never per person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counts {
    /// What one entry costs.
    pub tap_model: TapModel,
    /// How many captures.
    pub captures: usize,
    /// How many forms went out, the ledger apart.
    pub envelopes: u32,
    /// The systems that got them.
    pub systems: BTreeSet<String>,
    /// Rows of the ledger.
    pub ledger_rows: u32,
    /// Cells of the ledger.
    pub ledger_cells: u32,
    /// Capture by capture.
    pub per_capture: BTreeMap<String, CaptureCounts>,
    /// The day.
    pub totals: Totals,
    /// Form fields by where their values could come from.
    pub classes: Classes,
    /// The free text that remains.
    pub one_text: TextCounts,
    /// B0 by the lengths of the model and by the real ones.
    pub b0_form_taps_by_real_lengths: RealLengths,
    /// An owner's word → how many systems ask for it.
    pub asked_by_systems: BTreeMap<String, usize>,
}

/// One capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the published file")]
pub struct CaptureCounts {
    pub envelopes: Vec<String>,
    pub form_fields: u32,
    pub fields: Three<u32>,
    pub taps: Three<u32>,
    pub photo_slots: u32,
    pub photos: u32,
    /// The inputs in the order of entry, such as `p t40 b`.
    pub inputs: String,
}

impl Eq for Three<u32> {}

/// The day.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the published file")]
pub struct Totals {
    pub fields_with_ledger: Three<u32>,
    pub form_fields_without_ledger: Three<u32>,
    pub field_taps: Three<u32>,
    pub all_taps: Three<u32>,
    pub logins: Three<u32>,
    pub unlocks: Three<u32>,
    pub app_switches: Three<u32>,
    pub sign_ins_elsewhere: Three<u32>,
    pub photos_shot: Three<u32>,
    pub photo_slots: u32,
    pub slots_reused: u32,
    pub uploads: Uploads,
    pub ratio_taps: Ratio,
}

/// Uploads: forms and photographs one by one, or sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the published file")]
pub struct Uploads {
    #[serde(rename = "B0")]
    pub b0: u32,
    #[serde(rename = "B1")]
    pub b1: u32,
    #[serde(rename = "ONE")]
    pub one: String,
}

/// How many times as much work as with one capture, to one decimal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the published file")]
pub struct Ratio {
    #[serde(rename = "B0")]
    pub b0: f64,
    #[serde(rename = "B1")]
    pub b1: f64,
}

/// Form fields by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the names are those of the published file")]
pub struct Classes {
    #[serde(rename = "E")]
    pub e: u32,
    #[serde(rename = "D")]
    pub d: u32,
    #[serde(rename = "S")]
    pub s: u32,
}

/// Free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the names are those of the published file")]
pub struct TextCounts {
    pub characters: u32,
    pub taps: u32,
}

/// Taps of B0 by the lengths of the model and by those of the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "the names are those of the published file")]
pub struct RealLengths {
    pub model: u32,
    pub real: u32,
    pub ledger_model: u32,
    pub ledger_real: u32,
}
