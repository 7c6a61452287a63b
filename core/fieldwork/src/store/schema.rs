//! The schema and its steps.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// One step per version. A step that has shipped is never changed.
const STEPS: &[&str] = &["
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE log (
        number INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        public_key BLOB NOT NULL,
        worker TEXT NOT NULL,
        last_seq INTEGER NOT NULL
    ) STRICT;

    -- Heads that the owner of a foreign log signed: where a run may end when it is passed on.
    CREATE TABLE head (
        log INTEGER NOT NULL REFERENCES log,
        seq INTEGER NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (log, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE entry (
        log INTEGER NOT NULL REFERENCES log,
        seq INTEGER NOT NULL,
        lamport INTEGER NOT NULL,
        wall_ms INTEGER NOT NULL,
        monotonic_ms INTEGER NOT NULL,
        hash BLOB NOT NULL,
        payload BLOB,
        -- only where the payload was dropped; otherwise it follows from it
        payload_hash BLOB,
        PRIMARY KEY (log, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE quarantine (
        log INTEGER NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (log, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE document_entry (
        document TEXT NOT NULL, log INTEGER NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (document, log, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE capture (
        id BLOB PRIMARY KEY,
        log INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        label TEXT,
        kind TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        worker TEXT NOT NULL,
        subject TEXT,
        photos INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX capture_at ON capture (at_ms);
    CREATE INDEX capture_label ON capture (label) WHERE label IS NOT NULL;
    CREATE INDEX capture_subject ON capture (subject) WHERE subject IS NOT NULL;

    CREATE TABLE blob (
        reference BLOB PRIMARY KEY,
        sha256 BLOB NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        role TEXT NOT NULL,
        -- 0 here only, 1 an upload was begun, 2 the hub has it
        uploaded INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX blob_waiting ON blob (uploaded) WHERE uploaded < 2;

    CREATE TABLE capture_photo (
        blob BLOB NOT NULL, capture BLOB NOT NULL, PRIMARY KEY (blob, capture)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE receipt (
        key TEXT PRIMARY KEY,
        capture BLOB NOT NULL,
        system TEXT NOT NULL,
        form TEXT NOT NULL,
        state TEXT NOT NULL,
        upstream_ref TEXT,
        reason TEXT,
        at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX receipt_capture ON receipt (capture);

    CREATE TABLE device (
        public_key BLOB PRIMARY KEY,
        worker TEXT NOT NULL,
        revoked_ms INTEGER
    ) STRICT, WITHOUT ROWID;
", "
    -- When the hub got it, by the hub's clock; empty on phones and for what a hub had before this step.
    ALTER TABLE capture ADD COLUMN received_ms INTEGER;
", "
    -- The capture it corrects; empty for what was there before this step.
    ALTER TABLE capture ADD COLUMN supersedes BLOB;
    CREATE INDEX capture_supersedes ON capture (supersedes) WHERE supersedes IS NOT NULL;
", "
    -- What is kept of a photograph whose original may go once it was delivered. None for what was there
    -- before this step: it is made when it is wanted.
    CREATE TABLE photo (
        blob BLOB PRIMARY KEY,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        report BLOB NOT NULL,
        -- 1 the original is here, 0 it was deleted after its delivery
        original INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Written before the camera opens, gone when a capture with the photograph is saved.
    CREATE TABLE photo_intent (
        file TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        stage TEXT NOT NULL,
        view TEXT,
        subject TEXT,
        at_ms INTEGER NOT NULL,
        lon REAL, lat REAL, accuracy_m REAL, source TEXT,
        azimuth_deg INTEGER
    ) STRICT, WITHOUT ROWID;
", "
    -- Walks. Nothing of them is in a log, and nothing here is a number to reach.
    CREATE TABLE walk (
        id BLOB PRIMARY KEY,
        purpose TEXT NOT NULL,
        -- 0 recording, 1 paused, 2 finished
        state INTEGER NOT NULL,
        began_ms INTEGER NOT NULL,
        -- both once it is finished
        expires_ms INTEGER,
        sealed BLOB
    ) STRICT, WITHOUT ROWID;

    -- What a receiver said, and why a segment begins; emptied when the walk is sealed.
    CREATE TABLE walk_step (
        walk BLOB NOT NULL, number INTEGER NOT NULL, step BLOB NOT NULL,
        PRIMARY KEY (walk, number)
    ) STRICT, WITHOUT ROWID;

    -- What was handed out in an emergency, and until when it may be used.
    CREATE TABLE walk_export (
        walk BLOB NOT NULL,
        at_ms INTEGER NOT NULL,
        basis TEXT NOT NULL,
        from_ms INTEGER NOT NULL,
        to_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL
    ) STRICT;
"];

/// Brings the schema up to date, one step a transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (step, version) in STEPS.iter().zip(1..) {
        if version > found {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
    }
    Ok(())
}
