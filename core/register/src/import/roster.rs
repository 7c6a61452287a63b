//! 人口花名册: a row per person; what it says of the household stands on every row of its members.

use std::collections::{BTreeMap, HashMap};

use fieldwork_ids::{IdKind, check};

use super::cell::{Check, Column, Columns, code};
use super::household::{Head, HouseholdRow, Households};
use super::table::{Row, Table};
use super::{Files, SourceFile};
use crate::index::HEAD;
use crate::{Entity, EntityId, EntityKind, FindingKind, ImportReport, RegisterError, Village};

const FILE: SourceFile = SourceFile::Roster;

const PERSON: &[Column] = &[
    Column::needed("姓名", "person.name", Check::Text),
    Column::needed("证件号码", "person.id_no", Check::Id(IdKind::Citizen)),
    Column::needed("与户主关系", "person.relation", Check::Text),
    Column::optional("民族", "person.nation", Check::Text),
    Column::optional("文化程度", "person.education", Check::Text),
    Column::optional("在校生状况", "person.schooling", Check::Text),
    Column::needed("健康状况", "person.health", Check::Text),
    Column::optional("劳动技能", "person.skill", Check::Text),
    Column::optional("务工时间(月)", "person.work_months", Check::Number),
    Column::optional("是否参加大病保险", "person.insured", Check::YesNo),
    Column::optional("人联系电话", "person.phone", Check::Id(IdKind::Phone)),
    Column::optional("人员识别时间", "person.identified", Check::Day),
];

const HOUSEHOLD: &[Column] = &[
    Column::needed("户联系电话", "household.phone", Check::Id(IdKind::Phone)),
    Column::needed("人均纯收入", "household.income_pc", Check::Number),
    Column::needed("户类型", "household.kind", Check::Text),
    Column::optional("监测对象类型", "household.monitor_kind", Check::Text),
    Column::optional("风险是否消除", "household.risk_removed", Check::YesNo),
    Column::needed("是否解决安全饮用水", "household.water_ok", Check::YesNo),
    Column::needed("危房户", "household.unsafe_house", Check::YesNo),
    Column::optional("致贫原因1", "household.poverty_cause", Check::Text),
    Column::optional("首次识别时间", "household.identified", Check::Day),
    Column::optional("风险识别时间", "household.risk_identified", Check::Day),
    Column::optional("风险消除时间", "household.risk_removed_on", Check::Day),
    Column::optional("自然村", "household.hamlet", Check::Text),
];

pub(super) struct Roster {
    pub village: Village,
    pub persons: Vec<Entity>,
    pub households: Households,
}

struct Places {
    county: usize,
    town: usize,
    village: usize,
    household: usize,
    person: usize,
    headcount: usize,
    relation: usize,
    name: usize,
    id_no: usize,
}

pub(super) fn read(files: &Files, report: &mut ImportReport) -> Result<Roster, RegisterError> {
    let table = Table::read(files, FILE, report)?;
    let at = Places {
        county: table.column("县")?,
        town: table.column("乡")?,
        village: table.column("行政村")?,
        household: table.column("户编号")?,
        person: table.column("人编号")?,
        headcount: table.column("人数")?,
        relation: table.column("与户主关系")?,
        name: table.column("姓名")?,
        id_no: table.column("证件号码")?,
    };
    let person = Columns::of(&table, PERSON)?;
    let household = Columns::of(&table, HOUSEHOLD)?;
    let own = [
        at.county,
        at.town,
        at.village,
        at.household,
        at.person,
        at.headcount,
    ];
    let read: Vec<usize> = person
        .places()
        .chain(household.places())
        .chain(own)
        .collect();
    table.report_unread(&read, report);

    let village = village(table.rows(), &at)?;
    let rows = unique(table.rows(), &at, report);
    let households = households(&rows, &at, &household, &village, report);
    let persons: Vec<Entity> = persons(&rows, &at, &person, &households, report);
    report.taken(FILE, persons.len());
    Ok(Roster {
        village,
        persons,
        households,
    })
}

/// The village of most rows, so that one strayed row does not name it.
fn village(rows: &[Row], at: &Places) -> Result<Village, RegisterError> {
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    let of = |row: &Row| check(IdKind::Household, row.cell(at.household)).is_ok();
    for row in rows.iter().filter(|row| of(row)) {
        if let Some(code) = row.cell(at.household).get(..12) {
            *votes.entry(code).or_default() += 1;
        }
    }
    let (code, _) = votes
        .iter()
        .max_by_key(|(_, votes)| **votes)
        .ok_or(RegisterError::NoVillage)?;
    let named = rows
        .iter()
        .find(|row| row.cell(at.household).starts_with(code));
    let name = |place| {
        named
            .map(|row| row.cell(place).to_owned())
            .unwrap_or_default()
    };
    Ok(Village {
        code: (*code).to_owned(),
        county: name(at.county),
        town: name(at.town),
        name: name(at.village),
        groups: BTreeMap::new(),
    })
}

