//! What the report shows of a capture, read from the phone, the hub and the register.
//!
//! What was said comes from the script, since that is what a person entered; everything that came of it
//! comes from where it really is: pictures from the hub's copy, values from the envelopes as they were
//! filled, success from the receipts that the phone got back.

use std::collections::BTreeMap;
use std::sync::Arc;

use fieldwork::log::{Receipt, ReceiptState};
use fieldwork::replica::Replica;
use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::concept::ConceptType;
use fieldwork_forms::spec::{Form as FormSpec, Spec};
use fieldwork_forms::wire::Wire;
use fieldwork_geo::Wgs84;
use fieldwork_hub::village::Delivered;
use fieldwork_photo::{ExifRule, Profile};
use fieldwork_register::{EntityId, EntityKind, IndexedBase};
use fieldwork_testkit::day::{Day, Entry, Input, Subject};
use serde_json::Value;

use super::card::{Card, Fate, Form, Picture, Said, Strip};
use super::clock_time;
use super::field::fields;
use super::privacy::{veil, veil_labelled};
use super::{picture, words};
use crate::demo::Played;
use crate::error::Failed;
use crate::play;

/// Everything that cards are made from.
pub(super) struct Source<'a> {
    pub played: &'a Played,
    pub day: &'a Day,
    pub catalogue: Arc<Catalogue>,
    pub base: Arc<IndexedBase>,
    /// The hub's copy of the village.
    pub hub: &'a Replica,
    /// Every envelope, the ledger's included.
    pub deliveries: &'a [Delivered],
}

