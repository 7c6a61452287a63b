//! Why bytes are not taken as a photograph.

use std::fmt;

/// A picture format that is known by name but left to the platform's own decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// HEIC, what many phones store by default.
    Heic,
    /// AVIF.
    Avif,
    /// WebP.
    Webp,
}

impl Foreign {
    /// Tells the format by the first bytes.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Some(Self::Webp);
        }
        if bytes.get(4..8) != Some(b"ftyp") {
            return None;
        }
        match bytes.get(8..12)? {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
                Some(Self::Heic)
            }
            b"avif" | b"avis" => Some(Self::Avif),
            _ => None,
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Webp => "webp",
        })
    }
}

/// Why bytes are not taken as a photograph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// Neither JPEG nor PNG nor a format known by name.
    #[error("not a jpeg or png photograph")]
    NotAPhoto,
    /// A picture that the platform must turn into a JPEG first.
    #[error("{format} needs the platform's decoder")]
    NeedsPlatformDecoder {
        /// Which format.
        format: Foreign,
    },
    /// The file ends before its image does.
    #[error("truncated: the image goes on after byte {length}")]
    Truncated {
        /// Length of what is there, in bytes.
        length: usize,
    },
    /// The structure is broken.
    #[error("damaged at byte {at}: {what}")]
    Damaged {
        /// Offset from the start of the file, in bytes.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// A JPEG coded in a way hardly any decoder reads.
    #[error("{what} is not supported")]
    Unsupported {
        /// The way of coding.
        what: &'static str,
    },
    /// A side is zero.
    #[error("no picture in it: {width} x {height} pixels")]
    ZeroSize {
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
    },
    /// Larger than [`crate::MAX_SIDE`] or [`crate::MAX_PIXELS`].
    #[error("too large: {width} x {height} pixels")]
    TooLarge {
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
    },
}

impl PhotoError {
    /// The sentence a worker reads: what is wrong and what to do about it.
    #[must_use]
    pub fn chinese(&self) -> &'static str {
        match self {
            Self::Empty => "照片文件是空的，请重新拍摄。",
            Self::NotAPhoto => "这个文件不是照片，请选择 JPEG 或 PNG 照片。",
            Self::NeedsPlatformDecoder { .. } => {
                "这种照片格式要先由手机转换成 JPEG，请重新选择或重新拍摄。"
            }
            Self::Truncated { .. } => "照片没有存完整，请重新拍摄。",
            Self::Damaged { .. } => "照片文件已损坏，请重新拍摄。",
            Self::Unsupported { .. } => "不支持这种编码的照片，请用手机相机重新拍摄。",
            Self::ZeroSize { .. } => "照片里没有画面，请重新拍摄。",
            Self::TooLarge { .. } => "照片尺寸过大，请调低相机分辨率后重新拍摄。",
        }
    }
}
