//! Households: made of the roster, completed from 户情, checked against one another.

use std::collections::{BTreeMap, HashMap};

use fieldwork_ids::{IdKind, check};

use super::cell::{Check, Column, Columns};
use super::table::{Row, Table};
use super::{Files, SourceFile};
use crate::{Entity, EntityId, EntityKind, FindingKind, ImportReport, RegisterError};

const FILE: SourceFile = SourceFile::Households;
const WATER: &str = "household.water_ok";
const CONTRACTOR: &str = "household.contractor";

/// A household while it is being put together.
pub(super) struct HouseholdRow {
    pub entity: Entity,
    /// Row of its head in the roster; 0 where the roster lacks it.
    pub row: u32,
    /// 人数 as the roster writes it.
    pub stated: String,
    /// Its rows in the roster, doubled ones not counted.
    pub counted: u32,
    /// Its head, where one is marked.
    pub head: Option<Head>,
    /// Whether 户情 has a row for it.
    pub joined: bool,
}

/// Who the head of a household is.
pub(super) struct Head {
    pub name: String,
    pub id_no: String,
}

/// All households, in the order of the roster.
#[derive(Default)]
pub(super) struct Households {
    rows: Vec<HouseholdRow>,
    places: HashMap<String, usize>,
    contractors: HashMap<String, usize>,
}

impl Households {
    pub fn push(&mut self, household: HouseholdRow) {
        self.places
            .insert(household.entity.id.id.clone(), self.rows.len());
        self.rows.push(household);
    }

    pub fn by_code(&self, code: &str) -> Option<&HouseholdRow> {
        self.rows.get(*self.places.get(code)?)
    }

    pub fn by_contractor(&self, code: &str) -> Option<&HouseholdRow> {
        self.rows.get(*self.contractors.get(code)?)
    }

    pub fn into_entities(self) -> Vec<Entity> {
        self.rows
            .into_iter()
            .map(|household| household.entity)
            .collect()
    }

    /// Compares the stated number of members with the rows, and looks for households without 户情.
    pub fn check_members(&self, report: &mut ImportReport) {
        for household in &self.rows {
            let HouseholdRow {
                row,
                stated,
                counted,
                joined,
                ..
            } = household;
            if *row == 0 {
                continue;
            }
            headcount(SourceFile::Roster, *row, "人数", stated, *counted, report);
            if !joined {
                report.add(
                    SourceFile::Roster,
                    *row,
                    Some("户编号"),
                    FindingKind::HouseholdNotIn { other: FILE },
                );
            }
        }
    }
}

fn headcount(
    file: SourceFile,
    row: u32,
    column: &str,
    stated: &str,
    counted: u32,
    report: &mut ImportReport,
) {
    match stated.parse::<u32>() {
        _ if stated.is_empty() => {}
        Ok(number) if number == counted => {}
        Ok(stated) => report.add(
            file,
            row,
            Some(column),
            FindingKind::Headcount { stated, counted },
        ),
        Err(_) => report.add(file, row, Some(column), FindingKind::NotANumber),
    }
}

const COLUMNS: &[Column] = &[
    Column::needed("承包方编码", CONTRACTOR, Check::Id(IdKind::Contractor)),
    Column::needed("村民小组", "household.group", Check::Text),
    Column::needed("义务教育有保障", "household.edu_ok", Check::YesNo),
    Column::needed("基本医疗有保障", "household.med_ok", Check::YesNo),
    Column::needed("住房安全有保障", "household.house_ok", Check::YesNo),
    Column::optional("饮水安全有保障", WATER, Check::YesNo),
    Column::optional("返贫风险类型", "household.risk_kind", Check::Text),
];

