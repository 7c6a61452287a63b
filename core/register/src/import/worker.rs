//! 干部: a row per field worker. Lists keep the `;` of the file.

use std::collections::HashMap;

use fieldwork_ids::IdKind;

use super::cell::{Check, Column, Columns, code};
use super::table::{Row, Table};
use super::{Files, SourceFile};
use crate::{Entity, EntityId, EntityKind, FindingKind, ImportReport, RegisterError};

const FILE: SourceFile = SourceFile::Workers;

const COLUMNS: &[Column] = &[
    Column::needed("姓名", "worker.name", Check::Text),
    Column::optional("性别", "worker.sex", Check::Text),
    Column::optional("职务", "worker.post", Check::Text),
    Column::optional("条线", "worker.lines", Check::Text),
    Column::needed("角色", "worker.roles", Check::Text),
    Column::optional("负责网格", "worker.grids", Check::Text),
    Column::optional("联系电话", "worker.phone", Check::Id(IdKind::Phone)),
];

pub(super) fn read(
    files: &Files,
    grids: &[Entity],
    report: &mut ImportReport,
) -> Result<Vec<Entity>, RegisterError> {
    let table = Table::read(files, FILE, report)?;
    let id = table.column("编号")?;
    let columns = Columns::of(&table, COLUMNS)?;
    let read: Vec<usize> = columns.places().chain([id]).collect();
    table.report_unread(&read, report);

    let mut first: HashMap<&str, &Row> = HashMap::new();
    let mut workers = Vec::new();
    for row in table.rows() {
        let Some(id) = code(row.cell(id)) else {
            report.add(FILE, row.line, Some("编号"), FindingKind::NoCode);
            continue;
        };
        if let Some(other) = first.get(id) {
            report.doubled(FILE, row, other, "编号");
            continue;
        }
        first.insert(id, row);
        let cells = columns.cells(FILE, row, report);
        let known = |code: &str| grids.iter().any(|grid| grid.id.id == code);
        let listed = cells
            .get("worker.grids")
            .map(String::as_str)
            .unwrap_or_default();
        for _ in listed
            .split(';')
            .filter(|code| !code.is_empty() && !known(code.trim()))
        {
            report.add(FILE, row.line, Some("负责网格"), FindingKind::UnknownGrid);
        }
        workers.push(Entity {
            id: EntityId::new(EntityKind::Worker, id),
            cells,
            as_of: None,
            parent: None,
            point: None,
            outline: None,
        });
    }
    report.taken(FILE, workers.len());
    Ok(workers)
}
