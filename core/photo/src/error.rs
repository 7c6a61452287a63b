//! Why bytes are not taken as a photograph.

use std::fmt;

/// A picture format that is known by name but left to the platform's own decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// HEIC, what many phones store by default.
    Heic,
    /// AVIF.
    Avif,
}

impl Foreign {
    /// Tells the format by the first bytes.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
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
    /// Neither JPEG nor PNG nor WebP nor a format known by name.
    #[error("not a jpeg, png or webp photograph")]
    NotAPhoto,
    /// A picture that the platform must decode; its pixels are taken by [`crate::intake_pixels`].
    #[error("{format} needs the platform's decoder: ImageDecoder on Android, ImageIO on iOS")]
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
    /// Far fewer bytes than a picture of that size has.
    #[error("{width} x {height} pixels cannot be in {length} bytes")]
    Implausible {
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
        /// Length of the file, in bytes.
        length: usize,
    },
    /// More than [`crate::limits::MAX_SCANS`].
    #[error("too many scans: {scans}")]
    TooManyScans {
        /// How many.
        scans: u32,
    },
    /// Decoding takes more memory than allowed.
    #[error("decoding takes {bytes} bytes of memory, more than allowed")]
    TooCostly {
        /// How much, in bytes.
        bytes: u64,
    },
    /// The decoder found the data broken.
    #[error("the image data cannot be decoded: {reason}")]
    Undecodable {
        /// What the decoder says.
        reason: String,
    },
    /// The decoder broke down on the data.
    #[error("the decoder broke down")]
    BrokeDown,
    /// The time allowed ran out.
    #[error("decoding took longer than allowed")]
    OutOfTime,
    /// The system gave no thread to decode on.
    #[error("no worker thread could be started")]
    NoWorker,
    /// Pixels whose number does not fit the size said of them.
    #[error("{length} bytes are no {width} x {height} pixels")]
    WrongPixels {
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
        /// Bytes given.
        length: usize,
    },
    /// Even the smallest picture is larger.
    #[error("no legible picture fits into {max_bytes} bytes")]
    DoesNotFit {
        /// Bytes allowed.
        max_bytes: usize,
    },
    /// The encoder refused the picture.
    #[error("the picture cannot be encoded")]
    Unencodable,
    /// The bytes given as a font are none.
    #[error("not a truetype or opentype font")]
    NotAFont,
    /// Kept features of another version, or damaged ones.
    #[error("not features as this version keeps them")]
    NotFeatures,
    /// A strip of no pictures or of too many.
    #[error("a strip has one to {max} pictures, not {count}")]
    StripCount {
        /// How many were given.
        count: usize,
        /// How many there may be.
        max: usize,
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
            Self::Implausible { .. } | Self::Undecodable { .. } | Self::BrokeDown => {
                "照片文件已损坏，请重新拍摄。"
            }
            Self::TooManyScans { .. } | Self::TooCostly { .. } | Self::OutOfTime => {
                "这张照片太占内存或时间，请用手机相机重新拍摄，或先由手机转换成普通 JPEG。"
            }
            Self::NoWorker => "手机内存不足，请关闭其他应用后再试。",
            Self::WrongPixels { .. } | Self::Unencodable | Self::StripCount { .. } => {
                "照片处理失败，请再试一次；仍不行请联系技术人员。"
            }
            Self::DoesNotFit { .. } => "照片无法压缩到表格要求的大小，请联系技术人员。",
            Self::NotAFont => "字体文件无法使用，请联系技术人员。",
            Self::NotFeatures => "上一张照片的比对数据无法使用，请重新选择上一张照片。",
            Self::ZeroSize { .. } => "照片里没有画面，请重新拍摄。",
            Self::TooLarge { .. } => "照片尺寸过大，请调低相机分辨率后重新拍摄。",
        }
    }
}
