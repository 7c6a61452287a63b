//! What is asked: questions with all that a screen needs to put them.

use fieldwork_ids::Date;
use fieldwork_register::EntityId;
use serde::Serialize;

use crate::concept::Widget;
use crate::envelope::Problem;
use crate::kind::SubjectKind;
use crate::slot::{Stage, View};

/// The name under which picking a subject is asked; it is no concept.
pub const SUBJECT: &str = "capture.subject";

/// What is still to be said in a capture.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Asked {
    /// Without these a form that applies cannot be made. Empty: the capture is whole.
    pub required: Vec<Question>,
    /// These would open further forms, close a case at once, or fill what may stay empty. Nobody has to
    /// look at them.
    pub offered: Vec<Question>,
    /// What the register says and forms carry without asking; it may be corrected.
    pub carried: Vec<Question>,
    /// Photographs that forms which apply would take, by stage, in the order in which forms want them.
    pub photos: Vec<PhotoAsked>,
    /// What no answer can mend: the form stops, and why.
    pub unanswerable: Vec<Unanswerable>,
}

/// Photographs of one stage that are still to be taken. One serves all forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhotoAsked {
    /// The stage.
    pub stage: Stage,
    /// How many more a form that applies cannot be made without; 0 where all may be left out.
    pub required: usize,
    /// How many more, these included, some form would take.
    pub wanted: usize,
    /// Views that are preferred and not there yet.
    pub views: Vec<View>,
    /// Somebody wants to know where the camera looks.
    pub azimuth: bool,
    /// The forms that take them.
    pub needed_by: Vec<Asker>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// Concept id, or [`SUBJECT`].
    pub concept: String,
    /// The member it is about, where it is not about the subject.
    pub about: Option<EntityId>,
    /// Chinese label.
    pub label: String,
    /// English label.
    pub english: String,
    /// How it is put.
    pub control: Control,
    /// What can be picked: only codes that every system that asks has a counterpart for.
    pub choices: Vec<Choice>,
    /// What an answer must keep to.
    pub limits: Limits,
    /// The forms that ask, each with the first of its fields that does.
    pub needed_by: Vec<Asker>,
    /// What the register says.
    pub carried: Option<Carried>,
}

/// How a question is put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Picking what the capture is about; one of these kinds.
    Subject(Vec<SubjectKind>),
    /// Answering a concept.
    Widget(Widget),
}

/// A code that can be picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The code.
    pub code: String,
    /// Its Chinese label.
    pub label: String,
}

/// What an answer must keep to: the narrowest of all fields that take it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Limits {
    /// Most characters (code points).
    pub max_chars: Option<usize>,
    /// Most decimals.
    pub decimals: Option<u8>,
    /// The least number.
    pub min_value: Option<i64>,
    /// The greatest number.
    pub max_value: Option<i64>,
}

/// A form that asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Asker {
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// Label of the field, as its owner writes it; `None` where the answer decides whether the form is
    /// given at all.
    pub field: Option<String>,
}

/// A value that the register holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// As an answer would be written.
    pub value: String,
    /// As people read it.
    pub shown: String,
    /// The day it was last verified, where that is known.
    pub as_of: Option<Date>,
    /// It was verified longer ago than its freshness limit.
    pub stale: bool,
}

/// A problem that no answer mends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unanswerable {
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// The person a member form is about.
    pub about: Option<EntityId>,
    /// What stands in the way.
    pub problem: Problem,
}
