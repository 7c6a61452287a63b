//! Correction 更正: a capture that supersedes another says only what differs.
//!
//! What the superseded capture gave stays with its upstream where the new one would give the same, and is
//! replaced, under a new key that names the old one, where it would not. Phone and hub reckon it alike,
//! from the captures and from what the hub said became of their envelopes.
//!
//! A time stamp of the capture itself is no difference: a correction is made later by its nature. An
//! envelope that the upstream refused is not in force, so the same form is given again.

use fieldwork_forms::capture::Capture;
use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::envelope::{Envelope, Filled, SlotPhoto};
use fieldwork_forms::fill::{Traced, fill_all};
use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;
use rusqlite::Connection;
use serde_json::{Map, Value};

use super::fill::judged_ms;
use super::{Inner, Replica, ReplicaError};
use crate::log::ReceiptState;
use crate::store::{capture as rows, receipt};

/// Longest chain of corrections that is followed.
const MAX_CHAIN: usize = 64;

/// Facts that are time stamps of the capture itself.
const STAMPS: [&str; 2] = ["capture.at", "capture.date"];

/// What a capture gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filling {
    /// Its forms, filled or stopped. Of a correction only those that are new or differ.
    pub forms: Vec<Filled>,
    /// Envelopes of the superseded capture whose form no longer applies.
    pub dropped: Vec<Envelope>,
}

/// Which form it is, whatever capture gives it.
pub(super) type Identity<'a> = (&'a str, &'a str, u32, Option<&'a EntityId>);

pub(super) fn identity(filled: &Filled) -> Identity<'_> {
    match filled {
        Filled::Envelope(one) => (&one.system, &one.form, one.number, one.about.as_ref()),
        Filled::Stopped(one) => (&one.system, &one.form, one.number, one.about.as_ref()),
    }
}

/// An envelope that an upstream has or will have.
struct InForce {
    envelope: Envelope,
    traced: Traced,
}

impl Replica {
    /// What a capture gives, and of a correction what it no longer gives.
    ///
    /// # Errors
    /// As [`Replica::filled`]; [`ReplicaError::Unknown`] also where a superseded capture is not held here.
    pub fn filling(&self, id: Ulid) -> Result<Filling, ReplicaError> {
        let catalogue = self.catalogue()?;
        let chain = {
            let inner = self.lock();
            chain(inner.store()?.read(), id)?
        };
        let mut in_force: Vec<InForce> = Vec::new();
        let mut filling = Filling::default();
        for capture in &chain {
            let refused = self.refused(&in_force)?;
            in_force.retain(|one| !refused.contains(&one.envelope.key()));
            let traced = self.traced(&catalogue, capture)?;
            (in_force, filling) = step(in_force, traced);
        }
        Ok(filling)
    }

    /// Keys of the envelopes that their upstream refused for good.
    fn refused(&self, envelopes: &[InForce]) -> Result<Vec<String>, ReplicaError> {
        let inner = self.lock();
        let connection = inner.store()?.read();
        let mut keys = Vec::new();
        for one in envelopes {
            let receipts = receipt::of_capture(connection, one.envelope.capture)?.into_iter();
            keys.extend(
                receipts
                    .filter(|receipt| receipt.state == ReceiptState::Refused)
                    .map(|receipt| receipt.key),
            );
        }
        Ok(keys)
    }

    /// Every form of one capture, as if it superseded nothing.
    pub(super) fn traced(
        &self,
        catalogue: &Catalogue,
        capture: &Capture,
    ) -> Result<Vec<Traced>, ReplicaError> {
        let base = self.base_of(capture)?;
        let mut inner = self.lock();
        let facts = inner.facts(catalogue, &base, capture)?;
        let judged_ms = judged_ms(inner.store()?.read(), capture)?;
        let filled = fill_all(catalogue, &facts, judged_ms);
        Ok(filled.map(|(_, traced)| traced).collect())
    }
}

