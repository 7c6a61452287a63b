//! The farmland patrol system: messages in parts, photographs with their directions.
//!
//! Patrols and issues have an address each. It gives no id for what it takes, and it takes no track:
//! a member that the chapter does not name is refused, whatever it is called.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::call::{self, broken};
use super::field::Field;
use super::form;
use super::parts::Parts;
use super::photo::Slot;
use super::shape::Shape;
use super::{CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use crate::http::{Request, Response};

const PATROL: &str = "/api/xt/patrol";
const ISSUE: &str = "/api/xt/issue";
const MAX_PHOTO: usize = 2_000_000;
const PATROL_SLOTS: [Slot; 1] = [Slot::optional("xc")];
const ISSUE_SLOTS: [Slot; 3] = [
    Slot::required("yj"),
    Slot::required("jj"),
    Slot::optional("zg"),
];

/// The rules of the farmland patrol system.
pub struct Xuntian {
    secret: String,
    patrol: Vec<Field>,
    issue: Vec<Field>,
}

impl Xuntian {
    /// A system with this secret and these code lists.
    pub fn new(secret: impl Into<String>, codes: &CodeLists) -> Self {
        let code = |field| Shape::Code(codes.list("xuntian", field));
        Self {
            secret: secret.into(),
            patrol: vec![
                Field::new("wgdm", 15, Shape::Digits(15)),
                Field::new("xcqk", 200, Shape::Text),
                Field::new("fxwt", 1, code("fxwt")),
                Field::new("kssj", 19, Shape::DateTime),
                Field::new("jssj", 19, Shape::DateTime),
                Field::new("lc", 32, Shape::amount(1)),
            ],
            issue: vec![
                Field::new("dkbm", 19, Shape::Digits(19)),
                Field::new("cbfxm", 30, Shape::Text),
                Field::new("wtlx", 2, code("wtlx")),
                Field::new("xzyt", 1, code("xzyt")),
                Field::new("sfjbnt", 1, code("sfjbnt")),
                Field::new("zymj", 6, Shape::amount(2)),
                Field::new("wtms", 200, Shape::Text),
                Field::new("czfs", 1, code("czfs")),
                Field::new("lxdh", 20, Shape::Phone),
                Field::new("jd", 32, Shape::LONGITUDE),
                Field::new("wd", 32, Shape::LATITUDE),
                Field::new("sjsj", 19, Shape::DateTime),
            ],
        }
    }
}

impl Rules for Xuntian {
    fn system(&self) -> &'static str {
        "xuntian"
    }

    fn keys(&self) -> Keys {
        Keys::OneContent
    }

    fn is_message(&self, request: &Request) -> bool {
        matches!(request.path.as_str(), PATROL | ISSUE)
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        call::check_method(request, "POST")?;
        call::check_secret(request, "x-token", &self.secret)?;
        let key = call::key(request)?.to_owned();
        let (name, fields, slots): (_, _, &[Slot]) = if request.path == PATROL {
            ("patrol", &self.patrol, &PATROL_SLOTS)
        } else {
            ("issue", &self.issue, &ISSUE_SLOTS)
        };
        let parts = Parts::read(request, slots, MAX_PHOTO)?;
        form::check(name, &parts.data, fields, &["zp"]).map_err(broken)?;
        if form::text(&parts.data, "kssj") > form::text(&parts.data, "jssj") {
            return Err(broken("jssj: before kssj"));
        }
        check_zp(&parts).map_err(broken)?;
        Ok(Message {
            key,
            form: name.to_owned(),
            refers_to: None,
            parsed: parts.into_value(),
            extension: "multipart",
        })
    }

    fn settle(&mut self, _: &Message) -> (Response, Option<String>) {
        (Response::json(200, &json!({"code": 0})), None)
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

/// One entry with slot and direction for every photograph, and no other.
fn check_zp(parts: &Parts) -> Result<(), String> {
    let list = parts
        .data
        .get("zp")
        .and_then(Value::as_array)
        .ok_or("zp: not a list")?;
    let mut named = BTreeSet::new();
    for entry in list {
        let entry = entry.as_object().ok_or("zp: an entry that is no object")?;
        named.insert(check_entry(entry)?);
    }
    if named.len() != list.len() || !parts.photos.keys().map(String::as_str).eq(named) {
        return Err("zp: not one entry for each photo".to_owned());
    }
    Ok(())
}

/// The slot of an entry `{"slot", "fwj"}`.
fn check_entry(entry: &Map<String, Value>) -> Result<&str, String> {
    let direction = entry.get("fwj").and_then(Value::as_u64);
    if direction.is_none_or(|degrees| degrees >= 360) {
        return Err("fwj: not whole degrees from 0 to 359".to_owned());
    }
    if entry.len() != 2 {
        return Err("zp: an entry with more than slot and fwj".to_owned());
    }
    entry
        .get("slot")
        .and_then(Value::as_str)
        .ok_or_else(|| "zp: an entry without a slot".to_owned())
}
