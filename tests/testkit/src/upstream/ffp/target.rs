//! Where an upload goes, and what must hold between its path and its rows.

use chrono::{Datelike, NaiveDate};

use crate::upstream::shape::all_digits;
use crate::upstream::table::{Row, cell};

/// Heading of the household's code.
pub(super) const HOUSEHOLD: &str = "户编号";
/// Heading of the citizen number.
pub(super) const IDENTITY: &str = "证件号码";

/// Where an upload goes, taken from its path.
pub(super) struct Target<'a> {
    pub(super) form: &'a str,
    village: &'a str,
    /// `yyyyMMdd`.
    pub(super) day: &'a str,
    date: NaiveDate,
}

impl<'a> Target<'a> {
    pub(super) fn of(path: &'a str) -> Option<Self> {
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

    pub(super) fn row_key(&self) -> &'static str {
        if self.form == "member" {
            IDENTITY
        } else {
            HOUSEHOLD
        }
    }

    /// What holds between the cells of a row, and between row and path.
    pub(super) fn check(&self, row: &Row) -> Result<(), String> {
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
