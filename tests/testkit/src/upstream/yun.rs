//! The culture cloud: a workbook of activities, then a zip of their photographs.
//!
//! Rows are upserted by 标题 and 时间, so a second import adds to the first; [`rows`] tells what the
//! system holds in the end. A photograph belongs to the activity whose title it is named after.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};

use super::call::{self, broken};
use super::field::Field;
pub use super::held::HeldRow;
use super::shape::Shape;
use super::table::{self, Row, cell};
use super::{Accepted, CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use super::{archive, held, photo};
use crate::http::{Request, Response};

const IMPORT: &str = "/yun/import.xlsx";
const PHOTOS: &str = "/yun/photos.zip";
const SHEET: &str = "活动";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const MAX_PHOTO: usize = 800_000;
const TITLE: &str = "标题";
const TIME: &str = "时间";

/// The rules of the culture cloud.
pub struct Yun {
    secret: String,
    fields: Vec<Field>,
    /// Titles as they stand in file names.
    titles: BTreeSet<String>,
}

impl Yun {
    /// A system with this secret and these code lists.
    pub fn new(secret: impl Into<String>, codes: &CodeLists) -> Self {
        let code = |field| Shape::Code(codes.list("yun", field));
        Self {
            secret: secret.into(),
            fields: vec![
                Field::new(TITLE, 30, Shape::Text),
                Field::new("类型", 4, code("lx")),
                Field::new(TIME, 16, Shape::Minute),
                Field::new("人数", 5, Shape::Whole),
                Field::new("内容", 300, Shape::Text),
                Field::new("日期", 11, Shape::ChineseDate),
                Field::new("场馆", 20, code("cg")),
                Field::new("组织者", 30, Shape::Text),
                Field::new("联系电话", 20, Shape::Phone),
            ],
            titles: BTreeSet::new(),
        }
    }

    fn read_workbook(&self, body: &[u8]) -> Result<Vec<Row>, String> {
        let mut cells = sheet(body)?.into_iter();
        let headings = cells.next().ok_or("no headings")?;
        if !headings
            .iter()
            .eq(self.fields.iter().map(|field| field.name))
        {
            return Err("the headings are not those of the form".to_owned());
        }
        let rows = table::check(&self.fields, cells.collect(), &[TITLE, TIME], |_| Ok(()))?;
        if rows.is_empty() {
            return Err("no rows".to_owned());
        }
        Ok(rows)
    }

    /// The photographs of a zip, each of an activity that is there.
    fn read_photos(&self, body: &[u8]) -> Result<Vec<StoredFile>, Refusal> {
        let mut files = Vec::new();
        for (name, bytes) in archive::entries(body).map_err(broken)? {
            let title = name
                .strip_suffix("_1.jpg")
                .or_else(|| name.strip_suffix("_2.jpg"))
                .ok_or_else(|| broken("a file that is not named after its activity"))?;
            if !self.titles.contains(title) {
                return Err(broken("a photo of an activity without a row"));
            }
            photo::check(&bytes, MAX_PHOTO).map_err(|reason| Refusal::new(413, 41_300, reason))?;
            files.push(StoredFile { name, bytes });
        }
        if files.is_empty() {
            return Err(broken("no photos"));
        }
        Ok(files)
    }
}

impl Rules for Yun {
    fn system(&self) -> &'static str {
        "yun"
    }

    fn keys(&self) -> Keys {
        Keys::Adding
    }

    fn is_message(&self, request: &Request) -> bool {
        request.path == IMPORT
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        call::check_method(request, "PUT")?;
        call::check_secret(request, "x-token", &self.secret)?;
        call::check_media_type(request, XLSX)?;
        let rows = self.read_workbook(&request.body).map_err(broken)?;
        Ok(Message {
            key: request.path.clone(),
            form: "activity".to_owned(),
            refers_to: None,
            parsed: json!({"rows": rows}),
            extension: "xlsx",
        })
    }

    fn settle(&mut self, message: &Message) -> (Response, Option<String>) {
        let rows = held::rows_of(&message.parsed);
        let titles = rows.iter().map(|row| file_stem(cell(row, TITLE)));
        self.titles.extend(titles);
        (Response::json(202, &json!({"rows": rows.len()})), None)
    }

    fn contents(&self, message: &Accepted) -> Vec<(String, Value)> {
        held::by_cells(message, &[TITLE, TIME])
    }

    fn take_file(&mut self, request: &Request) -> Result<(Response, Vec<StoredFile>), Refusal> {
        if request.path != PHOTOS {
            return Err(call::no_such_address());
        }
        call::check_method(request, "PUT")?;
        call::check_secret(request, "x-token", &self.secret)?;
        call::check_media_type(request, "application/zip")?;
        let files = self.read_photos(&request.body)?;
        Ok((Response::json(202, &json!({"photos": files.len()})), files))
    }

    /// The chapter has no word for busy; it is said by the status.
    fn busy(&self) -> Response {
        Response::json(503, &json!({"message": "系统繁忙，请稍后再试"}))
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        call::refused_with_message(refusal)
    }
}

/// The cells of the only sheet, all of them texts.
fn sheet(body: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let mut workbook =
        Xlsx::new(Cursor::new(body)).map_err(|_| "not a readable workbook".to_owned())?;
    if workbook.sheet_names() != [SHEET] {
        return Err(format!("not one sheet named {SHEET}"));
    }
    let range = workbook
        .worksheet_range(SHEET)
        .map_err(|_| "a damaged sheet".to_owned())?;
    if range.start() != Some((0, 0)) {
        return Err("the headings do not stand in the first row".to_owned());
    }
    let mut rows = Vec::new();
    for (number, row) in (0_usize..).zip(range.rows()) {
        let texts = row.iter().map(|cell| match cell {
            Data::String(text) => Ok(text.clone()),
            Data::Empty => Ok(String::new()),
            _ => Err(format!("row {number}: a cell that is not text")),
        });
        rows.push(texts.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(rows)
}

/// A title as it stands in a file name: what no file name may hold becomes `_`.
fn file_stem(title: &str) -> String {
    title
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            letter if letter.is_control() => '_',
            letter => letter,
        })
        .collect()
}

/// The rows that the system holds after these imports, by 标题 and 时间.
#[must_use]
pub fn rows(accepted: &[Accepted]) -> BTreeMap<(String, String), HeldRow> {
    held::rows(accepted, |_, row| {
        Some((cell(row, TITLE).to_owned(), cell(row, TIME).to_owned()))
    })
}
