//! Files that are whole or absent: temporary file → fsync → rename → fsync of the directory.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Makes the directory entry of `path` durable.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    // Windows cannot open directories as files; there the rename itself is the best to be had.
    #[cfg(unix)]
    if let Some(parent) = path.parent() {
        File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Makes a folder that only its owner can look into.
pub(crate) fn private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Writes `bytes` to `path` by way of `temporary` (same file system); after it returns, a power cut
/// leaves the whole file, before it none.
pub(crate) fn write_durably(path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = (|| {
        let mut file = File::create(temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(temporary, path)?;
        sync_directory(path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(temporary);
    }
    written
}
