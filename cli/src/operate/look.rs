//! `fieldwork hub status|outbox|retry|discard|confirm|devices|revoke|page`: what is stuck, and what a
//! person decides.
//!
//! A hub that is being served is asked, with the operator's token from its folder; one that is not is
//! opened. So these commands work at any time.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use fieldwork::port::{Request, RequestBody, Transport};
use fieldwork_http::HttpTransport;
use fieldwork_hub::hub::Hub;
use fieldwork_hub::operator::{DeviceRow, Filter, OutboxRow, Overview, SystemOverview};
use fieldwork_hub::token::{Token, served};
use fieldwork_ids::time::rfc3339;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::with;
use crate::error::Failed;
use crate::output;

/// Most bytes of an answer.
const MAX_ANSWER: u64 = 16 << 20;

/// Commands of `hub` that look and decide.
#[derive(Debug, Subcommand)]
pub enum Look {
    /// Show what arrived, what is delivered and what is stuck, by system
    Status {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// List deliveries, oldest first
    Outbox {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Only of this system
        #[arg(long, value_name = "ID")]
        system: Option<String>,
        /// Only in this state: available, running, retryable, scheduled, completed, discarded, uncertain
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// Send a delivery again now; of an uncertain one this may make two
    Retry {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Key of the delivery
        #[arg(value_name = "KEY")]
        key: String,
    },
    /// Give a delivery up; its author is told the reason
    Discard {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Key of the delivery
        #[arg(value_name = "KEY")]
        key: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Note that an uncertain delivery was found at its system
    Confirm {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Key of the delivery
        #[arg(value_name = "KEY")]
        key: String,
        /// The system's own id of it
        #[arg(long, value_name = "ID")]
        upstream_ref: Option<String>,
    },
    /// List devices
    Devices {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Revoke a device: from now on nothing it sends is taken
    Revoke {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Its short name, as listed
        #[arg(value_name = "DEVICE")]
        device: String,
    },
    /// Print the address of the operator's page of a hub that is being served; keep it to yourself
    Page {
        /// Folder of the hub
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

/// Runs one of them.
pub fn run(command: &Look, json: bool) -> Result<(), Failed> {
    match command {
        Look::Status { data } => {
            let overview: Overview = get(data, "/operator/overview", |hub| Ok(hub.overview()?))?;
            output::result(json, &overview, || status(&overview))
        }
        Look::Outbox {
            data,
            system,
            state,
            limit,
        } => {
            let filter = Filter {
                system: system.clone(),
                state: state.clone(),
                limit: Some(*limit),
            };
            let rows: Vec<OutboxRow> =
                get(data, &address(&filter), |hub| Ok(hub.outbox(&filter)?))?;
            output::result(json, &json!({ "deliveries": rows }), || {
                lines(&rows, "没有符合的上报件", told_row)
            })
        }
        Look::Retry { data, key } => {
            decide(data, "retry", json!({ "key": key }), |hub| {
                Ok(hub.retry(key)?)
            })?;
            output::result(json, &json!({ "retried": key }), || {
                format!("{key} 马上重新发送")
            })
        }
        Look::Discard { data, key, reason } => {
            decide(
                data,
                "discard",
                json!({ "key": key, "reason": reason }),
                |hub| Ok(hub.discard(key, reason)?),
            )?;
            output::result(json, &json!({ "discarded": key }), || {
                format!("{key} 不再发送，工作人员会看到原因")
            })
        }
        Look::Confirm {
            data,
            key,
            upstream_ref,
        } => {
            decide(
                data,
                "confirm",
                json!({ "key": key, "upstream_ref": upstream_ref }),
                |hub| Ok(hub.confirm(key, upstream_ref.as_deref())?),
            )?;
            output::result(json, &json!({ "confirmed": key }), || {
                format!("{key} 已送达")
            })
        }
        Look::Devices { data } => {
            let rows: Vec<DeviceRow> =
                get(data, "/operator/devices", |hub| Ok(hub.device_rows()?))?;
            output::result(json, &json!({ "devices": rows }), || {
                lines(&rows, "还没有登记的设备", told_device)
            })
        }
        Look::Revoke { data, device } => {
            decide(data, "revoke", json!({ "device": device }), |hub| {
                hub.revoke(device)?;
                Ok(())
            })?;
            output::result(json, &json!({ "revoked": device }), || {
                format!("{device} 已停用，它送来的都不再收")
            })
        }
        Look::Page { data } => {
            let token = Token::load(data).map_err(Failed::file(data))?;
            let (Some(base), Some(token)) = (served(data), token) else {
                return Err(Failed::NotServed(data.clone()));
            };
            let address = format!("{base}/#{}", token.expose());
            output::result(json, &json!({ "page": address }), || address.clone())
        }
    }
}

/// A hub that is being served.
struct Served {
    transport: HttpTransport,
    token: Token,
}

impl Served {
    /// The served hub of a folder; `None` where nobody answers there.
    fn find(data: &Path) -> Result<Option<Self>, Failed> {
        let token = Token::load(data).map_err(Failed::file(data))?;
        let (Some(base), Some(token)) = (served(data), token) else {
            return Ok(None);
        };
        let found = Self {
            transport: HttpTransport::new(&base)?,
            token,
        };
        // It may have died without taking the note away.
        Ok(found.call("GET", "/health", None).is_ok().then_some(found))
    }

    fn call(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failed> {
        let request = Request {
            method,
            path: path.to_owned(),
            headers: vec![
                ("authorization", format!("Bearer {}", self.token.expose())),
                ("content-type", "application/json".to_owned()),
            ],
            body: match body {
                Some(body) => RequestBody::Bytes(body.to_string().into_bytes()),
                None => RequestBody::Empty,
            },
            max_answer: MAX_ANSWER,
        };
        let answer = self
            .transport
            .send(&request)
            .map_err(|error| Failed::Served(error.reason))?;
        let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match answer.status {
            200 => Ok(value),
            _ => Err(Failed::Served(
                value["reason"]
                    .as_str()
                    .unwrap_or("the answer could not be read")
                    .to_owned(),
            )),
        }
    }
}

fn get<T: DeserializeOwned>(
    data: &Path,
    path: &str,
    open: impl FnOnce(&Hub) -> Result<T, Failed>,
) -> Result<T, Failed> {
    match Served::find(data)? {
        Some(served) => {
            let value = served.call("GET", path, None)?;
            serde_json::from_value(value).map_err(|error| Failed::Served(error.to_string()))
        }
        None => with(data, open),
    }
}

fn decide(
    data: &Path,
    word: &str,
    body: Value,
    open: impl FnOnce(&Hub) -> Result<(), Failed>,
) -> Result<(), Failed> {
    match Served::find(data)? {
        Some(served) => served
            .call("POST", &format!("/operator/{word}"), Some(&body))
            .map(|_| ()),
        None => with(data, open),
    }
}

/// The address of a filtered list. Ids and states are plain letters, so nothing needs to be encoded;
/// whatever else is typed cannot be one.
fn address(filter: &Filter) -> String {
    let plain = |text: &String| {
        text.chars()
            .filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
            .collect::<String>()
    };
    let mut parts = Vec::new();
    parts.extend(
        filter
            .system
            .as_ref()
            .map(|one| format!("system={}", plain(one))),
    );
    parts.extend(
        filter
            .state
            .as_ref()
            .map(|one| format!("state={}", plain(one))),
    );
    parts.extend(filter.limit.map(|one| format!("limit={one}")));
    format!("/operator/outbox?{}", parts.join("&"))
}

fn lines<T>(rows: &[T], none: &str, told: impl Fn(&T) -> String) -> String {
    if rows.is_empty() {
        return none.to_owned();
    }
    rows.iter().map(|row| told(row) + "\n").collect()
}

fn status(overview: &Overview) -> String {
    let mut text = String::new();
    for one in &overview.villages {
        text.push_str(&format!(
            "{} {}：今天收到{}条，共{}条；未办结事项{}件；两人填得不同{}处；不能用的记录{}条\n",
            one.village,
            one.name,
            one.arrived_today,
            one.captures,
            one.open_cases,
            one.conflicts,
            one.set_aside
        ));
        for system in &one.systems {
            text.push_str(&format!("  {}\n", told_system(system, overview.now_ms)));
        }
    }
    text
}

fn told_system(system: &SystemOverview, now_ms: i64) -> String {
    let mut line = format!(
        "{} {}\t已送达{}\t在途{}\t被退回{}\t待核实{}\t待补{}",
        system.system,
        system.name,
        system.delivered,
        system.waiting,
        system.refused,
        system.uncertain,
        system.stopped
    );
    if let Some(since_ms) = system.oldest_waiting_ms {
        line.push_str(&format!(
            "\t最久已等{}分钟",
            (now_ms - since_ms).max(0) / 60_000
        ));
    }
    if let Some(reason) = &system.reason {
        line.push_str(&format!("\t{reason}"));
    }
    line
}

fn told_row(row: &OutboxRow) -> String {
    format!(
        "{}\t{}\t{}.{}\t{}\t{}次\t{}\t{}",
        row.key,
        row.label.clone().unwrap_or_default(),
        row.system,
        row.form,
        row.state,
        row.attempt,
        rfc3339(row.created_ms),
        row.reason
            .clone()
            .or_else(|| row.upstream_ref.clone())
            .unwrap_or_default()
    )
}

fn told_device(row: &DeviceRow) -> String {
    format!(
        "{}\t{}\t{}\t登记于{}\t{}",
        row.device,
        row.village,
        row.worker,
        rfc3339(row.enrolled_ms),
        row.revoked_ms
            .map(|at_ms| format!("停用于{}", rfc3339(at_ms)))
            .unwrap_or_default()
    )
}