impl Source<'_> {
    /// The card of an entry.
    pub(super) fn card(&self, entry: &Entry) -> Result<Card, Failed> {
        let kind = self.catalogue.kinds.find(&entry.kind);
        Ok(Card {
            id: entry.id.clone(),
            time: clock_time(entry.at_ms),
            kind: kind.map_or_else(
                || (entry.kind.clone(), String::new()),
                |kind| (kind.label.clone(), kind.english.clone()),
            ),
            subject: self.subject(entry)?,
            inputs: play::inputs(entry),
            said: entry
                .inputs
                .iter()
                .map(|input| self.said(input))
                .collect::<Result<_, _>>()?,
            pictures: self.pictures(entry)?,
            strip: self.strip(entry),
            forms: self.forms(entry)?,
        })
    }

    /// Whom or what an entry is about, and where that is.
    fn subject(&self, entry: &Entry) -> Result<(String, String), Failed> {
        match &entry.subject {
            Some(subject) if subject.kind == "issue" => {
                let (title, _) = match self.day.subject_of_issue(&subject.key) {
                    Some(about) => self.thing(about)?,
                    None => (subject.key.clone(), String::new()),
                };
                let known = |issue: &&fieldwork_testkit::day::PriorIssue| issue.id == subject.key;
                let issue = self.day.prior_issues.iter().find(known);
                let kind = issue.and_then(|issue| issue.values.get("issue.type")?.as_str());
                let kind = kind.map(|code| self.value("issue.type", code));
                let kind = kind.transpose()?.unwrap_or_default();
                Ok((title, format!("{kind} · {}", subject.key)))
            }
            Some(subject) => self.thing(subject),
            None => {
                let point = Wgs84 {
                    lon: entry.place.lon,
                    lat: entry.place.lat,
                };
                let grid = self.base.grid_at(point);
                let grid = grid.and_then(|grid| grid.cells.get("grid.name"));
                let grid = grid.cloned().unwrap_or_default();
                match &entry.venue {
                    Some(venue) => Ok((self.value("activity.venue", venue)?, grid)),
                    None => Ok((grid, String::new())),
                }
            }
        }
    }

    fn thing(&self, subject: &Subject) -> Result<(String, String), Failed> {
        let id: EntityId = format!("{}:{}", subject.kind, subject.key).parse()?;
        let village = self.base.village();
        let above = format!("{}{}{}", village.county, village.town, village.name);
        let told = self.hub.with_register(|register| {
            let text = |id: &EntityId, concept: &str| register.text(id, concept);
            let short = |address: String| match address.strip_prefix(&above) {
                Some(rest) => rest.to_owned(),
                None => address,
            };
            let head_of = |household: &EntityId| {
                let head = register.head(household)?;
                text(&head, "person.name")
            };
            let found = match id.kind {
                EntityKind::Household => {
                    let house = self.base.houses(&id).next();
                    let address = house.and_then(|house| text(&house.id, "house.address"));
                    head_of(&id).map(|head| (format!("{head}家"), address.map(short)))
                }
                EntityKind::Plot => {
                    let head = register.parent(&id).and_then(|owner| head_of(&owner));
                    let head = head.map(|head| format!("{head}家承包"));
                    text(&id, "plot.name").map(|name| (name, head))
                }
                EntityKind::Premises => text(&id, "premises.name")
                    .map(|name| (name, text(&id, "premises.address").map(short))),
                _ => None,
            };
            found.unwrap_or_else(|| (id.id.clone(), None))
        })?;
        Ok((told.0, told.1.unwrap_or_default()))
    }

    fn said(&self, input: &Input) -> Result<Said, Failed> {
        let concept = self.catalogue.concepts.find(&input.concept);
        let label = concept.map_or_else(|| input.concept.clone(), |one| one.label.clone());
        let value = match &input.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let value = self.value(&input.concept, &value)?;
        let about = match input.about.as_deref() {
            None => None,
            Some("new") => Some("新成员".to_owned()),
            Some(number) => Some(self.person(number)?),
        };
        Ok(Said {
            value: veil_labelled(&label, &value),
            label,
            about,
        })
    }

    /// A value as people read it.
    fn value(&self, concept: &str, value: &str) -> Result<String, Failed> {
        let Some(concept) = self.catalogue.concepts.find(concept) else {
            return Ok(value.to_owned());
        };
        Ok(match concept.r#type {
            ConceptType::Code => concept.code_label(value).unwrap_or(value).to_owned(),
            ConceptType::Bool if value == "true" => "是".to_owned(),
            ConceptType::Bool if value == "false" => "否".to_owned(),
            ConceptType::Entity => self.person(value)?,
            ConceptType::Time => value.get(..16).unwrap_or(value).replace('T', " "),
            _ => value.to_owned(),
        })
    }

    /// The name of the person with this citizen number.
    fn person(&self, number: &str) -> Result<String, Failed> {
        let Some(person) = self.base.person_by_id_no(number) else {
            return Ok(veil(number));
        };
        Ok(self.name(&person.id)?.unwrap_or_else(|| veil(number)))
    }

    fn name(&self, person: &EntityId) -> Result<Option<String>, Failed> {
        let read =
            |register: &fieldwork_register::Register<'_>| register.text(person, "person.name");
        Ok(self.hub.with_register(read)?)
    }

    fn pictures(&self, entry: &Entry) -> Result<Vec<Picture>, Failed> {
        let capture = self.hub.capture(play::id_of(&self.played.phone, entry)?)?;
        let small = Profile {
            max_width: Some(320),
            quality: 75,
            exif: ExifRule::None,
            ..Profile::default()
        };
        let pictures = capture.photos.iter().map(|photo| {
            let jpeg = self.hub.photo_copy(photo.blob, &small).ok();
            Picture {
                stage: words::stage(&photo.stage, photo.view.as_deref()),
                time: clock_time(photo.at_ms),
                jpeg: jpeg.and_then(|path| picture::embedded(&path)),
            }
        });
        Ok(pictures.collect())
    }

    fn strip(&self, entry: &Entry) -> Option<Strip> {
        let strip = self.played.strips.get(&entry.id)?;
        Some(Strip {
            jpeg: picture::base64(&strip.jpeg),
            text: strip.text.clone(),
            framing: strip.framing.clone(),
        })
    }

    fn forms(&self, entry: &Entry) -> Result<Vec<Form>, Failed> {
        let capture = play::id_of(&self.played.phone, entry)?;
        let mut receipts: BTreeMap<String, Receipt> = self
            .played
            .phone
            .receipts(capture)?
            .into_iter()
            .map(|receipt| (receipt.key.clone(), receipt))
            .collect();
        let mut forms = Vec::new();
        for delivered in self.deliveries {
            let envelope = &delivered.envelope;
            if envelope.capture != capture {
                continue;
            }
            let spec = self.catalogue.spec(&envelope.system);
            let form = spec.and_then(|spec| spec.form(&envelope.form));
            let receipt = receipts.remove(&envelope.key());
            let ledger = spec.is_some_and(is_ledger);
            let about = envelope.about.as_ref().map(|person| self.name(person));
            forms.push(Form {
                system: system_name(spec, &envelope.system),
                name: form_name(form, &envelope.form),
                about: about.transpose()?.flatten(),
                fate: match receipt {
                    _ if ledger => Fate::Kept,
                    Some(receipt) => fate(receipt),
                    None => Fate::Waiting,
                },
                fields: fields(form, delivered, entry),
            });
        }
        // What could not be made at all has a receipt and no envelope.
        for receipt in receipts.into_values() {
            let spec = self.catalogue.spec(&receipt.system);
            let form = spec.and_then(|spec| spec.form(&receipt.form));
            forms.push(Form {
                system: system_name(spec, &receipt.system),
                name: form_name(form, &receipt.form),
                about: None,
                fate: fate(receipt),
                fields: Vec::new(),
            });
        }
        // The village's own row behind what goes out.
        forms.sort_by_key(|form| matches!(form.fate, Fate::Kept));
        Ok(forms)
    }
}

/// Whether a system is the village's own ledger.
pub(super) fn is_ledger(spec: &Spec) -> bool {
    matches!(spec.wire, Wire::Ledger(_))
}

fn system_name(spec: Option<&Spec>, id: &str) -> String {
    spec.map_or_else(|| id.to_owned(), |spec| spec.name.clone())
}

fn form_name(form: Option<&FormSpec>, id: &str) -> String {
    form.map_or_else(|| id.to_owned(), |form| form.name.clone())
}

fn fate(receipt: Receipt) -> Fate {
    let reason = receipt.reason.as_deref().map(veil);
    match receipt.state {
        ReceiptState::Delivered => Fate::Delivered(receipt.upstream_ref, clock_time(receipt.at_ms)),
        ReceiptState::Refused => Fate::Failed("被退回", reason),
        ReceiptState::Stopped => Fate::Failed("生成不了", reason),
        ReceiptState::Uncertain => Fate::Failed("不能确定是否送达", reason),
    }
}