/// Joins 户情 to the households; gives the groups of the village by number.
pub(super) fn join(
    files: &Files,
    households: &mut Households,
    report: &mut ImportReport,
) -> Result<BTreeMap<String, String>, RegisterError> {
    let table = Table::read(files, FILE, report)?;
    let code = table.column("户编号")?;
    let (head, headcount_at, as_of) = (
        table.column("户主姓名")?,
        table.column("人口数")?,
        table.column("核实日期")?,
    );
    let columns = Columns::of(&table, COLUMNS)?;
    let read: Vec<usize> = columns
        .places()
        .chain([code, head, headcount_at, as_of])
        .collect();
    table.report_unread(&read, report);

    let mut groups = BTreeMap::new();
    let mut first: HashMap<&str, &Row> = HashMap::new();
    for row in table.rows() {
        let Some(id) = super::cell::code(row.cell(code)) else {
            report.add(FILE, row.line, Some("户编号"), FindingKind::NoCode);
            continue;
        };
        if let Some(other) = first.get(id) {
            report.doubled(FILE, row, other, "户编号");
            continue;
        }
        first.insert(id, row);
        let mut cells = columns.cells(FILE, row, report);
        group(&cells, row.line, &mut groups, report);

        if households.by_code(id).is_none() {
            let other = SourceFile::Roster;
            report.add(
                FILE,
                row.line,
                Some("户编号"),
                FindingKind::HouseholdNotIn { other },
            );
            households.push(bare(id));
        }
        let Some(place) = households.places.get(id).copied() else {
            continue;
        };
        if let Some(contractor) = cells.get(CONTRACTOR) {
            match households.contractors.get(contractor) {
                Some(_) => report.add(
                    FILE,
                    row.line,
                    Some("承包方编码"),
                    FindingKind::Contradicts {
                        other: FILE,
                        heading: "承包方编码",
                    },
                ),
                None => drop(households.contractors.insert(contractor.clone(), place)),
            }
        }
        let household = &mut households.rows[place];
        household.joined = true;
        if household.row != 0 {
            headcount(
                FILE,
                row.line,
                "人口数",
                row.cell(headcount_at),
                household.counted,
                report,
            );
        }
        let name = row.cell(head);
        if household
            .head
            .as_ref()
            .is_some_and(|head| !name.is_empty() && head.name != name)
        {
            let kind = FindingKind::Contradicts {
                other: SourceFile::Roster,
                heading: "姓名",
            };
            report.add(FILE, row.line, Some("户主姓名"), kind);
        }
        compare(household, &mut cells, row.line, report);
        household.entity.cells.extend(cells);
        household.entity.as_of = day(FILE, row, as_of, report);
    }
    let taken = households
        .rows
        .iter()
        .filter(|household| household.joined)
        .count();
    report.taken(FILE, taken);
    Ok(groups)
}

/// The roster wins over 户情; what 户情 says otherwise is reported and not taken over.
fn compare(
    household: &HouseholdRow,
    cells: &mut BTreeMap<String, String>,
    line: u32,
    report: &mut ImportReport,
) {
    let mut contradicts = |column, heading| {
        let kind = FindingKind::Contradicts {
            other: SourceFile::Roster,
            heading,
        };
        report.add(FILE, line, Some(column), kind);
    };
    let roster = &household.entity.cells;
    if let Some(water) = roster.get(WATER) {
        if cells.get(WATER).is_some_and(|other| other != water) {
            contradicts("饮水安全有保障", "是否解决安全饮用水");
        }
        cells.remove(WATER);
    }
    // A household in a dangerous house has no safe housing, and the other way round.
    let unsafe_house = roster.get("household.unsafe_house").map(String::as_str);
    let safe = cells.get("household.house_ok").map(String::as_str);
    if matches!(
        (unsafe_house, safe),
        (Some("是"), Some("是")) | (Some("否"), Some("否"))
    ) {
        contradicts("住房安全有保障", "危房户");
    }
}

/// Digits 13 and 14 of a contractor code are the number of its group.
fn group(
    cells: &BTreeMap<String, String>,
    line: u32,
    groups: &mut BTreeMap<String, String>,
    report: &mut ImportReport,
) {
    let (Some(contractor), Some(name)) = (cells.get(CONTRACTOR), cells.get("household.group"))
    else {
        return;
    };
    if check(IdKind::Contractor, contractor).is_err() {
        return;
    }
    let Some(number) = contractor.get(12..14) else {
        return;
    };
    let known = groups
        .entry(number.to_owned())
        .or_insert_with(|| name.clone());
    if known != name {
        let kind = FindingKind::Contradicts {
            other: FILE,
            heading: "承包方编码",
        };
        report.add(FILE, line, Some("村民小组"), kind);
    }
}

fn bare(code: &str) -> HouseholdRow {
    HouseholdRow {
        entity: Entity {
            id: EntityId::new(EntityKind::Household, code),
            cells: BTreeMap::new(),
            as_of: None,
            parent: None,
            point: None,
            outline: None,
        },
        row: 0,
        stated: String::new(),
        counted: 0,
        head: None,
        joined: false,
    }
}

/// The day in a 核实日期 column.
pub(super) fn day(
    file: SourceFile,
    row: &Row,
    place: usize,
    report: &mut ImportReport,
) -> Option<fieldwork_ids::Date> {
    let text = row.cell(place);
    let day = text.parse().ok();
    if day.is_none() && !text.is_empty() {
        report.add(file, row.line, Some("核实日期"), FindingKind::NotADate);
    }
    day
}

impl ImportReport {
    /// Reports a row whose code stands further up.
    pub(super) fn doubled(&mut self, file: SourceFile, row: &Row, first: &Row, column: &str) {
        if first.says_the_same(row) {
            self.add(
                file,
                row.line,
                None,
                FindingKind::DuplicateRow { first: first.line },
            );
        } else {
            self.add(
                file,
                row.line,
                Some(column),
                FindingKind::DuplicateCode { first: first.line },
            );
        }
    }
}
