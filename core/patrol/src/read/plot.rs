//! From shapes and columns of any file to plots.

use fieldwork_geo::{Polygon, Ring};

use super::crs::{Bounds, Crs, CrsError};
use super::warning::Notes;
use super::{ReadError, Warning, WarningKind};
use crate::plot::Plot;

/// What a caller may say about a file of plots; what is left out is found out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlotOptions {
    /// The column of codes. Without it the usual names are looked for (`DKBM`, `地块编码` …); where none
    /// is found, a plot's code is its number in the file.
    pub code_field: Option<String>,
    /// The column of names; without it `DKMC`, `地块名称` and the like.
    pub name_field: Option<String>,
    /// Which layer of a file that holds several.
    pub layer: Option<String>,
    /// What the numbers mean, instead of what the file says or seems to say. The only way to read degrees
    /// of GCJ-02 or BD-09, which no format can declare.
    pub crs: Option<Crs>,
}

/// What a file of plots held.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotFile {
    /// Its plots, in WGS-84, in the order of the file.
    pub plots: Vec<Plot>,
    /// What its numbers were taken for.
    pub crs: Crs,
    /// The column that was taken for codes.
    pub code_field: Option<String>,
    /// The column that was taken for names.
    pub name_field: Option<String>,
    /// What was passed over or taken with doubt, one of a kind.
    pub warnings: Vec<Warning>,
}

/// Parts of rings of corners, in the numbers of the file.
pub(crate) type Shape = Vec<Vec<Vec<[f64; 2]>>>;

/// One row: its number in the file, its shape, and what stands in the two columns.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) number: usize,
    pub(crate) shape: Shape,
    pub(crate) code: Option<String>,
    pub(crate) name: Option<String>,
}

/// Names of columns that hold the code of a plot, those that are surest first.
const CODE_FIELDS: [&str; 20] = [
    "DKBM",
    "地块编码",
    "地块代码",
    "地块编号",
    "DKDM",
    "TBBH",
    "图斑编号",
    "TBYBH",
    "plot_code",
    "plot_id",
    "parcel_id",
    "code",
    "编码",
    "编号",
    "BSM",
    "标识码",
    "id",
    "fid",
    "gid",
    "objectid",
];
/// … and its name.
const NAME_FIELDS: [&str; 7] = [
    "DKMC",
    "地块名称",
    "地块名",
    "plot_name",
    "name",
    "名称",
    "title",
];

/// Which columns hold code and name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    pub(crate) code: Option<String>,
    pub(crate) name: Option<String>,
}

impl Columns {
    /// Finds them among the columns there are.
    pub(crate) fn of<'a>(
        fields: impl Iterator<Item = &'a str> + Clone,
        options: &PlotOptions,
    ) -> Result<Self, ReadError> {
        let find = |wanted: &Option<String>, usual: &[&str]| match wanted {
            Some(name) => {
                let mut same = fields.clone().filter(|field| field.trim() == name.trim());
                let found = same.next().or_else(|| among(fields.clone(), name));
                let missing = || ReadError::FieldMissing {
                    fields: fields.clone().map(str::to_owned).collect(),
                };
                found
                    .map(|field| Some(field.to_owned()))
                    .ok_or_else(missing)
            }
            None => {
                let mut usual = usual.iter();
                Ok(usual
                    .find_map(|name| among(fields.clone(), name))
                    .map(str::to_owned))
            }
        };
        Ok(Self {
            code: find(&options.code_field, &CODE_FIELDS)?,
            name: find(&options.name_field, &NAME_FIELDS)?,
        })
    }
}

fn among<'a>(mut fields: impl Iterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    fields.find(|field| field.trim().eq_ignore_ascii_case(name.trim()))
}

/// What a file says its numbers mean.
pub(crate) enum Declared {
    /// Nothing.
    Nothing,
    /// A system that is read.
    Known(Crs),
    /// A system that is not.
    Refused(CrsError),
}

impl From<Result<Crs, CrsError>> for Declared {
    fn from(read: Result<Crs, CrsError>) -> Self {
        match read {
            Ok(crs) => Self::Known(crs),
            Err(error) => Self::Refused(error),
        }
    }
}

