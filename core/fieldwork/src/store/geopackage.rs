//! Reading plots from files, GeoPackages among them.
//!
//! A GeoPackage is somebody else's SQLite database. It is opened as an immutable file (nothing is
//! written beside it), read by plain scans of ordinary tables, and never trusted: views, virtual tables
//! and generated columns could run whatever their author wished, so a table that is one or has one is
//! not read. What the rows mean, the pure crate knows (`fieldwork_patrol::read::geopackage`).

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use fieldwork_patrol::read::geopackage::{Layer, LayerColumns, LayerRow, number_text};
use fieldwork_patrol::read::{self, MAX_FILE_BYTES, MAX_PLOTS, PlotFile, PlotOptions, ReadError};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

/// A database larger than this many bytes is not read; nor are more bytes taken out of one.
const MAX_DATABASE_BYTES: u64 = 512 << 20;

const MAGIC: &[u8] = b"SQLite format 3\0";

/// Why a file gives no plots.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlotFileError {
    /// It was read and is not taken.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be read.
    #[error("the file could not be read: {0}")]
    Io(#[from] io::Error),
}

/// Reads the plots of a file: GeoJSON, a zipped Shapefile or a GeoPackage.
///
/// # Errors
/// [`PlotFileError::Io`]; [`PlotFileError::Read`] where the readers refuse it.
pub fn plots(path: &Path, options: &PlotOptions) -> Result<PlotFile, PlotFileError> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head)?;
    let bytes = file.metadata()?.len();
    if head == MAGIC {
        if bytes > MAX_DATABASE_BYTES {
            return Err(ReadError::FileTooLarge.into());
        }
        let layer = layer(&fs::canonicalize(path)?, options)?;
        return Ok(read::geopackage::plots(layer, options)?);
    }
    if usize::try_from(bytes).map_or(true, |bytes| bytes > MAX_FILE_BYTES) {
        return Err(ReadError::FileTooLarge.into());
    }
    file.read_to_end(&mut head)?;
    Ok(read::plots(&head, options)?)
}

/// What the tables of the standard say of a table of features.
struct Described {
    table: String,
    geometry: String,
    organization: String,
    code: i64,
    definition: String,
}

fn layer(path: &Path, options: &PlotOptions) -> Result<Layer, ReadError> {
    let database = open(path).map_err(|_| ReadError::NotGeoPackage)?;
    let described = choose(&database, options)?;
    let fields = plain_columns(&database, &described.table).ok_or(ReadError::NotGeoPackage)?;
    if !fields.contains(&described.geometry) {
        return Err(ReadError::NotGeoPackage);
    }
    let columns = LayerColumns::find(&fields, options)?;
    let mut layer = Layer {
        organization: described.organization.clone(),
        code: described.code,
        definition: described.definition.clone(),
        columns,
        ..Layer::default()
    };
    fill(&database, &described, &mut layer)?;
    Ok(layer)
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    // What a URI would read as something else is escaped.
    let plain = path
        .to_str()
        .ok_or(rusqlite::Error::InvalidPath(path.to_owned()))?;
    let escaped = plain
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let database = Connection::open_with_flags(
        format!("file:{escaped}?immutable=1"),
        OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    database.execute_batch(
        "PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA query_only = ON;",
    )?;
    Ok(database)
}

/// The table that was asked for, or the only one.
fn choose(database: &Connection, options: &PlotOptions) -> Result<Described, ReadError> {
    let tables = [
        "gpkg_contents",
        "gpkg_geometry_columns",
        "gpkg_spatial_ref_sys",
    ];
    let plain = tables
        .iter()
        .all(|table| plain_columns(database, table).is_some());
    let all = described(database).ok().filter(|_| plain);
    let mut all = all.ok_or(ReadError::NotGeoPackage)?;
    if let Some(wanted) = options.layer.as_deref() {
        all.retain(|described| described.table == wanted.trim());
    }
    if all.len() > 1 {
        return Err(ReadError::LayerUnclear {
            layers: all.into_iter().map(|described| described.table).collect(),
        });
    }
    all.pop().ok_or(ReadError::NoLayer)
}

/// The tables of features, those of points and lines left out.
fn described(database: &Connection) -> rusqlite::Result<Vec<Described>> {
    let mut statement = database.prepare(
        "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition
         FROM gpkg_contents AS c
         JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name
         LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id
         WHERE c.data_type = 'features'
           AND upper(g.geometry_type_name) NOT IN ('POINT', 'MULTIPOINT', 'LINESTRING', 'MULTILINESTRING')
         ORDER BY c.table_name LIMIT 1000",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Described {
            table: row.get(0)?,
            geometry: row.get(1)?,
            organization: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            code: row.get::<_, Option<i64>>(3)?.unwrap_or_default(),
            definition: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        })
    })?;
    rows.collect()
}

/// The columns of a table; `None` where it is a view, virtual, or reckons some of its columns.
fn plain_columns(database: &Connection, table: &str) -> Option<Vec<String>> {
    let ordinary: bool = database
        .query_row(
            "SELECT upper(ltrim(sql)) NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_schema
             WHERE name = ?1 AND type = 'table'",
            [table],
            |row| row.get(0),
        )
        .ok()?;
    let read = || {
        let mut statement = database.prepare("SELECT name, hidden FROM pragma_table_xinfo(?1)")?;
        let rows = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<(String, i64)>>>()
    };
    let columns = read().ok().filter(|_| ordinary)?;
    let stored = columns.iter().all(|(_, hidden)| *hidden == 0);
    stored.then(|| columns.into_iter().map(|(name, _)| name).collect())
}

/// Reads the rows; those before a damage are kept.
fn fill(database: &Connection, described: &Described, layer: &mut Layer) -> Result<(), ReadError> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let column = |name: &Option<String>| name.as_deref().map_or("NULL".to_owned(), quoted);
    let sql = format!(
        "SELECT {}, {}, {} FROM {}",
        quoted(&described.geometry),
        column(&layer.columns.code),
        column(&layer.columns.name),
        quoted(&described.table),
    );
    let mut statement = database
        .prepare(&sql)
        .map_err(|_| ReadError::NotGeoPackage)?;
    let mut rows = statement.query([]).map_err(|_| ReadError::NotGeoPackage)?;
    let mut bytes = 0;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(()),
            Err(_) if layer.rows.is_empty() => return Err(ReadError::NotGeoPackage),
            Err(_) => {
                layer.cut_short = true;
                return Ok(());
            }
        };
        let value = |place: usize| row.get_ref(place).unwrap_or(ValueRef::Null);
        let geometry = match value(0) {
            ValueRef::Blob(geometry) => geometry.to_owned(),
            _ => Vec::new(),
        };
        bytes += u64::try_from(geometry.len()).unwrap_or(u64::MAX);
        if bytes > MAX_DATABASE_BYTES {
            return Err(ReadError::FileTooLarge);
        }
        if layer.rows.len() == MAX_PLOTS {
            return Err(ReadError::TooManyPlots);
        }
        layer.rows.push(LayerRow {
            geometry,
            code: text(value(1)),
            name: text(value(2)),
        });
    }
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number_text(number)),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}
