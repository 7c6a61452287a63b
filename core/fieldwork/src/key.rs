//! Ed25519 keys of devices and hubs, and what they sign.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::file::sync_directory;
use crate::port::{Random, RandomError};

/// A public key, 32 bytes.
pub type PublicKey = [u8; 32];
/// A signature, 64 bytes.
pub type SignatureBytes = [u8; 64];

/// The key pair of a device or of a hub. Debug never shows the secret half.
pub struct DeviceKey(SigningKey);

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceKey(…)")
    }
}

impl DeviceKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`RandomError`] where the system has no random bytes.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        let mut secret = [0; 32];
        random.fill(&mut secret)?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }

    /// Reads the key kept in `path`, or makes one and keeps it there (readable by the owner alone,
    /// written and synced before it is used).
    ///
    /// # Errors
    /// An I/O error; one of kind `InvalidData` where the file is not a key.
    pub fn load_or_create(path: &Path, random: &dyn Random) -> io::Result<Self> {
        match fs::read(path) {
            Ok(bytes) => {
                let secret: [u8; 32] = bytes.as_slice().try_into().map_err(|_| {
                    io::Error::new(io::ErrorKind::InvalidData, "the key file is damaged")
                })?;
                Ok(Self(SigningKey::from_bytes(&secret)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate(random).map_err(io::Error::other)?;
                let temporary = path.with_extension("new");
                let _ = fs::remove_file(&temporary);
                let mut options = OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                {
                    use std::os::unix::fs::OpenOptionsExt;
                    options.mode(0o600);
                }
                let mut file = options.open(&temporary)?;
                file.write_all(&key.0.to_bytes())?;
                file.sync_all()?;
                fs::rename(&temporary, path)?;
                sync_directory(path)?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        self.0.verifying_key().to_bytes()
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> SignatureBytes {
        self.0.sign(message).to_bytes()
    }
}

/// Whether `signature` of `message` was made by the owner of `key`.
pub fn verify(key: &PublicKey, message: &[u8], signature: &SignatureBytes) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|key| {
        key.verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    })
}

/// SHA-256 of the given parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Short public name of a key: the first 8 bytes of its SHA-256, in hex.
pub fn device_id(key: &PublicKey) -> String {
    hex::encode(&sha256(&[b"fieldwork-device-v1", key])[..8])
}

/// What a device signs for a request to the hub.
pub fn request_message(method: &str, path: &str, counter: u64, body_hash: &[u8; 32]) -> Vec<u8> {
    format!(
        "fieldwork-request-v1\n{method}\n{path}\n{counter}\n{}",
        hex::encode(body_hash)
    )
    .into_bytes()
}

/// What a new device signs to prove, at enrolment, that it holds its key.
pub fn enrolment_message(code: &str, key: &PublicKey) -> Vec<u8> {
    format!("fieldwork-enrolment-v1\n{code}\n{}", hex::encode(key)).into_bytes()
}

/// What a hub signs for a file of the catalogue.
pub fn catalogue_message(path: &str, content: &[u8]) -> Vec<u8> {
    format!(
        "fieldwork-catalogue-v1\n{path}\n{}",
        hex::encode(sha256(&[content]))
    )
    .into_bytes()
}
