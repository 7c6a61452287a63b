//! What ends a command with status 1.

use std::path::PathBuf;

use thiserror::Error;

/// Why a command failed.
#[derive(Debug, Error)]
pub enum Failed {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] fieldwork::Error),
    /// The hub.
    #[error(transparent)]
    Hub(#[from] fieldwork_hub::hub::HubError),
    /// The upstreams file.
    #[error(transparent)]
    Config(#[from] fieldwork_hub::config::ConfigError),
    /// The script of a day.
    #[error("{path:?} is not the script of a day")]
    Day {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: fieldwork_testkit::day::DayError,
    },
    /// An entry of the script refers to what is not there.
    #[error("{entry}: {reason}")]
    Script {
        /// Label of the entry.
        entry: String,
        /// What is wrong.
        reason: String,
    },
    /// The address of the hub.
    #[error(transparent)]
    Address(#[from] fieldwork_http::AddressError),
    /// The hub of a folder is not being served.
    #[error("the hub in {0:?} is not being served; start it with `fieldwork hub serve`")]
    NotServed(PathBuf),
    /// The hub that is being served did not do it.
    #[error("the hub that is being served said: {0}")]
    Served(String),
    /// The phone has no hub yet.
    #[error("the phone is not enrolled; enrol it with `fieldwork phone enrol`")]
    NotEnrolled,
    /// Not a time.
    #[error("{0:?} is not a time such as 2025-04-08T19:45:00+08:00")]
    Time(String),
    /// Not an entity.
    #[error(transparent)]
    Entity(#[from] fieldwork_register::RegisterError),
    /// A file is not JSON.
    #[error("{path:?} is not json")]
    NotJson {
        /// The file.
        path: PathBuf,
        /// Where it stops being JSON.
        source: serde_json::Error,
    },
    /// A spec, or what it is read among.
    #[error(transparent)]
    Spec(#[from] fieldwork_forms::SpecError),
    /// No such system among the specs.
    #[error("there is no system {id:?} in {specs:?}")]
    NoSystem {
        /// What was asked for.
        id: String,
        /// Where.
        specs: PathBuf,
    },
    /// A file or folder.
    #[error("{path:?} could not be read or written")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The result would take the place of an original.
    #[error("{0:?} is one of the photographs; name another file for the result")]
    Overwrites(PathBuf),
    /// A photograph.
    #[error("{path:?} was not taken")]
    Photo {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: fieldwork_photo::PhotoError,
    },
    /// A file of tracks.
    #[error(transparent)]
    Track(#[from] fieldwork_patrol::read::ReadError),
    /// A file of plots.
    #[error(transparent)]
    Plots(#[from] fieldwork::store::geopackage::PlotFileError),
    /// A track that cannot be sealed.
    #[error(transparent)]
    Seal(#[from] fieldwork_patrol::sealed::SealedError),
    /// Not a point on the earth.
    #[error(transparent)]
    Point(#[from] fieldwork_geo::PointError),
    /// A folder of register files.
    #[error(transparent)]
    Folder(#[from] fieldwork_hub::folder::FolderError),
    /// Standard output.
    #[error("the result could not be printed")]
    Output(#[source] std::io::Error),
    /// Something that the demonstration promises did not come true.
    #[error("{0}")]
    Promise(String),
}

impl Failed {
    /// Names the file that an I/O error is about.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

impl Failed {
    /// Names the photograph that an error is about.
    pub fn photo(path: impl Into<PathBuf>) -> impl FnOnce(fieldwork_photo::PhotoError) -> Self {
        let path = path.into();
        move |source| Self::Photo { path, source }
    }
}

impl From<fieldwork::replica::ReplicaError> for Failed {
    fn from(error: fieldwork::replica::ReplicaError) -> Self {
        Self::Phone(error.into())
    }
}

impl From<fieldwork::recorder::RecorderError> for Failed {
    fn from(error: fieldwork::recorder::RecorderError) -> Self {
        Self::Phone(error.into())
    }
}

impl From<fieldwork_hub::village::VillageError> for Failed {
    fn from(error: fieldwork_hub::village::VillageError) -> Self {
        Self::Hub(error.into())
    }
}
