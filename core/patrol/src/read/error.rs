//! Why a file is not read at all.

use super::crs::CrsError;
use super::limit::{MAX_FILE_BYTES, MAX_FIXES, MAX_LINE_BYTES, MAX_PLOTS, MAX_TOKEN_BYTES};

/// Why a file is not read at all. What is wrong with single parts of it is a warning instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`MAX_FILE_BYTES`].
    #[error("the file is larger than {MAX_FILE_BYTES} bytes")]
    FileTooLarge,
    /// Has a line longer than [`MAX_LINE_BYTES`].
    #[error("a line is longer than {MAX_LINE_BYTES} bytes")]
    LineTooLong,
    /// Has a tag or a text longer than [`MAX_TOKEN_BYTES`].
    #[error("a tag or a text is longer than {MAX_TOKEN_BYTES} bytes")]
    TokenTooLong,
    /// Has more fixes than [`MAX_FIXES`].
    #[error("more than {MAX_FIXES} fixes")]
    TooManyFixes,
    /// An XML file that declares entities, which can be made to unfold without end.
    #[error("the file declares entities")]
    EntityDeclared,
    /// A format that is known by name and not read here.
    #[error("files of the format {format} are not read")]
    Unsupported {
        /// Its name: `kml`, `csv`, `parquet` …
        format: &'static str,
    },
    /// Nothing that any reader knows.
    #[error("not a file of tracks or plots that is known here")]
    Unknown,
    /// XML without anything of GPX in it.
    #[error("not a gpx file")]
    NotGpx,
    /// Text that is no JSON, or JSON that is no GeoJSON.
    #[error("not a geojson file, or broken in line {line}")]
    NotGeoJson {
        /// The line, counted from 1, in which the text stops being JSON.
        line: u32,
    },
    /// Not a zip archive, or a damaged or encrypted one.
    #[error("not a zip archive that can be read")]
    NotZip,
    /// A GeoPackage, given where bytes are read: it is a database and read by the store.
    #[error("a geopackage is read by the store")]
    NeedsStore,
    /// A GeoPackage that SQLite cannot read, or without the tables of the standard.
    #[error("not a geopackage, or a damaged one")]
    NotGeoPackage,
    /// More rows than [`MAX_PLOTS`].
    #[error("more than {MAX_PLOTS} plots")]
    TooManyPlots,
    /// A track in metres of a grid: receivers give degrees, so something is wrong.
    #[error("a track in metres of a grid is not read")]
    TrackInMetres,
    /// The file names a reference system that is not read.
    #[error(transparent)]
    CrsUnsupported(#[from] CrsError),
    /// The file names no reference system, and its numbers could be of several.
    #[error("the coordinates could be of several systems; say of which")]
    CrsUnknown,
    /// Not one plot lies in the reference system named.
    #[error("no plot lies within the reference system; it is the wrong one")]
    OffGrid,
    /// The column that was asked for is not there.
    #[error("there is no such column; there are: {}", fields.join(", "))]
    FieldMissing {
        /// Those there are.
        fields: Vec<String>,
    },
    /// The file holds several layers, or not the one that was asked for.
    #[error("say which layer: {}", layers.join(", "))]
    LayerUnclear {
        /// Those there are.
        layers: Vec<String>,
    },
    /// There is no layer of areas in the file.
    #[error("there is no layer of areas in the file")]
    NoLayer,
}

impl ReadError {
    /// The sentence a worker reads: what is wrong and what to do about it.
    #[must_use]
    pub fn chinese(&self) -> &'static str {
        match self {
            Self::Empty => "文件是空的，请重新导出。",
            Self::FileTooLarge | Self::TooManyFixes | Self::TooManyPlots => {
                "文件太大，请分成几个小文件再导入。"
            }
            Self::LineTooLong | Self::TokenTooLong | Self::EntityDeclared => {
                "文件内容不正常，为安全起见没有打开。"
            }
            Self::Unsupported { .. } | Self::Unknown | Self::NeedsStore => {
                "不支持这种文件，轨迹请用 GPX 或 GeoJSON，地块请用 GeoJSON、GeoPackage 或打包成 zip 的 Shapefile。"
            }
            Self::NotGpx | Self::NotGeoJson { .. } | Self::NotZip | Self::NotGeoPackage => {
                "文件已损坏或格式不对，请重新导出。"
            }
            Self::TrackInMetres => "轨迹的坐标不是经纬度，请按经纬度重新导出。",
            Self::CrsUnsupported(_) => {
                "不支持文件的坐标系，请先转换为 2000 国家大地坐标系（CGCS2000）或 WGS-84。"
            }
            Self::CrsUnknown => "文件没有写明坐标系，请指定坐标系后再导入。",
            Self::OffGrid => "地块都不在所选坐标系范围内，请核对坐标系和带号。",
            Self::FieldMissing { .. } => "文件里没有指定的字段，请核对字段名。",
            Self::LayerUnclear { .. } => "文件里有多个图层，请指定一个。",
            Self::NoLayer => "文件里没有面状图层。",
        }
    }
}
