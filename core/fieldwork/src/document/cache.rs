//! Loading, changing and guarding documents.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, ROOT, ReadDoc};

use super::{Cell, DocumentError, DocumentId};
use crate::key::sha256;
use crate::log::{DocumentChange, LogId};

/// Longest change that is taken, bytes.
const MAX_CHANGE: usize = 256 * 1024;
/// The only chunk kind that is taken from a peer: an uncompressed change.
const CHANGE_CHUNK: u8 = 1;

/// Loaded documents of one replica.
#[derive(Default)]
pub(crate) struct Documents {
    loaded: HashMap<DocumentId, AutoCommit>,
}

impl Documents {
    /// The document, loaded by `changes` where it is not held yet.
    pub(crate) fn open<E>(
        &mut self,
        id: &DocumentId,
        changes: impl FnOnce() -> Result<Vec<Vec<u8>>, E>,
    ) -> Result<&mut AutoCommit, E> {
        if !self.loaded.contains_key(id) {
            let document = rebuild(&changes()?);
            self.loaded.insert(id.clone(), document);
        }
        #[expect(clippy::expect_used, reason = "inserted above")]
        Ok(self.loaded.get_mut(id).expect("a loaded document"))
    }

    /// Forgets a document, so that the next use rebuilds it from the log.
    pub(crate) fn forget(&mut self, id: &DocumentId) {
        self.loaded.remove(id);
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.loaded.clear();
    }

    /// Puts a checked document in the place of the one held.
    pub(crate) fn adopt(&mut self, id: DocumentId, document: AutoCommit) {
        self.loaded.insert(id, document);
    }
}

/// Builds a document from its changes. They were guarded when they came in; one that fails now all the
/// same is left out rather than taking the rest with it.
fn rebuild(changes: &[Vec<u8>]) -> AutoCommit {
    let parsed: Vec<Change> = changes
        .iter()
        .filter_map(|bytes| Change::from_bytes(bytes.clone()).ok())
        .collect();
    let all = catch_unwind(AssertUnwindSafe(|| {
        let mut document = AutoCommit::new();
        document
            .apply_changes_batch(parsed.clone())
            .ok()
            .map(|()| document)
    }));
    if let Ok(Some(document)) = all {
        return document;
    }
    let mut document = AutoCommit::new();
    for bytes in changes {
        if let Ok(next) = try_changes(&mut document, &[bytes.as_slice()]) {
            document = next;
        }
    }
    document
}

/// Applies changes of a peer to a copy of `document` and gives the copy, if it came out sound: parsed,
/// every dependency there, saved and loaded again with the same heads. Panics of the engine are caught;
/// the document given is never touched.
///
/// # Errors
/// [`DocumentError`].
pub(crate) fn try_changes(
    document: &mut AutoCommit,
    changes: &[&[u8]],
) -> Result<AutoCommit, DocumentError> {
    for bytes in changes {
        if bytes.len() > MAX_CHANGE {
            return Err(DocumentError::TooLarge);
        }
        // Magic (4), checksum (4), then the kind of chunk. Deflated chunks could inflate without bound.
        if bytes.get(8) != Some(&CHANGE_CHUNK) {
            return Err(DocumentError::Damaged);
        }
        // The engine's reader of single changes leaves the checksum to its caller.
        if sha256(&[&bytes[8..]])[..4] != bytes[4..8] {
            return Err(DocumentError::Damaged);
        }
    }
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let mut copy = document.clone();
        let parsed = changes
            .iter()
            .map(|bytes| Change::from_bytes(bytes.to_vec()).map_err(|_| DocumentError::Damaged))
            .collect::<Result<Vec<_>, _>>()?;
        let hashes: Vec<ChangeHash> = parsed.iter().map(Change::hash).collect();
        copy.apply_changes_batch(parsed)
            .map_err(|_| DocumentError::Damaged)?;
        if hashes
            .iter()
            .any(|hash| copy.get_change_by_hash(hash).is_none())
        {
            return Err(DocumentError::Incomplete);
        }
        let saved = copy.save();
        let mut again = AutoCommit::load(&saved).map_err(|_| DocumentError::Unreadable)?;
        if again.get_heads() != copy.get_heads() {
            return Err(DocumentError::Unreadable);
        }
        // The reloaded one: it takes a fifth of the memory of one that has merged.
        Ok(again)
    }));
    attempt.unwrap_or(Err(DocumentError::Unreadable))
}

