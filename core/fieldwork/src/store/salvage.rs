//! Reading what can still be read of a damaged database, row by row, from a copy.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::StoreError;
use super::entry::LogRow;
use crate::key::PublicKey;
use crate::log::Batch;

/// What was found in a damaged database.
#[derive(Debug, Default)]
pub(crate) struct Salvage {
    /// Runs of other logs, the hub's among them, as far as they can be read and were signed.
    pub(crate) batches: Vec<Batch>,
    /// Payloads of the owner's entries that the hub had not acknowledged, in order.
    pub(crate) payloads: Vec<Vec<u8>>,
    /// Entries that could not be read.
    pub(crate) unreadable: usize,
}

/// After so many entries in a row that cannot be read, no more are looked for where the end is unknown.
const GIVE_UP: u64 = 500;

/// Reads the entries of `owner`'s logs that the hub had not acknowledged (all, where that cannot be told).
/// The damaged file itself is not opened: reading may change it.
///
/// # Errors
/// [`StoreError::Io`] where it cannot be copied. A database of which nothing can be read gives nothing.
pub(crate) fn unsent(
    damaged: &Path,
    owner: &PublicKey,
    scratch: &Path,
) -> Result<Salvage, StoreError> {
    fs::create_dir_all(scratch)?;
    let copy = scratch.join("copy.db");
    fs::copy(damaged, &copy)?;
    let with = |path: &Path, suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    mend_header(&copy)?;
    if with(damaged, "-wal").exists() {
        fs::copy(with(damaged, "-wal"), with(&copy, "-wal"))?;
    }
    let found = read(&copy, owner).unwrap_or_default();
    fs::remove_dir_all(scratch)?;
    Ok(found)
}

/// Writes what the header of every database of ours says in the same words: magic, page size, WAL, payload
/// fractions, schema format, UTF-8. A database of which only this was lost reads as before.
fn mend_header(copy: &Path) -> Result<(), StoreError> {
    let mut file = fs::OpenOptions::new().write(true).open(copy)?;
    if file.metadata()?.len() < 100 {
        return Ok(());
    }
    for (at, bytes) in [
        (0, b"SQLite format 3\0".as_slice()),
        (16, &[0x10, 0, 2, 2, 0, 64, 32, 32]),
        (44, &[0, 0, 0, 4]),
        (56, &[0, 0, 0, 1]),
    ] {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
    }
    Ok(())
}

fn read(path: &Path, owner: &PublicKey) -> rusqlite::Result<Salvage> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let acknowledged = connection
        .query_row(
            "SELECT value FROM meta WHERE name = 'acknowledged'",
            [],
            |row| row.get::<_, [u8; 8]>(0),
        )
        .optional()
        .ok()
        .flatten()
        .map_or(0, i64::from_be_bytes);
    let logs: Vec<(i64, i64)> = connection
        .prepare("SELECT number, last_seq FROM log WHERE public_key = ?1 ORDER BY number")
        .and_then(|mut statement| {
            statement
                .query_map([owner], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        // The table of logs is gone: the own log was the first that was entered.
        .unwrap_or_else(|_| vec![(1, i64::MAX)]);
    let mut salvage = Salvage::default();
    for (log, last) in logs {
        let mut missed = 0;
        for seq in acknowledged + 1..=last {
            let payload = connection
                .prepare_cached("SELECT payload FROM entry WHERE log = ?1 AND seq = ?2")
                .and_then(|mut statement| {
                    statement
                        .query_row(params![log, seq], |row| row.get::<_, Option<Vec<u8>>>(0))
                        .optional()
                });
            match payload {
                Ok(Some(Some(payload))) => {
                    salvage.payloads.push(payload);
                    missed = 0;
                }
                Ok(Some(None)) => missed = 0,
                Ok(None) if last == i64::MAX => break,
                Ok(None) | Err(_) => {
                    salvage.unreadable += 1;
                    missed += 1;
                    if missed > GIVE_UP && last == i64::MAX {
                        break;
                    }
                }
            }
        }
    }
    for log in super::entry::logs(&connection).unwrap_or_default() {
        if log.public_key != *owner {
            salvage.batches.extend(signed_runs(&connection, &log));
        }
    }
    Ok(salvage)
}

/// What can be read of a colleague's or the hub's log from its beginning, cut at heads that were signed.
fn signed_runs(connection: &Connection, log: &LogRow) -> Vec<Batch> {
    let mut batches = Vec::new();
    let (mut next, mut before) = (1, (0, 0, 0));
    for (head, signature) in super::entry::heads(connection, log, 1).unwrap_or_default() {
        let run: Option<Vec<_>> = (next..=head)
            .map(|seq| super::entry::entry(connection, log, seq).ok().flatten())
            .collect();
        let Some(run) = run else { break };
        let Some(last) = run.last().cloned() else {
            continue;
        };
        batches.extend(Batch::pack(run, before, signature));
        (next, before) = (
            last.seq + 1,
            (last.lamport, last.wall_ms, last.monotonic_ms),
        );
    }
    batches
}
