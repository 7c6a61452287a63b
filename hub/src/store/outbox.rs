//! The outbox table. Writes take the caller's transaction, reads any connection.
//!
//! Each write is one statement or a few that together keep two promises whatever is interleaved:
//! an outcome counts only under the fence of the latest claim, and a row leaves `completed` never,
//! `discarded` and `uncertain` only by a person's hand ([`retry`], [`confirm`], [`discard`]) or, for
//! `uncertain`, by the belated clear answer of the very worker that sent it.

use fieldwork_ids::Ulid;
use rusqlite::{OptionalExtension, Row, Transaction, named_params, params};

use super::StoreError;
use super::status::{state, ulid};
use crate::outbox::{Finished, Job, Link, NewJob, Outcome, Repeat, State};

/// Version 1 of the hub's tables.
pub(super) const SCHEMA: &str = "
CREATE TABLE outbox (
    key            TEXT PRIMARY KEY,
    capture        BLOB NOT NULL CHECK (length(capture) = 16),
    at_ms          INTEGER NOT NULL,
    system         TEXT NOT NULL,
    form           TEXT NOT NULL,
    case_id        BLOB CHECK (case_id IS NULL OR length(case_id) = 16),
    opens_case     INTEGER NOT NULL CHECK (opens_case IN (0, 1)),
    link           TEXT NOT NULL CHECK (link IN ('none', 'known', 'waits')),
    reference      TEXT CHECK ((link = 'known') = (reference IS NOT NULL)),
    envelope       BLOB NOT NULL,
    spec_version   INTEGER NOT NULL,
    may_repeat     INTEGER NOT NULL CHECK (may_repeat IN (0, 1)),
    state          TEXT NOT NULL CHECK (state IN ('available', 'running', 'retryable', 'scheduled',
                                                  'completed', 'discarded', 'uncertain')),
    attempt        INTEGER NOT NULL DEFAULT 0,
    next_at_ms     INTEGER NOT NULL,
    lease_until_ms INTEGER CHECK ((state = 'running') = (lease_until_ms IS NOT NULL)),
    fence          INTEGER NOT NULL DEFAULT 0,
    upstream_ref   TEXT,
    reason         TEXT,
    progress       BLOB,
    created_ms     INTEGER NOT NULL,
    completed_ms   INTEGER CHECK ((state = 'completed') = (completed_ms IS NOT NULL)),
    receipt_seq    INTEGER,
    CHECK ((link = 'waits') <= (state IN ('scheduled', 'discarded')))
) STRICT;
CREATE INDEX outbox_due ON outbox (system, state, next_at_ms);
CREATE INDEX outbox_case ON outbox (case_id, system) WHERE case_id IS NOT NULL;
CREATE INDEX outbox_waiting ON outbox (case_id) WHERE state = 'scheduled';
CREATE INDEX outbox_capture ON outbox (capture);
CREATE INDEX outbox_unreceipted ON outbox (created_ms)
    WHERE receipt_seq IS NULL AND state IN ('completed', 'discarded', 'uncertain');
";

/// Version 2: which envelope takes the place of which.
pub(super) const REPLACES: &str = "
ALTER TABLE outbox ADD COLUMN replaces TEXT;
CREATE INDEX outbox_replaces ON outbox (replaces) WHERE replaces IS NOT NULL;
";

/// Why an envelope was given up that a correction took the place of before it was sent.
pub const REPLACED: &str = "已由更正后的内容代替，没有发送过";

/// Notes that the envelope `key` takes the place of `earlier`, and gives that one up where it has never
/// been sent, whichever of the two came here first. One that has been sent takes its course.
///
/// # Errors
/// What SQLite says.
pub fn replace(tx: &Transaction, key: &str, earlier: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET replaces = ?2 WHERE key = ?1",
        params![key, earlier],
    )?;
    give_up(tx, earlier, REPLACED)?;
    Ok(())
}

/// Gives up a delivery that has never been sent; `false` where it has been, or is not here.
///
/// # Errors
/// What SQLite says.
pub fn give_up(tx: &Transaction, key: &str, reason: &str) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE outbox SET state = 'discarded', reason = ?2, receipt_seq = NULL
         WHERE key = ?1 AND state IN ('available', 'scheduled') AND attempt = 0",
        params![key, reason],
    )?;
    Ok(changed == 1)
}

