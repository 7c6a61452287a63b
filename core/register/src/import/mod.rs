//! Import: the village's own files → a [`Base`] and a report of all that was odd in them.
//!
//! A missing file or heading stops an import, by name: it is the wrong file. A bad row never does: it
//! is put right, or kept as written, or left out, and each of these is a finding. Two things are read
//! more than once so that files check one another: what a household says in the roster, in 户情 and at
//! its houses and plots, and how many members it has.

mod cell;
mod house;
mod household;
mod land;
mod premises;
mod roster;
mod table;
mod worker;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::{Base, Counts, Entity, EntityKind, FindingKind, ImportReport, RegisterError, Village};

/// A file of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceFile {
    /// 人口花名册.csv: a row per person.
    Roster,
    /// 户情.csv: a row per household.
    Households,
    /// 房屋.csv: a row per house.
    Houses,
    /// 地块.geojson: a feature per plot.
    Plots,
    /// 场所.csv: a row per shop, workshop, guest house …
    Premises,
    /// 网格.geojson: a feature per grid.
    Grids,
    /// 干部.csv: a row per field worker.
    Workers,
}

impl SourceFile {
    /// All files, in the order they are read.
    pub const ALL: [Self; 7] = [
        Self::Roster,
        Self::Households,
        Self::Houses,
        Self::Plots,
        Self::Premises,
        Self::Grids,
        Self::Workers,
    ];

    /// Its name in the folder of the register.
    pub fn name(self) -> &'static str {
        match self {
            Self::Roster => "人口花名册.csv",
            Self::Households => "户情.csv",
            Self::Houses => "房屋.csv",
            Self::Plots => "地块.geojson",
            Self::Premises => "场所.csv",
            Self::Grids => "网格.geojson",
            Self::Workers => "干部.csv",
        }
    }

    pub(crate) fn stem(self) -> &'static str {
        let name = self.name();
        name.split_once('.').map_or(name, |(stem, _)| stem)
    }

    pub(crate) fn is_map(self) -> bool {
        matches!(self, Self::Plots | Self::Grids)
    }
}

impl fmt::Display for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for SourceFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The bytes of the register's files. All of them are needed; one of which a village has nothing holds
/// its heading only.
#[derive(Clone, Default)]
pub struct Files {
    contents: BTreeMap<SourceFile, Vec<u8>>,
}

impl Files {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads all files by way of `read`, which is given each name and says `None` for a file that is
    /// not there.
    ///
    /// # Errors
    /// The first error of `read`.
    pub fn read_with<E>(
        mut read: impl FnMut(&str) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Self, E> {
        let mut files = Self::new();
        for file in SourceFile::ALL {
            if let Some(bytes) = read(file.name())? {
                files.insert(file, bytes);
            }
        }
        Ok(files)
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, file: SourceFile, bytes: Vec<u8>) {
        self.contents.insert(file, bytes);
    }

    /// Takes a file out.
    pub fn remove(&mut self, file: SourceFile) -> Option<Vec<u8>> {
        self.contents.remove(&file)
    }

    /// The bytes of a file without a byte order mark.
    fn bytes(&self, file: SourceFile) -> Result<&[u8], RegisterError> {
        let bytes = self
            .contents
            .get(&file)
            .ok_or(RegisterError::FileMissing { file })?;
        Ok(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(
                self.contents
                    .iter()
                    .map(|(file, bytes)| (file.name(), bytes.len())),
            )
            .finish()
    }
}

/// Makes a base of the village's files.
///
/// # Errors
/// [`RegisterError`] names the file (and heading) where one is missing, not UTF-8 or not GeoJSON, or
/// where no household code says which village it is. Bad rows are no errors: see [`ImportReport`].
pub fn import(files: &Files) -> Result<(Base, ImportReport), RegisterError> {
    let mut report = ImportReport::default();
    let roster = roster::read(files, &mut report)?;
    let mut households = roster.households;
    let mut persons = roster.persons;
    let groups = household::join(files, &mut households, &mut report)?;
    households.check_members(&mut report);
    for person in &mut persons {
        // The roster has no date of its own: its facts were verified with the household.
        let household = person
            .parent
            .as_ref()
            .and_then(|id| households.by_code(&id.id));
        person.as_of = household.and_then(|household| household.entity.as_of);
    }

    let houses = house::read(files, &households, &mut report)?;
    let plots = land::plots(files, &households, &mut report)?;
    let premises = premises::read(files, &mut report)?;
    let grids = land::grids(files, &mut report)?;
    let workers = worker::read(files, &grids, &mut report)?;
    check_points(SourceFile::Houses, &houses, &grids, &mut report);
    check_points(SourceFile::Premises, &premises, &grids, &mut report);

    let entities: Vec<Entity> = (households.into_entities().into_iter())
        .chain(persons)
        .chain(without_rows(houses))
        .chain(plots)
        .chain(without_rows(premises))
        .chain(grids)
        .chain(workers)
        .collect();
    report.counts = counts(&entities);
    report
        .findings
        .sort_by_key(|finding| (finding.file, finding.row));
    let village = Village {
        groups,
        ..roster.village
    };
    Ok((Base { village, entities }, report))
}

/// An entity with the row it was read from.
type WithRow = (u32, Entity);

fn without_rows(entities: Vec<WithRow>) -> impl Iterator<Item = Entity> {
    entities.into_iter().map(|(_, entity)| entity)
}

fn check_points(
    file: SourceFile,
    entities: &[WithRow],
    grids: &[Entity],
    report: &mut ImportReport,
) {
    let outlines: Vec<_> = grids
        .iter()
        .filter_map(|grid| grid.outline.as_ref())
        .collect();
    if outlines.is_empty() {
        return;
    }
    for (row, entity) in entities {
        let outside = |point: fieldwork_geo::Wgs84| {
            outlines
                .iter()
                .all(|outline| outline.position(point.to_e7()) == fieldwork_geo::Position::Outside)
        };
        if entity.point.is_some_and(outside) {
            report.add(file, *row, None, FindingKind::OutsideGrids);
        }
    }
}

fn counts(entities: &[Entity]) -> Counts {
    let of = |kind| {
        entities
            .iter()
            .filter(|entity| entity.id.kind == kind)
            .count()
    };
    Counts {
        persons: of(EntityKind::Person),
        households: of(EntityKind::Household),
        houses: of(EntityKind::House),
        plots: of(EntityKind::Plot),
        premises: of(EntityKind::Premises),
        grids: of(EntityKind::Grid),
        workers: of(EntityKind::Worker),
    }
}
