//! The hub itself: a folder with a key, a registry and one folder per village.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fieldwork::key::{DeviceKey, sha256};
use fieldwork::port::Ports;
use fieldwork::replica::ReplicaError;
use fieldwork_register::{EntityKind, ImportReport};
use thiserror::Error;

use crate::folder::{FolderError, read_register, read_specs};
use crate::store::StoreError;
use crate::store::registry::{Device, Redeemed, Registry};
use crate::village::{Village, VillageError};

/// How long a one-time code is good, milliseconds: a day, so that it reaches a village without signal.
pub const INVITE_MS: i64 = 24 * 60 * 60 * 1000;

/// Why the hub could not do what it was asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HubError {
    /// The folder holds no hub.
    #[error("there is no hub in this folder; make one with `fieldwork hub init`")]
    NoHub,
    /// Another process serves from the folder.
    #[error("the hub's folder is in use by another process")]
    InUse,
    /// Register or specs could not be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A village failed.
    #[error(transparent)]
    Village(#[from] VillageError),
    /// The hub's own database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be read or written.
    #[error("a file could not be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// There is no such village.
    #[error("there is no village {0:?} at this hub")]
    UnknownVillage(String),
    /// There is more than one village: say which.
    #[error("this hub holds several villages; name one with --village ({0})")]
    WhichVillage(String),
    /// The register has no such worker.
    #[error("the register of the village has no worker {0:?}")]
    UnknownWorker(String),
    /// There is no such device.
    #[error("there is no device {0:?} at this hub")]
    UnknownDevice(String),
    /// A word that is no state of a delivery.
    #[error(
        "{0:?} is no state of a delivery: available, running, retryable, scheduled, completed, discarded, uncertain"
    )]
    UnknownState(String),
    /// Nothing can be decided about this delivery.
    #[error("nothing can be decided about the delivery {0:?}: it is unknown, under way or done")]
    NotOpen(String),
    /// What is carried by hand.
    #[error(transparent)]
    Hand(#[from] crate::hand::HandError),
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] fieldwork::port::RandomError),
}

impl From<ReplicaError> for HubError {
    fn from(error: ReplicaError) -> Self {
        Self::Village(error.into())
    }
}

/// A hub.
pub struct Hub {
    directory: PathBuf,
    key: Arc<DeviceKey>,
    ports: Ports,
    registry: Mutex<Registry>,
    villages: Mutex<BTreeMap<String, Arc<Village>>>,
    /// Held while this process may write the villages' logs.
    lock: Mutex<Option<File>>,
}

/// What `init` did.
#[derive(Debug)]
pub struct InitReport {
    /// Village code.
    pub village: String,
    /// What the import of the register found.
    pub register: ImportReport,
    /// Systems of the catalogue.
    pub systems: Vec<String>,
}

