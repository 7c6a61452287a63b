//! The household visit system: a zip with one table and its photographs.
//!
//! `PUT /import/{form}/{village12}_{yyyyMMdd}.zip`. Rows are upserted by 户编号 and day (member: by
//! 证件号码 and day), so a second upload to the same path adds to the first; [`rows`] tells what the
//! system holds in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::field::{Field, Shape, all_digits};
use super::{Accepted, CodeLists, Keys, Message, Refusal, Rules, StoredFile, check_photo, table};
use crate::http::{Request, Response};

const MAX_ROWS: usize = 1_000;
const MAX_PHOTO: usize = 1_000_000;
const MAX_TABLE: u64 = 16_000_000;
/// Heading of the household's code.
const HOUSEHOLD: &str = "户编号";
/// Heading of the citizen number.
const IDENTITY: &str = "证件号码";

/// The rules of the household visit system.
pub struct Ffp {
    authorization: String,
    visit: Vec<Field>,
    visit_m: Vec<Field>,
    member: Vec<Field>,
    /// Households with a row, by day: their photographs may come in a later upload.
    households: BTreeSet<(String, String)>,
}

impl Ffp {
    /// A system with this secret and these code lists.
    pub fn new(secret: &str, codes: &CodeLists) -> Self {
        let code = |field| Shape::Code(codes.list("ffp", field));
        let yes_no = |name| Field::new(name, 1, Shape::OneOf(&["是", "否"]));
        let visit = vec![
            Field::new(HOUSEHOLD, 18, Shape::Digits(18)),
            Field::new("户主姓名", 30, Shape::Text),
            Field::new(IDENTITY, 18, Shape::Identity),
            Field::new("户联系电话", 20, Shape::Phone),
            Field::new("户类型", 10, code("hlx")),
            Field::new("人均纯收入", 8, Shape::Whole),
            yes_no("义务教育是否有保障"),
            yes_no("基本医疗是否有保障"),
            yes_no("住房安全是否有保障"),
            yes_no("是否解决安全饮用水"),
            Field::new("人数", 2, Shape::Whole),
            Field::new("走访日期", 10, Shape::Date),
            Field::new("走访人", 30, Shape::Text),
            Field::new("走访内容", 500, Shape::Text),
            Field::new("诉求", 200, Shape::Text),
            Field::new("帮扶需求", 10, code("bfxq")),
        ];
        let mut visit_m = visit.clone();
        visit_m.extend([
            Field::new("监测对象类型", 12, code("jcdxlb")),
            Field::new("返贫风险类型", 6, code("fxlx")),
            yes_no("风险是否消除"),
        ]);
        let member = vec![
            Field::new(HOUSEHOLD, 18, Shape::Digits(18)),
            Field::new("姓名", 30, Shape::Text),
            Field::new(IDENTITY, 18, Shape::Identity),
            Field::new("与户主关系", 8, code("yhzgx")),
            Field::new("劳动技能", 6, code("ldjn")),
            Field::new("在校生状况", 8, code("zxszk")),
            Field::new("健康状况", 8, code("jkzk")),
            Field::new("务工地点", 20, code("wgdd")),
            Field::new("务工时间(月)", 2, Shape::Whole),
            Field::new("工资收入", 8, Shape::Whole),
        ];
        Self {
            authorization: format!("Bearer {secret}"),
            visit,
            visit_m,
            member,
            households: BTreeSet::new(),
        }
    }

    fn read_table(&self, target: &Target<'_>, bytes: &[u8]) -> Result<Vec<Row>, String> {
        let fields = match target.form {
            "visit" => &self.visit,
            "visit_m" => &self.visit_m,
            _ => &self.member,
        };
        let headings: Vec<_> = fields.iter().map(|field| field.name).collect();
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        for (number, cells) in (1..).zip(table::read(bytes, &headings, MAX_ROWS)?) {
            let in_row = |reason: String| format!("row {number}: {reason}");
            for (field, cell) in fields.iter().zip(&cells) {
                field.check(cell).map_err(in_row)?;
            }
            let row: Row = headings
                .iter()
                .map(|&heading| heading.to_owned())
                .zip(cells)
                .collect();
            target.check(&row).map_err(in_row)?;
            if !seen.insert(cell(&row, target.row_key()).to_owned()) {
                return Err(in_row("the same key as a row before".to_owned()));
            }
            rows.push(row);
        }
        Ok(rows)
    }
}

