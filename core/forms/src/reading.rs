//! Reading the files of a catalogue: everything that is wrong is found, one thing per file.
//!
//! Why all of it: whoever writes specs mends a folder in one go. How: each file is read on its own, then
//! what could be read is held against what it refers to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::burden::Burden;
use crate::catalogue::Catalogue;
use crate::check;
use crate::concept::Concepts;
use crate::error::{SpecError, read_any};
use crate::kind::Kinds;
use crate::lint;
use crate::near::hint;
use crate::spec::Spec;

/// Formats of the lists that there must be, and what they are.
const LISTS: [(&str, &str); 2] = [
    ("fieldwork-concepts/1", "list of concepts"),
    ("fieldwork-kinds/1", "list of kinds"),
];

/// What a file says it is.
pub(crate) fn head(file: &str, text: &str) -> Result<String, SpecError> {
    let document = read_any(file, text)?;
    match document.get("format") {
        Some(Value::String(format)) => Ok(format.clone()),
        Some(_) => Err(SpecError::new(file, "format", "the format is a text")),
        None => Err(SpecError::new(
            file,
            "format",
            "the key \"format\" is missing, such as \"fieldwork-spec/1\"",
        )),
    }
}

/// Reads a spec that the burden rules let pass. An exception is held against the day when it is used.
pub(crate) fn spec_of(file: &str, text: &str) -> Result<Spec, SpecError> {
    let spec = Spec::parse(file, text)?;
    match lint::refusal(file, text) {
        Some(error) => Err(error),
        None => Ok(spec),
    }
}

/// In a circle each system waits for the other's message, and none gets one.
pub(crate) fn in_circle(file: &str, spec: &Spec, circle: &[String]) -> SpecError {
    let mut fed = spec.forwards_to.iter();
    let at = fed
        .position(|id| circle.get(1) == Some(id))
        .unwrap_or_default();
    let reason = format!(
        "systems feed each other in a circle, {}: none of them would get an envelope",
        circle.join(" → ")
    );
    SpecError::new(file, format!("forwards_to[{at}]"), reason)
}

/// Nobody can be asked for what may not be asked for, nor capture it.
fn allowed<'a>(
    file: &str,
    list: &str,
    names: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), SpecError> {
    for (id, label) in names {
        if let Some(rule) = lint::forbidden([label, id]) {
            let path = format!("{list}.{id}");
            return Err(SpecError::new(
                file,
                path,
                format!("{}: {}", rule.id, rule.text),
            ));
        }
    }
    Ok(())
}

/// Files that were read, and what is wrong with them.
#[derive(Default)]
pub(crate) struct Reading {
    /// What could be read; whole where there are no errors.
    pub catalogue: Catalogue,
    /// The first thing that is wrong with each file, in the order of reading.
    pub errors: Vec<SpecError>,
    concepts: Option<(String, Concepts)>,
    kinds: Option<(String, Kinds)>,
    burden: Option<(String, Burden)>,
    specs: BTreeMap<String, (String, Spec)>,
    /// Ids of systems whose file is refused.
    unread: BTreeSet<String>,
}

