//! Cases 事项 and their history.

use fieldwork::replica::{Case as CoreCase, CaseState, TimelineItem as CoreItem};

use crate::{CaptureItem, Receipt, Timestamp};

/// Something that somebody has to see to, or had to.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Case {
    /// Its id, 26 characters; sorts by time.
    pub id: String,
    /// Whether somebody still has to act.
    pub open: bool,
    /// Another name it goes by.
    pub label: Option<String>,
    /// Kind of the capture that opened it.
    pub kind: Option<String>,
    /// The concept of its type (`issue.type`).
    pub type_concept: Option<String>,
    /// Its type, a code of that concept's list.
    pub case_type: Option<String>,
    /// The entity it is about.
    pub subject: Option<String>,
    /// How urgent it is, a code of `issue.level`.
    pub level: Option<String>,
    /// The day it is due, `yyyy-MM-dd`.
    pub due: Option<String>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The capture that opened it; none for a case that began elsewhere.
    pub opened_by: Option<String>,
    /// The capture that closed it.
    pub closed_by: Option<String>,
    /// Ids that upstreams gave it before it came here.
    pub references: Vec<UpstreamReference>,
}

/// What an upstream calls a case.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct UpstreamReference {
    /// System id.
    pub system: String,
    /// The system's own id of the case.
    pub reference: String,
}

/// One step of a case's history.
// Variants are not named like the records in them: in Kotlin both are classes, and one would hide the other.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum TimelineItem {
    /// Somebody captured something about it.
    Captured {
        /// What.
        capture: CaptureItem,
    },
    /// An upstream answered.
    Answered {
        /// What.
        receipt: Receipt,
    },
}

impl From<CoreCase> for Case {
    fn from(case: CoreCase) -> Self {
        Self {
            id: case.id.to_string(),
            open: case.state() == CaseState::Open,
            label: case.label,
            kind: case.kind,
            type_concept: case.type_concept,
            case_type: case.case_type,
            subject: case.subject.map(|entity| entity.to_string()),
            level: case.level,
            due: case.due,
            opened_at: case.opened_ms.into(),
            opened_by: case.opened_by.map(|id| id.to_string()),
            closed_by: case.closed_by,
            references: case
                .references
                .into_iter()
                .map(|(system, reference)| UpstreamReference { system, reference })
                .collect(),
        }
    }
}

impl From<CoreItem> for TimelineItem {
    fn from(item: CoreItem) -> Self {
        match item {
            CoreItem::Capture(row) => Self::Captured {
                capture: row.into(),
            },
            CoreItem::Receipt(receipt) => Self::Answered {
                receipt: receipt.into(),
            },
        }
    }
}
