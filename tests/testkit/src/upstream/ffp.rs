//! The household visit system: a zip with one table and its photographs.
//!
//! `PUT /import/{form}/{village12}_{yyyyMMdd}.zip`. Rows are upserted by 户编号 and day (member: by
//! 证件号码 and day), so a second upload to the same path adds to the first; [`rows`] tells what the
//! system holds in the end.

mod target;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::call::{self, broken};
use super::field::Field;
pub use super::held::HeldRow;
use super::shape::{Shape, all_digits};
use super::table::{self, Row, cell};
use super::{Accepted, CodeLists, Keys, Message, Refusal, Rules, StoredFile};
use super::{archive, held, photo};
use crate::http::{Request, Response};
use target::{HOUSEHOLD, IDENTITY, Target};

const MAX_ROWS: usize = 1_000;
const MAX_PHOTO: usize = 1_000_000;

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
        let rows = table::read_marked(bytes, &headings, MAX_ROWS)?;
        table::check(fields, rows, &[target.row_key()], |row| target.check(row))
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
        let target = Target::of(&request.path).ok_or_else(call::no_such_address)?;
        call::check_method(request, "PUT")?;
        call::check_secret(request, "authorization", &self.authorization)?;
        call::check_media_type(request, "application/zip")?;
        let (table, files) =
            open(&request.body, &format!("{}.csv", target.form)).map_err(broken)?;
        let rows = self.read_table(&target, &table).map_err(broken)?;
        let mut photos = Map::new();
        for (name, bytes) in &files {
            self.check_photo(&target, &rows, name, bytes)
                .map_err(broken)?;
            photos.insert(name.clone(), Value::String(photo::hash(bytes)));
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
        let rows = held::rows_of(&message.parsed);
        if let Some(target) = Target::of(&message.key) {
            let households = rows.iter().map(|row| cell(row, HOUSEHOLD).to_owned());
            self.households
                .extend(households.map(|household| (target.day.to_owned(), household)));
        }
        (Response::text(200, format!("OK {}", rows.len())), None)
    }

    /// The day stands in the path.
    fn contents(&self, message: &Accepted) -> Vec<(String, Value)> {
        let Some(target) = Target::of(&message.path) else {
            return Vec::new();
        };
        let mut rows = held::by_cells(message, &[target.row_key()]);
        for (identity, _) in &mut rows {
            identity.push_str(target.day);
        }
        rows
    }

    fn take_file(&mut self, _: &Request) -> Result<(Response, Vec<StoredFile>), Refusal> {
        Err(call::no_such_address())
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
        photo::check(bytes, MAX_PHOTO)
    }
}

/// The table of an upload and its photographs: file name without the folder → bytes.
type Content = (Vec<u8>, BTreeMap<String, Vec<u8>>);

fn open(body: &[u8], table_name: &str) -> Result<Content, String> {
    let mut table = None;
    let mut photos = BTreeMap::new();
    for (name, bytes) in archive::entries(body)? {
        match name.strip_prefix("photos/") {
            Some("") => {}
            Some(photo) if !photo.contains('/') => {
                photos.insert(photo.to_owned(), bytes);
            }
            None if name == table_name => table = Some(bytes),
            _ => return Err("a file in the zip that does not belong there".to_owned()),
        }
    }
    let table = table.ok_or_else(|| format!("no {table_name} in the zip"))?;
    Ok((table, photos))
}

/// What identifies a row: form, 户编号 or 证件号码, day (`yyyyMMdd`).
pub type RowKey = (String, String, String);

/// The rows that the system holds after these uploads.
#[must_use]
pub fn rows(accepted: &[Accepted]) -> BTreeMap<RowKey, HeldRow> {
    held::rows(accepted, |message, cells| {
        let target = Target::of(&message.path)?;
        let who = cell(cells, target.row_key()).to_owned();
        Some((message.form.clone(), who, target.day.to_owned()))
    })
}
