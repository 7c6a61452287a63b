//! Calls: method, path and what a path may hold.

use serde::{Deserialize, Serialize};

/// HTTP method of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// POST.
    Post,
    /// PUT.
    Put,
}

impl Method {
    /// The method as it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// An HTTP call: address = configured base URL + path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Path with a leading slash. Placeholders: `{ref}` the upstream's id of the case to close,
    /// `{form}` form id, `{village}` 12-digit village code, `{date}` the day of the capture, `{file}`
    /// the file name, in the call of a file.
    pub path: String,
}

/// The placeholders a path may hold.
pub const PLACEHOLDERS: [&str; 5] = ["ref", "form", "village", "date", "file"];

impl Call {
    /// The path with its placeholders filled; `None` where `value` knows one of them not.
    pub fn path_with<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        fill_placeholders(&self.path, value)
    }
}

/// Replaces `{name}` by `value(name)`; `None` where a value is not known or a brace is not closed.
pub fn fill_placeholders<'a>(
    template: &str,
    value: impl Fn(&str) -> Option<&'a str>,
) -> Option<String> {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(value(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
