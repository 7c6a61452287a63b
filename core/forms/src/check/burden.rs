//! Names in the tap model.

use crate::burden::Burden;
use crate::error::SpecError;
use crate::facts;
use crate::near::hint;
use crate::spec::Spec;

use super::{Checked, Known};

/// Checks that what the model names is there. A system that is not in the folder may have its figures.
pub(crate) fn burden<'a>(
    file: &str,
    model: &Burden,
    known: &Known<'_>,
    spec: impl Fn(&str) -> Option<&'a Spec>,
) -> Checked {
    let no = |path: String, reason: String| Err(SpecError::new(file, path, reason));
    for (word, names) in &model.words {
        for (at, name) in names.iter().enumerate() {
            if known.concepts.find(name).is_none() && !facts::is_derived(name) {
                let ids = known.concepts.iter().map(|concept| concept.id.as_str());
                let hint = hint(name, ids.chain(facts::DERIVED));
                let reason = format!("there is no concept or derived fact {name:?}{hint}");
                return no(format!("words.{word}[{at}]"), reason);
            }
        }
    }
    for (named, fields) in &model.forms {
        let Some((system, form)) = named.split_once('.') else {
            let reason = "a form is named SYSTEM.FORM".to_owned();
            return no(format!("forms.{named}"), reason);
        };
        let Some(spec) = spec(system) else { continue };
        let Some(form) = spec.form(form) else {
            let reason = format!("{system} has no form {form:?}");
            return no(format!("forms.{named}"), reason);
        };
        let ids = || {
            form.fields
                .iter()
                .chain(&form.auto)
                .map(|field| field.id.as_str())
        };
        if let Some(field) = fields.keys().find(|field| !ids().any(|id| id == *field)) {
            let reason = format!("the form has no field {field:?}{}", hint(field, ids()));
            return no(format!("forms.{named}.{field}"), reason);
        }
    }
    Ok(())
}
