//! The store: one SQLite file per village, and the only place under `core/` with SQL.
//!
//! The rows of `entry` are the truth: what each log says, as its owner chained it. All other tables are
//! a read model that is written in the same transaction and could be rebuilt.
//!
//! WAL with `synchronous=FULL`: a commit costs 3.6 ms instead of 0.06 ms, and a power cut loses nothing
//! that was acknowledged; with NORMAL it lost acknowledged work in nine of ten replayed power cuts. One
//! writer, IMMEDIATE transactions. Reads take `&Connection`, writes take `&Transaction`, so that the
//! compiler knows what is inside one.

use std::path::{Path, PathBuf};
use std::{fs, io};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use thiserror::Error;

pub mod blob;
pub mod capture;
pub mod device;
pub mod document;
pub mod entry;
pub mod geopackage;
pub mod meta;
pub mod photo;
pub mod receipt;
pub(crate) mod salvage;
mod schema;
pub(crate) mod walk;

/// Why the store could not do what it was asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No room; nothing was changed and what was saved before is whole.
    #[error("no room left on the device")]
    Full,
    /// The file was written by a newer version; it was not touched.
    #[error("the store has version {found}, newer than {known}, and was left as it is")]
    Newer {
        /// Version in the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another process has the store open.
    #[error("the store is in use by another process")]
    InUse,
    /// SQLite is older than the first version without the WAL-reset fault.
    #[error("sqlite {0} is too old; 3.51.3 or newer is needed")]
    Sqlite(String),
    /// A row holds what it never should.
    #[error("a row of the store is damaged: {0}")]
    Damaged(&'static str),
    /// Any other failure of the database.
    #[error("the database failed: {0}")]
    Database(rusqlite::Error),
    /// A file could not be read or written.
    #[error("a file could not be read or written: {0}")]
    Io(#[from] io::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Database(error),
        }
    }
}

/// What opening found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct OpenReport {
    /// A damaged database that was moved aside, never deleted.
    pub moved_aside: Option<PathBuf>,
}

/// The database of one village.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

const FILE: &str = "fieldwork.db";

impl Store {
    /// Opens the store in `directory`, makes it where there is none, and brings it up to date. A
    /// damaged file is moved aside (with its `-wal`) and reported, and a new one is begun.
    ///
    /// # Errors
    /// [`StoreError::Newer`] leaves the file untouched; [`StoreError::Full`]; others as they come.
    pub fn open(directory: &Path) -> Result<(Self, OpenReport), StoreError> {
        crate::file::private_directory(directory)?;
        check_version()?;
        let path = directory.join(FILE);
        match Self::open_file(&path) {
            Ok(store) => Ok((store, OpenReport::default())),
            Err(error) if is_damage(&error) => {
                let moved = move_aside(&path)?;
                let store = Self::open_file(&path)?;
                Ok((
                    store,
                    OpenReport {
                        moved_aside: Some(moved),
                    },
                ))
            }
            Err(error) => Err(error),
        }
    }

    fn open_file(path: &Path) -> Result<Self, StoreError> {
        let length = fs::metadata(path).map(|file| file.len());
        let existed = length.is_ok();
        // SQLite takes an empty file for a new database; one that was there and is empty now lost all.
        if matches!(length, Ok(0)) {
            return Err(StoreError::Damaged("empty file"));
        }
        let mut connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        // fullfsync: on Apple systems a plain fsync does not reach the medium; elsewhere it is ignored.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA trusted_schema = OFF;
             PRAGMA cell_size_check = ON;
             PRAGMA wal_autocheckpoint = 250;
             PRAGMA journal_size_limit = 2097152;
             PRAGMA mmap_size = 0;",
        )?;
        if existed {
            let verdict: String =
                connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if verdict != "ok" {
                return Err(StoreError::Damaged("quick check"));
            }
        }
        schema::migrate(&mut connection)?;
        Ok(Self { connection })
    }

    /// Runs `work` in one IMMEDIATE transaction, which is committed (and on the medium) when this
    /// returns `Ok`, and undone otherwise.
    ///
    /// # Errors
    /// Whatever `work` returns, and the failure of the commit.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let value = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }

    /// The connection, for reading.
    pub fn read(&self) -> &Connection {
        &self.connection
    }

    /// Empties the write-ahead log into the database, so that nothing is locked while an app sleeps.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

fn check_version() -> Result<(), StoreError> {
    if rusqlite::version_number() < 3_051_003 {
        return Err(StoreError::Sqlite(rusqlite::version().to_owned()));
    }
    Ok(())
}

fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::Damaged(_) => true,
        StoreError::Database(error) => matches!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
        ),
        _ => false,
    }
}

/// Moves a damaged database and what belongs to it to a name that is free, and says which.
fn move_aside(path: &Path) -> io::Result<PathBuf> {
    let free = (1..)
        .map(|n| path.with_extension(format!("damaged-{n}")))
        .find(|candidate| !candidate.exists())
        .unwrap_or_else(|| path.with_extension("damaged"));
    fs::rename(path, &free)?;
    for suffix in ["-wal", "-shm"] {
        let with = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        match fs::rename(with(path), with(&free)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    crate::file::sync_directory(path)?;
    Ok(free)
}
