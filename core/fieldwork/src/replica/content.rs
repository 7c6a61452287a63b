//! The register base: published by the hub as a blob, used by everybody; and which content is in force.

use std::sync::Arc;

use fieldwork_forms::capture::Capture;
use fieldwork_register::{Base, IndexedBase, Register};

use super::project::{CATALOGUE, REGISTER};
use super::{Replica, ReplicaError};
use crate::codec::{compress, from_cbor, inflate, to_cbor};
use crate::document::{DocumentId, DocumentOverlay};
use crate::log::{CatalogueList, Payload};
use crate::store::blob::{Upload, reference};
use crate::store::meta;

/// Longest register base or catalogue after inflating, bytes.
pub(super) const MAX_CONTENT: u64 = 64 * 1024 * 1024;

/// Bytes of a register base as a blob; equal bases give equal bytes.
pub fn encode_base(base: &Base) -> Vec<u8> {
    compress(&to_cbor(base))
}

fn decode_base(bytes: &[u8]) -> Result<Arc<IndexedBase>, ReplicaError> {
    let base: Base = from_cbor(&inflate(bytes, MAX_CONTENT)?)
        .map_err(|error| ReplicaError::Register(error.to_string()))?;
    Ok(Arc::new(IndexedBase::new(base)))
}

impl Replica {
    /// Publishes a register base and gives its hash (the hub's business).
    ///
    /// # Errors
    /// [`ReplicaError::Store`], [`ReplicaError::Blob`].
    pub fn publish_register(&self, base: &Base) -> Result<[u8; 32], ReplicaError> {
        let bytes = encode_base(base);
        let hash = self.store_blob(&bytes, "register", Upload::Done)?;
        if self.content_hash(REGISTER)? != Some(hash) {
            self.append(&[Payload::Register(hash)], |_, _| Ok(()))?;
        }
        Ok(hash)
    }

    /// Hashes of the register base and of the catalogue that the hub named last and that are not held
    /// here, with the role of each.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn wanted_content(&self) -> Result<Vec<([u8; 32], &'static str)>, ReplicaError> {
        let mut wanted = Vec::new();
        for name in [REGISTER, CATALOGUE] {
            if let Some(hash) = self.content_hash(name)?
                && self.blob_by_hash(&hash)?.is_none()
            {
                wanted.push((hash, name));
            }
        }
        Ok(wanted)
    }

    fn content_hash(&self, name: &str) -> Result<Option<[u8; 32]>, ReplicaError> {
        let inner = self.lock();
        let connection = inner.store()?.read();
        let Some(bytes) = meta::read(connection, name)? else {
            return Ok(None);
        };
        if name == CATALOGUE {
            return Ok(Some(from_cbor::<CatalogueList>(&bytes)?.blob));
        }
        Ok(bytes.try_into().ok())
    }

    /// The register base in force, indexed, and the SHA-256 of its blob.
    ///
    /// # Errors
    /// [`ReplicaError::NotReady`] before it has arrived; [`ReplicaError::Register`].
    pub fn base(&self) -> Result<([u8; 32], Arc<IndexedBase>), ReplicaError> {
        let hash = self
            .content_hash(REGISTER)?
            .ok_or(ReplicaError::NotReady("register"))?;
        if let Some((held, base)) = &self.lock().base
            && *held == hash
        {
            return Ok((hash, Arc::clone(base)));
        }
        let bytes = self
            .blob_bytes(reference(&hash))
            .map_err(|error| match error {
                ReplicaError::Unknown(_) => ReplicaError::NotReady("register"),
                other => other,
            })?;
        let base = decode_base(&bytes)?;
        self.lock().base = Some((hash, Arc::clone(&base)));
        Ok((hash, base))
    }

    /// The base that a capture saw: the one it pins, where that is held here, else the one in force.
    ///
    /// # Errors
    /// As [`Replica::base`].
    pub(super) fn base_of(&self, capture: &Capture) -> Result<Arc<IndexedBase>, ReplicaError> {
        let (hash, current) = self.base()?;
        let Some(pinned) = capture.pins.base.filter(|pin| *pin != reference(&hash)) else {
            return Ok(current);
        };
        if let Some((held, base)) = &self.lock().earlier_base
            && *held == pinned
        {
            return Ok(Arc::clone(base));
        }
        // Only what the hub published as a register: a peer may name any blob.
        let published = self.blob(pinned)?.is_some_and(|row| row.role == REGISTER);
        if !published {
            return Ok(current);
        }
        let base = decode_base(&self.blob_bytes(pinned)?)?;
        self.lock().earlier_base = Some((pinned, Arc::clone(&base)));
        Ok(base)
    }

    /// Reads the register as it is now, edits included.
    ///
    /// # Errors
    /// [`ReplicaError::NotReady`] before the register has arrived.
    pub fn with_register<T>(
        &self,
        read: impl FnOnce(&Register<'_>) -> T,
    ) -> Result<T, ReplicaError> {
        let (_, base) = self.base()?;
        let mut inner = self.lock();
        let document = inner.document(&DocumentId::Register)?;
        let overlay = DocumentOverlay {
            document,
            heads: None,
        };
        Ok(read(&Register::new(&base, &overlay)))
    }
}