type Row = BTreeMap<String, String>;

fn cell<'a>(row: &'a Row, heading: &str) -> &'a str {
    row.get(heading).map_or("", String::as_str)
}

/// Where an upload goes, taken from its path.
struct Target<'a> {
    form: &'a str,
    village: &'a str,
    /// `yyyyMMdd`.
    day: &'a str,
    date: NaiveDate,
}

impl<'a> Target<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let (form, file) = path.strip_prefix("/import/")?.split_once('/')?;
        let (village, day) = file.strip_suffix(".zip")?.split_once('_')?;
        let known = matches!(form, "visit" | "visit_m" | "member");
        if !known
            || village.len() != 12
            || !all_digits(village)
            || day.len() != 8
            || !all_digits(day)
        {
            return None;
        }
        let date = NaiveDate::parse_from_str(day, "%Y%m%d").ok()?;
        Some(Self {
            form,
            village,
            day,
            date,
        })
    }

    fn row_key(&self) -> &'static str {
        if self.form == "member" {
            IDENTITY
        } else {
            HOUSEHOLD
        }
    }

    /// What holds between the cells of a row, and between row and path.
    fn check(&self, row: &Row) -> Result<(), String> {
        if !cell(row, HOUSEHOLD).starts_with(self.village) {
            return Err("户编号: of another village than the path".to_owned());
        }
        if self.form == "member" {
            return self.check_member(row);
        }
        let dashed = self.date.format("%Y-%m-%d").to_string();
        if cell(row, "走访日期") != dashed {
            return Err("走访日期: not the date of the path".to_owned());
        }
        Ok(())
    }

    /// The age rules, which hold on the day of the visit.
    fn check_member(&self, row: &Row) -> Result<(), String> {
        let months: u32 = cell(row, "务工时间(月)").parse().unwrap_or(u32::MAX);
        if months > 12 {
            return Err("务工时间(月): more than twelve".to_owned());
        }
        let born = cell(row, IDENTITY).get(6..14).unwrap_or_default();
        let born = NaiveDate::parse_from_str(born, "%Y%m%d")
            .ok()
            .filter(|born| *born <= self.date)
            .ok_or("证件号码: no date of birth in it")?;
        let before_birthday = (self.date.month(), self.date.day()) < (born.month(), born.day());
        let age = self.date.year() - born.year() - i32::from(before_birthday);
        let place = cell(row, "务工地点");
        let idle = months == 0 && cell(row, "工资收入") == "0";
        if age < 6 && cell(row, "在校生状况") != "学龄前儿童" {
            return Err("在校生状况: under 6 always 学龄前儿童".to_owned());
        }
        if age < 16 && cell(row, "劳动技能") != "无劳动力" {
            return Err("劳动技能: under 16 always 无劳动力".to_owned());
        }
        if age < 16 && !matches!(place, "无" | "已迁出") {
            return Err("务工地点: under 16 always 无".to_owned());
        }
        if (age < 16 || place == "已迁出") && !idle {
            return Err("务工时间(月), 工资收入: 0 for who is under 16 or moved out".to_owned());
        }
        Ok(())
    }
}

