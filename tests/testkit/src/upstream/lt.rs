//! The culture hall system: activities as messages in parts.

use serde_json::json;

use super::call::{self, broken};
use super::field::Field;
use super::form;
use super::parts::Parts;
use super::photo::Slot;
use super::shape::Shape;
use super::{CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use crate::http::{Request, Response};

const ACTIVITY: &str = "/lt/activity";
const MAX_PHOTO: usize = 1_000_000;
const SLOTS: [Slot; 2] = [Slot::optional("tp1"), Slot::optional("tp2")];

/// The rules of the culture hall system.
pub struct Lt {
    secret: String,
    fields: Vec<Field>,
}

impl Lt {
    /// A system with this secret and these code lists.
    pub fn new(secret: impl Into<String>, codes: &CodeLists) -> Self {
        let code = |field| Shape::Code(codes.list("lt", field));
        Self {
            secret: secret.into(),
            fields: vec![
                Field::new("hdmc", 40, Shape::Text),
                Field::new("hdlb", 2, code("hdlb")),
                Field::new("kssj", 16, Shape::Minute),
                Field::new("jssj", 16, Shape::Minute),
                Field::new("rs", 5, Shape::amount(0)),
                Field::new("jj", 500, Shape::Text),
                Field::new("rq", 10, Shape::Date),
                Field::new("dd", 2, code("dd")),
                Field::new("zbdw", 40, Shape::Text),
            ],
        }
    }
}

impl Rules for Lt {
    fn system(&self) -> &'static str {
        "lt"
    }

    fn keys(&self) -> Keys {
        Keys::OneContent
    }

    fn is_message(&self, request: &Request) -> bool {
        request.path == ACTIVITY
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        call::check_method(request, "POST")?;
        call::check_secret(request, "token", &self.secret)?;
        let key = call::key(request)?.to_owned();
        let parts = Parts::read(request, &SLOTS, MAX_PHOTO)?;
        form::check("activity", &parts.data, &self.fields, &[]).map_err(broken)?;
        if parts.photos.contains_key("tp2") && !parts.photos.contains_key("tp1") {
            return Err(broken("tp2: the second photo without the first"));
        }
        Ok(Message {
            key,
            form: "activity".to_owned(),
            refers_to: None,
            parsed: parts.into_value(),
            extension: "multipart",
        })
    }

    fn settle(&mut self, _: &Message) -> (Response, Option<String>) {
        (Response::json(200, &json!({"status": "ok"})), None)
    }

    fn take_file(&mut self, _: &Request) -> Result<(Response, Vec<StoredFile>), Refusal> {
        Err(call::no_such_address())
    }

    /// The chapter has no word for busy; it is said by the HTTP status.
    fn busy(&self) -> Response {
        Response::json(
            429,
            &json!({"status": "busy", "message": "系统繁忙，请稍后再试"}),
        )
    }

    /// What is wrong with the content is said in a body that comes with 200.
    fn refused(&self, refusal: &Refusal) -> Response {
        let status = call::refused_in_body(refusal).status;
        Response::json(
            status,
            &json!({"status": "error", "message": refusal.reason}),
        )
    }
}
