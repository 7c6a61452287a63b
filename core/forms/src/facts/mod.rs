//! Facts: what is known when a capture is filled, as a flat list of names and typed values.
//!
//! A fact is what was said in the capture, else what the register held as of the capture's pins, else
//! derived from both by a rule with a fixed name ([`DERIVED`]). Specs see nothing else, so they need
//! neither the register's shape nor a calendar.

use std::collections::BTreeMap;

use fieldwork_ids::{Date, Ulid};
use fieldwork_register::EntityId;

use crate::capture::CapturePhoto;
use crate::concept::Concepts;
use crate::spec::Spec;
use crate::value::Value;

mod address;
mod build;
mod builder;
mod derive;
mod member;
mod source;
mod suppose;

pub use crate::derived::{DERIVED, is_derived, is_list};
pub use build::facts;

/// One fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its value.
    pub value: Value,
    /// The label of its code, where it is a code of its concept's list.
    pub label: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It was said in this capture.
    Said,
    /// The register holds it.
    Register {
        /// The thing it is about.
        entity: EntityId,
        /// The day it was last verified, where that is known.
        as_of: Option<Date>,
    },
    /// It follows from other facts.
    Derived,
}

/// What a follow-up needs to know of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFacts {
    /// The case.
    pub id: Ulid,
    /// Kind of the capture that opened it, if that is known.
    pub kind: Option<String>,
    /// The concept whose code says what it is (`issue.type`).
    pub type_concept: Option<String>,
    /// That code.
    pub case_type: Option<String>,
    /// What it is about.
    pub subject: Option<EntityId>,
    /// When it is to be done.
    pub due: Option<Date>,
    /// System id → that system's id of the case; `None` where it got an envelope of the case and its
    /// receipt is not here yet.
    pub held: BTreeMap<String, Option<String>>,
}

impl CaseFacts {
    /// A case of which nothing is known.
    pub fn new(id: Ulid) -> Self {
        Self {
            id,
            kind: None,
            type_concept: None,
            case_type: None,
            subject: None,
            due: None,
            held: BTreeMap::new(),
        }
    }
}

/// How a member changed in a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberChange {
    /// Something about the member changed.
    Changed,
    /// The member came: was born, married in, moved in.
    New,
    /// The member moved out.
    MovedOut,
}

impl MemberChange {
    /// The word that specs compare with.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::New => "new",
            Self::MovedOut => "moved_out",
        }
    }
}

/// The facts about a member that changed, came or moved out.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberFacts {
    /// Who.
    pub person: EntityId,
    /// How.
    pub change: MemberChange,
    facts: BTreeMap<String, Fact>,
}

impl MemberFacts {
    /// The fact of this name, where the name is about a member: `Some(None)` is a missing one.
    pub(crate) fn find(&self, name: &str) -> Option<Option<&Fact>> {
        let plain = name.strip_prefix("said.").unwrap_or(name);
        let own = plain.starts_with("person.") || plain == "member.change";
        own.then(|| self.facts.get(name))
    }

    /// The fact of this name (`person.health`, `said.person.health`).
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name)
    }
}

/// Everything specs can see of a capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    capture: Ulid,
    at_ms: i64,
    day: Date,
    photos: Vec<CapturePhoto>,
    facts: BTreeMap<String, Fact>,
    members: Vec<MemberFacts>,
    concepts: Concepts,
    /// Captures of this kind check what the register holds.
    checks: bool,
    /// The worker confirmed that what the register holds is still so.
    confirmed: bool,
}

impl Facts {
    /// The capture they are of.
    pub fn capture(&self) -> Ulid {
        self.capture
    }

    /// Time of the capture, UTC milliseconds.
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// Day of the capture, +08:00.
    pub fn day(&self) -> Date {
        self.day
    }

    /// Its photographs, in the order of shooting.
    pub fn photos(&self) -> &[CapturePhoto] {
        &self.photos
    }

    /// The fact of this name; `None` is missing.
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name)
    }

    /// The value of a fact.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fact(name).map(|fact| &fact.value)
    }

    /// The value of a fact that is a text or code.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The concepts they were read by.
    pub(crate) fn concepts(&self) -> &Concepts {
        &self.concepts
    }

    /// Whether a form of the system may hold no value of the register that is past its freshness limit.
    ///
    /// So it is where the owner has a limit, and where the register is checked: in a capture whose kind
    /// has a concept that confirms it. At a field or a case nobody is there to ask.
    pub(crate) fn must_be_fresh(&self, spec: &Spec) -> bool {
        (self.checks || spec.freshness_months.is_some()) && !self.confirmed
    }

    /// All facts, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.facts.iter().map(|(name, fact)| (name.as_str(), fact))
    }

    /// Members that changed, came or moved out, in this order, each by id.
    pub fn members(&self) -> &[MemberFacts] {
        &self.members
    }
}
