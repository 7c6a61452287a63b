//! The law enforcement system: JSON messages, photographs in calls of their own.
//!
//! `open` and `closed` share one address and are told apart by `zgqk`. An `open` without demand and due
//! date is a referral. Every photo upload gets a new id, also for the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::call::{self, broken};
use super::field::Field;
use super::form::{self, check_together};
use super::photo;
use super::shape::Shape;
use super::{CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use crate::http::{Request, Response};

const CASES: &str = "/v2/cases";
const FILES: &str = "/v2/files";
const MAX_PHOTO: usize = 1_000_000;

/// The rules of the law enforcement system.
pub struct Zf {
    secret: String,
    fields: Vec<Field>,
    demand: [Field; 2],
    result: Field,
    refs: BTreeSet<String>,
    files: BTreeSet<String>,
    serials: BTreeMap<String, usize>,
}

impl Zf {
    /// A system with this secret and these code lists that already holds the cases `refs`.
    pub fn new<R: Into<String>>(
        secret: impl Into<String>,
        codes: &CodeLists,
        refs: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            secret: secret.into(),
            fields: vec![
                Field::new("wtlb", 2, Shape::Code(codes.list("zf", "wtlb"))),
                Field::new("dz", 60, Shape::Text),
                Field::new("fxsj", 25, Shape::OffsetTime),
                Field::new("dsrxm", 30, Shape::Text).optional(),
                Field::new("dsrzjh", 18, Shape::Identity).optional(),
                Field::new("dsrdh", 20, Shape::Phone).optional(),
                Field::new("wtms", 200, Shape::Text),
                Field::new("zb", 32, Shape::Position),
            ],
            demand: [
                Field::new("zgyq", 100, Shape::Text),
                Field::new("zgqx", 10, Shape::Date),
            ],
            result: Field::new("zgqk", 100, Shape::Text),
            refs: refs.into_iter().map(Into::into).collect(),
            files: BTreeSet::new(),
            serials: BTreeMap::new(),
        }
    }

    /// The form that these members belong to, and its fields.
    fn form(
        &self,
        path: &str,
        members: &Map<String, Value>,
    ) -> Result<(&'static str, Vec<Field>), Refusal> {
        if let Some(reference) = ended(path) {
            return if self.refs.contains(reference) {
                Ok(("close", vec![self.result.clone()]))
            } else {
                Err(Refusal::new(404, 40_400, "no such case"))
            };
        }
        let mut fields = self.fields.clone();
        if members.contains_key(self.result.name) {
            fields.extend(self.demand.clone());
            fields.push(self.result.clone());
            return Ok(("closed", fields));
        }
        fields.extend(self.demand.clone().map(Field::optional));
        Ok(("open", fields))
    }

    /// A list of file ids that were given out.
    fn check_files<'a>(
        &self,
        members: &'a Map<String, Value>,
        name: &str,
        most: usize,
    ) -> Result<Option<&'a str>, String> {
        let list = members
            .get(name)
            .and_then(Value::as_array)
            .ok_or_else(|| format!("{name}: not a list"))?;
        if list.len() > most {
            return Err(format!("{name}: more than {most} photos"));
        }
        let ids: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
        let ids = ids.ok_or_else(|| format!("{name}: an id that is no text"))?;
        if ids.iter().any(|id| !self.files.contains(*id)) {
            return Err(format!("{name}: an id that was not given out"));
        }
        Ok(ids.first().copied())
    }

    /// Year of the case with a serial number, as its own ids look.
    fn new_id(&mut self, case: &Value) -> String {
        let found = case.get("fxsj").and_then(Value::as_str);
        let year: String = found.unwrap_or_default().chars().take(4).collect();
        let serial = self.serials.entry(year.clone()).or_default();
        loop {
            *serial += 1;
            let id = format!("ZF-{year}-{serial:06}");
            if self.refs.insert(id.clone()) {
                return id;
            }
        }
    }
}

impl Rules for Zf {
    fn system(&self) -> &'static str {
        "zf"
    }

    fn keys(&self) -> Keys {
        Keys::OneContent
    }

    fn is_message(&self, request: &Request) -> bool {
        request.path == CASES || ended(&request.path).is_some()
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        call::check_method(request, "POST")?;
        call::check_secret(request, "x-api-key", &self.secret)?;
        let key = call::key(request)?;
        let members = call::json_object(request)?;
        let (name, fields) = self.form(&request.path, &members)?;
        form::check(name, &members, &fields, &["zgqzp", "zghzp"]).map_err(broken)?;
        check_together(&members, &["dsrxm", "dsrzjh", "dsrdh"]).map_err(broken)?;
        check_together(&members, &["zgyq", "zgqx"]).map_err(broken)?;
        let most_before = usize::from(name != "close");
        let before = self
            .check_files(&members, "zgqzp", most_before)
            .map_err(broken)?;
        let after = self.check_files(&members, "zghzp", 1).map_err(broken)?;
        if after.is_some() && before == after {
            return Err(broken("zgqzp, zghzp: the same photo twice"));
        }
        Ok(Message {
            key: key.to_owned(),
            form: name.to_owned(),
            refers_to: ended(&request.path).map(str::to_owned),
            parsed: Value::Object(members),
            extension: "json",
        })
    }

    fn settle(&mut self, message: &Message) -> (Response, Option<String>) {
        let id = match &message.refers_to {
            Some(known) => known.clone(),
            None => self.new_id(&message.parsed),
        };
        (Response::json(201, &json!({"caseId": id})), Some(id))
    }

    fn take_file(&mut self, request: &Request) -> Result<(Response, Vec<StoredFile>), Refusal> {
        if request.path != FILES {
            return Err(call::no_such_address());
        }
        call::check_method(request, "POST")?;
        call::check_secret(request, "x-api-key", &self.secret)?;
        call::check_media_type(request, "image/jpeg")?;
        photo::check(&request.body, MAX_PHOTO)
            .map_err(|reason| Refusal::new(413, 41_300, reason))?;
        let id = format!("f-{:06}", self.files.len() + 1);
        self.files.insert(id.clone());
        let answer = Response::json(201, &json!({"fileId": id}));
        let file = StoredFile {
            name: id,
            bytes: request.body.clone(),
        };
        Ok((answer, vec![file]))
    }

    /// The chapter has no code for busy; it is said by the status.
    fn busy(&self) -> Response {
        Response::json(429, &json!({"message": "系统繁忙，请稍后再试"}))
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        Response::json(refusal.status, &json!({"message": refusal.reason}))
    }
}

/// The case that a path brings to its end.
fn ended(path: &str) -> Option<&str> {
    let reference = path.strip_prefix("/v2/cases/")?.strip_suffix("/result")?;
    (!reference.is_empty() && !reference.contains('/')).then_some(reference)
}
