//! Ask 待填: what is still to be said in a capture, over all systems together.
//!
//! Called again after each answer. It looks at every form that applies so far and asks only for what
//! none of them can have from the register, the place or the clock, once however many forms want it.
//! Whatever would merely open further forms is offered apart, so that a visit where nothing changed stays
//! a visit of a few taps.
//!
//! ```text
//! routes that apply ── fields without a value ── ways to one (reason) ── rows ── fewest answers (choose)
//! routes that do not ── answers that would open them ──────────────────────────── offered
//! ```
//!
//! It never guesses from names: [`reason`] reads off the expressions which answers would help. A form
//! that no answer can mend is named as [`Unanswerable`].

mod choose;
mod draft;
mod gather;
mod hold;
mod photo;
mod put;
mod question;
pub(crate) mod reason;
mod row;
pub(crate) mod source;
pub(crate) mod walk;
pub(crate) mod want;

use fieldwork_register::Register;

use crate::capture::Capture;
use crate::catalogue::Catalogue;
use crate::facts::{CaseFacts, Facts};
use crate::kind::{Kind, SubjectKind};
use crate::value::Value;

use gather::{Gathered, Setting};
use put::Put;
use want::Want;

pub use draft::facts_of_draft;
pub use question::{
    Asked, Asker, Carried, Choice, Control, Limits, PhotoAsked, Question, SUBJECT, Unanswerable,
};

/// What is still to be said in a draft.
///
/// `draft` is the capture as far as it goes. Answers of register concepts may stand in its answers (about
/// an entity, or about nobody where they concern the subject's own household, house, plot or premises)
/// or be edits of `register` that cite it, as in a saved capture. Facts about somebody new need
/// `member.new` with that person's id beside them.
pub fn ask(
    catalogue: &Catalogue,
    draft: &Capture,
    register: &Register<'_>,
    case: Option<&CaseFacts>,
) -> Asked {
    let facts = facts_of_draft(catalogue, draft, register, case);
    asked(catalogue, &facts, draft.subject.is_some())
}

/// Like [`ask`], of facts that are there; `has_subject`: what the capture is about was picked.
pub fn asked(catalogue: &Catalogue, facts: &Facts, has_subject: bool) -> Asked {
    let kind = facts
        .text("capture.kind")
        .and_then(|kind| catalogue.kinds.find(kind));
    let subjects: Vec<SubjectKind> = kind.map_or_else(Vec::new, |kind| {
        let something = |subject: &SubjectKind| *subject != SubjectKind::Nobody;
        kind.subjects.iter().copied().filter(something).collect()
    });
    let subject_open = !has_subject && !subjects.is_empty();
    let confirming = kind
        .and_then(|kind| kind.confirmed_by.as_deref())
        .and_then(|concept| catalogue.concepts.find(concept));
    let confirmation = confirming.and_then(|concept| facts.value(&concept.id));
    let setting = Setting {
        catalogue,
        facts,
        subject_open,
        confirming: confirming.filter(|_| confirmation.is_none()),
        confirmed: confirmation == Some(&Value::Bool(true)),
    };
    let mut gathered = Gathered::of(&setting);
    let must_pick =
        subject_open && kind.is_some_and(|kind| !kind.subjects.contains(&SubjectKind::Nobody));
    if must_pick {
        gathered.rows.insert(0, want::Ways::by(Want::Subject));
    }
    if subject_open {
        gathered.offer(&Want::Subject);
    }
    if let Some(concept) = setting.confirming {
        gathered
            .offers
            .insert(0, Want::Concept(concept.id.clone(), None));
    }
    if let Some(kind) = kind {
        of_cases(&mut gathered, facts, kind);
    }
    let mut required = choose::choose(&gathered.rows, &gathered.switches, &catalogue.concepts);
    let first = |want: &Want| match want {
        Want::Subject => 0,
        Want::Concept(id, _) if setting.confirming.is_some_and(|one| one.id == *id) => 1,
        Want::Concept(..) => 2,
    };
    required.sort_by_key(first);
    Put {
        setting: &setting,
        gathered: &gathered,
        subjects,
    }
    .asked(&required)
}

/// Due date and level of the cases that the capture opens are welcome.
fn of_cases(gathered: &mut Gathered, facts: &Facts, kind: &Kind) {
    for rule in kind.opening(facts) {
        for name in rule.due.iter().chain(&rule.level) {
            let concept = name.strip_prefix("said.").unwrap_or(name).to_owned();
            if facts.fact(name).is_none() {
                gathered.offer(&Want::Concept(concept, None));
            }
        }
    }
}
