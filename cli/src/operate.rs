//! What an operator does at a hub that is not being served: specs that come and go.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use fieldwork::port::Ports;
use fieldwork_hub::hub::Hub;
use fieldwork_ids::time::parse_rfc3339;
use serde_json::json;

use crate::args::time;
use crate::error::Failed;
use crate::output;

/// Commands of `hub` for its operator.
#[derive(Debug, Subcommand)]
pub enum Operate {
    /// Add specs to the signed catalogue of all villages, or withdraw them
    #[command(subcommand)]
    Specs(Specs),
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

/// Runs a command of the operator.
pub fn run(command: &Operate, json: bool) -> Result<ExitCode, Failed> {
    match command {
        Operate::Specs(command) => specs(command, json)?,
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

/// Opens the hub, works, and closes it whatever came of the work.
fn with<T>(
    data: &std::path::Path,
    work: impl FnOnce(&Hub) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let hub = Hub::open(data, Ports::system())?;
    let done = work(&hub);
    hub.close();
    done
}
