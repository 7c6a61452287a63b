//! Cases 事项: what was opened, changed and closed by captures, as one shared document a month.

use automerge::AutoCommit;
use fieldwork_forms::capture::{Capture, Subject};
use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;

use super::split::case_id;
use super::{Inner, Replica, ReplicaError};
use crate::document::{Cell, DocumentId, case_path, under};
use crate::log::Receipt;
use crate::store;

/// Whether somebody still has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    /// Open.
    Open,
    /// Closed by a capture.
    Closed,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: Ulid,
    /// The capture that opened it; `None` for one that began elsewhere.
    pub opened_by: Option<Ulid>,
    /// When it was opened, UTC milliseconds.
    pub opened_ms: i64,
    /// Kind of the capture that opened it.
    pub kind: Option<String>,
    /// Concept of its type (`issue.type`).
    pub type_concept: Option<String>,
    /// Its type, a code of that concept.
    pub case_type: Option<String>,
    /// Whom or what it is about.
    pub subject: Option<EntityId>,
    /// When it is due, `yyyy-MM-dd`.
    pub due: Option<String>,
    /// Level.
    pub level: Option<String>,
    /// Another name it goes by (`I-20250407-01`).
    pub label: Option<String>,
    /// The capture that closed it.
    pub closed_by: Option<String>,
    /// Upstream ids it had before it came here: system and id.
    pub references: Vec<(String, String)>,
}

impl Case {
    /// Open or closed. A closing is a fact that nothing takes back, so that the state is the same in
    /// whatever order changes arrive.
    pub fn state(&self) -> CaseState {
        if self.closed_by.is_some() {
            CaseState::Closed
        } else {
            CaseState::Open
        }
    }
}

/// One step of a case's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineItem {
    /// A capture about it.
    Capture(store::capture::CaptureRow),
    /// What became of an envelope.
    Receipt(Receipt),
}

impl TimelineItem {
    fn at_ms(&self) -> i64 {
        match self {
            Self::Capture(capture) => capture.at_ms,
            Self::Receipt(receipt) => receipt.at_ms,
        }
    }
}

pub(super) fn read(document: &AutoCommit, id: Ulid) -> Option<Case> {
    let prefix = case_path(id, "");
    let cells = under(document, &prefix);
    if cells.is_empty() {
        return None;
    }
    let field = |name: &str| {
        cells
            .iter()
            .find(|(path, _)| path[prefix.len()..] == *name)
            .map(|(_, cell)| cell.value.clone())
    };
    Some(Case {
        id,
        opened_by: field("opened_by").and_then(|text| text.parse().ok()),
        opened_ms: id.at_ms(),
        kind: field("kind"),
        type_concept: field("type_concept"),
        case_type: field("type"),
        subject: field("subject").and_then(|text| text.parse().ok()),
        due: field("due"),
        level: field("level"),
        label: field("label"),
        closed_by: field("closed_by"),
        references: cells
            .iter()
            .filter_map(|(path, cell)| {
                let system = path[prefix.len()..].strip_prefix("reference/")?;
                Some((system.to_owned(), cell.value.clone()))
            })
            .collect(),
    })
}

/// The cells of a case; only fields that have a value.
pub(super) fn cells(
    id: Ulid,
    fields: &[(&str, Option<String>)],
    cell: &Cell,
) -> Vec<(String, Cell)> {
    fields
        .iter()
        .filter_map(|(name, value)| {
            let value = value.clone()?;
            Some((
                case_path(id, name),
                Cell {
                    value,
                    ..cell.clone()
                },
            ))
        })
        .collect()
}

impl Inner {
    /// A document of this replica.
    pub(crate) fn document(&mut self, id: &DocumentId) -> Result<&mut AutoCommit, ReplicaError> {
        let store = self.store.as_ref().ok_or(ReplicaError::Closed)?;
        Ok(self
            .documents
            .open(id, || store::document::changes(store.read(), id))?)
    }

    pub(super) fn case(&mut self, id: Ulid) -> Result<Option<Case>, ReplicaError> {
        Ok(read(self.document(&DocumentId::cases_of(id.at_ms()))?, id))
    }
}

impl Replica {
    /// A case.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`], [`ReplicaError::Store`].
    pub fn case(&self, id: Ulid) -> Result<Case, ReplicaError> {
        self.lock().case(id)?.ok_or(ReplicaError::Unknown("case"))
    }

