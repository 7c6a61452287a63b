//! The grid event system: JSON messages, photographs in calls of their own.
//!
//! Forms share one address and are told apart by their fields: with `czjg` an event is `closed`,
//! without it `open`; `/finish` closes an event the system holds. Every photo upload gets a new URL,
//! also for the same bytes: a sender that uploads again must send what it put into its message first.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::call::{self, broken};
use super::field::Field;
use super::form::{check as check_form, check_together, text};
use super::photo;
use super::shape::Shape;
use super::{CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use crate::http::{Request, Response, multipart};

const REPORT: &str = "/api/event/report";
const FILE: &str = "/api/file";
const MAX_PHOTO: usize = 1_000_000;

/// The rules of the grid event system.
pub struct Wg {
    secret: String,
    fields: Vec<Field>,
    place: [Field; 2],
    result: Field,
    refs: BTreeSet<String>,
    urls: BTreeSet<String>,
    serials: BTreeMap<String, usize>,
}

impl Wg {
    /// A system with this secret and these code lists that already holds the events `refs`.
    pub fn new<R: Into<String>>(
        secret: impl Into<String>,
        codes: &CodeLists,
        refs: impl IntoIterator<Item = R>,
    ) -> Self {
        let code = |field| Shape::Code(codes.list("wg", field));
        Self {
            secret: secret.into(),
            fields: vec![
                Field::new("sjmc", 40, Shape::Text),
                Field::new("dldm", 2, code("dldm")),
                Field::new("xldm", 4, code("xldm")),
                Field::new("wgdm", 15, Shape::Digits(15)),
                Field::new("sfdz", 60, Shape::Text),
                Field::new("fssj", 19, Shape::DateTime),
                Field::new("sjms", 200, Shape::Text),
                Field::new("sjrxm", 30, Shape::Text).optional(),
                Field::new("sjrdh", 20, Shape::MaskedPhone).optional(),
                Field::new("sjdj", 1, Shape::OneOf(&["1", "2", "3"])),
                Field::new("sfzb", 1, Shape::OneOf(&["0", "1"])),
            ],
            place: [
                Field::new("jd", 32, Shape::LONGITUDE),
                Field::new("wd", 32, Shape::LATITUDE),
            ],
            result: Field::new("czjg", 100, Shape::Text),
            refs: refs.into_iter().map(Into::into).collect(),
            urls: BTreeSet::new(),
            serials: BTreeMap::new(),
        }
    }

    /// The fields of the form that these members belong to.
    fn form(
        &self,
        path: &str,
        members: &Map<String, Value>,
    ) -> Result<(&'static str, Vec<&Field>), Refusal> {
        if path == REPORT {
            let mut fields: Vec<_> = self.fields.iter().chain(&self.place).collect();
            if !members.contains_key(self.result.name) {
                return Ok(("open", fields));
            }
            fields.push(&self.result);
            return Ok(("closed", fields));
        }
        match finished(path) {
            Some(reference) if self.refs.contains(reference) => Ok(("close", vec![&self.result])),
            _ => Err(Refusal::new(200, 40_400, "no such event")),
        }
    }

    /// Area and day of the event with a serial number, as its own ids look.
    fn new_id(&mut self, event: &Value) -> String {
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let area: String = text("wgdm").chars().take(6).collect();
        let day: String = text("fssj")
            .chars()
            .take(10)
            .filter(char::is_ascii_digit)
            .skip(2)
            .collect();
        let prefix = format!("WG{area}{day}");
        let serial = self.serials.entry(prefix.clone()).or_default();
        loop {
            *serial += 1;
            let id = format!("{prefix}{serial:04}");
            if self.refs.insert(id.clone()) {
                return id;
            }
        }
    }

    fn check_fj(&self, value: Option<&Value>, most: usize) -> Result<(), Refusal> {
        let text = value
            .and_then(Value::as_str)
            .ok_or_else(|| broken("fj: not a string"))?;
        if text.is_empty() {
            return Ok(());
        }
        let urls: Vec<_> = text.split(',').collect();
        let distinct: BTreeSet<_> = urls.iter().collect();
        if urls.len() > most || distinct.len() != urls.len() {
            return Err(broken(format!("fj: more than {most} photos, or one twice")));
        }
        if urls.iter().any(|url| !self.urls.contains(*url)) {
            return Err(broken("fj: a url that was not given out"));
        }
        Ok(())
    }
}

impl Rules for Wg {
    fn system(&self) -> &'static str {
        "wg"
    }

    fn keys(&self) -> Keys {
        Keys::OneContent
    }

    fn is_message(&self, request: &Request) -> bool {
        request.path == REPORT || finished(&request.path).is_some()
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        call::check_method(request, "POST")?;
        call::check_secret(request, "x-api-key", &self.secret)?;
        let key = call::key(request)?;
        let members = call::json_object(request)?;
        let (form, fields) = self.form(&request.path, &members)?;
        check_form(form, &members, fields, &["fj"]).map_err(broken)?;
        check_together(&members, &["sjrxm", "sjrdh"]).map_err(broken)?;
        if !text(&members, "xldm").starts_with(text(&members, "dldm")) {
            return Err(broken("dldm: not the first two digits of xldm"));
        }
        self.check_fj(members.get("fj"), if form == "close" { 1 } else { 2 })?;
        let refers_to = finished(&request.path).map(str::to_owned);
        Ok(Message {
            key: key.to_owned(),
            form: form.to_owned(),
            refers_to,
            parsed: Value::Object(members),
            extension: "json",
        })
    }

    fn settle(&mut self, message: &Message) -> (Response, Option<String>) {
        let id = match &message.refers_to {
            Some(known) => known.clone(),
            None => self.new_id(&message.parsed),
        };
        (
            Response::json(200, &json!({"success": true, "data": {"id": id}})),
            Some(id),
        )
    }

    fn take_file(&mut self, request: &Request) -> Result<(Response, Vec<StoredFile>), Refusal> {
        if request.path != FILE {
            return Err(call::no_such_address());
        }
        call::check_method(request, "POST")?;
        call::check_secret(request, "x-api-key", &self.secret)?;
        let parts = multipart(request)
            .ok_or_else(|| Refusal::new(200, 41_500, "not multipart/form-data"))?;
        let Ok([part]) = <[_; 1]>::try_from(parts) else {
            return Err(broken("not exactly one part"));
        };
        if part.name != "file" || part.file_name.is_none() {
            return Err(broken("the part is not a file named file"));
        }
        if part.content_type.as_deref() != Some("image/jpeg") {
            return Err(Refusal::new(
                200,
                41_500,
                "content type of the part is not image/jpeg",
            ));
        }
        photo::check(&part.body, MAX_PHOTO).map_err(|reason| Refusal::new(200, 41_300, reason))?;
        let url = format!(
            "https://wg.example.invalid/file/{:06}.jpg",
            self.urls.len() + 1
        );
        self.urls.insert(url.clone());
        let answer = Response::json(200, &json!({"success": true, "data": {"url": url}}));
        let file = StoredFile {
            name: url,
            bytes: part.body,
        };
        Ok((answer, vec![file]))
    }

    fn busy(&self) -> Response {
        Response::json(
            200,
            &json!({"success": false, "code": 50_001, "message": "系统繁忙，请稍后再试"}),
        )
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        if matches!(refusal.status, 404 | 405) {
            return Response::text(refusal.status, refusal.reason.clone());
        }
        Response::json(
            200,
            &json!({"success": false, "code": refusal.code, "message": refusal.reason}),
        )
    }
}

/// The event that a path finishes.
fn finished(path: &str) -> Option<&str> {
    let reference = path.strip_prefix("/api/event/")?.strip_suffix("/finish")?;
    (!reference.is_empty() && !reference.contains('/')).then_some(reference)
}
