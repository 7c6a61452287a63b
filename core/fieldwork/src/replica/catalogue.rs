//! The catalogue: signed by the hub file by file, added to and withdrawn from, read with care.
//!
//! The files are one blob; a list in the hub's log names it, with a signature for each file and, where
//! the operator withdrew a spec, since when. Whoever reads it leaves out what is unsigned, altered or
//! unusable, spec by spec, and says so ([`Catalogue::inactive`]).

use std::sync::Arc;

use fieldwork_forms::SpecError;
use fieldwork_forms::catalogue::{Catalogue, Handed};
use fieldwork_forms::lint::{Level, lint};
use fieldwork_forms::spec::Spec;
use fieldwork_ids::time::china_date;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::content::MAX_CONTENT;
use super::project::CATALOGUE;
use super::{Replica, ReplicaError, hub_key};
use crate::codec::{compress, from_cbor, inflate, to_cbor};
use crate::key::{catalogue_message, verify};
use crate::log::{self, CatalogueItem, CatalogueList, Payload};
use crate::store::blob::{Upload, reference};
use crate::store::{entry, meta};

/// A file of the catalogue blob.
#[derive(Serialize, Deserialize)]
struct CatalogueFile(String, ByteBuf);

/// A file to be published: path, text, and when it was withdrawn.
type Published = (String, String, Option<i64>);

impl Replica {
    /// Signs and publishes the files of a catalogue, paths and texts (the hub's business). They are
    /// checked and linted first: what cannot be used or may not be asked is never published. What was
    /// withdrawn and is handed over unchanged stays withdrawn.
    ///
    /// # Errors
    /// [`ReplicaError::Catalogue`] with file, path and reason, or with the findings of the linter;
    /// [`ReplicaError::Store`].
    pub fn publish_catalogue(&self, files: &[(String, String)]) -> Result<(), ReplicaError> {
        let held = match self.published() {
            Ok(held) => held,
            Err(ReplicaError::NotReady(_)) => Vec::new(),
            Err(other) => return Err(other),
        };
        let mut published = Vec::new();
        for (path, text) in files {
            let same = held.iter().find(|one| one.0 == *path && one.1 == *text);
            // What was published before has been linted; an exception may have ended since.
            if same.is_none() {
                self.linted(path, text)?;
            }
            published.push((path.clone(), text.clone(), same.and_then(|one| one.2)));
        }
        self.publish(&published)
    }

    /// Adds the spec of a system, or puts it in the place of its earlier one; a withdrawn one is in force
    /// again. Gives the system's id.
    ///
    /// # Errors
    /// [`ReplicaError::Catalogue`] where it cannot be used, is refused by the linter, or differs from an
    /// earlier one without a higher version.
    pub fn add_spec(&self, file: &str, text: &str) -> Result<String, ReplicaError> {
        let refuse = |reason: String| ReplicaError::Catalogue(format!("{file}: {reason}"));
        // The linter first: a key that asks for what may not be asked is more than an unknown key.
        self.linted(file, text)?;
        let spec =
            Spec::parse(file, text).map_err(|error| ReplicaError::Catalogue(error.to_string()))?;
        let mut files = self.published()?;
        let held = files
            .iter_mut()
            .find_map(|held| Some((spec_of(&held.1).ok().filter(|old| old.id == spec.id)?, held)));
        let own = match held {
            Some((old, (path, held, withdrawn_ms))) => {
                // Envelopes remember the version that filled them and are sent by no other.
                if *held != text && spec.version <= old.version {
                    let reason = format!("its version must be above {}", old.version);
                    return Err(refuse(reason));
                }
                text.clone_into(held);
                *withdrawn_ms = None;
                path.clone()
            }
            None => {
                let path = format!("systems/{}.json", spec.id);
                files.push((path.clone(), text.to_owned(), None));
                path
            }
        };
        let texts = files.iter().map(|file| (file.0.clone(), file.1.clone()));
        // Told of the file as it was handed over, not of the place it would get.
        Catalogue::from_files(texts).map_err(|mut error| {
            if error.file == own {
                file.clone_into(&mut error.file);
            }
            ReplicaError::Catalogue(error.to_string())
        })?;
        self.publish(&files)?;
        Ok(spec.id)
    }

    /// Withdraws the spec of a system: no capture made at this time (UTC milliseconds) or later gives its
    /// forms. What earlier ones gave still arrives.
    ///
    /// # Errors
    /// [`ReplicaError::Unknown`] where there is no such system.
    pub fn withdraw_spec(&self, system: &str, at_ms: i64) -> Result<(), ReplicaError> {
        let mut files = self.published()?;
        let held = files
            .iter_mut()
            .find(|held| spec_of(&held.1).is_ok_and(|spec| spec.id == system));
        let (_, _, withdrawn_ms) = held.ok_or(ReplicaError::Unknown("system"))?;
        *withdrawn_ms = Some(at_ms);
        self.publish(&files)
    }

    /// The files that are published now.
    fn published(&self) -> Result<Vec<Published>, ReplicaError> {
        let handed = self.handed()?.into_iter();
        Ok(handed
            .filter_map(|file| {
                Some((
                    file.path,
                    String::from_utf8(file.text).ok()?,
                    file.withdrawn_ms,
                ))
            })
            .collect())
    }

