//! Concepts 数据元: what can be known or said, as a list that is data.

use std::collections::BTreeMap;
use std::sync::Arc;

use fieldwork_register::EntityKind;
use serde::{Deserialize, Serialize};

pub use crate::wording::Wording;

use crate::error::{SpecError, read};

/// One concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Concept {
    /// Id, such as `person.health`.
    pub id: String,
    /// Chinese label, shown to people.
    pub label: String,
    /// English label, for developers.
    pub english: String,
    /// Type of its values.
    pub r#type: ConceptType,
    /// Whose fact it is.
    pub entity: Owner,
    /// How it is asked.
    pub widget: Widget,
    /// An answer states a fact about a thing of the register and is kept there.
    #[serde(default)]
    pub register: bool,
    /// A register value verified longer ago than this many months is asked again.
    #[serde(default)]
    pub freshness_months: Option<u32>,
    /// Its code list.
    #[serde(default)]
    pub codes: Vec<Code>,
    /// Words of sources → the code or value they mean.
    #[serde(default, deserialize_with = "crate::unique::map")]
    pub words: BTreeMap<String, String>,
}

/// A code of a concept's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code.
    pub code: String,
    /// Its Chinese label.
    pub label: String,
}

/// Type of a concept's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConceptType {
    /// Free text.
    Text,
    /// A decimal number.
    Number,
    /// Yes or no.
    Bool,
    /// A code of the concept's list.
    Code,
    /// A day.
    Date,
    /// An instant.
    Time,
    /// A citizen number.
    CitizenId,
    /// A telephone number.
    Phone,
    /// A thing of the register.
    Entity,
}

impl ConceptType {
    /// What a value must be, for messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Bool => "yes or no",
            Self::Code => "a code",
            Self::Date => "a day",
            Self::Time => "a time",
            Self::CitizenId => "a citizen number",
            Self::Phone => "a telephone number",
            Self::Entity => "a thing of the register",
        }
    }
}

/// How a concept is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Widget {
    /// Lines of text.
    Text,
    /// A number.
    Number,
    /// One of the concept's codes.
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

/// Whose fact a concept is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The capture's alone.
    Capture,
    /// A resident's.
    Person,
    /// A household's.
    Household,
    /// A house's.
    House,
    /// A plot's.
    Plot,
    /// A premises'.
    Premises,
    /// A grid's.
    Grid,
    /// A field worker's.
    Worker,
}

impl Owner {
    /// Kind of the entities whose fact it is; `None` for what belongs to the capture alone.
    pub fn kind(self) -> Option<EntityKind> {
        Some(match self {
            Self::Capture => return None,
            Self::Person => EntityKind::Person,
            Self::Household => EntityKind::Household,
            Self::House => EntityKind::House,
            Self::Plot => EntityKind::Plot,
            Self::Premises => EntityKind::Premises,
            Self::Grid => EntityKind::Grid,
            Self::Worker => EntityKind::Worker,
        })
    }
}

/// The list of concepts; a clone shares it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concepts {
    by_id: Arc<BTreeMap<String, Concept>>,
    wording: Arc<Wording>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(rename = "format")]
    _format: String,
    #[serde(default)]
    wording: Wording,
    concepts: Vec<Concept>,
}

impl Concepts {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, SpecError> {
        let list: File = read(file, text)?;
        let mut concepts = BTreeMap::new();
        for (at, concept) in list.concepts.into_iter().enumerate() {
            let wrong = |reason: String| SpecError::new(file, format!("concepts[{at}]"), reason);
            let id = concept.id.clone();
            if !id.contains('.') || id.starts_with("said.") || id.starts_with("local.") {
                return Err(wrong(format!(
                    "{id:?} is not an id such as \"person.health\""
                )));
            }
            if crate::derived::is_derived(&id) {
                return Err(wrong(format!("{id:?} is the name of a derived fact")));
            }
            if (concept.r#type == ConceptType::Code) == concept.codes.is_empty() {
                return Err(wrong(format!(
                    "{id}: a code list belongs to type \"code\" and only there"
                )));
            }
            if concept.register && concept.entity == Owner::Capture {
                let reason = "what belongs to the capture alone is not kept in the register";
                return Err(SpecError::new(
                    file,
                    format!("concepts[{at}].register"),
                    reason,
                ));
            }
            let asked = match concept.r#type {
                ConceptType::Bool => concept.widget == Widget::YesNo,
                ConceptType::Code => concept.widget == Widget::Pick,
                _ => !matches!(concept.widget, Widget::YesNo | Widget::Pick),
            };
            if !asked {
                let reason = format!(
                    "{id}: yes_no asks for type \"bool\", pick for type \"code\", and these are asked so"
                );
                return Err(SpecError::new(
                    file,
                    format!("concepts[{at}].widget"),
                    reason,
                ));
            }
            let mut codes: Vec<&str> = concept
                .codes
                .iter()
                .map(|code| code.code.as_str())
                .collect();
            codes.sort_unstable();
            if codes.windows(2).any(|pair| pair.first() == pair.last()) {
                return Err(wrong(format!("{id}: a code is given twice")));
            }
            if concepts.insert(id.clone(), concept).is_some() {
                return Err(wrong(format!("{id:?} is given twice")));
            }
        }
        Ok(Self {
            by_id: Arc::new(concepts),
            wording: Arc::new(list.wording),
        })
    }

    /// The words that the program writes or recognises.
    pub fn wording(&self) -> &Wording {
        &self.wording
    }

    /// The concept with this id.
    pub fn find(&self, id: &str) -> Option<&Concept> {
        self.by_id.get(id)
    }

    /// All concepts, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Concept> {
        self.by_id.values()
    }

    /// The concepts of an owner, by id.
    pub fn of(&self, owner: Owner) -> impl Iterator<Item = &Concept> {
        self.iter().filter(move |concept| concept.entity == owner)
    }
}

impl Concept {
    /// The label of a code of its list.
    pub fn code_label(&self, code: &str) -> Option<&str> {
        self.codes
            .iter()
            .find(|one| one.code == code)
            .map(|one| one.label.as_str())
    }

    /// What a word of a source means: its code, where the word is a label or is listed under `words`.
    pub fn code_of<'a>(&'a self, word: &'a str) -> &'a str {
        if let Some(meant) = self.words.get(word) {
            return meant;
        }
        if self.codes.iter().any(|one| one.code == word) {
            return word;
        }
        self.codes
            .iter()
            .find(|one| one.label == word)
            .map_or(word, |one| &one.code)
    }
}
