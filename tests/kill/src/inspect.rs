//! What a killed process left: every capture whole or absent, everything acknowledged there.

use std::collections::{BTreeMap, BTreeSet};

use fieldwork::Workspace;
use fieldwork::log::{Payload, Vector};
use fieldwork::replica::{Case, Replica};
use fieldwork_forms::capture::{BlobRef, Capture, Subject};
use fieldwork_ids::Ulid;
use fieldwork_register::{CellSource, EntityId, EntityKind};

use crate::Outcome;
use crate::script::sort_of;

/// Concept that a visit of the script writes into the register.
const WRITTEN: &str = "household.income_pc";

/// What is known of a phone from one look to the next.
#[derive(Debug, Default)]
pub struct Known {
    /// Captures that were acknowledged.
    pub acknowledged: BTreeSet<Ulid>,
    /// Photographs whose file had its hash: read once, for a file that was whole is not written again.
    pub whole: BTreeSet<BlobRef>,
}

/// Looks at an open phone. Gives what is broken, and how many captures there are.
///
/// # Errors
/// Where the core cannot read its own store: that too is a broken promise, and the caller says so.
pub fn phone(workspace: &Workspace, known: &mut Known) -> Outcome<(Vec<String>, BTreeSet<Ulid>)> {
    let mut broken = Vec::new();
    let replica = workspace.replica();
    let rows = workspace.captures(0, u32::MAX)?;
    let there: BTreeSet<Ulid> = rows.iter().map(|row| row.id).collect();
    for lost in known.acknowledged.difference(&there) {
        broken.push(format!("lost: {lost} was acknowledged"));
    }

    let worker = replica
        .identity()
        .ok_or("the phone is not enrolled")?
        .worker;
    let mut captures = Vec::new();
    for row in &rows {
        let capture = replica.capture(row.id)?;
        // A colleague's photographs stay with the colleague and the hub.
        let own = capture.by == worker;
        broken.extend(half(&capture, own.then_some(replica), &mut known.whole));
        captures.push(capture);
    }
    let cases = workspace.cases()?;
    broken.extend(cases_differ(&captures, &cases));
    broken.extend(register_differs(&captures, replica)?);

    let logged = logged(replica)?;
    let distinct: BTreeSet<Ulid> = logged.iter().copied().collect();
    if distinct.len() != logged.len() || distinct != there {
        broken.push(format!(
            "log and read model differ: {} entries, {} captures",
            logged.len(),
            there.len()
        ));
    }
    Ok((broken, there))
}

/// What is missing of one capture, and of its photographs where `photos` must hold them.
fn half(capture: &Capture, photos: Option<&Replica>, whole: &mut BTreeSet<BlobRef>) -> Vec<String> {
    let mut broken = Vec::new();
    let id = capture.id;
    match sort_of(&capture.kind) {
        None => broken.push(format!("half: {id} has an unknown kind")),
        Some(sort) => {
            if capture.photos.len() != sort.stages.len() || capture.answers.len() != sort.answers {
                broken.push(format!(
                    "half: {id} has {} photographs and {} answers",
                    capture.photos.len(),
                    capture.answers.len()
                ));
            }
        }
    }
    let Some(replica) = photos else { return broken };
    for photo in &capture.photos {
        if whole.contains(&photo.blob) {
            continue;
        }
        // Reads the file and compares its hash.
        match replica.blob_bytes(photo.blob) {
            Ok(_) => {
                whole.insert(photo.blob);
            }
            Err(error) => broken.push(format!("half: a photograph of {id}: {error}")),
        }
    }
    broken
}

/// Cases follow from captures: one for each that opens one, closed where one closes it.
fn cases_differ(captures: &[Capture], cases: &[Case]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut opened: BTreeMap<Ulid, usize> = BTreeMap::new();
    for case in cases {
        if let Some(opening) = case.opened_by {
            *opened.entry(opening).or_default() += 1;
        }
    }
    let mut closings: BTreeMap<Ulid, BTreeSet<String>> = BTreeMap::new();
    for capture in captures {
        let opens = sort_of(&capture.kind).is_some_and(|sort| sort.opens);
        let cases = opened.remove(&capture.id).unwrap_or(0);
        if cases != usize::from(opens) {
            broken.push(format!("half: {} opened {cases} cases", capture.id));
        }
        if let Some(Subject::Case(case)) = capture.subject {
            closings
                .entry(case)
                .or_default()
                .insert(capture.id.to_string());
        }
    }
    for opening in opened.keys() {
        broken.push(format!(
            "half: a case was opened by {opening}, which is not there"
        ));
    }
    for case in cases {
        let by_itself = case
            .opened_by
            .filter(|_| case.kind.as_deref() == Some("roadside"))
            .map(|id| id.to_string());
        let followups = closings.remove(&case.id).unwrap_or_default();
        let right = match &case.closed_by {
            None => followups.is_empty() && by_itself.is_none(),
            Some(by) => followups.contains(by) || by_itself.as_ref() == Some(by),
        };
        if !right {
            broken.push(format!(
                "half: case {} is closed by {:?}, followed up by {}",
                case.id,
                case.closed_by,
                followups.len()
            ));
        }
    }
    for case in closings.keys() {
        broken.push(format!(
            "half: case {case} was followed up and is not there"
        ));
    }
    broken
}

/// The register says of each household what the last visit said, and no more.
fn register_differs(captures: &[Capture], replica: &Replica) -> Outcome<Vec<String>> {
    let mut visits: BTreeMap<EntityId, BTreeSet<String>> = BTreeMap::new();
    for capture in captures.iter().filter(|capture| capture.kind == "visit") {
        if let Some(Subject::Entity(household)) = &capture.subject {
            visits
                .entry(household.clone())
                .or_default()
                .insert(capture.id.to_string());
        }
    }
    Ok(replica.with_register(|register| {
        let mut broken = Vec::new();
        for household in register.base().of_kind(EntityKind::Household) {
            let cell = register.value(&household.id, WRITTEN);
            let said_in = match cell.map(|cell| cell.source) {
                Some(CellSource::Edit { capture, .. }) => capture,
                _ => None,
            };
            let expected = visits.get(&household.id);
            let right = match (&said_in, expected) {
                (None, None) => true,
                // Ids begin with the time: the greatest is the last visit. Two phones' visits of the
                // same household keep both values; any of them may win.
                (Some(capture), Some(visits)) => visits.contains(capture),
                _ => false,
            };
            if !right {
                broken.push(format!(
                    "half: the register has an edit of {said_in:?}, visits were {}",
                    expected.map_or(0, BTreeSet::len)
                ));
            }
        }
        broken
    })?)
}

/// Ids of the captures in all logs of a replica, one for each entry.
///
/// # Errors
/// What the core says; also where an entry is missing or cannot be read.
pub fn logged(replica: &Replica) -> Outcome<Vec<Ulid>> {
    let (batches, more) = replica.outgoing(&Vector::new(), usize::MAX, false)?;
    if more {
        return Err("a log was not handed out whole".into());
    }
    let mut next: BTreeMap<_, u64> = BTreeMap::new();
    let mut captures = Vec::new();
    for batch in batches {
        let expected = next.entry(batch.log).or_insert(1);
        if batch.first != *expected {
            return Err(format!("a log has a gap before entry {}", batch.first).into());
        }
        *expected += batch.entries.len() as u64;
        for entry in &batch.entries {
            if let Payload::Capture { capture, .. } = Payload::decode(&entry.3)? {
                captures.push(capture.id);
            }
        }
    }
    Ok(captures)
}
