//! What one field of a form takes.

use serde_json::Value;

use super::shape::Shape;

/// A field of a form.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its id, or its heading in a table.
    pub(super) name: &'static str,
    /// Longest value, in code points.
    pub(super) max: usize,
    /// Whether it may be left out.
    pub(super) optional: bool,
    /// What its values look like.
    pub(super) shape: Shape,
}

impl Field {
    pub(super) fn new(name: &'static str, max: usize, shape: Shape) -> Self {
        Self {
            name,
            max,
            optional: false,
            shape,
        }
    }

    pub(super) fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// Checks a text or a cell; the reason names the field, never the value.
    pub(super) fn check(&self, value: &str) -> Result<(), String> {
        let name = self.name;
        if value.trim().is_empty() {
            return Err(format!("{name}: no value"));
        }
        self.check_length(value)?;
        if value.chars().any(|c| c.is_control() && c != '\n') {
            return Err(format!("{name}: control characters"));
        }
        self.shape
            .check(value)
            .map_err(|reason| format!("{name}: {reason}"))
    }

    /// Checks a member of a JSON object, its type too.
    pub(super) fn check_member(&self, value: &Value) -> Result<(), String> {
        let name = self.name;
        match value {
            Value::String(text) => self.check(text),
            Value::Number(number) => {
                self.check_length(&number.to_string())?;
                self.shape
                    .check_number(number)
                    .map_err(|reason| format!("{name}: {reason}"))
            }
            _ => Err(format!("{name}: neither text nor number")),
        }
    }

    fn check_length(&self, value: &str) -> Result<(), String> {
        let length = value.chars().count();
        if length > self.max {
            let (name, max) = (self.name, self.max);
            return Err(format!("{name}: {length} characters where {max} fit"));
        }
        Ok(())
    }
}
