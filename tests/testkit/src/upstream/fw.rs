//! The house system: tables in GB18030, photographs in calls that name their house.
//!
//! `PUT /fw/batch/{yyyyMMdd}`, then `PUT /fw/photo/{房屋编码}_1.jpg` and `_2.jpg`. Rows are upserted by
//! 房屋编码, so a second upload to the same path adds to the first; [`rows`] tells what the system holds
//! in the end.

use std::collections::BTreeMap;

use encoding_rs::GB18030;
use serde_json::{Value, json};

use super::call::{self, broken};
use super::field::Field;
pub use super::held::HeldRow;
use super::shape::Shape;
use super::table::{self, Row, cell};
use super::{Accepted, CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use super::{held, photo};
use crate::http::{Request, Response};

const BATCH: &str = "/fw/batch/";
const PHOTO: &str = "/fw/photo/";
const MAX_PHOTO: usize = 1_000_000;
const HOUSE: &str = "房屋编码";
const HAZARD: &str = "是否有隐患";
const HAZARD_TEXT: &str = "隐患描述";
const DAY: &str = "登记日期";

/// The rules of the house system.
pub struct Fw {
    secret: String,
    fields: Vec<Field>,
    /// Houses with a row → whether they have a hazard, which their second photograph shows.
    houses: BTreeMap<String, bool>,
}

impl Fw {
    /// A system with this secret and these code lists.
    pub fn new(secret: impl Into<String>, codes: &CodeLists) -> Self {
        let code = |field| Shape::Code(codes.list("fw", field));
        let yes_no = |name| Field::new(name, 1, code("*"));
        Self {
            secret: secret.into(),
            fields: vec![
                Field::new(HOUSE, 28, Shape::Capitals(28)),
                Field::new("户主姓名", 30, Shape::Text),
                Field::new("证件号码", 18, Shape::Identity),
                Field::new("联系电话", 20, Shape::Phone),
                Field::new("房屋地址", 60, Shape::Text),
                Field::new("建筑面积", 8, Shape::Whole),
                Field::new("层数", 2, Shape::Whole),
                Field::new("建成年代", 4, Shape::Digits(4)),
                Field::new("结构类型", 1, code("jglx")),
                Field::new("用途", 1, code("yt")),
                yes_no("是否自建"),
                yes_no("是否出租"),
                yes_no("是否经营"),
                yes_no(HAZARD),
                Field::new(HAZARD_TEXT, 200, Shape::Text).optional(),
                Field::new("安全等级", 1, code("aqdj")),
                Field::new(DAY, 8, Shape::CompactDate),
            ],
            houses: BTreeMap::new(),
        }
    }

    /// The rows of a table of this day.
    fn read_table(&self, body: &[u8], day: &str) -> Result<Vec<Row>, String> {
        let text = GB18030
            .decode_without_bom_handling_and_without_replacement(body)
            .ok_or("not text in gb18030")?;
        let headings: Vec<_> = self.fields.iter().map(|field| field.name).collect();
        let rows = table::read(text.as_bytes(), &headings, usize::MAX)?;
        table::check(&self.fields, rows, &[HOUSE], |row| check_row(row, day))
    }

    /// The house and the number that a photograph is named after.
    fn check_photo_name(&self, file: &str) -> Result<(), String> {
        let (house, second) = match file.strip_suffix("_1.jpg") {
            Some(house) => (house, false),
            None => (
                file.strip_suffix("_2.jpg")
                    .ok_or("a file that is not named after its house")?,
                true,
            ),
        };
        let hazard = *self
            .houses
            .get(house)
            .ok_or("a photo of a house without a row")?;
        if second && !hazard {
            return Err("a photo of a defect of a house without a hazard".to_owned());
        }
        Ok(())
    }
}

impl Rules for Fw {
    fn system(&self) -> &'static str {
        "fw"
    }

    fn keys(&self) -> Keys {
        Keys::Adding
    }

    fn is_message(&self, request: &Request) -> bool {
        day_of(&request.path).is_some()
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        let day = day_of(&request.path).ok_or_else(call::no_such_address)?;
        call::check_method(request, "PUT")?;
        call::check_secret(request, "x-token", &self.secret)?;
        call::check_media_type(request, "text/csv")?;
        if !is_gb18030(request) {
            return Err(Refusal::new(415, 41_500, "charset is not gb18030"));
        }
        let rows = self.read_table(&request.body, day).map_err(broken)?;
        Ok(Message {
            key: request.path.clone(),
            form: "house".to_owned(),
            refers_to: None,
            parsed: json!({"rows": rows}),
            extension: "csv",
        })
    }

    fn settle(&mut self, message: &Message) -> (Response, Option<String>) {
        let rows = held::rows_of(&message.parsed);
        let answer = Response::text(200, format!("OK {}", rows.len()));
        let hazards = rows
            .into_iter()
            .map(|row| (cell(&row, HOUSE).to_owned(), cell(&row, HAZARD) == "是"));
        self.houses.extend(hazards);
        (answer, None)
    }

    fn contents(&self, message: &Accepted) -> Vec<(String, Value)> {
        held::by_cells(message, &[HOUSE])
    }

    fn take_file(&mut self, request: &Request) -> Result<(Response, Vec<StoredFile>), Refusal> {
        let file = request
            .path
            .strip_prefix(PHOTO)
            .ok_or_else(call::no_such_address)?;
        call::check_method(request, "PUT")?;
        call::check_secret(request, "x-token", &self.secret)?;
        call::check_media_type(request, "image/jpeg")?;
        self.check_photo_name(file).map_err(broken)?;
        photo::check(&request.body, MAX_PHOTO)
            .map_err(|reason| Refusal::new(413, 41_300, reason))?;
        let stored = StoredFile {
            name: file.to_owned(),
            bytes: request.body.clone(),
        };
        Ok((Response::text(200, "OK"), vec![stored]))
    }

    /// The chapter has no word for busy; it is said by the status.
    fn busy(&self) -> Response {
        Response::text(503, "系统繁忙，请稍后再试")
    }

    /// What is wrong with the content is said in a text that comes with 200 and does not begin with OK.
    fn refused(&self, refusal: &Refusal) -> Response {
        let status = call::refused_in_body(refusal).status;
        Response::text(status, refusal.reason.clone())
    }
}

