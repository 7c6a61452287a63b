//! Enrolment: a one-time code makes a device somebody's.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Error, Workspace};
use crate::file::write_durably;
use crate::key::{PublicKey, enrolment_message};
use crate::port::{Request, RequestBody, Transport};
use crate::wire::{EnrolmentAnswer, EnrolmentRequest, ErrorAnswer};

/// Whose device this is, and which hub it belongs to. Kept beside the database, so that a damaged
/// database does not cost the enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Where the hub is, as the app reaches it.
    pub hub: String,
    /// The hub's public key, hex.
    pub hub_key: String,
    /// Village code.
    pub village: String,
    /// Worker id.
    pub worker: String,
}

impl Enrolment {
    fn key(&self) -> Option<PublicKey> {
        hex::decode(&self.hub_key).ok()?.try_into().ok()
    }
}

const FILE: &str = "enrolment.json";

pub(super) fn load(directory: &Path) -> io::Result<Option<Enrolment>> {
    match std::fs::read(directory.join(FILE)) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, "the enrolment file is damaged")
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Workspace {
    /// Enrols this device with a one-time code from the hub, then fetches register and catalogue. `hub`
    /// is kept for the app. Asking again with the same code after a lost answer is harmless.
    ///
    /// # Errors
    /// [`Error::Enrolment`] where the code is not good; [`Error::Offline`].
    pub fn enrol(
        &self,
        transport: &dyn Transport,
        hub: &str,
        code: &str,
    ) -> Result<Enrolment, Error> {
        if let Some(known) = self.enrolment() {
            return Err(Error::Enrolment {
                reason: format!("it is enrolled already, for village {}", known.village),
            });
        }
        let public_key = self.key.public();
        let body = EnrolmentRequest {
            code: code.trim().to_owned(),
            public_key: hex::encode(public_key),
            signature: hex::encode(self.key.sign(&enrolment_message(code.trim(), &public_key))),
        };
        let body = serde_json::to_vec(&body).map_err(|error| Error::Hub {
            reason: error.to_string(),
        })?;
        let answer = transport.send(&Request {
            method: "POST",
            path: "/enrol".to_owned(),
            headers: vec![("content-type", "application/json".to_owned())],
            body: RequestBody::Bytes(body),
            max_answer: 64 * 1024,
        })?;
        if answer.status != 200 {
            let reason = serde_json::from_slice::<ErrorAnswer>(&answer.body).map_or_else(
                |_| format!("status {}", answer.status),
                |error| error.reason,
            );
            return Err(if answer.status >= 500 || answer.status == 429 {
                Error::Offline { reason }
            } else {
                Error::Enrolment { reason }
            });
        }
        let unfit = |_| Error::Hub {
            reason: "the answer to the enrolment is damaged".to_owned(),
        };
        let answer: EnrolmentAnswer = serde_json::from_slice(&answer.body).map_err(unfit)?;
        let enrolment = Enrolment {
            hub: hub.to_owned(),
            hub_key: answer.hub_key,
            village: answer.village,
            worker: answer.worker,
        };
        if enrolment.key().is_none() {
            return Err(Error::Hub {
                reason: "the hub named no key".to_owned(),
            });
        }
        let bytes = serde_json::to_vec_pretty(&enrolment).map_err(|error| Error::Hub {
            reason: error.to_string(),
        })?;
        let directory = self.replica.directory();
        write_durably(
            &directory.join(FILE),
            &directory.join("enrolment.new"),
            &bytes,
        )?;
        *self
            .enrolment
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(enrolment.clone());
        self.resume()?;
        self.sync(transport, &())?;
        Ok(enrolment)
    }

    /// Takes up the own log, where the device is enrolled.
    pub(super) fn resume(&self) -> Result<(), Error> {
        if let Some(enrolment) = self.enrolment() {
            let hub = enrolment.key().ok_or_else(|| Error::Storage {
                reason: "the enrolment names no hub key".to_owned(),
            })?;
            self.replica.begin_log(
                Arc::clone(&self.key),
                &enrolment.village,
                &enrolment.worker,
                &hub,
            )?;
        }
        Ok(())
    }
}
