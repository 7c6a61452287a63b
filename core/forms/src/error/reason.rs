//! The reader's words for people who write specs: what stands there, and what should.
//!
//! serde tells what it expected of a type of this program, and counts columns in bytes. Here the same is
//! said of the file: its keys, and its lines and characters.

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// What Chinese input writes in place of JSON's own marks.
const FULL_WIDTH: [(char, char); 10] = [
    ('，', ','),
    ('：', ':'),
    ('“', '"'),
    ('”', '"'),
    ('‘', '"'),
    ('’', '"'),
    ('｛', '{'),
    ('｝', '}'),
    ('［', '['),
    ('］', ']'),
];

/// Place and reason.
pub(super) fn told(text: &str, path: &Path, error: &serde_json::Error) -> (String, String) {
    // serde_json calls a second key beside an operator a mistake of syntax too.
    let Ok(document) = serde_json::from_str::<Value>(text) else {
        return (".".to_owned(), syntax(text, error));
    };
    let told = plain(error);
    let here = at(&document, path);
    if let Some(key) = quoted(&told, "missing field `") {
        let path = match path.iter().next() {
            None => key.to_owned(),
            Some(_) => format!("{path}.{key}"),
        };
        return (
            path,
            format!("the key {key:?} is missing ({})", place(text, error)),
        );
    }
    if let (true, Some(Segment::Enum { variant })) = (
        told.contains("unit variant, expected"),
        path.iter().next_back(),
    ) {
        let whole = path.to_string();
        let path = whole.strip_suffix(&format!(".{variant}")).unwrap_or(&whole);
        let reason = format!(
            "{variant:?} does not stand alone: write {{{variant:?}: {{…}}}}, see specs/README.md ({})",
            place(text, error)
        );
        return (path.to_owned(), reason);
    }
    let reason = match here {
        Some(Value::Object(map)) if map.len() != 1 && wants_one_key(&told) => {
            let keys: Vec<&str> = map.keys().map(String::as_str).collect();
            match keys.is_empty() {
                true => "an object with exactly one key is wanted, has none".to_owned(),
                false => format!(
                    "an object with exactly one key is wanted, has {}: {}",
                    keys.len(),
                    keys.join(", ")
                ),
            }
        }
        Some(value) if told.contains("untagged enum Required") => match value {
            Value::Object(_) => format!("no condition such as {{\"present\": …}}: {value}"),
            _ => format!("true, false or a condition is wanted, has {value}"),
        },
        Some(value) if told.contains("untagged enum Constant") => {
            format!("a text, a number, true or false is wanted, has {value}")
        }
        _ => told,
    };
    (
        path.to_string(),
        format!("{reason} ({})", place(text, error)),
    )
}

/// Why a text is not JSON.
pub(super) fn syntax(text: &str, error: &serde_json::Error) -> String {
    let place = place(text, error);
    match stumbled(text, error) {
        Some((wrong, right)) => {
            format!("{wrong} is a full-width mark, json wants {right} ({place})")
        }
        None => format!("not json: {} ({place})", plain(error)),
    }
}

/// serde's words without the place.
fn plain(error: &serde_json::Error) -> String {
    let told = error.to_string();
    match told.rfind(" at line ") {
        Some(end) => told.get(..end).unwrap_or(&told).to_owned(),
        None => told,
    }
}

fn wants_one_key(told: &str) -> bool {
    // What serde_json says of an enum's object with a second key, or with none.
    told.contains("single key") || told == "expected value" || told.starts_with("expected `}`")
}

fn quoted<'a>(told: &'a str, before: &str) -> Option<&'a str> {
    told.strip_prefix(before)?.split('`').next()
}

fn at<'a>(document: &'a Value, path: &Path) -> Option<&'a Value> {
    path.iter().try_fold(document, |value, step| match step {
        Segment::Seq { index } => value.get(index),
        Segment::Map { key } => value.get(key),
        // The operator of an expression is a key of its object.
        Segment::Enum { variant } => value.get(variant),
        Segment::Unknown => None,
    })
}

fn line<'a>(text: &'a str, error: &serde_json::Error) -> &'a str {
    let number = error.line().saturating_sub(1);
    text.split('\n').nth(number).unwrap_or_default()
}

/// Line and character, both from 1; serde counts bytes.
fn place(text: &str, error: &serde_json::Error) -> String {
    let before = line(text, error)
        .char_indices()
        .take_while(|(at, _)| *at < error.column());
    format!("line {}, character {}", error.line(), before.count().max(1))
}

/// The full-width mark that the reader stumbled over.
fn stumbled(text: &str, error: &serde_json::Error) -> Option<(char, char)> {
    let at = error.column().saturating_sub(1);
    let found = line(text, error)
        .char_indices()
        .find(|(from, c)| (*from..*from + c.len_utf8()).contains(&at))?;
    FULL_WIDTH.into_iter().find(|(wrong, _)| *wrong == found.1)
}
