//! `fieldwork hub`.

use std::fs;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use fieldwork::port::Ports;
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::Patience;
use fieldwork_hub::hub::{Hub, invite};
use fieldwork_hub::server::Server;
use serde_json::json;

use crate::args::Hub as Command;
use crate::clock;
use crate::error::Failed;
use crate::output;

/// Runs a hub command.
pub fn run(command: &Command, json: bool) -> Result<ExitCode, Failed> {
    match command {
        Command::Init {
            data,
            register,
            specs,
        } => {
            let (hub, report) = Hub::init(data, register, specs, Ports::system())?;
            hub.close();
            for finding in &report.register.findings {
                output::note(&format!("register: {finding}"));
            }
            let counts = &report.register.counts;
            let result = json!({
                "village": report.village,
                "persons": counts.persons, "households": counts.households, "houses": counts.houses,
                "plots": counts.plots, "premises": counts.premises, "grids": counts.grids,
                "workers": counts.workers, "findings": report.register.findings.len(),
                "systems": report.systems,
            });
            output::result(json, &result, || {
                format!(
                    "村 {}: {}人 {}户 {}栋房屋 {}块地 {}处场所 {}个网格 {}名工作人员；登记册提示{}条；对接系统 {}",
                    report.village,
                    counts.persons,
                    counts.households,
                    counts.houses,
                    counts.plots,
                    counts.premises,
                    counts.grids,
                    counts.workers,
                    report.register.findings.len(),
                    report.systems.join(" ")
                )
            })?;
        }
        Command::Invite {
            data,
            worker,
            village,
        } => {
            let code = invite(data, village.as_deref(), worker, &Ports::system())?;
            output::result(json, &json!({ "worker": worker, "code": code }), || {
                code.clone()
            })?;
        }
        Command::Operate(command) => return crate::operate::run(command, json),
        Command::Serve {
            data,
            listen,
            upstreams,
            now,
        } => {
            let upstreams = match upstreams {
                Some(path) => {
                    Upstreams::parse(&fs::read_to_string(path).map_err(Failed::file(path))?)?
                }
                None => Upstreams::default(),
            };
            let hub = Arc::new(Hub::open(data, clock::ports(now.as_deref())?)?);
            let listener = TcpListener::bind(listen).map_err(Failed::file(listen.to_string()))?;
            let server = Server::start(Arc::clone(&hub), listener, &upstreams, Patience::default())
                .map_err(Failed::file(listen.to_string()))?;
            let address = format!("http://{}", server.address());
            output::result(json, &json!({ "listening": address }), || {
                format!("listening on {address}")
            })?;
            fieldwork_hub::server::until_interrupted().map_err(Failed::Output)?;
            server.stop();
            hub.close();
        }
    }
    Ok(ExitCode::SUCCESS)
}
