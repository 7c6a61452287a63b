//! What an operator sees and does: what is stuck and why, and the few things a person must decide.
//!
//! Everything is counted per system and village, never per person. Keys and reasons hold no personal data,
//! so what is shown here may stand on a screen in an office.

use fieldwork::log::ReceiptState;
use fieldwork::store::{capture, entry, receipt};
use fieldwork_forms::capture::Subject;
use fieldwork_forms::lint::lint;
use fieldwork_forms::spec::Spec;
use fieldwork_forms::wire::Wire;
use fieldwork_geo::Wgs84;
use fieldwork_ids::time::{china_date, start_of_day_ms};
use serde::{Deserialize, Serialize};

use crate::hub::{Hub, HubError};
use crate::outbox::State;
use crate::store::outbox;
use crate::store::status::{self, Summary};
use crate::village::{Village, VillageError};

/// Most rows that are listed at once.
pub const MAX_ROWS: u32 = 1_000;

/// All villages of a hub at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Hub time, UTC milliseconds.
    pub now_ms: i64,
    /// Village by village, in the order of their codes.
    pub villages: Vec<VillageOverview>,
    /// What active specs demand of people, by rule.
    pub findings: Vec<Finding>,
}

/// A village at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VillageOverview {
    /// Its 12-digit code.
    pub village: String,
    /// Its name, as the register has it.
    pub name: String,
    /// Captures that came since midnight.
    pub arrived_today: u64,
    /// Captures altogether.
    pub captures: u64,
    /// Cases on which somebody still has to act.
    pub open_cases: u64,
    /// Fields on which two people differ.
    pub conflicts: u64,
    /// Entries of phones that were set aside as unusable.
    pub set_aside: u64,
    /// System by system, by id.
    pub systems: Vec<SystemOverview>,
}

/// How the deliveries to a system stand.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SystemOverview {
    /// System id.
    pub system: String,
    /// Its Chinese name.
    pub name: String,
    /// A person carries its forms there.
    pub by_hand: bool,
    /// The system has them.
    pub delivered: u32,
    /// Under way, to be tried again, or waiting for a case's id.
    pub waiting: u32,
    /// Refused for good, or given up.
    pub refused: u32,
    /// Nobody can tell whether the system has them: a person must look.
    pub uncertain: u32,
    /// Forms that could not be made.
    pub stopped: u32,
    /// When the oldest that waits was made, UTC milliseconds.
    pub oldest_waiting_ms: Option<i64>,
    /// What the system last said to one that waits, is refused or uncertain.
    pub reason: Option<String>,
}

/// What a spec demands of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// System id.
    pub system: String,
    /// Rule id.
    pub rule: String,
    /// Where in the spec.
    pub path: String,
    /// What it demands.
    pub text: String,
}

/// A delivery as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Village code.
    pub village: String,
    /// Its key.
    pub key: String,
    /// Label of its capture, where it has one.
    pub label: Option<String>,
    /// System id.
    pub system: String,
    /// Form id.
    pub form: String,
    /// State, by its word.
    pub state: String,
    /// How often it was sent.
    pub attempt: u32,
    /// Why it is where it is.
    pub reason: Option<String>,
    /// The system's own id of it.
    pub upstream_ref: Option<String>,
    /// When it was made, UTC milliseconds.
    pub created_ms: i64,
    /// When it is due again, where it is.
    pub next_at_ms: Option<i64>,
    /// When it was accepted.
    pub completed_ms: Option<i64>,
}

/// Which deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Only of this system.
    pub system: Option<String>,
    /// Only in this state, by its word.
    pub state: Option<String>,
    /// At most so many, up to [`MAX_ROWS`].
    pub limit: Option<u32>,
}

/// A device as an operator sees it. When it was last heard of is nobody's business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// Short name of its key.
    pub device: String,
    /// Village code.
    pub village: String,
    /// Worker id.
    pub worker: String,
    /// When it was enrolled, UTC milliseconds.
    pub enrolled_ms: i64,
    /// When it was revoked.
    pub revoked_ms: Option<i64>,
}

/// A case on which somebody still has to act, for the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenCase {
    /// Village code.
    pub village: String,
    /// Its id.
    pub case: String,
    /// Another name it goes by.
    pub label: Option<String>,
    /// What it is, in Chinese.
    pub what: String,
    /// When it was opened, UTC milliseconds.
    pub opened_ms: i64,
    /// The day it is due.
    pub due: Option<String>,
    /// Where: longitude and latitude, WGS-84.
    pub point: Option<[f64; 2]>,
}

impl Hub {
    /// Everything at a glance.
    ///
    /// # Errors
    /// [`HubError`].
    pub fn overview(&self) -> Result<Overview, HubError> {
        let villages = self.all_villages();
        let mut overview = Overview {
            now_ms: self.now_ms(),
            villages: Vec::new(),
            findings: Vec::new(),
        };
        for village in &villages {
            overview.villages.push(of_village(village, self.now_ms())?);
        }
        if let Some(village) = villages.first() {
            overview.findings = findings(village)?;
        }
        Ok(overview)
    }

