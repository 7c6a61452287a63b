//! 房屋: a row per house. Its head's name, number and phone are only compared: they are the roster's.

use std::collections::HashMap;

use fieldwork_ids::{IdKind, check};

use super::cell::{Check, Column, Columns, code, point};
use super::household::{HouseholdRow, Households, day};
use super::table::{Row, Table};
use super::{Files, SourceFile, WithRow};
use crate::{Entity, EntityId, EntityKind, FindingKind, ImportReport, RegisterError};

const FILE: SourceFile = SourceFile::Houses;

const COLUMNS: &[Column] = &[
    Column::needed("房屋编码", "house.code", Check::Id(IdKind::HouseUnit)),
    Column::needed("房屋地址", "house.address", Check::Text),
    Column::needed("建筑面积", "house.area", Check::Number),
    Column::needed("层数", "house.floors", Check::Number),
    Column::needed("建成年代", "house.built", Check::Number),
    Column::needed("结构类型", "house.structure", Check::Text),
    Column::needed("用途", "house.use", Check::Text),
    Column::needed("是否自建", "house.self_built", Check::YesNo),
    Column::needed("是否出租", "house.rented", Check::YesNo),
    Column::needed("是否经营", "house.business", Check::YesNo),
    Column::needed("是否有隐患", "house.hazard", Check::YesNo),
    Column::optional("隐患描述", "house.hazard_text", Check::Text),
    Column::needed("安全等级", "house.grade", Check::Text),
];

pub(super) fn read(
    files: &Files,
    households: &Households,
    report: &mut ImportReport,
) -> Result<Vec<WithRow>, RegisterError> {
    let table = Table::read(files, FILE, report)?;
    let house = table.column("房屋编码")?;
    let household_at = table.column("户编号")?;
    let (lon, lat) = (table.column("经度")?, table.column("纬度")?);
    let as_of = table.column("核实日期")?;
    let head = HeadColumns {
        name: table.column("户主姓名")?,
        id_no: table.column("证件号码")?,
        phone: table.column("联系电话")?,
    };
    let columns = Columns::of(&table, COLUMNS)?;
    let own = [
        household_at,
        lon,
        lat,
        as_of,
        head.name,
        head.id_no,
        head.phone,
    ];
    let read: Vec<usize> = columns.places().chain(own).collect();
    table.report_unread(&read, report);

    let mut first: HashMap<String, &Row> = HashMap::new();
    let mut houses = Vec::new();
    for row in table.rows() {
        // Upper case, so that one house is one id however its code is typed.
        let written = row.cell(house);
        let id =
            check(IdKind::HouseUnit, written).map_or_else(|_| written.to_owned(), |id| id.text);
        if code(&id).is_none() {
            report.add(FILE, row.line, Some("房屋编码"), FindingKind::NoCode);
            continue;
        }
        if let Some(other) = first.get(&id) {
            report.doubled(FILE, row, other, "房屋编码");
            continue;
        }
        first.insert(id.clone(), row);
        let household = households.by_code(row.cell(household_at));
        match household {
            Some(household) => head.compare(row, household, report),
            None => report.add(
                FILE,
                row.line,
                Some("户编号"),
                FindingKind::UnknownHousehold,
            ),
        }
        let point = point(row.cell(lon), row.cell(lat));
        if point.is_none() {
            report.add(FILE, row.line, None, FindingKind::BadPoint);
        }
        let entity = Entity {
            id: EntityId::new(EntityKind::House, id),
            cells: columns.cells(FILE, row, report),
            as_of: day(FILE, row, as_of, report),
            parent: household.map(|household| household.entity.id.clone()),
            point,
            outline: None,
        };
        houses.push((row.line, entity));
    }
    report.taken(FILE, houses.len());
    Ok(houses)
}

struct HeadColumns {
    name: usize,
    id_no: usize,
    phone: usize,
}

impl HeadColumns {
    fn compare(&self, row: &Row, household: &HouseholdRow, report: &mut ImportReport) {
        let normal =
            |kind, text: &str| check(kind, text).map_or_else(|_| text.to_owned(), |id| id.text);
        let phone = household.entity.cells.get("household.phone");
        let pairs = [
            (
                "户主姓名",
                "姓名",
                row.cell(self.name).to_owned(),
                household.head.as_ref().map(|head| &head.name),
            ),
            (
                "证件号码",
                "证件号码",
                normal(IdKind::Citizen, row.cell(self.id_no)),
                household.head.as_ref().map(|head| &head.id_no),
            ),
            (
                "联系电话",
                "户联系电话",
                normal(IdKind::Phone, row.cell(self.phone)),
                phone,
            ),
        ];
        for (column, heading, here, there) in pairs {
            if !here.is_empty() && there.is_some_and(|there| *there != here) {
                let kind = FindingKind::Contradicts {
                    other: SourceFile::Roster,
                    heading,
                };
                report.add(FILE, row.line, Some(column), kind);
            }
        }
    }
}
