//! The hub's own database: villages, invitations and devices.

use std::path::Path;

use fieldwork::key::PublicKey;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::StoreError;

const SCHEMA: &str = "
    CREATE TABLE village (code TEXT PRIMARY KEY, created_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE worker (
        village TEXT NOT NULL REFERENCES village, id TEXT NOT NULL, PRIMARY KEY (village, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE invite (
        code_hash BLOB PRIMARY KEY,
        village TEXT NOT NULL REFERENCES village,
        worker TEXT NOT NULL,
        expires_ms INTEGER NOT NULL,
        used_by BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE device (
        id TEXT PRIMARY KEY,
        public_key BLOB NOT NULL UNIQUE,
        village TEXT NOT NULL REFERENCES village,
        worker TEXT NOT NULL,
        enrolled_ms INTEGER NOT NULL,
        revoked_ms INTEGER,
        last_counter INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// A device that was enrolled here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Short name of its key.
    pub id: String,
    /// Its public key.
    pub public_key: PublicKey,
    /// Village code.
    pub village: String,
    /// Worker id.
    pub worker: String,
    /// When it was enrolled, UTC milliseconds.
    pub enrolled_ms: i64,
    /// When it was revoked.
    pub revoked_ms: Option<i64>,
}

/// What became of a code.
#[derive(Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It was good (or is used again by the device that used it).
    Device(Device),
    /// There is no such code.
    Unknown,
    /// Another device used it.
    Used,
    /// It has expired.
    Expired,
}

/// Whether a request counter was taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Counted {
    /// It is newer than all before.
    Fresh,
    /// It was seen, or a newer one was.
    Replayed,
}

/// The hub's database.
#[derive(Debug)]
pub struct Registry {
    connection: Connection,
}

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: row.get(0)?,
        public_key: row.get(1)?,
        village: row.get(2)?,
        worker: row.get(3)?,
        enrolled_ms: row.get(4)?,
        revoked_ms: row.get(5)?,
    })
}

const DEVICE: &str = "id, public_key, village, worker, enrolled_ms, revoked_ms";

impl Registry {
    /// Opens or makes the database.
    ///
    /// # Errors
    /// What SQLite says; [`StoreError::TooNew`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
             PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
        )?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match found {
            0 => {
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "user_version", 1)?;
            }
            1 => {}
            found => return Err(StoreError::TooNew { found, known: 1 }),
        }
        transaction.commit()?;
        Ok(Self { connection })
    }

    /// Enters a village, or renews the list of its workers.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn add_village(
        &mut self,
        code: &str,
        workers: &[String],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT OR IGNORE INTO village (code, created_ms) VALUES (?1, ?2)",
            params![code, now_ms],
        )?;
        transaction.execute("DELETE FROM worker WHERE village = ?1", [code])?;
        for worker in workers {
            transaction.execute(
                "INSERT INTO worker (village, id) VALUES (?1, ?2)",
                params![code, worker],
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Whether a village has a worker.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn has_worker(&self, village: &str, worker: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT 1 FROM worker WHERE village = ?1 AND id = ?2")?
            .exists([village, worker])?)
    }

    /// Codes of all villages, in order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn villages(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT code FROM village ORDER BY code")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Enters an invitation, known by the hash of its code.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn add_invite(
        &mut self,
        code_hash: &[u8; 32],
        village: &str,
        worker: &str,
        expires_ms: i64,
    ) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO invite (code_hash, village, worker, expires_ms) VALUES (?1, ?2, ?3, ?4)",
            params![code_hash, village, worker, expires_ms],
        )?;
        Ok(())
    }

    /// Uses a code up for a device. The same device may ask again: its first answer may have been lost.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn redeem(
        &mut self,
        code_hash: &[u8; 32],
        key: &PublicKey,
        id: &str,
        now_ms: i64,
    ) -> Result<Redeemed, StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let invite = transaction
            .query_row(
                "SELECT village, worker, expires_ms, used_by FROM invite WHERE code_hash = ?1",
                [code_hash],
                |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get::<_, String>(1)?,
                        row.get::<_, i64>(2)?,
                        row.get::<_, Option<PublicKey>>(3)?,
                    ))
                },
            )
            .optional()?;
        let Some((village, worker, expires_ms, used_by)) = invite else {
            return Ok(Redeemed::Unknown);
        };
        match used_by {
            Some(other) if other != *key => return Ok(Redeemed::Used),
            Some(_) => {}
            None if now_ms > expires_ms => return Ok(Redeemed::Expired),
            None => {
                transaction.execute(
                    "UPDATE invite SET used_by = ?2 WHERE code_hash = ?1",
                    params![code_hash, key],
                )?;
                transaction.execute(
                    "INSERT INTO device (id, public_key, village, worker, enrolled_ms, last_counter)
                     VALUES (?1, ?2, ?3, ?4, ?5, 0)
                     ON CONFLICT (id) DO UPDATE SET village = excluded.village, worker = excluded.worker",
                    params![id, key, village, worker, now_ms],
                )?;
            }
        }
        let redeemed = transaction.query_row(
            &format!("SELECT {DEVICE} FROM device WHERE id = ?1"),
            [id],
            device,
        )?;
        transaction.commit()?;
        Ok(Redeemed::Device(redeemed))
    }

    /// A device by its short name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn device(&self, id: &str) -> Result<Option<Device>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(&format!("SELECT {DEVICE} FROM device WHERE id = ?1"))?
            .query_row([id], device)
            .optional()?)
    }

    /// All devices, by village and worker.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {DEVICE} FROM device ORDER BY village, worker, id"
        ))?;
        let rows = statement.query_map([], device)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Revokes a device; `None` where there is none of that name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn revoke(&mut self, id: &str, now_ms: i64) -> Result<Option<Device>, StoreError> {
        self.connection.execute(
            "UPDATE device SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL",
            params![id, now_ms],
        )?;
        self.device(id)
    }

    /// Takes a request's counter, once.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn count(&mut self, id: &str, counter: u64) -> Result<Counted, StoreError> {
        let counter = i64::try_from(counter).unwrap_or(i64::MAX);
        let taken = self
            .connection
            .prepare_cached(
                "UPDATE device SET last_counter = ?2 WHERE id = ?1 AND last_counter < ?2",
            )?
            .execute(params![id, counter])?;
        Ok(if taken == 1 {
            Counted::Fresh
        } else {
            Counted::Replayed
        })
    }
}
