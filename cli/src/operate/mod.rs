//! What an operator does at a hub: specs that come and go, what is carried by hand and the ledger while it is
//! not being served, looking and deciding at any time ([`Look`]).

mod look;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use fieldwork::port::Ports;
use fieldwork_hub::hub::{Hub, HubError};
use fieldwork_ids::time::parse_rfc3339;
use serde_json::json;

pub use look::Look;

use crate::args::time;
use crate::error::Failed;
use crate::output;

/// Commands of `hub` for its operator.
#[derive(Debug, Subcommand)]
pub enum Operate {
    /// Add specs to the signed catalogue of all villages, or withdraw them
    #[command(subcommand)]
    Specs(Specs),
    /// Carry forms to a system that has no interface, and enter the numbers it gives
    #[command(subcommand)]
    ByHand(ByHand),
    /// Look at a hub and decide about what is stuck, also while it is being served
    #[command(flatten)]
    Look(Look),
    /// Write the ledger 台账 as CSV and as a workbook fit for printing, whole and per line of work
    Ledger {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Where the files go; earlier ones of the same names are replaced
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Village code, where the hub holds several
        #[arg(long, value_name = "CODE")]
        village: Option<String>,
    },
}

/// Commands of `hub specs`.
#[derive(Debug, Subcommand)]
pub enum Specs {
    /// Sign a spec and publish it; it takes the place of an earlier version of the same system
    Add {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The spec
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Withdraw a system: later captures give none of its forms, what is under way still arrives
    Withdraw {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Id of the system
        #[arg(value_name = "ID")]
        system: String,
        /// From when on (RFC 3339) [default: now]
        #[arg(long, value_name = "TIME", value_parser = time)]
        at: Option<String>,
    },
}

/// Commands of `hub by-hand`.
#[derive(Debug, Subcommand)]
pub enum ByHand {
    /// Write a folder per batch of what nobody has been given yet: import file, copy sheet, photographs
    Make {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Id of the system
        #[arg(long, value_name = "ID")]
        system: String,
        /// Where the folders go
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Village code, where the hub holds several
        #[arg(long, value_name = "CODE")]
        village: Option<String>,
    },
    /// Enter the number that the system gave for a batch, or for one form
    Receipt {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Id of the system
        #[arg(long, value_name = "ID")]
        system: String,
        /// Id of the batch, or key of one form, as the copy sheet shows them
        #[arg(value_name = "KEY|BATCH")]
        which: String,
        /// The number
        #[arg(long, value_name = "N")]
        number: String,
        /// Village code, where the hub holds several
        #[arg(long, value_name = "CODE")]
        village: Option<String>,
    },
}

/// Runs a command of the operator.
pub fn run(command: &Operate, json: bool) -> Result<ExitCode, Failed> {
    match command {
        Operate::Specs(command) => specs(command, json)?,
        Operate::ByHand(command) => carry(command, json)?,
        Operate::Look(command) => look::run(command, json)?,
        Operate::Ledger { data, out, village } => ledger(data, out, village.as_deref(), json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn specs(command: &Specs, json: bool) -> Result<(), Failed> {
    match command {
        Specs::Add { data, file } => {
            let text = fs::read_to_string(file).map_err(Failed::file(file))?;
            let name = file.display().to_string();
            let system = with(data, |hub| Ok(hub.add_spec(&name, &text)?))?;
            output::result(json, &json!({ "system": system }), || {
                format!("已签名发布 {system}，手机下次同步时收到")
            })
        }
        Specs::Withdraw { data, system, at } => {
            let at_ms = match at {
                Some(at) => Some(parse_rfc3339(at).map_err(|_| Failed::Time(at.clone()))?),
                None => None,
            };
            let at_ms = with(data, |hub| {
                let at_ms = at_ms.unwrap_or_else(|| hub.now_ms());
                hub.withdraw_spec(system, at_ms)?;
                Ok(at_ms)
            })?;
            let result = json!({ "system": system, "withdrawn_ms": at_ms });
            output::result(json, &result, || {
                format!("已撤回 {system}，此后的记录不再产生它的表；已产生的照常送达")
            })
        }
    }
}

fn carry(command: &ByHand, json: bool) -> Result<(), Failed> {
    match command {
        ByHand::Make {
            data,
            system,
            out,
            village,
        } => {
            let made = with(data, |hub| {
                let village = hub.only_village(village.as_deref())?;
                Ok(village.make_by_hand(system, out).map_err(HubError::from)?)
            })?;
            let batches: Vec<_> = made
                .batches
                .iter()
                .map(|batch| {
                    json!({ "batch": batch.id, "form": batch.form, "folder": batch.folder, "keys": batch.keys })
                })
                .collect();
            let result = json!({ "batches": batches, "waiting": made.waiting });
            output::result(json, &result, || {
                let lines = made.batches.iter().map(|batch| {
                    format!(
                        "批次 {}：{}份，在 {}",
                        batch.id,
                        batch.keys.len(),
                        batch.folder.display()
                    )
                });
                let waiting = format!("还有{}份等照片", made.waiting);
                lines
                    .chain((made.waiting > 0).then_some(waiting))
                    .chain(made.batches.is_empty().then(|| "没有新的".to_owned()))
                    .collect::<Vec<_>>()
                    .join("\n")
            })
        }
        ByHand::Receipt {
            data,
            system,
            which,
            number,
            village,
        } => {
            let completed = with(data, |hub| {
                let village = hub.only_village(village.as_deref())?;
                let done = village.enter_number(system, which, number);
                Ok(done.map_err(HubError::from)?)
            })?;
            output::result(json, &json!({ "completed": completed }), || {
                format!("已登记受理编号，{completed}份办结")
            })
        }
    }
}

fn ledger(data: &Path, out: &Path, village: Option<&str>, json: bool) -> Result<(), Failed> {
    let files = with(data, |hub| Ok(hub.only_village(village)?.ledger_files()?))?;
    fs::create_dir_all(out).map_err(Failed::file(out))?;
    for file in &files {
        let path = out.join(&file.name);
        fs::write(&path, &file.bytes).map_err(Failed::file(&path))?;
    }
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    output::result(json, &json!({ "files": names }), || names.join("\n"))
}

/// Opens the hub, works, and closes it whatever came of the work.
fn with<T>(data: &Path, work: impl FnOnce(&Hub) -> Result<T, Failed>) -> Result<T, Failed> {
    let hub = Hub::open(data, Ports::system())?;
    let done = work(&hub);
    hub.close();
    done
}
