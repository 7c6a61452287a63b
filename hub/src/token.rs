//! The operator's token, and where a hub that is being served can be reached.
//!
//! Both lie in the hub's folder, into which only its owner can look: whoever can read it is the operator.
//! So a command that finds the hub served asks it instead of writing beside it.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use fieldwork::key::sha256;
use fieldwork::port::Random;

const TOKEN: &str = "operator.token";
const SERVED: &str = "served";

/// The token. Neither printed nor compared byte by byte.
#[derive(Clone)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// Reads the token of a hub's folder, making one where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read or written, or the system gives no random bytes.
    pub fn load_or_create(directory: &Path, random: &dyn Random) -> io::Result<Self> {
        if let Some(token) = Self::load(directory)? {
            return Ok(token);
        }
        let mut bytes = [0; 32];
        random.fill(&mut bytes).map_err(io::Error::other)?;
        let token = hex::encode(bytes);
        let temporary = directory.join("operator.token.part");
        fs::write(&temporary, &token)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&temporary, fs::Permissions::from_mode(0o600))?;
        }
        fs::rename(&temporary, directory.join(TOKEN))?;
        Ok(Self(token))
    }

    /// Reads the token of a hub's folder; `None` where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn load(directory: &Path) -> io::Result<Option<Self>> {
        match fs::read_to_string(directory.join(TOKEN)) {
            Ok(text) if text.len() == 64 => Ok(Some(Self(text))),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether this is it. What is compared are hashes, so that time tells nothing.
    pub fn is(&self, given: &str) -> bool {
        sha256(&[given.as_bytes()]) == sha256(&[self.0.as_bytes()])
    }

    /// The token itself, for a header or an address.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Notes where the hub is served.
pub(crate) fn note_served(directory: &Path, address: &str) -> io::Result<()> {
    fs::write(directory.join(SERVED), address)
}

/// Forgets it.
pub(crate) fn forget_served(directory: &Path) {
    let _ = fs::remove_file(directory.join(SERVED));
}

/// Where the hub of a folder said it is served; it may have died since.
pub fn served(directory: &Path) -> Option<String> {
    fs::read_to_string(directory.join(SERVED)).ok()
}
