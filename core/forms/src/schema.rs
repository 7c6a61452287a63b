//! JSON Schemas (draft 2020-12) of what people and other programs read and write: the files of
//! `specs/`, captures and envelopes.
//!
//! Why: an editor that knows the schema completes keys and marks mistakes while a spec is being written.
//! How: made from the types themselves, so that they cannot say anything else; the files in
//! `specs/schema/` are this module's output. A schema sees the shape of one file. What names refer to,
//! and whether they go in a circle, only [`Catalogue::from_files`](crate::Catalogue::from_files) sees.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::capture::Capture;
use crate::concept::{Concept, Wording};
use crate::envelope::Envelope;
use crate::kind::Kind;
use crate::spec::Spec;

/// All schemas: file name in `specs/schema/` and text.
///
/// Files are described as they are read, messages as they are written.
pub fn all() -> Vec<(&'static str, Value)> {
    let read = || SchemaSettings::draft2020_12().for_deserialize();
    let written = || SchemaSettings::draft2020_12().for_serialize();
    let made = [
        ("spec.json", of::<Spec>(read())),
        ("concepts.json", of::<ConceptFile>(read())),
        ("kinds.json", of::<KindFile>(read())),
        ("capture.json", of::<Capture>(written())),
        ("envelope.json", of::<Envelope>(written())),
    ];
    made.into()
}

fn of<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let schema = settings.into_generator().into_root_schema_for::<T>();
    // What it is comes first, for who opens the file.
    let mut told = Map::new();
    for name in ["$schema", "title", "description"] {
        if let Some(value) = schema.get(name) {
            told.insert(name.to_owned(), value.clone());
        }
    }
    if let Value::Object(rest) = schema.to_value() {
        for (name, value) in rest {
            told.entry(name).or_insert(value);
        }
    }
    Value::Object(told)
}

/// The file of all concepts.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of a file, never made")]
struct ConceptFile {
    /// Where an editor finds this schema; the program does not look at it.
    #[serde(rename = "$schema", default)]
    schema: Option<String>,
    /// `fieldwork-concepts/1`.
    format: String,
    /// Words that the program writes or recognises.
    #[serde(default)]
    wording: Wording,
    /// The concepts.
    concepts: Vec<Concept>,
}

/// The file of all kinds of captures.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of a file, never made")]
struct KindFile {
    /// Where an editor finds this schema; the program does not look at it.
    #[serde(rename = "$schema", default)]
    schema: Option<String>,
    /// `fieldwork-kinds/1`.
    format: String,
    /// The kinds.
    kinds: Vec<Kind>,
}

/// A type that is written as text of a certain shape.
macro_rules! text {
    ($(#[doc = $doc:literal] $name:ident $pattern:literal;)+) => {$(
        #[doc = $doc]
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": $pattern})
            }
        }
    )+};
}

text! {
    /// A day, `yyyy-MM-dd`.
    Day "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
    /// A ULID.
    Id "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";
    /// Kind and id of a thing of the register.
    Entity "^(person|household|house|plot|premises|grid|worker):[^/]+$";
    /// 16 bytes in hex.
    Hash16 "^[0-9a-f]{32}$";
    /// 32 bytes in hex.
    Hash32 "^[0-9a-f]{64}$";
    /// How a time is written; letters other than those of the pattern stand between quotes.
    Pattern "^.+$";
}

/// Longitude and latitude, degrees of WGS-84.
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "the shape of a point, never made")]
pub(crate) struct Point {
    /// Longitude, degrees, east positive.
    #[schemars(range(min = -180.0, max = 180.0))]
    lon: f64,
    /// Latitude, degrees, north positive.
    #[schemars(range(min = -90.0, max = 90.0))]
    lat: f64,
}