/// One capture of a chain: what is in force after it, and what it gives.
fn step(mut before: Vec<InForce>, traced: Vec<Traced>) -> (Vec<InForce>, Filling) {
    let mut after = Vec::new();
    let mut forms = Vec::new();
    for mut one in traced {
        let earlier = before
            .iter()
            .position(|held| identity(&held.traced.filled) == identity(&one.filled))
            .map(|at| before.remove(at));
        let Filled::Envelope(envelope) = &mut one.filled else {
            // What it replaces stays with its upstream until it can be made.
            after.extend(earlier);
            forms.push(one.filled);
            continue;
        };
        match earlier {
            Some(earlier) if says_the_same(&earlier, envelope, &one.sources) => {
                after.push(earlier);
                continue;
            }
            earlier => envelope.replaces = earlier.map(|earlier| earlier.envelope.key()),
        }
        let envelope = envelope.clone();
        forms.push(Filled::Envelope(envelope.clone()));
        after.push(InForce {
            envelope,
            traced: one,
        });
    }
    let dropped = before.into_iter().map(|one| one.envelope).collect();
    (after, Filling { forms, dropped })
}

type Sources = std::collections::BTreeMap<String, Vec<String>>;

fn says_the_same(earlier: &InForce, later: &Envelope, sources: &Sources) -> bool {
    let values = |all: &Map<String, Value>, sources: &Sources| -> Vec<(String, Value)> {
        all.iter()
            .filter(|(name, _)| !is_stamp(sources.get(*name)))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let photos = |photos: &[SlotPhoto]| -> Vec<_> {
        photos
            .iter()
            .map(|photo| (photo.slot.clone(), photo.blob, photo.azimuth_deg))
            .collect()
    };
    let held = &earlier.envelope;
    let held_sources = &earlier.traced.sources;
    values(&held.fields, held_sources) == values(&later.fields, sources)
        && values(&held.auto, held_sources) == values(&later.auto, sources)
        && photos(&held.photos) == photos(&later.photos)
}

/// Whether a value was made from nothing but the time of the capture.
fn is_stamp(sources: Option<&Vec<String>>) -> bool {
    sources.is_some_and(|sources| {
        !sources.is_empty()
            && sources
                .iter()
                .all(|source| STAMPS.contains(&source.as_str()))
    })
}

/// The captures that this one corrects and itself, oldest first.
fn chain(connection: &Connection, id: Ulid) -> Result<Vec<Capture>, ReplicaError> {
    let mut chain: Vec<Capture> = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next {
        // A circle can only be made on purpose.
        if chain.len() == MAX_CHAIN || chain.iter().any(|known| known.id == id) {
            break;
        }
        let capture = rows::capture(connection, id)?.ok_or(ReplicaError::Unknown("capture"))?;
        next = capture.supersedes;
        chain.push(capture);
    }
    chain.reverse();
    Ok(chain)
}

impl Inner {
    /// The capture that was said first, where this one corrects another; else itself.
    pub(super) fn root(&self, capture: &Capture) -> Result<Capture, ReplicaError> {
        let Some(earlier) = capture.supersedes else {
            return Ok(capture.clone());
        };
        let chain = chain(self.store()?.read(), earlier)?;
        Ok(chain.into_iter().next().unwrap_or_else(|| capture.clone()))
    }
}

/// Something that a worker must mend: an envelope that an upstream refused, or a form that could not be
/// made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Key of the envelope.
    pub key: String,
    /// The capture to be corrected.
    pub capture: Ulid,
    /// Its short name.
    pub label: Option<String>,
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// [`ReceiptState::Refused`] or [`ReceiptState::Stopped`].
    pub state: ReceiptState,
    /// The upstream's own words, or what is missing.
    pub reason: Option<String>,
    /// When the hub said so, UTC milliseconds.
    pub at_ms: i64,
}

impl Replica {
    /// What is to be mended, oldest first: refused and stopped forms of captures that nobody has
    /// corrected yet.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn tasks(&self) -> Result<Vec<Task>, ReplicaError> {
        let inner = self.lock();
        let connection = inner.store()?.read();
        let mut tasks = Vec::new();
        for receipt in receipt::receipts(connection)? {
            let open = matches!(receipt.state, ReceiptState::Refused | ReceiptState::Stopped);
            if !open || !rows::superseding(connection, receipt.capture)?.is_empty() {
                continue;
            }
            tasks.push(Task {
                label: rows::row(connection, receipt.capture)?.and_then(|row| row.label),
                key: receipt.key,
                capture: receipt.capture,
                system: receipt.system,
                form: receipt.form,
                state: receipt.state,
                reason: receipt.reason,
                at_ms: receipt.at_ms,
            });
        }
        tasks.sort_by(|a, b| (a.at_ms, &a.key).cmp(&(b.at_ms, &b.key)));
        Ok(tasks)
    }
}