/// Puts an envelope into the outbox; `false` where its key is there already, and then nothing
/// changes: what was filled once is never refilled.
///
/// # Errors
/// What SQLite says.
pub fn enqueue(tx: &Transaction, job: &NewJob, now_ms: i64) -> Result<bool, StoreError> {
    let (link, reference, state) = match &job.link {
        Link::None => ("none", None, State::Available),
        Link::Known(id) => ("known", Some(id), State::Available),
        Link::Waits => ("waits", None, State::Scheduled),
    };
    let added =
        tx.prepare_cached(
            "INSERT INTO outbox (key, capture, at_ms, system, form, case_id, opens_case, link, reference,
             envelope, spec_version, may_repeat, state, next_at_ms, created_ms)
         VALUES (:key, :capture, :at, :system, :form, :case_id, :opens_case, :link, :reference,
             :envelope, :spec_version, :may_repeat, :state, :now, :now)
         ON CONFLICT (key) DO NOTHING",
        )?
        .execute(named_params! {
            ":key": job.key, ":capture": job.capture.to_bytes(), ":at": job.at_ms, ":system": job.system, ":form": job.form,
            ":case_id": job.case_id.map(Ulid::to_bytes), ":opens_case": job.opens_case, ":link": link,
            ":reference": reference, ":envelope": job.envelope, ":spec_version": job.spec_version,
            ":may_repeat": job.repeat == Repeat::Safe, ":state": state.as_str(), ":now": now_ms,
        })? == 1;
    if added && job.link == Link::Waits {
        resolve_references(tx, now_ms)?;
    }
    if added {
        tx.prepare_cached(
            "UPDATE outbox SET state = 'discarded', reason = ?2
             WHERE key = ?1 AND EXISTS (SELECT 1 FROM outbox WHERE replaces = ?1)",
        )?
        .execute(params![job.key, REPLACED])?;
    }
    Ok(added)
}

/// Settles every claim, whatever its lease: for the start of the only hub of this database, whose
/// workers of yesterday are surely gone. Returns how many there were.
///
/// # Errors
/// What SQLite says.
pub fn recover(tx: &Transaction, now_ms: i64) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE outbox SET lease_until_ms = ?1 WHERE state = 'running'",
        [now_ms],
    )?;
    settle(tx, None, now_ms)
}

/// Settles claims whose lease has ended. The fence stays: until somebody claims the delivery anew,
/// the old worker's belated answer is the only news there is of it.
fn settle(tx: &Transaction, system: Option<&str>, now_ms: i64) -> Result<usize, StoreError> {
    let settled = tx
        .prepare_cached(
            "UPDATE outbox SET
                 state = CASE WHEN may_repeat THEN 'retryable' ELSE 'uncertain' END,
                 reason = 'no outcome was recorded before the lease ended',
                 next_at_ms = :now, lease_until_ms = NULL, receipt_seq = NULL
             WHERE state = 'running' AND lease_until_ms <= :now
               AND (:system IS NULL OR system = :system)",
        )?
        .execute(named_params! { ":system": system, ":now": now_ms })?;
    Ok(settled)
}

/// Claims the oldest delivery of a system that is due, for `lease_ms`; `None` where none is.
///
/// First settles the system's claims whose lease has ended: what may be repeated becomes retryable
/// at once, the rest uncertain.
///
/// # Errors
/// What SQLite says.
pub fn claim(
    tx: &Transaction,
    system: &str,
    now_ms: i64,
    lease_ms: i64,
) -> Result<Option<Job>, StoreError> {
    settle(tx, Some(system), now_ms)?;
    let job = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'running', attempt = attempt + 1, fence = fence + 1,
                 lease_until_ms = :until
             WHERE rowid = (SELECT rowid FROM outbox
                            WHERE system = :system AND state IN ('available', 'retryable')
                              AND next_at_ms <= :now
                            ORDER BY created_ms, rowid LIMIT 1)
             RETURNING key, capture, at_ms, system, form, opens_case, reference, envelope, spec_version,
                 may_repeat, attempt, fence, progress",
        )?
        .query_row(
            named_params! {
                ":system": system, ":now": now_ms, ":until": now_ms.saturating_add(lease_ms),
            },
            job,
        )
        .optional()?;
    Ok(job)
}