impl Reading {
    pub(crate) fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut reading = Self::default();
        let mut formats = BTreeSet::new();
        for (file, text) in files {
            if !file.ends_with(".json") {
                continue;
            }
            match head(&file, &text) {
                Ok(format) => {
                    let read = reading.file(&file, &text, &format);
                    reading.errors.extend(read.err());
                    formats.insert(format);
                }
                Err(error) => {
                    // It may be any of the lists.
                    formats.extend(LISTS.map(|(format, _)| format.to_owned()));
                    reading.errors.push(error);
                }
            }
        }
        for (format, what) in LISTS {
            if !formats.contains(format) {
                let reason = format!(
                    "there is no {what}: the whole folder with its lists is wanted, not the systems alone"
                );
                reading
                    .errors
                    .push(SpecError::new("catalogue", ".", reason));
            }
        }
        reading.held_against_each_other()
    }

    fn file(&mut self, file: &str, text: &str, format: &str) -> Result<(), SpecError> {
        let twice = |what: &str, first: Option<&String>| match first {
            None => Ok(()),
            Some(first) => {
                let reason = format!("{what} given twice, first in {first}");
                Err(SpecError::new(file, ".", reason))
            }
        };
        match format {
            "fieldwork-concepts/1" => {
                let list = Concepts::parse(file, text)?;
                let names = list.iter().map(|one| (one.id.as_str(), one.label.as_str()));
                allowed(file, "concepts", names)?;
                twice(
                    "the concepts are",
                    self.concepts.as_ref().map(|(first, _)| first),
                )?;
                self.concepts = Some((file.to_owned(), list));
            }
            "fieldwork-kinds/1" => {
                let list = Kinds::parse(file, text)?;
                let names = list.iter().map(|one| (one.id.as_str(), one.label.as_str()));
                allowed(file, "kinds", names)?;
                twice("the kinds are", self.kinds.as_ref().map(|(first, _)| first))?;
                self.kinds = Some((file.to_owned(), list));
            }
            "fieldwork-burden/1" => {
                let model = Burden::parse(file, text)?;
                twice(
                    "the tap model is",
                    self.burden.as_ref().map(|(first, _)| first),
                )?;
                self.burden = Some((file.to_owned(), model));
            }
            "fieldwork-spec/1" => {
                let spec = spec_of(file, text).inspect_err(|_| {
                    let id = read_any(file, text).ok();
                    let id = id.as_ref().and_then(|spec| spec.get("id")?.as_str());
                    self.unread.extend(id.map(ToOwned::to_owned));
                })?;
                let first = self.specs.get(&spec.id).map(|(first, _)| first);
                twice(&format!("the system {:?} is", spec.id), first)?;
                self.specs.insert(spec.id.clone(), (file.to_owned(), spec));
            }
            other => {
                let reason = format!("{other:?} is not a format that is known here");
                return Err(SpecError::new(file, "format", reason));
            }
        }
        Ok(())
    }

    fn held_against_each_other(mut self) -> Self {
        let (Some((_, concepts)), Some((kinds_file, kinds))) =
            (self.concepts.take(), self.kinds.take())
        else {
            return self;
        };
        self.catalogue.concepts = concepts;
        self.catalogue.kinds = kinds;
        let known = self.catalogue.known();
        let mut errors: Vec<SpecError> = check::kinds(&kinds_file, &known)
            .err()
            .into_iter()
            .collect();
        let specs = self.specs.values();
        errors.extend(specs.filter_map(|(file, spec)| {
            check::spec(file, spec, &known)
                .and_then(|()| self.fed(file, spec))
                .err()
        }));
        if let Some((file, model)) = &self.burden {
            let specs = |system: &str| self.specs.get(system).map(|(_, spec)| spec);
            errors.extend(check::burden(file, model, &known, specs).err());
        }
        self.errors.append(&mut errors);
        let specs = std::mem::take(&mut self.specs).into_iter();
        self.catalogue.specs = specs.map(|(id, (_, spec))| (id, spec)).collect();
        self.catalogue.burden = self
            .burden
            .take()
            .map(|(_, model)| model)
            .unwrap_or_default();
        self
    }

    /// What a system feeds must be one of the folder.
    fn fed(&self, file: &str, spec: &Spec) -> Result<(), SpecError> {
        for (at, fed) in spec.forwards_to.iter().enumerate() {
            if !self.specs.contains_key(fed) && !self.unread.contains(fed) {
                let hint = hint(fed, self.specs.keys().map(String::as_str));
                let reason = format!("there is no system {fed:?}{hint}");
                return Err(SpecError::new(file, format!("forwards_to[{at}]"), reason));
            }
        }
        let specs = self.specs.iter();
        let specs = specs.map(|(id, (_, spec))| (id.as_str(), spec)).collect();
        match Catalogue::circle(&specs, &spec.id) {
            Some(circle) => Err(in_circle(file, spec, &circle)),
            None => Ok(()),
        }
    }
}