    /// All cases, oldest first.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn cases(&self) -> Result<Vec<Case>, ReplicaError> {
        let mut inner = self.lock();
        let mut cases = Vec::new();
        for id in store::document::documents(inner.store()?.read())? {
            if !matches!(id, DocumentId::Cases(_)) {
                continue;
            }
            let document = inner.document(&id)?;
            let mut ids: Vec<Ulid> = under(document, "")
                .iter()
                .filter_map(|(path, _)| path.split('/').next()?.parse().ok())
                .collect();
            ids.dedup();
            cases.extend(ids.into_iter().filter_map(|id| read(document, id)));
        }
        cases.sort_by_key(|case| (case.opened_ms, case.id));
        Ok(cases)
    }

    /// The cases that a capture opened, or that the one opened which it corrects.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn cases_opened_by(&self, capture: &Capture) -> Result<Vec<Case>, ReplicaError> {
        let mut inner = self.lock();
        let capture = &inner.root(capture)?;
        let document = inner.document(&DocumentId::cases_of(capture.at_ms))?;
        // Ids of cases begin with the time of the capture, so this reads a few paths, not a month.
        let time: String = Ulid::from_parts(capture.at_ms, [0; 10])
            .to_string()
            .chars()
            .take(10)
            .collect();
        let mut ids: Vec<Ulid> = under(document, &time)
            .iter()
            .filter_map(|(path, _)| path.split('/').next()?.parse().ok())
            .collect();
        ids.dedup();
        Ok(ids
            .into_iter()
            .filter_map(|id| read(document, id))
            .filter(|case| case.opened_by == Some(capture.id))
            .collect())
    }

    /// The case with an id or a label, or that the capture with a label opened (`C05`, `C05/2` for its
    /// second).
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`], [`ReplicaError::Store`].
    pub fn case_named(&self, name: &str) -> Result<Case, ReplicaError> {
        if let Ok(id) = name.parse() {
            return self.case(id);
        }
        let labelled = |case: &Case| case.label.as_deref() == Some(name);
        if let Some(case) = self.cases()?.into_iter().rev().find(labelled) {
            return Ok(case);
        }
        // Or the one that a capture opened: `C05` the first, `C05/2` the second.
        let (label, number) = match name.rsplit_once('/') {
            Some((label, number)) => (label, number.parse().unwrap_or(0)),
            None => (name, 1),
        };
        let opened = {
            let inner = self.lock();
            let connection = inner.store()?.read();
            match store::capture::by_label(connection, label)? {
                Some(capture) => store::capture::row(connection, capture)?
                    .map(|row| case_id(row.id, row.at_ms, number)),
                None => None,
            }
        };
        self.case(opened.ok_or(ReplicaError::Unknown("case"))?)
    }

    /// Captures about a case and what became of their envelopes, oldest first.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`], [`ReplicaError::Store`].
    pub fn timeline(&self, id: Ulid) -> Result<Vec<TimelineItem>, ReplicaError> {
        let case = self.case(id)?;
        let inner = self.lock();
        let connection = inner.store()?.read();
        let mut captures: Vec<store::capture::CaptureRow> = Vec::new();
        if let Some(opening) = case.opened_by {
            captures.extend(store::capture::row(connection, opening)?);
        }
        captures.extend(store::capture::about(
            connection,
            &store::capture::subject_text(&Subject::Case(id)),
        )?);
        let mut items = Vec::new();
        for capture in captures {
            for receipt in store::receipt::of_capture(connection, capture.id)? {
                items.push(TimelineItem::Receipt(receipt));
            }
            items.push(TimelineItem::Capture(capture));
        }
        items.sort_by_key(|item| (item.at_ms(), matches!(item, TimelineItem::Receipt(_))));
        Ok(items)
    }

    /// Enters a case that began elsewhere, with the ids that upstreams gave it, or gives the one that
    /// has this label already.
    ///
    /// # Errors
    /// [`ReplicaError::NotEnrolled`], [`ReplicaError::Store`].
    pub fn adopt_case(&self, case: &Case, author: &str) -> Result<Ulid, ReplicaError> {
        if let Some(label) = &case.label
            && let Ok(known) = self.case_named(label)
        {
            return Ok(known.id);
        }
        let cell = Cell {
            value: String::new(),
            at_ms: case.opened_ms,
            author: author.to_owned(),
            capture: None,
        };
        let mut written = cells(
            case.id,
            &[
                ("kind", case.kind.clone()),
                ("type_concept", case.type_concept.clone()),
                ("type", case.case_type.clone()),
                ("subject", case.subject.as_ref().map(ToString::to_string)),
                ("due", case.due.clone()),
                ("level", case.level.clone()),
                ("label", case.label.clone()),
            ],
            &cell,
        );
        for (system, reference) in &case.references {
            let path = case_path(case.id, &format!("reference/{system}"));
            written.push((
                path,
                Cell {
                    value: reference.clone(),
                    ..cell.clone()
                },
            ));
        }
        self.edit_document(&DocumentId::cases_of(case.id.at_ms()), &written)?;
        Ok(case.id)
    }
}