    fn publish(&self, files: &[Published]) -> Result<(), ReplicaError> {
        let texts = files.iter().map(|file| (file.0.clone(), file.1.clone()));
        Catalogue::from_files(texts).map_err(|error| ReplicaError::Catalogue(error.to_string()))?;
        let key = self.identity().ok_or(ReplicaError::NotEnrolled)?.key;
        let items = files
            .iter()
            .map(|(path, text, withdrawn_ms)| CatalogueItem {
                path: path.clone(),
                signature: key.sign(&catalogue_message(path, text.as_bytes())),
                withdrawn_ms: *withdrawn_ms,
            });
        let content = files
            .iter()
            .map(|(path, text, _)| CatalogueFile(path.clone(), ByteBuf::from(text.as_bytes())));
        let bytes = compress(&to_cbor(&content.collect::<Vec<_>>()));
        let list = CatalogueList {
            blob: self.store_blob(&bytes, "catalogue", Upload::Done)?,
            items: items.collect(),
        };
        if self.catalogue_list()?.as_ref() != Some(&list) {
            self.append(&[Payload::Catalogue(list)], |_, _| Ok(()))?;
        }
        Ok(())
    }

    /// Paths and texts of the catalogue's files that the hub signed.
    ///
    /// # Errors
    /// [`ReplicaError::NotReady`] before it has arrived.
    pub fn spec_files(&self) -> Result<Vec<(String, String)>, ReplicaError> {
        let published = self.published()?.into_iter();
        Ok(published.map(|(path, text, _)| (path, text)).collect())
    }

    /// A spec as this replica published it under a version, also where a later one stands in its place:
    /// what was filled by it is sent by it. Goes through the log where it is not the one in force.
    ///
    /// # Errors
    /// [`ReplicaError::Store`], [`ReplicaError::NotReady`] before a catalogue was published.
    pub fn spec_of_version(
        &self,
        system: &str,
        version: u32,
    ) -> Result<Option<Spec>, ReplicaError> {
        let catalogue = self.catalogue()?;
        if let Some(spec) = catalogue.spec(system)
            && spec.version == version
        {
            return Ok(Some(spec.clone()));
        }
        let lists = {
            let inner = self.lock();
            let own = inner.identity()?.number;
            entry::payloads_beginning(inner.store()?.read(), own, log::payload::CATALOGUE)?
        };
        for payload in lists {
            let Payload::Catalogue(list) = Payload::decode(&payload)? else {
                continue;
            };
            let Ok(bytes) = self.blob_bytes(reference(&list.blob)) else {
                continue;
            };
            let files: Vec<CatalogueFile> = from_cbor(&inflate(&bytes, MAX_CONTENT)?)?;
            let specs = files
                .iter()
                .filter_map(|file| spec_of(std::str::from_utf8(&file.1).ok()?).ok());
            let found = specs
                .into_iter()
                .find(|spec| spec.id == system && spec.version == version);
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn catalogue_list(&self) -> Result<Option<CatalogueList>, ReplicaError> {
        let inner = self.lock();
        let bytes = meta::read(inner.store()?.read(), CATALOGUE)?;
        Ok(bytes.map(|bytes| from_cbor(&bytes)).transpose()?)
    }

    /// The files of the catalogue as they lie here, and what the hub says of each.
    fn handed(&self) -> Result<Vec<Handed>, ReplicaError> {
        let list = self
            .catalogue_list()?
            .ok_or(ReplicaError::NotReady("catalogue"))?;
        let hub = hub_key(self.lock().store()?.read())?.ok_or(ReplicaError::NotEnrolled)?;
        let bytes = self
            .blob_bytes(reference(&list.blob))
            .map_err(|error| match error {
                ReplicaError::Unknown(_) => ReplicaError::NotReady("catalogue"),
                other => other,
            })?;
        let files: Vec<CatalogueFile> = from_cbor(&inflate(&bytes, MAX_CONTENT)?)?;
        let handed = files.into_iter().map(|CatalogueFile(path, content)| {
            let items = list.items.iter().filter(|item| item.path == path);
            let signed = items
                .clone()
                .any(|item| verify(&hub, &catalogue_message(&path, &content), &item.signature));
            Handed {
                withdrawn_ms: items.filter_map(|item| item.withdrawn_ms).min(),
                text: content.into_vec(),
                signed,
                path,
            }
        });
        Ok(handed.collect())
    }

    /// The catalogue in force: what is signed by the hub and can be used.
    ///
    /// # Errors
    /// [`ReplicaError::NotReady`] before it has arrived; [`ReplicaError::Catalogue`] where the files that
    /// all specs rest on (concepts, kinds) are unsigned, altered or unusable.
    pub fn catalogue(&self) -> Result<Arc<Catalogue>, ReplicaError> {
        if let Some(catalogue) = self.lock().catalogue.clone() {
            return Ok(catalogue);
        }
        let catalogue = Arc::new(
            Catalogue::from_handed(self.handed()?)
                .map_err(|error| ReplicaError::Catalogue(error.to_string()))?,
        );
        self.lock().catalogue = Some(Arc::clone(&catalogue));
        Ok(catalogue)
    }
}

fn spec_of(text: &str) -> Result<Spec, SpecError> {
    Spec::parse("spec", text)
}

impl Replica {
    /// Refuses what the burden rules refuse today, by the names of the rules.
    fn linted(&self, path: &str, text: &str) -> Result<(), ReplicaError> {
        let today = china_date(self.ports.clock.wall_ms());
        let Ok(Some(linted)) = lint(path, text, today) else {
            return Ok(());
        };
        let refused = linted
            .findings
            .iter()
            .filter(|one| one.level == Level::Refused);
        let findings: Vec<String> = refused
            .map(|one| format!("{} at {}: {}", one.rule.rule().id, one.path, one.text))
            .collect();
        match findings.is_empty() {
            true => Ok(()),
            false => Err(ReplicaError::Catalogue(format!(
                "{path} is refused: {}",
                findings.join("; ")
            ))),
        }
    }
}
