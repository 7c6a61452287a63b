//! Fixtures, and damage done to them.
#![allow(dead_code, reason = "each test uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

pub fn fixture(path: &str) -> Vec<u8> {
    let path = fixtures().join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below a folder of the fixtures, in order.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![fixtures().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// How many damaged files a test tries: 2,000, and with `FIELDWORK_SOAK=1` 100,000.
pub fn rounds() -> u32 {
    match std::env::var("FIELDWORK_SOAK") {
        Ok(soak) if soak == "1" => 100_000,
        _ => 2_000,
    }
}

/// Chance that is the same every time.
pub struct Chance(u64);

impl Chance {
    pub fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    /// The bytes with up to eight faults: bytes changed, runs removed, doubled or exchanged, numbers made
    /// the largest there are, the end cut off.
    pub fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = bytes.to_vec();
        for _ in 0..=self.below(8) {
            if damaged.is_empty() {
                break;
            }
            let at = self.below(damaged.len());
            let end = (at + 1 + self.below(64)).min(damaged.len());
            match self.below(16) {
                0..=4 => damaged[at] ^= 1 << self.below(8),
                5..=7 => damaged[at] = u8::try_from(self.below(256)).unwrap(),
                8 | 9 => damaged[at..end.min(at + 4)].fill(0xff),
                10 => damaged[at..end.min(at + 8)].fill(0),
                11 | 12 => drop(damaged.drain(at..end)),
                13 | 14 => {
                    let run = damaged[at..end].to_vec();
                    let to = self.below(damaged.len());
                    damaged.splice(to..to, run);
                }
                _ => damaged.truncate(at.max(1)),
            }
        }
        damaged
    }
}

/// An archive of these files, deflated.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut deflated =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        deflated.write_all(content).unwrap();
        let packed = deflated.finish().unwrap();
        let mut checksum = flate2::Crc::new();
        checksum.update(content);
        let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let mut common = vec![20, 0, 0, 8, 8, 0, 0, 0, 0, 0];
        common.extend(checksum.sum().to_le_bytes());
        common.extend(long(packed.len()));
        common.extend(long(content.len()));
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(long(bytes.len()));
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(common);
        bytes.extend(name.as_bytes());
        bytes.extend(packed);
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let at = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    for part in [&count[..], &count, &length, &at, &[0, 0]] {
        bytes.extend(part);
    }
    bytes
}

/// The files of an archive that was made by an ordinary program.
pub fn unzip(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    use std::io::Read;
    let mut files = Vec::new();
    let mut rest = archive;
    while rest.starts_with(b"PK\x03\x04") {
        let short = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let packed = u32::from_le_bytes(rest[18..22].try_into().unwrap()) as usize;
        let begins = 30 + short(26) + short(28);
        let name = String::from_utf8(rest[30..30 + short(26)].to_vec()).unwrap();
        let mut content = Vec::new();
        let mut inflated = flate2::read::DeflateDecoder::new(&rest[begins..begins + packed]);
        inflated.read_to_end(&mut content).unwrap();
        files.push((name, content));
        rest = &rest[begins + packed..];
    }
    files
}