fn job(row: &Row) -> rusqlite::Result<Job> {
    Ok(Job {
        key: row.get("key")?,
        capture: ulid(row, "capture")?,
        at_ms: row.get("at_ms")?,
        system: row.get("system")?,
        form: row.get("form")?,
        opens_case: row.get("opens_case")?,
        reference: row.get("reference")?,
        envelope: row.get("envelope")?,
        spec_version: row.get("spec_version")?,
        repeat: if row.get("may_repeat")? {
            Repeat::Safe
        } else {
            Repeat::Never
        },
        attempt: row.get("attempt")?,
        fence: row.get("fence")?,
        progress: row.get("progress")?,
    })
}

/// Stores what an attempt has got done so far and renews its lease; `false` where the claim is out
/// of date, and then the worker must stop.
///
/// # Errors
/// What SQLite says.
pub fn save_progress(
    tx: &Transaction,
    key: &str,
    fence: i64,
    progress: &[u8],
    now_ms: i64,
    lease_ms: i64,
) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET progress = ?3, lease_until_ms = ?4
             WHERE key = ?1 AND fence = ?2 AND state = 'running'",
        )?
        .execute(params![
            key,
            fence,
            progress,
            now_ms.saturating_add(lease_ms)
        ])?;
    Ok(changed == 1)
}

/// Records what an attempt came to, provided that nobody has claimed the delivery since.
///
/// `retry_at_ms` is when it is due again, where it is to be sent again. The acceptance of an
/// envelope that opens a case also releases what waits for its id.
///
/// # Errors
/// What SQLite says.
pub fn finish(
    tx: &Transaction,
    key: &str,
    fence: i64,
    outcome: &Outcome,
    now_ms: i64,
    retry_at_ms: i64,
) -> Result<Finished, StoreError> {
    let held = tx
        .prepare_cached(
            "SELECT state, may_repeat FROM outbox
             WHERE key = ?1 AND fence = ?2 AND state NOT IN ('completed', 'discarded', 'scheduled')",
        )?
        .query_row(params![key, fence], |row| Ok((state(row, "state")?, row.get("may_repeat")?)))
        .optional()?;
    let Some((held, may_repeat)) = held else {
        return Ok(Finished::Stale);
    };
    let (next, reason, upstream_ref) = match outcome {
        Outcome::Accepted { upstream_ref } => (State::Completed, None, upstream_ref.as_deref()),
        Outcome::Busy { reason } => (State::Retryable, Some(reason), None),
        Outcome::Unclear { reason } if may_repeat => (State::Retryable, Some(reason), None),
        Outcome::Unclear { reason } => (State::Uncertain, Some(reason), None),
        Outcome::Refused { reason } => (State::Discarded, Some(reason), None),
        // After the lease has ended nothing says any more that nothing was sent before.
        Outcome::NotReady { .. } if held != State::Running => return Ok(Finished::Stale),
        Outcome::NotReady { reason } => (State::Available, Some(reason), None),
    };
    tx.prepare_cached(
        "UPDATE outbox SET state = :state, reason = :reason, upstream_ref = :upstream_ref,
             lease_until_ms = NULL, receipt_seq = NULL,
             next_at_ms = CASE WHEN :state IN ('retryable', 'available') THEN :retry_at
                               ELSE next_at_ms END,
             attempt = attempt - (:state = 'available'),
             completed_ms = CASE WHEN :state = 'completed' THEN :now END,
             progress = CASE WHEN :state = 'completed' THEN NULL ELSE progress END
         WHERE key = :key",
    )?
    .execute(named_params! {
        ":key": key, ":state": next.as_str(), ":reason": reason, ":upstream_ref": upstream_ref,
        ":now": now_ms, ":retry_at": retry_at_ms,
    })?;
    if next == State::Completed {
        resolve_references(tx, now_ms)?;
    }
    Ok(Finished::Recorded(next))
}

