//! Ask 待填: what is still to be said in a draft.

use fieldwork::replica::{Asking as CoreAsking, Sighting};
use fieldwork_forms::ask::{
    Asker as CoreAsker, Carried as CoreCarried, Control as CoreControl, PhotoAsked,
    Question as CoreQuestion, Unanswerable as CoreUnanswerable,
};
use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::concept::Widget;
use fieldwork_forms::kind::SubjectKind as CoreSubjectKind;
use fieldwork_register::EntityId;

use crate::{About, Problem, Timestamp};

/// What is still to be said in a draft, over all systems together. To be asked again after each answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Asking {
    /// Without these a form that applies cannot be made. Empty: all is said.
    pub required: Vec<Question>,
    /// These would open further forms or fill what may stay empty; nobody has to look at them.
    pub offered: Vec<Question>,
    /// What the register says and forms carry without asking; it may be corrected.
    pub carried: Vec<Question>,
    /// Photographs still to be taken, by stage.
    pub photos: Vec<WantedPhotos>,
    /// Answers that cannot be taken as they stand; saving would refuse them.
    pub refused: Vec<RefusedAnswer>,
    /// Cases that may be the same as the one that the draft would open, oldest first.
    pub near: Vec<NearCase>,
    /// Forms that no answer can mend.
    pub unanswerable: Vec<Unanswerable>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Question {
    /// Concept id; `capture.subject` for picking what the capture is about.
    pub concept: String,
    /// Whom it is about, where that is not the subject: answer with the same.
    pub about: Option<About>,
    /// Chinese label.
    pub label: String,
    /// English label.
    pub english: String,
    /// How it is put.
    pub control: Control,
    /// What can be picked.
    pub choices: Vec<Choice>,
    /// Most characters (code points).
    pub max_chars: Option<u32>,
    /// Most decimals.
    pub decimals: Option<u8>,
    /// The least number.
    pub min_value: Option<i64>,
    /// The greatest number.
    pub max_value: Option<i64>,
    /// The forms that ask.
    pub needed_by: Vec<Asker>,
    /// What the register says.
    pub carried: Option<Carried>,
}

/// How a question is put.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Control {
    /// Picking what the capture is about, of one of these kinds.
    Subject {
        /// Kinds.
        kinds: Vec<SubjectKind>,
    },
    /// Lines of text.
    Text,
    /// A number.
    Number,
    /// One of the choices.
    Pick,
    /// Yes or no.
    YesNo,
    /// A day.
    Date,
    /// A day and time.
    Time,
    /// A document's number or code.
    Code,
    /// A telephone number.
    Phone,
    /// A member of the household.
    Member,
    /// A member who is not in the register yet.
    NewMember,
    /// A household.
    Household,
}

/// What a capture may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SubjectKind {
    /// A household.
    Household,
    /// A plot.
    Plot,
    /// A house.
    House,
    /// A premises.
    Premises,
    /// A resident.
    Person,
    /// A case that was opened before.
    OpenCase,
    /// Nothing in particular.
    Nobody,
}

/// A code that can be picked.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Choice {
    /// The code.
    pub code: String,
    /// Its Chinese label.
    pub label: String,
}

/// A form that asks.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Asker {
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// The field's label; none where the answer decides whether the form is given at all.
    pub field: Option<String>,
}

/// A value that the register holds.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Carried {
    /// As an answer would be written.
    pub value: String,
    /// As people read it.
    pub shown: String,
    /// The day it was last verified, `yyyy-MM-dd`, where that is known.
    pub as_of: Option<String>,
    /// It was verified longer ago than its freshness limit.
    pub stale: bool,
}

/// Photographs of one stage that are still to be taken. One serves all forms.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct WantedPhotos {
    /// Stage, as a draft's photograph names it.
    pub stage: String,
    /// The stage as people read it.
    pub label: String,
    /// How many more a form cannot be made without.
    pub required: u32,
    /// How many more, these included, some form would take.
    pub wanted: u32,
    /// Views that are preferred and not there yet, as a draft's photograph names them.
    pub views: Vec<String>,
    /// Somebody wants to know where the camera looks.
    pub azimuth: bool,
    /// The forms that take them.
    pub needed_by: Vec<Asker>,
}

/// An answer that cannot be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RefusedAnswer {
    /// Which of the draft's answers, from 0.
    pub answer: u32,
    /// Its concept.
    pub concept: String,
    /// Why, for the person who answers, in Chinese.
    pub reason: String,
}

/// A case that may be the same.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NearCase {
    /// Its id.
    pub id: String,
    /// Another name it goes by.
    pub label: Option<String>,
    /// Whether somebody still has to act.
    pub open: bool,
    /// The capture that opened it.
    pub capture: String,
    /// Id of the worker who reported it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A form that no answer can mend.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Unanswerable {
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// The person whom a member form is about.
    pub about: Option<String>,
    /// What stands in the way.
    pub problem: Problem,
}

/// How a draft speaks of entities: somebody new by the name it gives.
struct Speaker<'a>(&'a [(String, EntityId)]);

