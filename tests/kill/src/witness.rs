//! Notes what a hub acknowledged to a phone: that must be there, whatever happens to the hub after.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use fieldwork::log::Vector;
use fieldwork::port::{Answer, Request, Transport, TransportError};
use fieldwork::replica::Replica;
use fieldwork::wire::{SyncAnswer, decode};

use crate::Outcome;

/// What was acknowledged.
#[derive(Debug, Default, Clone)]
pub struct Acknowledged {
    /// How far each log.
    pub logs: Vector,
    /// Photographs, by SHA-256.
    pub photos: BTreeSet<[u8; 32]>,
}

/// A transport that listens to what comes back.
pub struct Witness<T> {
    transport: T,
    heard: Arc<Mutex<Acknowledged>>,
}

impl<T> Witness<T> {
    /// Listens to `transport` and writes into `heard`.
    pub fn new(transport: T, heard: &Arc<Mutex<Acknowledged>>) -> Self {
        Self {
            transport,
            heard: Arc::clone(heard),
        }
    }
}

impl<T: Transport> Transport for Witness<T> {
    fn send(&self, request: &Request) -> Result<Answer, TransportError> {
        let answer = self.transport.send(request)?;
        if answer.status == 200 {
            let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            if request.path == "/sync"
                && let Ok(SyncAnswer(_, logs, ..)) = decode(&answer.body)
            {
                for (log, seq) in logs {
                    let known = heard.logs.entry(log).or_default();
                    *known = seq.max(*known);
                }
            }
            let photo: Option<[u8; 32]> = (request.method == "PUT")
                .then(|| hex::decode(request.path.strip_prefix("/blobs/")?).ok())
                .flatten()
                .and_then(|hash| hash.try_into().ok());
            heard.photos.extend(photo);
        }
        Ok(answer)
    }
}

impl Acknowledged {
    /// What of it a hub's replica does not hold. A photograph counts only while it has its hash.
    ///
    /// # Errors
    /// What the core says.
    pub fn missing(&self, replica: &Replica) -> Outcome<Vec<String>> {
        let mut broken = Vec::new();
        let held = replica.vector()?;
        for (log, seq) in &self.logs {
            let there = held.get(log).copied().unwrap_or(0);
            if there < *seq {
                broken.push(format!(
                    "lost: entries {}..={seq} of a log were acknowledged",
                    there + 1
                ));
            }
        }
        for hash in &self.photos {
            let reference = fieldwork::store::blob::reference(hash);
            if let Err(error) = replica.blob_bytes(reference) {
                broken.push(format!("lost: a photograph was acknowledged: {error}"));
            }
        }
        Ok(broken)
    }
}
