//! Writing a value as a field's type wants it, within the field's limits.

use serde_json::{Number, Value as Json};

use crate::spec::{Field, FieldType};
use crate::value::Value;

/// The value as the field's type writes it. The error says what does not fit, without the value.
pub(crate) fn written(field: &Field, value: Value) -> Result<Json, String> {
    let noun = value.noun();
    let (json, text) = match (field.r#type, value) {
        (FieldType::Number, Value::Number(number)) => (json_number(number)?, number.to_string()),
        (FieldType::Number, Value::Text(text)) => match Value::number(&text) {
            Some(Value::Number(number)) => (json_number(number)?, text),
            _ => return Err("takes a number, has a text".to_owned()),
        },
        (FieldType::String | FieldType::Text, value) => {
            let text = value
                .as_text()
                .ok_or_else(|| format!("{noun} needs a format to be written"))?;
            (Json::String(text.clone()), text)
        }
        (FieldType::Number, _) => return Err(format!("takes a number, has {noun}")),
    };
    let length = text.chars().count();
    if let Some(max) = field.max
        && length > max
    {
        return Err(format!("at most {max} characters, has {length}"));
    }
    if let Some(max) = field.decimals {
        let decimals = text
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        if decimals > usize::from(max) {
            return Err(format!("at most {max} decimals, has {decimals}"));
        }
    }
    in_range(field, &text)?;
    Ok(json)
}

/// A text is held against the range as well: in a table a number is one.
fn in_range(field: &Field, text: &str) -> Result<(), String> {
    if field.min_value.is_none() && field.max_value.is_none() {
        return Ok(());
    }
    let Some(Value::Number(number)) = Value::number(text) else {
        return Err("takes a number".to_owned());
    };
    #[expect(clippy::cast_precision_loss, reason = "limits are small")]
    let (min, max) = (
        field.min_value.map(|min| min as f64),
        field.max_value.map(|max| max as f64),
    );
    if let Some(min) = min.filter(|min| number < *min) {
        return Err(format!("at least {min}, is less"));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        return Err(format!("at most {max}, is more"));
    }
    Ok(())
}

/// Whole numbers without a decimal point, as all owners want them.
fn json_number(number: f64) -> Result<Json, String> {
    /// The largest whole number below which a double holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        let whole = number as i64;
        return Ok(Json::Number(whole.into()));
    }
    Number::from_f64(number)
        .map(Json::Number)
        .ok_or_else(|| "a number out of range".to_owned())
}
