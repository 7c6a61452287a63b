//! `summary.json`: the day in numbers.

use fieldwork::log::ReceiptState;
use fieldwork_hub::outbox::State;
use fieldwork_testkit::day::Day;
use fieldwork_testkit::upstream::Upstream;
use serde::Serialize;

use super::Played;
use super::envelope::Shown;
use crate::error::Failed;
use crate::play;

/// The numbers.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Captures saved.
    pub captures: usize,
    /// Photographs taken.
    pub photos: usize,
    /// Things a worker entered, subjects included.
    pub inputs: usize,
    /// Syncs that carried captures.
    pub sync_sessions: usize,
    /// Calls of `POST /sync` after enrolment.
    pub sync_requests: usize,
    /// Bytes of their bodies, sent.
    pub sync_bytes_up: u64,
    /// Bytes of their bodies, received.
    pub sync_bytes_down: u64,
    /// Bytes of photographs sent.
    pub blob_bytes_up: u64,
    /// Bytes of photographs that had been sent before.
    pub blob_bytes_sent_again: u64,
    /// Envelopes that upstreams accepted.
    pub envelopes_delivered: usize,
    /// Forms that apply but have not been delivered: waiting, refused, or lacking something.
    pub undelivered: usize,
    /// Envelopes that an upstream holds twice.
    pub duplicates: usize,
    /// Rows of the ledger.
    pub ledger_rows: usize,
    /// Milliseconds, rendering of photographs apart.
    pub wall_ms: u64,
}

impl Summary {
    /// Counts.
    pub fn of(played: &Played, envelopes: &[Shown]) -> Result<Self, Failed> {
        let sum = |of: fn(&fieldwork::SyncReport) -> u64| played.syncs.iter().map(of).sum::<u64>();
        Ok(Self {
            captures: played.phone.captures(0, u32::MAX)?.len(),
            photos: played
                .phone
                .captures(0, u32::MAX)?
                .iter()
                .map(|one| one.photos as usize)
                .sum(),
            inputs: played.day.captures.iter().map(play::inputs).sum(),
            sync_sessions: played
                .syncs
                .iter()
                .filter(|sync| sync.entries_sent > 0)
                .count(),
            sync_requests: played.syncs.iter().map(|sync| sync.requests).sum(),
            sync_bytes_up: sum(|sync| sync.bytes_up),
            sync_bytes_down: sum(|sync| sync.bytes_down),
            blob_bytes_up: sum(|sync| sync.photo_bytes_up),
            blob_bytes_sent_again: sum(|sync| sync.photo_bytes_again),
            envelopes_delivered: envelopes
                .iter()
                .filter(|one| one.state == State::Completed)
                .count(),
            undelivered: undelivered(played, envelopes)?,
            duplicates: played.upstreams.iter().map(Upstream::duplicates).sum(),
            ledger_rows: super::envelope::ledger(played)?
                .lines()
                .count()
                .saturating_sub(1),
            wall_ms: u64::try_from(played.wall.as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// Whether the day came out whole: everything saved, synced once, delivered, nothing twice.
    pub fn whole(&self, day: &Day) -> bool {
        self.captures == day.captures.len()
            && self.photos
                == day
                    .captures
                    .iter()
                    .map(|entry| entry.photos.len())
                    .sum::<usize>()
            && self.sync_sessions == 1
            && self.undelivered == 0
            && self.duplicates == 0
            && self.ledger_rows == self.captures
    }
}

/// Envelopes without an end, and receipts that are no delivery.
fn undelivered(played: &Played, envelopes: &[Shown]) -> Result<usize, Failed> {
    let mut open = envelopes
        .iter()
        .filter(|one| one.state != State::Completed)
        .count();
    for capture in played.phone.captures(0, u32::MAX)? {
        let receipts = played.phone.receipts(capture.id)?;
        // Refused and uncertain ones are envelopes, which are counted above.
        open += receipts
            .iter()
            .filter(|receipt| receipt.state == ReceiptState::Stopped)
            .count();
    }
    Ok(open)
}