/// Gives every envelope that waits for the id of a case that id, where the opening of the same case
/// at the same system has been accepted since; returns how many became available.
///
/// # Errors
/// What SQLite says.
pub fn resolve_references(tx: &Transaction, now_ms: i64) -> Result<usize, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'available', link = 'known', next_at_ms = :now,
                 reason = NULL, reference = opened.id
             FROM (SELECT waiting.rowid AS row,
                          (SELECT upstream_ref FROM outbox AS opening
                           WHERE opening.case_id = waiting.case_id
                             AND opening.system = waiting.system AND opening.opens_case
                             AND opening.state = 'completed' AND upstream_ref IS NOT NULL
                           ORDER BY created_ms, rowid LIMIT 1) AS id
                   FROM outbox AS waiting WHERE state = 'scheduled') AS opened
             WHERE outbox.rowid = opened.row AND opened.id IS NOT NULL",
        )?
        .execute(named_params! { ":now": now_ms })?;
    Ok(changed)
}

/// Makes the deliveries of a capture due at once, because what they lacked has come (a photograph).
/// Leaves alone what an upstream's silence holds back.
///
/// # Errors
/// What SQLite says.
pub fn hurry(tx: &Transaction, capture: Ulid, now_ms: i64) -> Result<usize, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET next_at_ms = ?2
             WHERE capture = ?1 AND state = 'available' AND next_at_ms > ?2",
        )?
        .execute(params![capture.to_bytes(), now_ms])?;
    Ok(changed)
}

/// # Errors
/// What SQLite says.
pub fn hurry_all(tx: &Transaction, now_ms: i64) -> Result<usize, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE outbox SET next_at_ms = ?1 WHERE state = 'available' AND next_at_ms > ?1",
        )?
        .execute([now_ms])?;
    Ok(changed)
}

/// A person sends a delivery again now, whatever held it back; `false` where it is running,
/// completed or unknown. One that waits for a case's id goes on waiting for it.
///
/// # Errors
/// What SQLite says.
pub fn retry(tx: &Transaction, key: &str, now_ms: i64) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE outbox SET state = CASE link WHEN 'waits' THEN 'scheduled' ELSE 'available' END,
             next_at_ms = ?2, receipt_seq = NULL
         WHERE key = ?1 AND state NOT IN ('running', 'completed')",
        params![key, now_ms],
    )?;
    if changed == 1 {
        resolve_references(tx, now_ms)?;
    }
    Ok(changed == 1)
}

/// A person gives a delivery up; `false` where it is running, completed or unknown.
///
/// # Errors
/// What SQLite says.
pub fn discard(tx: &Transaction, key: &str, reason: &str) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE outbox SET state = 'discarded', reason = ?2, receipt_seq = NULL
         WHERE key = ?1 AND state NOT IN ('running', 'completed', 'discarded')",
        params![key, reason],
    )?;
    Ok(changed == 1)
}

/// A person has looked and found an uncertain delivery at the upstream; `false` where it is not
/// uncertain.
///
/// # Errors
/// What SQLite says.
pub fn confirm(
    tx: &Transaction,
    key: &str,
    upstream_ref: Option<&str>,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let changed = tx.execute(
        "UPDATE outbox SET state = 'completed', completed_ms = ?3, upstream_ref = ?2,
             reason = NULL, receipt_seq = NULL
         WHERE key = ?1 AND state = 'uncertain'",
        params![key, upstream_ref, now_ms],
    )?;
    if changed == 1 {
        resolve_references(tx, now_ms)?;
    }
    Ok(changed == 1)
}

/// Notes that the receipt of a settled delivery is entry `seq` of the hub's log; `false` where it
/// has changed state since (`state` is the one the receipt tells) and needs another.
///
/// # Errors
/// What SQLite says.
pub fn mark_receipt(
    tx: &Transaction,
    key: &str,
    state: State,
    seq: i64,
) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached("UPDATE outbox SET receipt_seq = ?3 WHERE key = ?1 AND state = ?2")?
        .execute(params![key, state.as_str(), seq])?;
    Ok(changed == 1)
}

#[cfg(test)]
mod tests;