impl Rules for Ffp {
    fn system(&self) -> &'static str {
        "ffp"
    }

    fn keys(&self) -> Keys {
        Keys::Adding
    }

    fn is_message(&self, request: &Request) -> bool {
        Target::of(&request.path).is_some()
    }

    fn read(&self, request: &Request) -> Result<Message, Refusal> {
        let target =
            Target::of(&request.path).ok_or_else(|| Refusal::new(404, 0, "no such address"))?;
        if request.method != "PUT" {
            return Err(Refusal::new(405, 0, "only PUT"));
        }
        if request.header("authorization") != Some(self.authorization.as_str()) {
            return Err(Refusal::new(401, 0, "wrong or missing secret"));
        }
        if request.media_type().as_deref() != Some("application/zip") {
            return Err(Refusal::new(415, 0, "content type is not application/zip"));
        }
        let broken = |reason: String| Refusal::new(422, 0, reason);
        let content =
            Content::of(&request.body, &format!("{}.csv", target.form)).map_err(broken)?;
        let rows = self.read_table(&target, &content.table).map_err(broken)?;
        let mut photos = Map::new();
        for (name, bytes) in &content.photos {
            self.check_photo(&target, &rows, name, bytes)
                .map_err(broken)?;
            let hash: String = Sha256::digest(bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            photos.insert(name.clone(), Value::String(hash));
        }
        Ok(Message {
            key: request.path.clone(),
            form: target.form.to_owned(),
            refers_to: None,
            parsed: json!({"rows": rows, "photos": photos}),
            extension: "zip",
        })
    }

    fn settle(&mut self, message: &Message) -> (Response, Option<String>) {
        let rows = message
            .parsed
            .get("rows")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        if let Some(target) = Target::of(&message.key) {
            let households = rows.iter().filter_map(|row| row.get(HOUSEHOLD)?.as_str());
            self.households
                .extend(households.map(|household| (target.day.to_owned(), household.to_owned())));
        }
        (Response::text(200, format!("OK {}", rows.len())), None)
    }

    fn take_file(&mut self, _: &Request) -> Result<(Response, StoredFile), Refusal> {
        Err(Refusal::new(404, 0, "no such address"))
    }

    /// The chapter has no word for busy in a body; it is said by the status.
    fn busy(&self) -> Response {
        Response::text(429, "系统繁忙，请稍后再试")
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        Response::text(refusal.status, refusal.reason.clone())
    }
}

impl Ffp {
    fn check_photo(
        &self,
        target: &Target<'_>,
        rows: &[Row],
        name: &str,
        bytes: &[u8],
    ) -> Result<(), String> {
        if target.form == "member" {
            return Err("photos: member uploads carry none".to_owned());
        }
        let household = name
            .strip_suffix(&format!("_{}.jpg", target.day))
            .filter(|household| household.len() == 18 && all_digits(household))
            .ok_or("photos: a file that is not named after household and day")?;
        let held = (target.day.to_owned(), household.to_owned());
        if !rows.iter().any(|row| cell(row, HOUSEHOLD) == household)
            && !self.households.contains(&held)
        {
            return Err("photos: a household without a row".to_owned());
        }
        check_photo(bytes, MAX_PHOTO)
    }
}

/// What is in an upload.
struct Content {
    table: Vec<u8>,
    /// File name without the folder → bytes.
    photos: BTreeMap<String, Vec<u8>>,
}

impl Content {
    fn of(body: &[u8], table_name: &str) -> Result<Self, String> {
        let unreadable = |_| "not a readable zip".to_owned();
        let mut archive = zip::ZipArchive::new(Cursor::new(body)).map_err(unreadable)?;
        let mut table = None;
        let mut photos = BTreeMap::new();
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(unreadable)?;
            let name = entry.name().map_err(unreadable)?.into_owned();
            if name == "photos/" {
                continue;
            }
            let mut bytes = Vec::new();
            let read = entry.take(MAX_TABLE).read_to_end(&mut bytes);
            read.map_err(|_| "a damaged entry in the zip".to_owned())?;
            match name.strip_prefix("photos/") {
                Some(photo) if !photo.contains('/') => {
                    photos.insert(photo.to_owned(), bytes);
                }
                None if name == table_name => table = Some(bytes),
                _ => return Err("a file in the zip that does not belong there".to_owned()),
            }
        }
        let table = table.ok_or_else(|| format!("no {table_name} in the zip"))?;
        Ok(Self { table, photos })
    }
}

/// What the system holds of one row in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// Heading → cell, as last written.
    pub cells: BTreeMap<String, String>,
    /// In how many uploads it came.
    pub written: usize,
}

/// What identifies a row: form, 户编号 or 证件号码, day (`yyyyMMdd`).
pub type RowKey = (String, String, String);

/// The rows that the system holds after these uploads.
#[must_use]
pub fn rows(accepted: &[Accepted]) -> BTreeMap<RowKey, HeldRow> {
    let mut held = BTreeMap::new();
    for message in accepted {
        let Some(target) = Target::of(&message.path) else {
            continue;
        };
        let rows = message.parsed.get("rows").cloned().unwrap_or_default();
        for cells in serde_json::from_value::<Vec<Row>>(rows).unwrap_or_default() {
            let who = cell(&cells, target.row_key()).to_owned();
            let key = (message.form.clone(), who, target.day.to_owned());
            let row = held.entry(key).or_insert_with(|| HeldRow {
                cells: Row::new(),
                written: 0,
            });
            row.cells = cells;
            row.written += 1;
        }
    }
    held
}