impl Speaker<'_> {
    fn about(&self, entity: EntityId) -> About {
        match self.0.iter().find(|(_, person)| *person == entity) {
            Some((name, _)) => About::Newcomer { name: name.clone() },
            None => About::Entity {
                id: entity.to_string(),
            },
        }
    }

    fn question(&self, question: CoreQuestion) -> Question {
        Question {
            concept: question.concept,
            about: question.about.map(|entity| self.about(entity)),
            label: question.label,
            english: question.english,
            control: question.control.into(),
            choices: question
                .choices
                .into_iter()
                .map(|choice| Choice {
                    code: choice.code,
                    label: choice.label,
                })
                .collect(),
            max_chars: question.limits.max_chars.map(small),
            decimals: question.limits.decimals,
            min_value: question.limits.min_value,
            max_value: question.limits.max_value,
            needed_by: question.needed_by.into_iter().map(Into::into).collect(),
            carried: question.carried.map(Into::into),
        }
    }

    fn questions(&self, questions: Vec<CoreQuestion>) -> Vec<Question> {
        questions
            .into_iter()
            .map(|question| self.question(question))
            .collect()
    }
}

impl Asking {
    pub(crate) fn of_core(asking: CoreAsking, catalogue: &Catalogue) -> Self {
        let speaker = Speaker(&asking.newcomers);
        let asked = asking.asked;
        Self {
            required: speaker.questions(asked.required),
            offered: speaker.questions(asked.offered),
            carried: speaker.questions(asked.carried),
            photos: asked.photos.into_iter().map(Into::into).collect(),
            refused: asking
                .refused
                .into_iter()
                .map(|one| RefusedAnswer {
                    answer: small(one.answer),
                    concept: one.concept,
                    reason: one.problem.chinese().to_owned(),
                })
                .collect(),
            near: asking.near.into_iter().map(Into::into).collect(),
            unanswerable: asked
                .unanswerable
                .into_iter()
                .map(|one| Unanswerable::of_core(one, catalogue))
                .collect(),
        }
    }
}

impl Unanswerable {
    fn of_core(one: CoreUnanswerable, catalogue: &Catalogue) -> Self {
        let spec = catalogue
            .spec(&one.system)
            .and_then(|spec| spec.form(&one.form));
        Self {
            problem: Problem::of_core(one.problem, spec),
            system: one.system,
            form: one.form,
            about: one.about.map(|entity| entity.to_string()),
        }
    }
}

impl From<CoreControl> for Control {
    fn from(control: CoreControl) -> Self {
        match control {
            CoreControl::Subject(kinds) => Self::Subject {
                kinds: kinds.into_iter().map(Into::into).collect(),
            },
            CoreControl::Widget(Widget::Text) => Self::Text,
            CoreControl::Widget(Widget::Number) => Self::Number,
            CoreControl::Widget(Widget::Pick) => Self::Pick,
            CoreControl::Widget(Widget::YesNo) => Self::YesNo,
            CoreControl::Widget(Widget::Date) => Self::Date,
            CoreControl::Widget(Widget::Time) => Self::Time,
            CoreControl::Widget(Widget::Code) => Self::Code,
            CoreControl::Widget(Widget::Phone) => Self::Phone,
            CoreControl::Widget(Widget::Member) => Self::Member,
            CoreControl::Widget(Widget::NewMember) => Self::NewMember,
            CoreControl::Widget(Widget::Household) => Self::Household,
        }
    }
}

impl From<CoreSubjectKind> for SubjectKind {
    fn from(kind: CoreSubjectKind) -> Self {
        match kind {
            CoreSubjectKind::Household => Self::Household,
            CoreSubjectKind::Plot => Self::Plot,
            CoreSubjectKind::House => Self::House,
            CoreSubjectKind::Premises => Self::Premises,
            CoreSubjectKind::Person => Self::Person,
            CoreSubjectKind::Case => Self::OpenCase,
            CoreSubjectKind::Nobody => Self::Nobody,
        }
    }
}

impl From<CoreAsker> for Asker {
    fn from(asker: CoreAsker) -> Self {
        Self {
            system: asker.system,
            form: asker.form,
            field: asker.field,
        }
    }
}

impl From<CoreCarried> for Carried {
    fn from(carried: CoreCarried) -> Self {
        Self {
            value: carried.value,
            shown: carried.shown,
            as_of: carried.as_of.map(|day| day.to_string()),
            stale: carried.stale,
        }
    }
}

impl From<PhotoAsked> for WantedPhotos {
    fn from(photo: PhotoAsked) -> Self {
        let views = photo.views.iter().map(|view| view.as_str().to_owned());
        Self {
            stage: photo.stage.as_str().to_owned(),
            label: photo.stage.chinese().to_owned(),
            required: small(photo.required),
            wanted: small(photo.wanted),
            views: views.collect(),
            azimuth: photo.azimuth,
            needed_by: photo.needed_by.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Sighting> for NearCase {
    fn from(sighting: Sighting) -> Self {
        Self {
            id: sighting.case.id.to_string(),
            open: sighting.case.state() == fieldwork::replica::CaseState::Open,
            label: sighting.case.label,
            capture: sighting.capture.to_string(),
            by: sighting.by,
            at: Timestamp {
                at_ms: sighting.at_ms,
            },
        }
    }
}

/// Counts of one draft are small.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