/// The actor that an uncompressed change names; `None` where the bytes are none.
pub(crate) fn actor_of(change: &[u8]) -> Option<&[u8]> {
    // Kind of chunk (1) at byte 8, its length, dependencies (count, 32 bytes each), actor (length, bytes).
    let mut rest = change.get(9..)?;
    number(&mut rest)?;
    let dependencies = number(&mut rest)?;
    rest = rest.get(dependencies.checked_mul(32)?..)?;
    let length = number(&mut rest)?;
    rest.get(..length)
}

/// The cells that a change of our own wrote; none where its bytes are damaged.
pub(crate) fn cells_of(change: &[u8]) -> Vec<(String, Cell)> {
    if change.len() < 9 || sha256(&[&change[8..]])[..4] != change[4..8] {
        return Vec::new();
    }
    let cells = catch_unwind(AssertUnwindSafe(|| {
        let change = Change::from_bytes(change.to_vec()).ok()?;
        let operations = change.decode().operations;
        let cell = |operation: &automerge::legacy::Op| {
            let automerge::legacy::Key::Map(path) = &operation.key else {
                return None;
            };
            match operation.primitive_value()? {
                automerge::ScalarValue::Bytes(bytes) => {
                    Some((path.to_string(), Cell::decode(&bytes)?))
                }
                _ => None,
            }
        };
        Some(operations.iter().filter_map(cell).collect())
    }));
    cells.ok().flatten().unwrap_or_default()
}

/// Takes an unsigned number of seven bits a byte from the front.
fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..28).step_by(7) {
        let (byte, more) = rest.split_first()?;
        *rest = more;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Collects the changes that one capture or edit makes, document by document.
pub(crate) struct Editor {
    log: LogId,
    at_ms: i64,
}

impl Editor {
    pub(crate) fn new(log: LogId, at_ms: i64) -> Self {
        Self { log, at_ms }
    }

    /// Writes cells into a document as one change of this log; `None` where there is nothing to write.
    pub(crate) fn write(
        &self,
        id: &DocumentId,
        document: &mut AutoCommit,
        cells: &[(String, Cell)],
    ) -> Result<Option<DocumentChange>, DocumentError> {
        if cells.is_empty() {
            return Ok(None);
        }
        document.set_actor(ActorId::from(self.log.0.as_slice()));
        for (path, cell) in cells {
            document
                .put(ROOT, path.as_str(), cell.encode())
                .map_err(|_| DocumentError::Unreadable)?;
        }
        document.commit_with(CommitOptions::default().with_time(self.at_ms.div_euclid(1000)));
        let change = document
            .get_last_local_change()
            .ok_or(DocumentError::Unreadable)?;
        Ok(Some(DocumentChange(
            id.clone(),
            change.raw_bytes().to_vec(),
        )))
    }
}

/// All values that stand under one path, the winner first.
pub(crate) fn values(document: &AutoCommit, path: &str) -> Vec<Cell> {
    let winner = document.get(ROOT, path).ok().flatten();
    let mut cells: Vec<(bool, Cell)> = document
        .get_all(ROOT, path)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(value, id)| {
            let wins = winner.as_ref().is_some_and(|(_, winner)| *winner == id);
            Cell::decode(value.as_bytes()?).map(|cell| (!wins, cell))
        })
        .collect();
    cells.sort_by(|a, b| (a.0, a.1.at_ms, &a.1.author).cmp(&(b.0, b.1.at_ms, &b.1.author)));
    cells.into_iter().map(|(_, cell)| cell).collect()
}

/// Paths under which more than one value stands.
pub(crate) fn conflicted_paths(document: &AutoCommit) -> Vec<String> {
    document
        .map_range(ROOT, ..)
        .filter(|item| item.conflict)
        .map(|item| item.key.into_owned())
        .collect()
}

/// Paths that begin with `prefix`, with the winning value.
pub(crate) fn under(document: &AutoCommit, prefix: &str) -> Vec<(String, Cell)> {
    document
        .map_range(ROOT, prefix.to_owned()..)
        .take_while(|item| item.key.starts_with(prefix))
        .filter_map(|item| {
            let value = automerge::Value::from(item.value);
            let bytes = value.as_bytes()?.to_vec();
            Some((item.key.into_owned(), Cell::decode(&bytes)?))
        })
        .collect()
}
