//! Sync 同步: one call says what is new and brings what is lacking; photographs follow.
//!
//! Interrupted anywhere, nothing is lost and at most the batch in flight is sent again: a log counts as
//! delivered only as far as the hub's vector says, a photograph only after the hub has verified and
//! synced it.

use std::path::Path;

use super::{Error, Workspace};
use crate::key::{device_id, request_message, sha256};
use crate::log::Vector;
use crate::port::{Answer, Request, RequestBody, Transport};
use crate::recorder::Kept;
use crate::replica::{Refusal, ReplicaError};
use crate::store::blob::{self, Upload};
use crate::store::meta;
use crate::wire::{CALL_BYTES, ErrorAnswer, MAX_BODY, SyncAnswer, SyncRequest, decode, encode};

/// Where a sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncStep {
    /// Exchanging what was said and done.
    Records,
    /// Fetching register or catalogue.
    Content,
    /// Sending photographs.
    Photos {
        /// How many are sent.
        done: usize,
        /// How many there are.
        total: usize,
    },
}

/// Is told of each step; may stop the sync.
pub trait Progress {
    /// `false` stops the sync at the next safe point.
    fn step(&self, step: &SyncStep) -> bool;
}

impl Progress for () {
    fn step(&self, _: &SyncStep) -> bool {
        true
    }
}

/// What a sync did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Calls of `/sync`.
    pub requests: usize,
    /// Entries sent.
    pub entries_sent: usize,
    /// Entries received.
    pub entries_received: usize,
    /// Bytes of `/sync` bodies sent.
    pub bytes_up: u64,
    /// Bytes of `/sync` bodies received.
    pub bytes_down: u64,
    /// Photographs sent.
    pub photos_sent: usize,
    /// Bytes of photographs sent.
    pub photo_bytes_up: u64,
    /// Bytes of photographs among them that an earlier, cut upload had sent before.
    pub photo_bytes_again: u64,
    /// Photographs that could not be sent because their file is gone or damaged; they stay in waiting.
    pub photos_unusable: usize,
    /// Entries that were set aside.
    pub quarantined: usize,
    /// Batches that we did not take.
    pub refusals: Vec<Refusal>,
    /// Batches that the hub did not take: log and reason.
    pub refused_by_hub: Vec<(String, String)>,
}

/// Name of the last request counter.
const COUNTER: &str = "request counter";
/// Name of what hub time is ahead of the device's clock, milliseconds.
const OFFSET: &str = "clock offset";
/// Most calls of one sync.
const MAX_CALLS: usize = 1_000;

impl Workspace {
    /// Syncs with the hub.
    ///
    /// # Errors
    /// [`Error::Offline`] where no answer came (what was done until then stays done);
    /// [`Error::Enrolment`] where the device was revoked; [`Error::Hub`]; [`Error::Stopped`].
    pub fn sync(
        &self,
        transport: &dyn Transport,
        progress: &dyn Progress,
    ) -> Result<SyncReport, Error> {
        let _one = self
            .syncing
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut report = SyncReport::default();
        self.exchange(transport, progress, &mut report)?;
        for (hash, role) in self.replica.wanted_content()? {
            step(progress, &SyncStep::Content)?;
            let path = format!("/blobs/{}", hex::encode(hash));
            let answer = self.signed(
                transport,
                "GET",
                &path,
                RequestBody::Empty,
                64 * 1024 * 1024,
            )?;
            self.replica
                .store_announced(&hash, &answer.body, role, Upload::Done)?;
        }
        self.send_photos(transport, progress, &mut report)?;
        self.replica.sweep_orphans(self.opened_at)?;
        // An app stays open for weeks, and no walk is kept longer than was said.
        Kept::of(self).expire()?;
        self.replica.restore_reserve();
        Ok(report)
    }

    fn exchange(
        &self,
        transport: &dyn Transport,
        progress: &dyn Progress,
        report: &mut SyncReport,
    ) -> Result<(), Error> {
        let identity = self.replica.identity().ok_or(ReplicaError::NotEnrolled)?;
        // Until the hub has said how far it is, what it acknowledged last time is a safe guess.
        let mut hub: Vector = self.hub_vector()?;
        for _ in 0..MAX_CALLS {
            step(progress, &SyncStep::Records)?;
            let own: Vector = hub
                .iter()
                .filter(|(log, _)| **log == identity.log)
                .map(|(l, s)| (*l, *s))
                .collect();
            let (batches, more_up) = self.replica.outgoing(&own, CALL_BYTES, true)?;
            let sent: usize = batches.iter().map(|batch| batch.entries.len()).sum();
            let before = self.replica.vector()?;
            let body = encode(&SyncRequest(before.clone(), batches));
            report.bytes_up += body.len() as u64;
            let answer = self.signed(
                transport,
                "POST",
                "/sync",
                RequestBody::Bytes(body),
                MAX_BODY,
            )?;
            report.requests += 1;
            report.bytes_down += answer.body.len() as u64;
            let SyncAnswer(hub_ms, vector, batches, more_down, refused) = decode(&answer.body)?;
            let accepted = self.replica.accept(&batches, false)?;
            report.entries_sent += sent;
            report.entries_received += accepted.entries;
            report.quarantined += accepted.quarantined;
            report.refusals.extend(accepted.refusals);
            let offset = hub_ms.wrapping_sub(self.replica.ports().clock.wall_ms());
            let acknowledged = vector.get(&identity.log).copied().unwrap_or(0);
            self.replica.write(|transaction| {
                meta::write_number(transaction, OFFSET, offset)?;
                meta::write_number(transaction, ACKNOWLEDGED, acknowledged as i64)?;
                Ok::<_, ReplicaError>(())
            })?;
            // A hub that was restored knows less than it once acknowledged: send from there again.
            let restored = acknowledged < own.get(&identity.log).copied().unwrap_or(0);
            let stuck = !restored && (!refused.is_empty() || (sent > 0 && vector == hub));
            if !restored {
                report.refused_by_hub.extend(refused);
            }
            let held = self
                .replica
                .vector()?
                .get(&identity.log)
                .copied()
                .unwrap_or(0);
            let behind = acknowledged < held;
            hub = vector;
            if !(more_up || more_down || behind) || stuck {
                return Ok(());
            }
        }
        Err(Error::Hub {
            reason: "the sync did not come to an end".to_owned(),
        })
    }

