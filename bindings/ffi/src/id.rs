//! Ids as text, read back into what the core works with.

use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;

use crate::FieldworkError;

/// Reads the id of a capture or case. The error names `what`, never the text.
pub(crate) fn ulid(text: &str, what: &str) -> Result<Ulid, FieldworkError> {
    text.parse().map_err(|_| FieldworkError::Invalid {
        reason: format!("that is no id of a {what}"),
    })
}

/// Reads the id of an entity (`household:990101100201000031`). The error never holds the text.
pub(crate) fn entity(text: &str) -> Result<EntityId, FieldworkError> {
    text.parse().map_err(|_| FieldworkError::Invalid {
        reason: "that is no id of an entity, such as household:990101100201000031".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_id_is_not_repeated_in_the_error() {
        let personal = "990101199001010018";
        for error in [
            ulid(personal, "capture").unwrap_err(),
            entity(personal).unwrap_err(),
        ] {
            assert!(matches!(error, FieldworkError::Invalid { .. }));
            assert!(!error.to_string().contains(personal), "{error}");
        }
    }
}