    /// Deliveries of all villages, oldest first.
    ///
    /// # Errors
    /// [`HubError::UnknownState`] for a word that is no state.
    pub fn outbox(&self, filter: &Filter) -> Result<Vec<OutboxRow>, HubError> {
        let state = match &filter.state {
            None => None,
            Some(word) => {
                let state = State::parse(word);
                Some(state.ok_or_else(|| HubError::UnknownState(word.clone()))?)
            }
        };
        let limit = filter.limit.unwrap_or(MAX_ROWS).min(MAX_ROWS);
        let mut rows = Vec::new();
        for village in self.all_villages() {
            let listed: Result<Vec<OutboxRow>, VillageError> =
                village.replica().read(|connection| {
                    let all = status::list(connection, filter.system.as_deref(), state, limit)?;
                    all.into_iter()
                        .map(|one| {
                            let row = capture::row(connection, one.capture)?;
                            Ok(outbox_row(
                                village.code(),
                                one,
                                row.and_then(|row| row.label),
                            ))
                        })
                        .collect()
                });
            rows.extend(listed?);
        }
        rows.sort_by_key(|row| row.created_ms);
        rows.truncate(limit as usize);
        Ok(rows)
    }

    /// Sends a delivery again now, whatever held it back. Of an uncertain one this may make two: a person
    /// has looked.
    ///
    /// # Errors
    /// [`HubError::NotOpen`] where it is running, delivered or unknown.
    pub fn retry(&self, key: &str) -> Result<(), HubError> {
        self.decide(key, |transaction, now_ms| {
            outbox::retry(transaction, key, now_ms)
        })
    }

    /// Gives a delivery up, for a reason that its author reads.
    ///
    /// # Errors
    /// [`HubError::NotOpen`] where it is running, delivered, given up or unknown.
    pub fn discard(&self, key: &str, reason: &str) -> Result<(), HubError> {
        self.decide(key, |transaction, _| {
            outbox::discard(transaction, key, reason)
        })
    }

    /// A person has looked and found an uncertain delivery at its system, under this id where it has one.
    ///
    /// # Errors
    /// [`HubError::NotOpen`] where it is not uncertain.
    pub fn confirm(&self, key: &str, upstream_ref: Option<&str>) -> Result<(), HubError> {
        self.decide(key, |transaction, now_ms| {
            outbox::confirm(transaction, key, upstream_ref, now_ms)
        })
    }

