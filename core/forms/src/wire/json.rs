//! One JSON message per envelope, its photographs sent beforehand or within it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BodyCodes, Call, Repeat, Secret, Success};

/// One JSON message per envelope.
///
/// Body: the fields of the form in order, then the auto elements, then the photo fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct JsonWire {
    /// Where the secret goes.
    pub secret: Secret,
    /// Header that carries the envelope's key, where the receiver takes one.
    pub key_header: Option<String>,
    /// Form id → its call.
    pub calls: BTreeMap<String, Call>,
    /// The body is a list that holds the one message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub array: bool,
    /// How photographs are sent before the message; `None` where the system takes none.
    pub photos: Option<PhotoUpload>,
    /// What an accepted message looks like.
    pub success: Success,
    /// Path in the answer to the upstream's id of the case, such as `data.id`.
    pub upstream_id: Option<String>,
    /// Refusals in the body that are only temporary.
    pub temporary: Option<BodyCodes>,
    /// Path in the answer to the reason of a refusal.
    pub reason: Option<String>,
    /// How a repeat is safe.
    pub repeat: Repeat,
}

/// Photographs first: each is sent by its own call, and the message names what came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PhotoUpload {
    /// The call.
    pub call: Call,
    /// Name of the multipart part; `None` sends the file as the body.
    pub part: Option<String>,
    /// Content type of the file.
    pub content_type: String,
    /// What an accepted file looks like.
    pub success: Success,
    /// Path in the answer to the text that stands for the file, such as `data.url`.
    pub answer: String,
    /// Message fields that name the files. A field is written also where it has no file.
    pub fields: Vec<PhotoField>,
}

/// A message field that names sent photographs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PhotoField {
    /// Field name in the message.
    pub field: String,
    /// Slots whose photographs it names, in this order.
    pub slots: Vec<String>,
    /// How several are written.
    pub list: PhotoList,
}

/// How the photographs of a message field are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PhotoList {
    /// One text, joined by this separator; empty text where there is none.
    Joined(String),
    /// A JSON array; empty where there is none.
    Array,
}

/// One JSON message per envelope with its photographs inside, as base64.
///
/// Body: `key`, `action` and `payload`, each under the name the spec gives. The payload holds the
/// fields of the form in order, the auto elements, the reference, and the photographs by slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct JsonBase64Wire {
    /// Where the secret goes.
    pub secret: Secret,
    /// Header that carries the envelope's key, where the receiver takes one.
    pub key_header: Option<String>,
    /// Element of the body that carries the envelope's key.
    pub key: Option<String>,
    /// Element of the body that says what the message does.
    pub action: Option<Action>,
    /// Element of the body that holds the payload; without it the payload is the body.
    pub payload: Option<String>,
    /// Element of the payload that holds the upstream's id of the case, in a form that has one.
    pub reference: Option<String>,
    /// Element of the payload that holds the photographs: an object of slot → base64, written also
    /// where there is none.
    pub photos: String,
    /// Form id → its call.
    pub calls: BTreeMap<String, Call>,
    /// What an accepted message looks like.
    pub success: Success,
    /// Path in the answer to the upstream's id of the case.
    pub upstream_id: Option<String>,
    /// Refusals in the body that are only temporary.
    pub temporary: Option<BodyCodes>,
    /// Path in the answer to the reason of a refusal.
    pub reason: Option<String>,
    /// How a repeat is safe.
    pub repeat: Repeat,
}

/// An element that says what a message does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its name.
    pub field: String,
    /// Form id → its value.
    pub values: BTreeMap<String, String>,
}

/// One `multipart/form-data` message per envelope: a part with JSON, and one part per photograph,
/// named after its slot.
///
/// The JSON holds the fields of the form in order, the auto elements, then the list of photographs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MultipartWire {
    /// Where the secret goes.
    pub secret: Secret,
    /// Header that carries the envelope's key, where the receiver takes one.
    pub key_header: Option<String>,
    /// Form id → its call.
    pub calls: BTreeMap<String, Call>,
    /// Name of the part with the JSON.
    pub part: String,
    /// How the JSON lists the photographs; `None` where it does not.
    pub photo_list: Option<PhotoIndex>,
    /// Content type of a photograph.
    pub content_type: String,
    /// What an accepted message looks like.
    pub success: Success,
    /// Path in the answer to the upstream's id of the case.
    pub upstream_id: Option<String>,
    /// Refusals in the body that are only temporary.
    pub temporary: Option<BodyCodes>,
    /// Path in the answer to the reason of a refusal.
    pub reason: Option<String>,
    /// How a repeat is safe.
    pub repeat: Repeat,
}

/// A list in a message that says something of each of its photographs. Written also where it is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PhotoIndex {
    /// Element that holds the list.
    pub field: String,
    /// Element of an entry that names the slot.
    pub slot: String,
    /// Element of an entry that says where the camera looked, whole degrees.
    pub azimuth: Option<String>,
}
