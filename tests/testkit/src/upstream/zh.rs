//! The premises check system: a webhook whose messages hold their photographs in base64.
//!
//! `ok` and `issue` are both submitted and told apart by their fields. The sender's key stands in the
//! header and, once more, as `uuid` in the body.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::call::{self, broken};
use super::field::Field;
use super::form::{self, text};
use super::photo::{self, Slot};
use super::shape::{Shape, day_of};
use super::{Accepted, CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use crate::http::{Request, Response};

const HOOK: &str = "/hook/zh";
const MAX_PHOTO: usize = 500_000;
const ISSUE_SLOTS: [Slot; 3] = [
    Slot::required("fxq"),
    Slot::optional("clz"),
    Slot::optional("zgh"),
];
const CLOSE_SLOTS: [Slot; 1] = [Slot::optional("zgh")];

/// The rules of the premises check system.
pub struct Zh {
    secret: String,
    premises: Vec<Field>,
    issue: Vec<Field>,
    refs: BTreeSet<String>,
    serials: BTreeMap<String, usize>,
}

impl Zh {
    /// A system with this secret and these code lists that already holds the issues `refs`.
    pub fn new<R: Into<String>>(
        secret: impl Into<String>,
        codes: &CodeLists,
        refs: impl IntoIterator<Item = R>,
    ) -> Self {
        let code = |field| Shape::Code(codes.list("zh", field));
        Self {
            secret: secret.into(),
            premises: vec![
                Field::new("csmc", 50, Shape::Text),
                Field::new("cslx", 2, code("cslx")),
                Field::new("csdz", 60, Shape::Text),
                Field::new("fzr", 30, Shape::Text),
                Field::new("fzrdh", 20, Shape::Phone),
                Field::new("uscc", 18, Shape::Firm),
                Field::new("jcrq", 13, Shape::Instant),
            ],
            issue: vec![
                Field::new("jcx", 2, code("jcx")),
                Field::new("wtms", 200, Shape::Text),
                Field::new("czcs", 100, Shape::Text),
                Field::new("zgqx", 13, Shape::Midnight),
                Field::new("zgjg", 1, code("zgjg")).optional(),
            ],
            refs: refs.into_iter().map(Into::into).collect(),
            serials: BTreeMap::new(),
        }
    }

    /// Form, fields, slots and issue of a payload.
    fn check(
        &self,
        action: &str,
        payload: &Map<String, Value>,
    ) -> Result<(&'static str, Option<String>), Refusal> {
        let (name, fields, slots): (_, Vec<Field>, &[Slot]) = match action {
            "submit" if self.is_issue(payload) => {
                let fields = self.premises.iter().chain(&self.issue);
                ("issue", fields.cloned().collect(), &ISSUE_SLOTS)
            }
            "submit" => {
                let result = Field::new("zgjg", 1, Shape::OneOf(&["0"]));
                let fields = self.premises.iter().cloned().chain([result]);
                ("ok", fields.collect(), &[])
            }
            "close" => {
                // As agreed: what is closed was put right in time.
                let result = Field::new("zgjg", 1, Shape::OneOf(&["2"]));
                let reference = Field::new("ref", 64, Shape::Text);
                ("close", vec![result, reference], &CLOSE_SLOTS)
            }
            _ => return Err(broken("action: neither submit nor close")),
        };
        form::check(name, payload, &fields, &["photos"]).map_err(broken)?;
        check_photos(payload, slots)?;
        if name == "issue" && text(payload, "zgjg") == "0" {
            return Err(broken("zgjg: no problem found, in an issue"));
        }
        if name != "close" {
            return Ok((name, None));
        }
        let reference = text(payload, "ref");
        if !self.refs.contains(reference) {
            return Err(Refusal::new(422, 40_400, "ref: no such issue"));
        }
        Ok((name, Some(reference.to_owned())))
    }

    /// Whether a payload has a field that only an issue has.
    fn is_issue(&self, payload: &Map<String, Value>) -> bool {
        let mut own = self.issue.iter().filter(|field| !field.optional);
        own.any(|field| payload.contains_key(field.name))
    }

    /// Day of the check with a serial number, as its own ids look.
    fn new_id(&mut self, payload: &Value) -> String {
        let checked = payload.get("jcrq").and_then(Value::as_i64);
        let day = checked.and_then(day_of).unwrap_or_default();
        let serial = self.serials.entry(day.clone()).or_default();
        loop {
            *serial += 1;
            let id = format!("zh-{day}-{serial:06}");
            if self.refs.insert(id.clone()) {
                return id;
            }
        }
    }
}

impl Rules for Zh {
    fn system(&self) -> &'static str {
        "zh"
    }

    fn keys(&self) -> Keys {
        Keys::OneContent
    }

    fn is_message(&self, request: &Request) -> bool {
        request.path == HOOK
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        call::check_method(request, "POST")?;
        call::check_secret(request, "x-hook-token", &self.secret)?;
        let key = call::key(request)?;
        let members = call::json_object(request)?;
        for name in members.keys() {
            if !matches!(name.as_str(), "uuid" | "action" | "payload") {
                let reason = format!("a member that no message has: {}", form::plain(name));
                return Err(broken(reason));
            }
        }
        if text(&members, "uuid") != key {
            return Err(broken("uuid: not the key of the header"));
        }
        let payload = members
            .get("payload")
            .and_then(Value::as_object)
            .ok_or_else(|| broken("payload: not an object"))?;
        let (name, refers_to) = self.check(text(&members, "action"), payload)?;
        Ok(Message {
            key: key.to_owned(),
            form: name.to_owned(),
            refers_to,
            parsed: Value::Object(members),
            extension: "json",
        })
    }

    fn settle(&mut self, message: &Message) -> (Response, Option<String>) {
        let id = match &message.refers_to {
            Some(known) => known.clone(),
            None => self.new_id(&message.parsed["payload"]),
        };
        (
            Response::json(200, &json!({"code": 0, "data": {"id": id}})),
            Some(id),
        )
    }

    /// The key in the body does not make it another message.
    fn contents(&self, message: &Accepted) -> Vec<(String, Value)> {
        let payload = &message.parsed["payload"];
        vec![(payload.to_string(), payload.clone())]
    }

    fn take_file(&mut self, _: &Request) -> Result<(Response, Vec<StoredFile>), Refusal> {
        Err(call::no_such_address())
    }

    /// The chapter has no code for busy; it is said by the status.
    fn busy(&self) -> Response {
        Response::json(
            503,
            &json!({"code": 50_300, "message": "系统繁忙，请稍后再试"}),
        )
    }

    /// What is wrong with the content is said in a body that comes with 200.
    fn refused(&self, refusal: &Refusal) -> Response {
        call::refused_in_body(refusal)
    }
}

/// Photographs by slot in base64: each whole and small enough, none where none belongs.
fn check_photos(payload: &Map<String, Value>, slots: &[Slot]) -> Result<(), Refusal> {
    let photos = payload
        .get("photos")
        .and_then(Value::as_object)
        .ok_or_else(|| broken("photos: not an object"))?;
    photo::check_slots(slots, photos.keys().map(String::as_str)).map_err(broken)?;
    for value in photos.values() {
        let bytes = value.as_str().and_then(|value| STANDARD.decode(value).ok());
        let bytes = bytes.ok_or_else(|| broken("photos: not base64"))?;
        photo::check(&bytes, MAX_PHOTO).map_err(|reason| Refusal::new(413, 41_300, reason))?;
    }
    Ok(())
}