/// Makes plots of rows.
///
/// # Errors
/// [`ReadError::CrsUnsupported`], [`ReadError::CrsUnknown`]; [`ReadError::OffGrid`] where not one row
/// lies in the system, which then is the wrong one.
pub(crate) fn plots(
    rows: Vec<Row>,
    declared: Declared,
    columns: Columns,
    options: &PlotOptions,
    mut notes: Notes,
) -> Result<PlotFile, ReadError> {
    let corners = || {
        let all = rows
            .iter()
            .flat_map(|row| row.shape.iter().flatten().flatten());
        all.copied()
    };
    let bounds = Bounds::of(corners());
    let crs = match (options.crs, declared, &bounds) {
        (Some(crs), ..) | (None, Declared::Known(crs), _) => crs,
        (None, Declared::Refused(error), _) => return Err(ReadError::CrsUnsupported(error)),
        (None, Declared::Nothing, Some(bounds)) => {
            notes.add(WarningKind::CrsAssumed, None);
            Crs::guess(bounds).ok_or(ReadError::CrsUnknown)?
        }
        (None, Declared::Nothing, None) => Crs::Degrees(crate::track::Datum::Wgs84),
    };
    let swapped = crs.is_swapped(corners());
    if swapped {
        notes.add(WarningKind::AxesSwapped, None);
    }
    let mut plots = Vec::with_capacity(rows.len());
    let mut off_grid = 0;
    for row in rows {
        match outline(row.shape, crs, swapped, row.number, &mut notes) {
            Ok(outline) => plots.push(Plot {
                code: text(row.code).unwrap_or_else(|| {
                    if columns.code.is_some() {
                        notes.add(WarningKind::CodeMissing, row.number);
                    }
                    row.number.to_string()
                }),
                name: text(row.name).unwrap_or_default(),
                outline,
            }),
            Err(kind) => {
                off_grid += u32::from(kind == WarningKind::OutlineOffGrid);
                notes.add(kind, row.number);
            }
        }
    }
    if plots.is_empty() && off_grid > 0 {
        return Err(ReadError::OffGrid);
    }
    repeated(&plots, &mut notes);
    Ok(PlotFile {
        plots,
        crs,
        code_field: columns.code,
        name_field: columns.name,
        warnings: notes.in_features(),
    })
}

/// A text of a column, trimmed and cut; `None` where nothing stands there.
fn text(value: Option<String>) -> Option<String> {
    let value = value?;
    let value = value.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    (!value.is_empty()).then(|| value.chars().take(200).collect())
}

/// A number as a code: whole ones without a point, whatever a table made of them.
pub(crate) fn number_text(number: f64, written: &str) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        written.to_owned()
    }
}

fn outline(
    shape: Shape,
    crs: Crs,
    swapped: bool,
    number: usize,
    notes: &mut Notes,
) -> Result<Polygon, WarningKind> {
    let mut parts = Vec::with_capacity(shape.len());
    for part in shape {
        let mut rings: Vec<Ring> = Vec::with_capacity(part.len());
        for (place, corners) in part.into_iter().enumerate() {
            let mut ring: Ring = Vec::with_capacity(corners.len());
            for [x, y] in corners {
                let corner = if swapped { [y, x] } else { [x, y] };
                let corner = crs
                    .place(corner)
                    .ok_or(WarningKind::OutlineOffGrid)?
                    .to_e7();
                if ring.last() != Some(&corner) {
                    ring.push(corner);
                }
            }
            while ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            if ring.len() >= 3 {
                rings.push(ring);
                continue;
            }
            notes.add(WarningKind::RingTooSmall, number);
            // Without its border the holes of a part mean nothing.
            if place == 0 {
                break;
            }
        }
        if !rings.is_empty() {
            parts.push(rings);
        }
    }
    Polygon::new(parts).map_err(|_| WarningKind::FeatureUnreadable)
}

/// Notes codes that stand twice: what was seen could not be said of one plot.
fn repeated(plots: &[Plot], notes: &mut Notes) {
    let mut seen = std::collections::BTreeSet::new();
    for (number, plot) in (1..).zip(plots) {
        if !seen.insert(plot.code.as_str()) {
            notes.add(WarningKind::CodeRepeated, number);
        }
    }
}