impl Hub {
    /// Makes a hub in `directory` (or adds to the one there) and publishes a village's register and the
    /// specs, signed with the hub's key.
    ///
    /// # Errors
    /// [`HubError::Folder`] names what is wrong with register or specs; [`HubError::InUse`] while the hub
    /// is being served.
    pub fn init(
        directory: &Path,
        register: &Path,
        specs: &Path,
        ports: Ports,
    ) -> Result<(Self, InitReport), HubError> {
        let (base, report) = read_register(register)?;
        let files = read_specs(specs)?;
        fs::create_dir_all(directory.join("villages"))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(directory, fs::Permissions::from_mode(0o700))?;
        }
        let hub = Self::open_folder(directory, ports)?;
        hub.take_lock()?;
        let code = base.village.code.clone();
        let of_kind = base
            .entities
            .iter()
            .filter(|entity| entity.id.kind == EntityKind::Worker);
        let workers: Vec<String> = of_kind.map(|worker| worker.id.id.clone()).collect();
        let village = hub.open_village(&code)?;
        // Specs first: they are checked, and a refusal leaves the village without a half-made start.
        village.replica().publish_catalogue(&files)?;
        village.replica().publish_register(&base)?;
        hub.registry().add_village(&code, &workers, hub.now_ms())?;
        let systems = village
            .replica()
            .catalogue()?
            .specs
            .keys()
            .cloned()
            .collect();
        hub.villages().insert(code.clone(), village);
        Ok((
            hub,
            InitReport {
                village: code,
                register: report,
                systems,
            },
        ))
    }

    /// Opens a hub for serving: no other process may hold it.
    ///
    /// # Errors
    /// [`HubError::NoHub`], [`HubError::InUse`].
    pub fn open(directory: &Path, ports: Ports) -> Result<Self, HubError> {
        if !directory.join("hub.key").exists() {
            return Err(HubError::NoHub);
        }
        let hub = Self::open_folder(directory, ports)?;
        hub.take_lock()?;
        let codes = hub.registry().villages()?;
        for code in codes {
            let village = hub.open_village(&code)?;
            hub.villages().insert(code, village);
        }
        // A crash between registry and village log leaves a device unnamed: name it now.
        let devices = hub.registry().devices()?;
        for device in devices {
            hub.village(&device.village)?.name_device(
                &device.public_key,
                &device.worker,
                device.revoked_ms,
            )?;
        }
        Ok(hub)
    }

    fn open_folder(directory: &Path, ports: Ports) -> Result<Self, HubError> {
        let key = Arc::new(DeviceKey::load_or_create(
            &directory.join("hub.key"),
            &*ports.random,
        )?);
        let registry = Mutex::new(Registry::open(&directory.join("hub.db"))?);
        Ok(Self {
            directory: directory.to_owned(),
            key,
            ports,
            registry,
            villages: Mutex::default(),
            lock: Mutex::default(),
        })
    }

    fn take_lock(&self) -> Result<(), HubError> {
        let file = File::create(self.directory.join("lock"))?;
        match file.try_lock() {
            Ok(()) => {
                *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
                Ok(())
            }
            Err(TryLockError::WouldBlock) => Err(HubError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    fn open_village(&self, code: &str) -> Result<Arc<Village>, HubError> {
        let folder = self.directory.join("villages").join(code);
        Ok(Arc::new(Village::open(
            &folder,
            code,
            &self.key,
            self.ports.clone(),
        )?))
    }

    pub(crate) fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn villages(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Village>>> {
        self.villages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hub time, UTC milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.ports.clock.wall_ms()
    }

    /// Its folder.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn random(&self) -> &dyn fieldwork::port::Random {
        &*self.ports.random
    }

    /// The hub's key.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// A village.
    ///
    /// # Errors
    /// [`HubError::UnknownVillage`].
    pub fn village(&self, code: &str) -> Result<Arc<Village>, HubError> {
        self.villages()
            .get(code)
            .cloned()
            .ok_or_else(|| HubError::UnknownVillage(code.to_owned()))
    }

    /// All villages.
    pub fn all_villages(&self) -> Vec<Arc<Village>> {
        self.villages().values().cloned().collect()
    }

    /// All devices.
    ///
    /// # Errors
    /// [`HubError::Store`].
    pub fn devices(&self) -> Result<Vec<Device>, HubError> {
        Ok(self.registry().devices()?)
    }

    /// Uses up a one-time code for a device and names the device in its village's log.
    ///
    /// # Errors
    /// [`HubError::Store`], [`HubError::Village`].
    pub(crate) fn redeem(
        &self,
        code: &str,
        key: &[u8; 32],
        id: &str,
    ) -> Result<Redeemed, HubError> {
        let redeemed = self
            .registry()
            .redeem(&code_hash(code), key, id, self.now_ms())?;
        if let Redeemed::Device(device) = &redeemed {
            self.village(&device.village)?
                .name_device(key, &device.worker, device.revoked_ms)?;
        }
        Ok(redeemed)
    }

    /// Revokes a device: from now on nothing it sends is taken.
    ///
    /// # Errors
    /// [`HubError::UnknownDevice`].
    pub fn revoke(&self, id: &str) -> Result<Device, HubError> {
        let revoked = self.registry().revoke(id, self.now_ms())?;
        let device = revoked.ok_or_else(|| HubError::UnknownDevice(id.to_owned()))?;
        self.village(&device.village)?.name_device(
            &device.public_key,
            &device.worker,
            device.revoked_ms,
        )?;
        Ok(device)
    }

    /// Adds a spec, or a new version of one, to the catalogue of every village, signed; gives the id of its
    /// system. `file` is named in errors.
    ///
    /// # Errors
    /// [`HubError::Village`] names what is wrong with it, or the findings of the linter; a first village
    /// that refuses it keeps all from having it.
    pub fn add_spec(&self, file: &str, text: &str) -> Result<String, HubError> {
        let mut system = String::new();
        for village in self.all_villages() {
            system = village.replica().add_spec(file, text)?;
        }
        Ok(system)
    }

    /// Withdraws a system in every village: captures made at this time (UTC milliseconds) or later give
    /// none of its forms.
    ///
    /// # Errors
    /// [`HubError::Village`] where there is no such system.
    pub fn withdraw_spec(&self, system: &str, at_ms: i64) -> Result<(), HubError> {
        for village in self.all_villages() {
            village.replica().withdraw_spec(system, at_ms)?;
        }
        Ok(())
    }

    /// The village with this code, or the only one.
    ///
    /// # Errors
    /// [`HubError::UnknownVillage`]; [`HubError::WhichVillage`] where there are several.
    pub fn only_village(&self, code: Option<&str>) -> Result<Arc<Village>, HubError> {
        if let Some(code) = code {
            return self.village(code);
        }
        match self.all_villages().as_slice() {
            [only] => Ok(Arc::clone(only)),
            [] => Err(HubError::NoHub),
            several => {
                let codes: Vec<&str> = several.iter().map(|village| village.code()).collect();
                Err(HubError::WhichVillage(codes.join(", ")))
            }
        }
    }

    /// Closes all villages.
    pub fn close(&self) {
        for village in self.all_villages() {
            if let Err(error) = village.replica().shutdown() {
                tracing::warn!(village = village.code(), %error, "a village could not be closed cleanly");
            }
        }
        let lock = self
            .lock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(lock) = lock {
            // Closing is not enough: a program that is being started at this moment shares the handle.
            let _ = lock.unlock();
        }
    }
}

/// Makes a one-time code for a worker. Works beside a hub that is being served.
///
/// # Errors
/// [`HubError::NoHub`], [`HubError::UnknownVillage`], [`HubError::WhichVillage`],
/// [`HubError::UnknownWorker`].
pub fn invite(
    directory: &Path,
    village: Option<&str>,
    worker: &str,
    ports: &Ports,
) -> Result<String, HubError> {
    let path = directory.join("hub.db");
    if !path.exists() {
        return Err(HubError::NoHub);
    }
    let mut registry = Registry::open(&path)?;
    let known = registry.villages()?;
    let village = match (village, known.as_slice()) {
        (Some(code), known) if known.iter().any(|one| one == code) => code.to_owned(),
        (Some(code), _) => return Err(HubError::UnknownVillage(code.to_owned())),
        (None, [only]) => only.clone(),
        (None, []) => return Err(HubError::NoHub),
        (None, known) => return Err(HubError::WhichVillage(known.join(", "))),
    };
    if !registry.has_worker(&village, worker)? {
        return Err(HubError::UnknownWorker(worker.to_owned()));
    }
    let mut random = [0; 10];
    ports.random.fill(&mut random)?;
    let code = spell(&random);
    registry.add_invite(
        &code_hash(&code),
        &village,
        worker,
        ports.clock.wall_ms() + INVITE_MS,
    )?;
    Ok(code)
}

/// 80 bits in four groups of letters and digits that are not mistaken for one another.
fn spell(random: &[u8; 10]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = random
        .iter()
        .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let letter = |at: u32| char::from(LETTERS[((bits >> (75 - 5 * at)) & 31) as usize]);
    let letters: Vec<char> = (0..16).map(letter).collect();
    letters
        .chunks(4)
        .map(String::from_iter)
        .collect::<Vec<_>>()
        .join("-")
}

/// What is kept of a code. Case, dashes and blanks do not count; O is 0, I and L are 1.
fn code_hash(code: &str) -> [u8; 32] {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    sha256(&[b"fieldwork-invite-v1", plain.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_whatever_its_case_dashes_and_blanks() {
        let code = spell(&[0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(code.len(), 19);
        let sloppy = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert_eq!(code_hash(&sloppy), code_hash(&code));
        assert_ne!(code_hash("0000-0000-0000-0000"), code_hash(&code));
    }
}