    fn decide(
        &self,
        key: &str,
        work: impl Fn(&rusqlite::Transaction<'_>, i64) -> Result<bool, crate::store::StoreError>,
    ) -> Result<(), HubError> {
        let now_ms = self.now_ms();
        for village in self.all_villages() {
            let done = village
                .replica()
                .write(|transaction| Ok::<_, VillageError>(work(transaction, now_ms)?))?;
            if done {
                village.write_receipts()?;
                return Ok(());
            }
        }
        Err(HubError::NotOpen(key.to_owned()))
    }

    /// All devices, by village and worker.
    ///
    /// # Errors
    /// [`HubError`].
    pub fn device_rows(&self) -> Result<Vec<DeviceRow>, HubError> {
        let devices = self.devices()?.into_iter();
        Ok(devices
            .map(|device| DeviceRow {
                device: device.id,
                village: device.village,
                worker: device.worker,
                enrolled_ms: device.enrolled_ms,
                revoked_ms: device.revoked_ms,
            })
            .collect())
    }

    /// Cases on which somebody still has to act, oldest first.
    ///
    /// # Errors
    /// [`HubError`].
    pub fn open_cases(&self) -> Result<Vec<OpenCase>, HubError> {
        let mut all = Vec::new();
        for village in self.all_villages() {
            let replica = village.replica();
            let catalogue = replica.catalogue()?;
            for case in replica.cases()? {
                if case.state() == fieldwork::replica::CaseState::Closed {
                    continue;
                }
                let label = case.type_concept.as_ref().zip(case.case_type.as_ref());
                let what = label
                    .and_then(|(concept, code)| catalogue.concepts.find(concept)?.code_label(code));
                let opened = case
                    .opened_by
                    .and_then(|capture| replica.capture(capture).ok());
                let point = match &opened {
                    Some(capture) => Some(capture.place.point),
                    None => case
                        .subject
                        .clone()
                        .and_then(|subject| point_of(&village, &Subject::Entity(subject))),
                };
                all.push(OpenCase {
                    village: village.code().to_owned(),
                    case: case.id.to_string(),
                    what: what.map_or_else(|| "事项".to_owned(), str::to_owned),
                    label: case.label,
                    opened_ms: case.opened_ms,
                    due: case.due,
                    point: point.map(|point| [point.lon, point.lat]),
                });
            }
        }
        all.sort_by_key(|case| case.opened_ms);
        Ok(all)
    }
}

fn point_of(village: &Village, subject: &Subject) -> Option<Wgs84> {
    let Subject::Entity(entity) = subject else {
        return None;
    };
    let found = village
        .replica()
        .with_register(|register| register.base().entity(entity).and_then(|one| one.point));
    found.ok().flatten()
}

fn of_village(village: &Village, now_ms: i64) -> Result<VillageOverview, HubError> {
    let replica = village.replica();
    let midnight_ms = start_of_day_ms(china_date(now_ms));
    let (counts, problems, arrived_today, captures, set_aside, receipts) =
        replica.read(|connection| {
            // What was delivered, nearly all of it, has no reason to tell.
            let mut problems = Vec::new();
            for state in State::ALL {
                if state != State::Completed {
                    problems.extend(status::list(connection, None, Some(state), MAX_ROWS)?);
                }
            }
            Ok::<_, VillageError>((
                status::counts(connection)?,
                problems,
                capture::received_since(connection, midnight_ms)?,
                capture::count(connection)?,
                entry::quarantined(connection)?.len() as u64,
                receipt::receipts(connection)?,
            ))
        })?;
    let catalogue = replica.catalogue()?;
    // The ledger goes nowhere. Of a system that is no longer in force what it was given is still shown.
    let is_sent = |spec: &&Spec| !matches!(spec.wire, Wire::Ledger(_));
    let used = |spec: &&Spec| {
        counts.iter().any(|count| count.system == spec.id)
            || catalogue.inactive_reason(spec, now_ms).is_none()
    };
    let specs = catalogue.specs.values().filter(is_sent).filter(used);
    let mut systems: Vec<SystemOverview> = specs
        .map(|spec| SystemOverview {
            system: spec.id.clone(),
            name: spec.name.clone(),
            by_hand: matches!(spec.wire, Wire::ByHand(_)),
            ..SystemOverview::default()
        })
        .collect();
    for count in &counts {
        let Some(one) = of_system(&mut systems, &count.system) else {
            continue;
        };
        match count.state {
            State::Completed => one.delivered += count.count,
            State::Discarded => one.refused += count.count,
            State::Uncertain => one.uncertain += count.count,
            State::Available | State::Running | State::Retryable | State::Scheduled => {
                one.waiting += count.count;
                let oldest = one.oldest_waiting_ms.unwrap_or(i64::MAX);
                one.oldest_waiting_ms = Some(oldest.min(count.oldest_ms));
            }
        }
    }
    for problem in &problems {
        if let (Some(one), Some(reason)) =
            (of_system(&mut systems, &problem.system), &problem.reason)
        {
            one.reason = Some(reason.clone());
        }
    }
    for receipt in receipts
        .iter()
        .filter(|one| one.state == ReceiptState::Stopped)
    {
        if let Some(one) = of_system(&mut systems, &receipt.system) {
            one.stopped += 1;
        }
    }
    let name = replica.with_register(|register| register.base().village().name.clone())?;
    let open = fieldwork::replica::CaseState::Open;
    let cases = replica.cases()?;
    Ok(VillageOverview {
        village: village.code().to_owned(),
        name,
        arrived_today,
        captures,
        open_cases: cases.iter().filter(|case| case.state() == open).count() as u64,
        conflicts: replica.conflicts()?.len() as u64,
        set_aside,
        systems,
    })
}

fn of_system<'s>(
    systems: &'s mut [SystemOverview],
    system: &str,
) -> Option<&'s mut SystemOverview> {
    systems.iter_mut().find(|one| one.system == system)
}

fn findings(village: &Village) -> Result<Vec<Finding>, HubError> {
    let catalogue = village.replica().catalogue()?;
    let active = |system: &str| {
        let spec = catalogue.spec(system);
        spec.is_some_and(|spec| catalogue.inactive_reason(spec, village.now_ms()).is_none())
    };
    let today = china_date(village.now_ms());
    let mut findings = Vec::new();
    for (path, text) in village.replica().spec_files()? {
        let Ok(Some(linted)) = lint(&path, &text, today) else {
            continue;
        };
        if !active(&linted.id) {
            continue;
        }
        findings.extend(linted.findings.into_iter().map(|one| Finding {
            system: linted.id.clone(),
            rule: one.rule.rule().id.to_owned(),
            path: one.path,
            text: one.text,
        }));
    }
    Ok(findings)
}

fn outbox_row(village: &str, one: Summary, label: Option<String>) -> OutboxRow {
    let due = matches!(one.state, State::Available | State::Retryable);
    OutboxRow {
        village: village.to_owned(),
        key: one.key,
        label,
        system: one.system,
        form: one.form,
        state: one.state.as_str().to_owned(),
        attempt: one.attempt,
        reason: one.reason,
        upstream_ref: one.upstream_ref,
        created_ms: one.created_ms,
        next_at_ms: due.then_some(one.next_at_ms),
        completed_ms: one.completed_ms,
    }
}