    fn hub_vector(&self) -> Result<Vector, Error> {
        let identity = self.replica.identity().ok_or(ReplicaError::NotEnrolled)?;
        let acknowledged = self
            .replica
            .read(|connection| meta::number(connection, ACKNOWLEDGED).map_err(ReplicaError::from))?
            .unwrap_or(0);
        Ok([(identity.log, acknowledged.unsigned_abs())].into())
    }

    fn send_photos(
        &self,
        transport: &dyn Transport,
        progress: &dyn Progress,
        report: &mut SyncReport,
    ) -> Result<(), Error> {
        let waiting = self
            .replica
            .read(|connection| blob::waiting(connection).map_err(ReplicaError::from))?;
        let total = waiting.len();
        for (row, done) in waiting.into_iter().zip(0..) {
            step(progress, &SyncStep::Photos { done, total })?;
            let path = format!("/blobs/{}", hex::encode(row.sha256));
            let mark = |upload| {
                self.replica.write(|transaction| {
                    blob::set_upload(transaction, &row.sha256, upload).map_err(ReplicaError::from)
                })
            };
            // An upload that was cut may have arrived whole: ask before sending it again.
            if row.upload == Upload::Begun
                && self
                    .request(transport, "HEAD", &path, RequestBody::Empty, 1024)?
                    .status
                    == 200
            {
                mark(Upload::Done)?;
                continue;
            }
            // Bytes that are not what was announced would be refused, and the others must go on.
            if !self.replica.blob_is_whole(&row.sha256) {
                report.photos_unusable += 1;
                continue;
            }
            if row.upload == Upload::Begun {
                report.photo_bytes_again += row.size;
            }
            let file = self.replica.blob_path(blob::reference(&row.sha256))?;
            mark(Upload::Begun)?;
            self.signed(transport, "PUT", &path, RequestBody::File(file), 1024)?;
            mark(Upload::Done)?;
            report.photos_sent += 1;
            report.photo_bytes_up += row.size;
        }
        Ok(())
    }

    /// Sends a signed request and takes nothing but success.
    fn signed(
        &self,
        transport: &dyn Transport,
        method: &'static str,
        path: &str,
        body: RequestBody,
        max_answer: u64,
    ) -> Result<Answer, Error> {
        let answer = self.request(transport, method, path, body, max_answer)?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let (word, reason) = serde_json::from_slice::<ErrorAnswer>(&answer.body).map_or_else(
            |_| (String::new(), format!("status {}", answer.status)),
            |e| (e.error, e.reason),
        );
        Err(match (answer.status, word.as_str()) {
            (429 | 500.., _) => Error::Offline { reason },
            (_, "revoked" | "unknown_device") => Error::Enrolment { reason },
            _ => Error::Hub { reason },
        })
    }

    fn request(
        &self,
        transport: &dyn Transport,
        method: &'static str,
        path: &str,
        body: RequestBody,
        max_answer: u64,
    ) -> Result<Answer, Error> {
        let hash = match &body {
            RequestBody::Empty => sha256(&[]),
            RequestBody::Bytes(bytes) => sha256(&[bytes]),
            RequestBody::File(file) => hash_of_name(file).ok_or_else(|| Error::Storage {
                reason: "a blob has no name".to_owned(),
            })?,
        };
        let counter = self.next_counter()?;
        let signature = self
            .key
            .sign(&request_message(method, path, counter, &hash));
        let headers = vec![
            ("content-type", "application/octet-stream".to_owned()),
            ("x-fieldwork-device", device_id(&self.key.public())),
            ("x-fieldwork-counter", counter.to_string()),
            ("x-fieldwork-signature", hex::encode(signature)),
        ];
        Ok(transport.send(&Request {
            method,
            path: path.to_owned(),
            headers,
            body,
            max_answer,
        })?)
    }

    /// A counter that never repeats, also after a restored backup: at least the wall time.
    fn next_counter(&self) -> Result<u64, Error> {
        let wall = self.replica.ports().clock.wall_ms();
        let counter = self.replica.write(|transaction| {
            let last = meta::number(transaction, COUNTER)?.unwrap_or(0);
            let next = wall.max(last.saturating_add(1));
            meta::write_number(transaction, COUNTER, next)?;
            Ok::<_, ReplicaError>(next)
        })?;
        Ok(counter.unsigned_abs())
    }
}

/// How far the hub has acknowledged the own log.
const ACKNOWLEDGED: &str = "acknowledged";

/// Blob files are named by their hash, which spares reading them twice.
fn hash_of_name(file: &Path) -> Option<[u8; 32]> {
    let name = file.file_name()?.to_str()?;
    let folder = file.parent()?.file_name()?.to_str()?;
    hex::decode(format!("{folder}{name}")).ok()?.try_into().ok()
}

fn step(progress: &dyn Progress, step: &SyncStep) -> Result<(), Error> {
    if progress.step(step) {
        Ok(())
    } else {
        Err(Error::Stopped)
    }
}
