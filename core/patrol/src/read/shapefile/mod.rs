//! Zipped Shapefiles, as land offices hand them out.
//!
//! Shapes and tables are read here, for three reasons: a table in GBK rarely says so, and has to be looked at before it can be decoded; a damaged record must cost itself
//! alone; and which ring is a hole is told by where it lies, because many programs do not keep to the
//! winding that the format asks for.

mod dbf;
mod ring;
mod shp;

use encoding_rs::Encoding;

use self::dbf::Table;
use super::archive::Archive;
use super::plot::{self, Columns, Declared, PlotFile, PlotOptions, Row};
use super::warning::Notes;
use super::{Crs, ReadError, WarningKind, limit};

/// Reads the areas of a zipped Shapefile as plots.
///
/// # Errors
/// [`ReadError::NotZip`], [`ReadError::NoLayer`], [`ReadError::LayerUnclear`]; [`ReadError::FileTooLarge`]
/// where the archive swells beyond [`super::MAX_FILE_BYTES`]; those about columns and reference systems.
pub fn plots(bytes: &[u8], options: &PlotOptions) -> Result<PlotFile, ReadError> {
    limit::check_file(bytes)?;
    let layer = Layer::open(bytes, options)?;
    let mut notes = Notes::default();
    let table = layer.dbf.as_deref().and_then(|dbf| {
        let table = Table::read(dbf, layer.encoding());
        if table.is_none() {
            notes.add(WarningKind::TableUnreadable, None);
        }
        table
    });
    let fields = table.iter().flat_map(Table::fields);
    let columns = Columns::of(fields, options)?;
    let place = |name: &Option<String>| table.as_ref()?.place(name.as_deref()?);
    let (code, name) = (place(&columns.code), place(&columns.name));
    let mut rows = Vec::new();
    for (number, shape) in (1..).zip(shp::shapes(&layer.shp)?) {
        let record = table.as_ref().and_then(|table| table.record(number - 1));
        if record.is_some_and(|record| record.is_deleted()) {
            continue;
        }
        match shape {
            Ok(shape) => {
                let mut text = |place: Option<usize>| {
                    let (text, broken) = record?.text(place?)?;
                    if broken {
                        notes.add(WarningKind::EncodingBroken, number);
                    }
                    Some(text)
                };
                rows.push(Row {
                    number,
                    shape,
                    code: text(code),
                    name: text(name),
                });
            }
            Err(kind) => notes.add(kind, number),
        }
    }
    let declared = match &layer.prj {
        Some(prj) => Declared::from(Crs::from_wkt(&String::from_utf8_lossy(prj))),
        None => Declared::Nothing,
    };
    plot::plots(rows, declared, columns, options, notes)
}

/// The files of one layer.
struct Layer {
    shp: Vec<u8>,
    dbf: Option<Vec<u8>>,
    prj: Option<Vec<u8>>,
    cpg: Option<Vec<u8>>,
}

impl Layer {
    fn open(bytes: &[u8], options: &PlotOptions) -> Result<Self, ReadError> {
        let mut archive = Archive::open(bytes)?;
        let names: Vec<String> = archive.names().map(str::to_owned).collect();
        let layers: Vec<&str> = names.iter().filter_map(|name| stem_of_shp(name)).collect();
        let wanted = options.layer.as_deref();
        let fitting = |stem: &&&str| wanted.is_none_or(|wanted| file_name(stem) == wanted.trim());
        let mut found = layers.iter().filter(fitting);
        let stem = match (found.next(), found.next()) {
            (Some(stem), None) => *stem,
            _ if layers.is_empty() => return Err(ReadError::NoLayer),
            _ => {
                let layers = layers.iter().map(|stem| file_name(stem).to_owned());
                return Err(ReadError::LayerUnclear {
                    layers: layers.collect(),
                });
            }
        };
        let mut part = |extension: &str| {
            let place = names.iter().position(|name| {
                let (own, its) = name.rsplit_once('.').unwrap_or_default();
                own.eq_ignore_ascii_case(stem) && its.eq_ignore_ascii_case(extension)
            });
            place.map(|place| archive.read(place)).transpose()
        };
        Ok(Self {
            shp: part("shp")?.ok_or(ReadError::NoLayer)?,
            dbf: part("dbf")?,
            prj: part("prj")?,
            cpg: part("cpg")?,
        })
    }

    /// The encoding that the `.cpg` file names, by label or by the number of a Windows code page.
    fn encoding(&self) -> Option<&'static Encoding> {
        let text = std::str::from_utf8(self.cpg.as_deref()?).ok()?;
        let label = text
            .trim()
            .trim_start_matches('\u{feff}')
            .to_ascii_lowercase();
        let page = label.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        match page {
            "936" => Some(encoding_rs::GBK),
            "54936" => Some(encoding_rs::GB18030),
            "950" => Some(encoding_rs::BIG5),
            "65001" => Some(encoding_rs::UTF_8),
            _ => Encoding::for_label(label.as_bytes()),
        }
    }
}

/// The name of a `.shp` without its extension; not those that macOS adds.
fn stem_of_shp(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let ours = extension.eq_ignore_ascii_case("shp") && !name.contains("__MACOSX/");
    ours.then_some(stem)
}

fn file_name(stem: &str) -> &str {
    stem.rsplit(['/', '\\']).next().unwrap_or(stem)
}
