//! 场所: a row per shop, workshop, guest house …

use std::collections::HashMap;

use fieldwork_ids::IdKind;

use super::cell::{Check, Column, Columns, code, point};
use super::table::{Row, Table};
use super::{Files, SourceFile, WithRow};
use crate::{Entity, EntityId, EntityKind, FindingKind, ImportReport, RegisterError};

const FILE: SourceFile = SourceFile::Premises;

const COLUMNS: &[Column] = &[
    Column::needed("场所名称", "premises.name", Check::Text),
    Column::needed("场所类型代码", "premises.kind", Check::Text),
    Column::optional("统一社会信用代码", "premises.uscc", Check::Id(IdKind::Firm)),
    Column::needed("场所地址", "premises.address", Check::Text),
    Column::needed("负责人", "premises.owner", Check::Text),
    Column::optional("证件号码", "premises.owner_id", Check::Id(IdKind::Citizen)),
    Column::needed("联系电话", "premises.phone", Check::Id(IdKind::Phone)),
];

pub(super) fn read(
    files: &Files,
    report: &mut ImportReport,
) -> Result<Vec<WithRow>, RegisterError> {
    let table = Table::read(files, FILE, report)?;
    let id = table.column("场所编号")?;
    let (lon, lat) = (table.column("经度")?, table.column("纬度")?);
    let columns = Columns::of(&table, COLUMNS)?;
    // 场所类型 only spells out the code beside it.
    let label = table.column("场所类型").ok();
    let read: Vec<usize> = columns
        .places()
        .chain([id, lon, lat])
        .chain(label)
        .collect();
    table.report_unread(&read, report);

    let mut first: HashMap<&str, &Row> = HashMap::new();
    let mut premises = Vec::new();
    for row in table.rows() {
        let Some(id) = code(row.cell(id)) else {
            report.add(FILE, row.line, Some("场所编号"), FindingKind::NoCode);
            continue;
        };
        if let Some(other) = first.get(id) {
            report.doubled(FILE, row, other, "场所编号");
            continue;
        }
        first.insert(id, row);
        let point = point(row.cell(lon), row.cell(lat));
        if point.is_none() {
            report.add(FILE, row.line, None, FindingKind::BadPoint);
        }
        let entity = Entity {
            id: EntityId::new(EntityKind::Premises, id),
            cells: columns.cells(FILE, row, report),
            as_of: None,
            parent: None,
            point,
            outline: None,
        };
        premises.push((row.line, entity));
    }
    report.taken(FILE, premises.len());
    Ok(premises)
}