/// The rows that are persons of their own; doubled ones and ones without a usable code are reported.
fn unique<'a>(rows: &'a [Row], at: &Places, report: &mut ImportReport) -> Vec<&'a Row> {
    let mut first: HashMap<&str, &Row> = HashMap::new();
    let mut kept = Vec::new();
    for row in rows {
        let column = Some("人编号");
        let Some(code) = code(row.cell(at.person)) else {
            report.add(FILE, row.line, column, FindingKind::NoCode);
            continue;
        };
        if check(IdKind::Citizen, code).is_ok() {
            report.add(FILE, row.line, column, FindingKind::CodeIsIdNumber);
            continue;
        }
        if let Some(other) = first.get(code) {
            report.doubled(FILE, row, other, "人编号");
            continue;
        }
        first.insert(code, row);
        kept.push(row);
    }
    kept
}

/// The households in the order of their first rows, each with the cells of its head's row.
fn households(
    rows: &[&Row],
    at: &Places,
    columns: &Columns,
    village: &Village,
    report: &mut ImportReport,
) -> Households {
    let mut members: Vec<(&str, Vec<&Row>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let Some(code) = code(row.cell(at.household)) else {
            continue;
        };
        let place = *places.entry(code).or_insert(members.len());
        if place == members.len() {
            members.push((code, Vec::new()));
        }
        members[place].1.push(row);
    }

    let mut households = Households::default();
    for (code, rows) in members {
        let mut heads = rows.iter().filter(|row| row.cell(at.relation) == HEAD);
        let marked = heads.next();
        let Some(main) = marked.or(rows.first()) else {
            continue;
        };
        if marked.is_none() {
            report.add(FILE, main.line, Some("与户主关系"), FindingKind::NoHead);
        }
        for second in heads {
            report.add(
                FILE,
                second.line,
                Some("与户主关系"),
                FindingKind::SecondHead { first: main.line },
            );
        }
        match check(IdKind::Household, code) {
            Err(error) => report.add(
                FILE,
                main.line,
                Some("户编号"),
                FindingKind::bad_number(error),
            ),
            Ok(_) if !code.starts_with(&village.code) => {
                report.add(FILE, main.line, Some("户编号"), FindingKind::OtherVillage)
            }
            Ok(_) => {}
        }
        let entity = Entity {
            id: EntityId::new(EntityKind::Household, code),
            cells: columns.cells(FILE, main, report),
            as_of: None,
            parent: None,
            point: None,
            outline: None,
        };
        for (place, column) in columns.iter() {
            for other in rows
                .iter()
                .filter(|other| other.cell(*place) != main.cell(*place))
            {
                let kind = FindingKind::DiffersWithinHousehold { first: main.line };
                report.add(FILE, other.line, Some(column.heading), kind);
            }
        }
        households.push(HouseholdRow {
            entity,
            row: main.line,
            stated: main.cell(at.headcount).to_owned(),
            counted: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            head: marked.map(|row| head(row, at)),
            joined: false,
        });
    }
    households
}

fn head(row: &Row, at: &Places) -> Head {
    let id_no = row.cell(at.id_no);
    let id_no = check(IdKind::Citizen, id_no).map_or_else(|_| id_no.to_owned(), |id| id.text);
    Head {
        name: row.cell(at.name).to_owned(),
        id_no,
    }
}

fn persons(
    rows: &[&Row],
    at: &Places,
    columns: &Columns,
    households: &Households,
    report: &mut ImportReport,
) -> Vec<Entity> {
    let mut by_id_no: HashMap<String, u32> = HashMap::new();
    let mut persons = Vec::with_capacity(rows.len());
    for row in rows {
        let household = households.by_code(row.cell(at.household));
        if household.is_none() {
            report.add(
                FILE,
                row.line,
                Some("户编号"),
                FindingKind::UnknownHousehold,
            );
        }
        let cells = columns.cells(FILE, row, report);
        if let Some(id_no) = cells.get("person.id_no") {
            match by_id_no.get(id_no) {
                Some(first) => report.add(
                    FILE,
                    row.line,
                    Some("证件号码"),
                    FindingKind::SharedIdNumber { first: *first },
                ),
                None => drop(by_id_no.insert(id_no.clone(), row.line)),
            }
        }
        persons.push(Entity {
            id: EntityId::new(EntityKind::Person, row.cell(at.person)),
            cells,
            as_of: None,
            parent: household.map(|household| household.entity.id.clone()),
            point: None,
            outline: None,
        });
    }
    persons
}
