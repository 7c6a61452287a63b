//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Say a thing once, offline; every upstream gets its own form of it.
#[derive(Debug, Parser)]
#[command(name = "fieldwork", version, about, propagate_version = true)]
pub struct Args {
    /// Print one JSON object on stdout instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Log what hub and core do, on stderr
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play a village day: capture offline, sync once, deliver to stand-in upstreams, report
    Demo(Demo),
    /// Run and manage a hub 县级汇聚端
    #[command(subcommand)]
    Hub(Hub),
    /// A phone on the desktop
    Phone(Phone),
    /// Take in, check, compare and put side by side photographs
    #[command(subcommand)]
    Photo(Photo),
    /// Search the register of a phone: persons, households, plots, premises
    Find(Find),
}

/// Options of `demo`.
#[derive(Debug, ClapArgs)]
pub struct Demo {
    /// Folder with register/, day.json and codes.csv [default: the village day of the test data]
    #[arg(long, value_name = "DIR")]
    pub village: Option<PathBuf>,
    /// Folder with concepts, kinds and systems
    #[arg(long, value_name = "DIR", default_value = "specs")]
    pub specs: PathBuf,
    /// Where the outputs go; what an earlier run left there is replaced
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    pub out: PathBuf,
}

/// Commands of `hub`.
#[derive(Debug, Subcommand)]
pub enum Hub {
    /// Make a hub, or add a village to one: publish its register and the specs, signed
    Init {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Folder of the village's register files
        #[arg(long, value_name = "DIR")]
        register: PathBuf,
        /// Folder with concepts, kinds and systems
        #[arg(long, value_name = "DIR")]
        specs: PathBuf,
    },
    /// Print a one-time code with which a worker's phone is enrolled; good for a day
    Invite {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Worker id, as in the register
        #[arg(long, value_name = "ID")]
        worker: String,
        /// Village code, where the hub holds several
        #[arg(long, value_name = "CODE")]
        village: Option<String>,
    },
    /// Serve phones and deliver to upstreams until interrupted
    Serve {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Address to listen on; port 0 takes a free one
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8790")]
        listen: SocketAddr,
        /// Upstreams: a TOML file with [SYSTEM] base_url = "…", secret = "…"
        #[arg(long, value_name = "FILE")]
        upstreams: Option<PathBuf>,
        /// Set the hub's clock to this time (RFC 3339); it runs on from there
        #[arg(long, value_name = "TIME")]
        now: Option<String>,
    },
}

/// Options of `phone`.
#[derive(Debug, ClapArgs)]
pub struct Phone {
    /// Folder of the phone
    #[arg(long, value_name = "DIR")]
    pub store: PathBuf,
    /// Set the phone's clock to this time (RFC 3339); it runs on from there
    #[arg(long, value_name = "TIME", global = true)]
    pub now: Option<String>,
    /// What to do
    #[command(subcommand)]
    pub command: PhoneCommand,
}

/// Commands of `phone`.
#[derive(Debug, Subcommand)]
pub enum PhoneCommand {
    /// Enrol the phone with a one-time code; fetches register and specs
    Enrol {
        /// Address of the hub, such as http://127.0.0.1:8790
        #[arg(long, value_name = "URL")]
        hub: String,
        /// The code that `hub invite` printed
        #[arg(long, value_name = "CODE")]
        code: String,
    },
    /// Enter the captures of a day's script, offline, at the day's own times
    Play {
        /// The script
        #[arg(value_name = "DAY.json")]
        day: PathBuf,
        /// Only these captures
        #[arg(long, value_name = "C01,C02", value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Exchange what is new with the hub, photographs included
    Sync,
    /// List captures and what became of them
    List,
    /// Show the history of a case, by id or label
    Timeline {
        /// Id or label of the case; without it all cases are listed
        #[arg(value_name = "CASE")]
        case: Option<String>,
    },
    /// Write one fact of the register
    Edit {
        /// Entity, such as household:990101100201000031
        #[arg(value_name = "ENTITY")]
        entity: String,
        /// Concept, such as household.phone
        #[arg(value_name = "CONCEPT")]
        concept: String,
        /// Value; a code may be given by its label
        #[arg(value_name = "VALUE")]
        value: String,
    },
    /// List fields on which two people differ 两人填得不同
    Conflicts,
    /// Choose a value of a conflict
    Resolve {
        /// Id of the conflict, as listed
        #[arg(value_name = "ID")]
        id: String,
        /// Number of the value to keep, as listed (1 is the first)
        #[arg(long, value_name = "N")]
        keep: usize,
    },
    /// Show which forms a capture becomes
    Fill {
        /// Id or label of the capture
        #[arg(value_name = "CAPTURE")]
        capture: String,
    },
}

/// Options of `find`.
#[derive(Debug, ClapArgs)]
pub struct Find {
    /// Folder of the phone
    #[arg(long, value_name = "DIR")]
    pub store: PathBuf,
    /// Most results
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Name, code, citizen number or phone, or a part of it
    #[arg(value_name = "TEXT")]
    pub text: String,
}

/// Commands of `photo`.
#[derive(Debug, Subcommand)]
pub enum Photo {
    /// Make report picture and thumbnail of each photograph; the originals stay as they are
    Intake {
        /// Photographs
        #[arg(value_name = "IN", required = true)]
        photos: Vec<PathBuf>,
        /// Folder for what is made
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Most bytes of a report picture
        #[arg(long, value_name = "BYTES")]
        max_bytes: Option<usize>,
    },
    /// Measure blur and light; status 1 where there is a hint
    Check {
        /// Photograph
        #[arg(value_name = "IN")]
        photo: PathBuf,
    },
    /// Tell whether a photograph shows what the one before showed
    Compare {
        /// The photograph before
        #[arg(value_name = "BEFORE")]
        before: PathBuf,
        /// The new photograph
        #[arg(value_name = "AFTER")]
        after: PathBuf,
    },
    /// Put photographs side by side with a caption
    Strip {
        /// Before, during and after, or before and after
        #[arg(value_name = "PHOTO", required = true, num_args = 1..=4)]
        photos: Vec<PathBuf>,
        /// The picture to write, a JPEG
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Text below the pictures
        #[arg(long, value_name = "TEXT", default_value = "")]
        caption: String,
        /// Font to use before the built-in one; of a collection its first face
        #[arg(long, value_name = "FILE")]
        font: Option<PathBuf>,
    },
}
