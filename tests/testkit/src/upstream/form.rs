//! The members of a JSON message against the fields of its form.

use serde_json::{Map, Value};

use super::field::Field;

/// Checks that an object has exactly the fields of a form, each with a value that fits it. Members
/// named in `others` are the caller's to check.
pub(super) fn check<'a>(
    form: &str,
    members: &Map<String, Value>,
    fields: impl IntoIterator<Item = &'a Field>,
    others: &[&str],
) -> Result<(), String> {
    let fields: Vec<_> = fields.into_iter().collect();
    let known =
        |name: &str| fields.iter().any(|field| field.name == name) || others.contains(&name);
    if let Some(name) = members.keys().find(|name| !known(name)) {
        return Err(format!(
            "a field that {form} does not have: {}",
            plain(name)
        ));
    }
    for field in fields {
        match members.get(field.name) {
            Some(value) => field.check_member(value)?,
            None if field.optional => {}
            None => return Err(format!("{}: missing", field.name)),
        }
    }
    Ok(())
}

/// Fields that say one thing together are all there or none is.
pub(super) fn check_together(members: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    let there = names.iter().filter(|name| members.contains_key(**name));
    match there.count() {
        0 => Ok(()),
        count if count == names.len() => Ok(()),
        _ => Err(format!("{}: one without the others", names.join(", "))),
    }
}

/// The text of a member; empty where it is none.
pub(super) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A name that may stand in a reason: what is not a short id could be anything.
pub(super) fn plain(name: &str) -> &str {
    let short = name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if short { name } else { "(no id)" }
}