/// What holds between the cells of a row, and between row and path.
fn check_row(row: &Row, day: &str) -> Result<(), String> {
    if cell(row, DAY) != day {
        return Err(format!("{DAY}: not the date of the path"));
    }
    let told = !cell(row, HAZARD_TEXT).is_empty();
    if told != (cell(row, HAZARD) == "是") {
        return Err(format!(
            "{HAZARD_TEXT}: only and always where {HAZARD} = 是"
        ));
    }
    // A sender that cannot write a character must say so, not put a question mark in its place.
    if ["户主姓名", "房屋地址"]
        .iter()
        .any(|name| cell(row, name).contains('?'))
    {
        return Err("户主姓名, 房屋地址: a character was lost".to_owned());
    }
    Ok(())
}

/// The day of a table, `yyyyMMdd`, taken from its path.
fn day_of(path: &str) -> Option<&str> {
    let day = path.strip_prefix(BATCH)?;
    Shape::CompactDate.check(day).ok().map(|()| day)
}

fn is_gb18030(request: &Request) -> bool {
    let parameters = request.header("content-type").unwrap_or_default();
    parameters.split(';').skip(1).any(|parameter| {
        parameter
            .trim()
            .to_ascii_lowercase()
            .strip_prefix("charset=")
            .is_some_and(|charset| charset.trim_matches('"') == "gb18030")
    })
}

/// The rows that the system holds after these uploads, by 房屋编码.
#[must_use]
pub fn rows(accepted: &[Accepted]) -> BTreeMap<String, HeldRow> {
    held::rows(accepted, |_, row| Some(cell(row, HOUSE).to_owned()))
}
