//! Reading what an operator hands over: a register folder and a specs folder.

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_register::{Base, Files, ImportReport, RegisterError, SourceFile, import};
use thiserror::Error;

/// Why a folder could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// A file or folder could not be read.
    #[error("{path:?} could not be read: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The register cannot be used.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A spec is not UTF-8.
    #[error("{0:?} is not UTF-8, perhaps GB18030: save it as UTF-8")]
    Encoding(PathBuf),
}

fn read(path: &Path) -> Result<Vec<u8>, FolderError> {
    fs::read(path).map_err(|source| FolderError::Io {
        path: path.to_owned(),
        source,
    })
}

/// Imports the register in `folder`.
///
/// # Errors
/// [`FolderError`].
pub fn read_register(folder: &Path) -> Result<(Base, ImportReport), FolderError> {
    let mut files = Files::default();
    for file in SourceFile::ALL {
        let path = folder.join(file.name());
        if path.exists() {
            files.insert(file, read(&path)?);
        }
    }
    Ok(import(&files)?)
}

/// Reads every JSON file below `folder`: path with forward slashes, and text, in the order of paths. What
/// lies in a folder `schema` describes such files for editors and is none of them.
///
/// # Errors
/// [`FolderError`].
pub fn read_specs(folder: &Path) -> Result<Vec<(String, String)>, FolderError> {
    let texts = read_spec_bytes(folder)?.into_iter().map(|(name, bytes)| {
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| FolderError::Encoding(folder.join(&name)))?;
        Ok((name, text))
    });
    texts.collect()
}

/// Like [`read_specs`], for who tells of each file whether it is text.
///
/// # Errors
/// [`FolderError::Io`].
pub fn read_spec_bytes(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, FolderError> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

/// Name of the folder of schemas.
const SCHEMA: &str = "schema";

fn collect(
    folder: &Path,
    prefix: &str,
    found: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), FolderError> {
    let failed = |source| FolderError::Io {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            if entry.file_name() == SCHEMA {
                continue;
            }
            collect(&path, &format!("{name}/"), found)?;
        } else if name.ends_with(".json") {
            found.push((name, read(&path)?));
        }
    }
    Ok(())
}
