//! Checking what was said, before it is written for good.

use fieldwork_forms::concept::{Concept, ConceptType};
use fieldwork_ids::time::parse_rfc3339;
use fieldwork_ids::{Date, IdKind, check};
use fieldwork_register::{EntityId, Register};

use super::AnswerProblem;

/// The value as it is written: normalised, in the concept's own form.
pub(crate) fn checked(
    concept: &Concept,
    value: &str,
    register: &Register<'_>,
) -> Result<String, AnswerProblem> {
    let value = value.trim();
    if value.is_empty() {
        return Err(AnswerProblem::Form);
    }
    match concept.r#type {
        ConceptType::Text => Ok(value.to_owned()),
        ConceptType::Code => {
            let code = concept.code_of(value);
            concept
                .code_label(code)
                .map(|_| code.to_owned())
                .ok_or(AnswerProblem::UnknownCode)
        }
        ConceptType::CitizenId => identifier(IdKind::Citizen, value),
        ConceptType::Phone => identifier(IdKind::Phone, value),
        ConceptType::Number => {
            let digits = value.strip_prefix('-').unwrap_or(value);
            let plain = digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
                && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
                && digits.bytes().any(|byte| byte.is_ascii_digit())
                && digits.len() <= 15;
            plain.then(|| value.to_owned()).ok_or(AnswerProblem::Form)
        }
        ConceptType::Bool => match value {
            "true" | "是" => Ok("true".to_owned()),
            "false" | "否" => Ok("false".to_owned()),
            _ => Err(AnswerProblem::Form),
        },
        ConceptType::Date => value
            .parse::<Date>()
            .map(|date| date.to_string())
            .map_err(|_| AnswerProblem::Form),
        ConceptType::Time => parse_rfc3339(value)
            .map(|_| value.to_owned())
            .map_err(|_| AnswerProblem::Form),
        ConceptType::Entity => entity(value, register).ok_or(AnswerProblem::UnknownEntity),
    }
}

fn identifier(kind: IdKind, value: &str) -> Result<String, AnswerProblem> {
    check(kind, value)
        .map(|identifier| identifier.text)
        .map_err(|_| AnswerProblem::Identifier)
}

/// An entity by its id, or a person by the citizen number that was typed.
fn entity(value: &str, register: &Register<'_>) -> Option<String> {
    if let Ok(entity) = value.parse::<EntityId>() {
        return register.exists(&entity).then(|| entity.to_string());
    }
    let number = check(IdKind::Citizen, value).ok()?.text;
    let imported = register
        .base()
        .person_by_id_no(&number)
        .map(|person| person.id.clone());
    // A person who came after the import, or whose number was corrected, is found by searching.
    let person = imported.or_else(|| {
        let found = register.find(&number, 1).into_iter().next()?;
        let is_it =
            register.text(&found.entity, "person.id_no").as_deref() == Some(number.as_str());
        is_it.then_some(found.entity)
    })?;
    Some(person.to_string())
}
