//! Capture kinds 记录类型: what a capture can be about, and when it opens or closes a case 事项.

use std::collections::BTreeMap;

use fieldwork_ids::Date;
use fieldwork_register::EntityKind;
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::error::{SpecError, read};
use crate::evaluate::Scope;
use crate::facts::Facts;
use crate::value::Value;

/// One kind of capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Id (`visit`).
    pub id: String,
    /// Chinese label.
    pub label: String,
    /// English label, for developers.
    pub english: String,
    /// What it can be about.
    pub subjects: Vec<SubjectKind>,
    /// The yes/no concept by which the worker confirms that what the register holds was checked and is
    /// still so: with it, values past their freshness limit need not be said anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// What it does to cases.
    #[serde(default)]
    pub cases: CaseRules,
}

impl Kind {
    /// Whether a capture of this kind may be about such a thing; `None` for nobody and nothing.
    pub fn is_about(&self, thing: Option<EntityKind>) -> bool {
        let wanted = match thing {
            Some(kind) => SubjectKind::of(kind),
            None => Some(SubjectKind::Nobody),
        };
        wanted.is_some_and(|kind| self.subjects.contains(&kind))
    }

    /// The rules by which a capture with these facts opens cases.
    pub fn opening<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = &'a OpeningRule> {
        let scope = Scope::of(facts);
        // A value that is not what its concept says cannot decide anything.
        let opens = move |rule: &&OpeningRule| {
            let when = rule.when.as_ref();
            when.is_none_or(|when| scope.holds(when).unwrap_or(false))
        };
        self.cases.opens.iter().filter(opens)
    }
}

/// What a capture can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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
    Case,
    /// Nothing in particular.
    Nobody,
}

impl SubjectKind {
    /// The kind of a thing of the register; `None` for what no capture is about.
    pub fn of(kind: EntityKind) -> Option<Self> {
        match kind {
            EntityKind::Person => Some(Self::Person),
            EntityKind::Household => Some(Self::Household),
            EntityKind::House => Some(Self::House),
            EntityKind::Plot => Some(Self::Plot),
            EntityKind::Premises => Some(Self::Premises),
            EntityKind::Grid | EntityKind::Worker => None,
        }
    }
}

/// What a kind does to cases.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CaseRules {
    /// Cases it may open, in order.
    #[serde(default)]
    pub opens: Vec<OpeningRule>,
    /// When it closes the case it is about.
    #[serde(default)]
    pub closes: Option<Condition>,
}

/// When a capture opens a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OpeningRule {
    /// The concept whose code says what the case is.
    pub r#type: String,
    /// When it opens; without it always.
    #[serde(default)]
    pub when: Option<Condition>,
    /// When it was cleared at once.
    #[serde(default)]
    pub closed_when: Option<Condition>,
    /// Fact that holds its due date.
    #[serde(default)]
    pub due: Option<String>,
    /// Fact that holds its level.
    #[serde(default)]
    pub level: Option<String>,
}

/// What a capture does to cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseChange {
    /// Cases it opens, in the order of the kind's rules.
    pub opens: Vec<CaseOpening>,
    /// It closes the case it is about.
    pub closes: bool,
}

/// A case that a capture opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseOpening {
    /// The concept whose code says what the case is (`issue.type`); unique within a capture, and what
    /// [`Envelope::opens_case`](crate::envelope::Envelope::opens_case) refers to.
    pub type_concept: String,
    /// The code, where it was said.
    pub case_type: Option<String>,
    /// The label of that code.
    pub label: Option<String>,
    /// It was cleared at once: opened and closed by the same capture.
    pub closed: bool,
    /// When it is to be done.
    pub due: Option<Date>,
    /// How urgent it is, a code of `issue.level`.
    pub level: Option<String>,
}

/// The list of kinds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kinds(BTreeMap<String, Kind>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(rename = "format")]
    _format: String,
    kinds: Vec<Kind>,
}

impl Kinds {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        let list: File = read(file, text)?;
        let mut kinds = BTreeMap::new();
        for (at, kind) in list.kinds.into_iter().enumerate() {
            let id = kind.id.clone();
            let types = kind.cases.opens.iter().map(|rule| &rule.r#type);
            if types.clone().count() != types.collect::<std::collections::BTreeSet<_>>().len() {
                let reason = "a kind opens at most one case per type concept";
                return Err(SpecError::new(
                    file,
                    format!("kinds[{at}].cases.opens"),
                    reason,
                ));
            }
            if kinds.insert(id.clone(), kind).is_some() {
                let reason = format!("{id:?} is given twice");
                return Err(SpecError::new(file, format!("kinds[{at}].id"), reason));
            }
        }
        Ok(Self(kinds))
    }

    /// The kind with this id.
    pub fn find(&self, id: &str) -> Option<&Kind> {
        self.0.get(id)
    }

    /// All kinds, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.0.values()
    }

    /// What a capture with these facts does to cases. A capture of an unknown kind does nothing.
    pub fn case_change(&self, facts: &Facts) -> CaseChange {
        let Some(Value::Text(kind)) = facts.value("capture.kind") else {
            return CaseChange::default();
        };
        let Some(kind) = self.find(kind) else {
            return CaseChange::default();
        };
        let scope = Scope::of(facts);
        // A value that is not what its concept says cannot decide anything.
        let holds = |condition: &Condition| scope.holds(condition).unwrap_or(false);
        let opens = kind
            .opening(facts)
            .map(|rule| CaseOpening {
                type_concept: rule.r#type.clone(),
                case_type: facts.text(&rule.r#type).map(str::to_owned),
                label: facts.fact(&rule.r#type).and_then(|fact| fact.label.clone()),
                closed: rule.closed_when.as_ref().is_some_and(holds),
                due: rule.due.as_ref().and_then(|name| match facts.value(name) {
                    Some(Value::Date(day)) => Some(*day),
                    _ => None,
                }),
                level: rule
                    .level
                    .as_ref()
                    .and_then(|name| facts.text(name))
                    .map(str::to_owned),
            })
            .collect();
        CaseChange {
            opens,
            closes: kind.cases.closes.as_ref().is_some_and(holds),
        }
    }
}
