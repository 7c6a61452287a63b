//! Zip archives, as far as a Shapefile needs them: stored or deflated files, found by the directory at
//! the end. The `zip` crate would bring writing to disk and a source of chance into a pure crate.
//!
//! Sizes that an archive claims are not believed: files are inflated up to what is left of the limit.

use std::io::Read;

use encoding_rs::GB18030;
use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::{MAX_FILE_BYTES, ReadError};

/// More files than this are not looked through.
const MAX_FILES: usize = 1_000;

/// The directory of an archive.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    files: Vec<File>,
    /// How many bytes may still come out of it.
    left: usize,
}

#[derive(Debug)]
struct File {
    name: String,
    encrypted: bool,
    method: u16,
    checksum: u32,
    packed_bytes: usize,
    /// Where its own header begins.
    at: usize,
}

impl<'a> Archive<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    /// [`ReadError::NotZip`]; [`ReadError::FileTooLarge`] where there are too many files.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let files = directory(bytes).ok_or(ReadError::NotZip)?;
        if files.len() > MAX_FILES {
            return Err(ReadError::FileTooLarge);
        }
        Ok(Self {
            bytes,
            files,
            left: MAX_FILE_BYTES,
        })
    }

    /// The names of its files, their folders in front.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// [`ReadError::NotZip`] where it is damaged, encrypted or packed in another way;
    /// [`ReadError::FileTooLarge`] where it swells beyond the limit.
    pub(crate) fn read(&mut self, place: usize) -> Result<Vec<u8>, ReadError> {
        let file = self.files.get(place).ok_or(ReadError::NotZip)?;
        let packed = content(self.bytes, file).ok_or(ReadError::NotZip)?;
        let cap = self.left.saturating_add(1);
        let mut bytes = Vec::new();
        match file.method {
            0 => bytes.extend_from_slice(packed),
            _ => {
                let cap = u64::try_from(cap).unwrap_or(u64::MAX);
                let mut inflated = DeflateDecoder::new(packed).take(cap);
                inflated
                    .read_to_end(&mut bytes)
                    .map_err(|_| ReadError::NotZip)?;
            }
        }
        self.left = self
            .left
            .checked_sub(bytes.len())
            .ok_or(ReadError::FileTooLarge)?;
        let mut checksum = Crc::new();
        checksum.update(&bytes);
        if checksum.sum() == file.checksum {
            Ok(bytes)
        } else {
            Err(ReadError::NotZip)
        }
    }
}

/// Walks the directory, which is found from the end of the file.
fn directory(bytes: &[u8]) -> Option<Vec<File>> {
    const END: &[u8] = b"PK\x05\x06";
    const ENTRY: &[u8] = b"PK\x01\x02";
    let end = memchr::memmem::rfind(bytes, END)?;
    let count = short(bytes, end + 10)?;
    let mut at = long(bytes, end + 16)?;
    let mut files = Vec::new();
    for _ in 0..count {
        let entry = bytes.get(at..)?;
        if !entry.starts_with(ENTRY) {
            return None;
        }
        let name_bytes = short(entry, 28)?;
        let name = entry.get(46..46 + name_bytes)?;
        files.push(File {
            name: decode_name(name),
            encrypted: short(entry, 8)? & 1 == 1,
            method: u16::try_from(short(entry, 10)?).ok()?,
            checksum: u32::try_from(long(entry, 16)?).ok()?,
            packed_bytes: long(entry, 20)?,
            at: long(entry, 42)?,
        });
        at += 46 + name_bytes + short(entry, 30)? + short(entry, 32)?;
    }
    Some(files)
}

/// A flag says where a name is UTF-8, and is as often forgotten: what is no UTF-8 is taken as Chinese.
fn decode_name(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The packed bytes of a file that can be unpacked here.
fn content<'a>(bytes: &'a [u8], file: &File) -> Option<&'a [u8]> {
    let header = bytes.get(file.at..)?;
    let known = header.starts_with(b"PK\x03\x04") && matches!(file.method, 0 | 8);
    if !known || file.encrypted {
        return None;
    }
    let begins = 30 + short(header, 26)? + short(header, 28)?;
    header.get(begins..begins.checked_add(file.packed_bytes)?)
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(usize::from(u16::from_le_bytes(*bytes)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}
