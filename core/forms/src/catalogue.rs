//! The catalogue 清单目录: concepts, kinds and specs that were read together and fit together.

use std::collections::BTreeMap;

use fieldwork_ids::Date;
use serde::Deserialize;

use crate::burden::Burden;
use crate::check;
use crate::concept::Concepts;
use crate::error::{SpecError, read};
use crate::kind::Kinds;
use crate::spec::Spec;

/// Concepts, kinds and specs. Everything they refer to exists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalogue {
    /// The concepts.
    pub concepts: Concepts,
    /// The kinds of captures.
    pub kinds: Kinds,
    /// The specs, by system id.
    pub specs: BTreeMap<String, Spec>,
    /// What entries cost, for the burden meter; empty where no file says it.
    pub burden: Burden,
}

/// The version of a file, read before the file is read strictly.
#[derive(Deserialize)]
struct Head {
    format: String,
}

impl Catalogue {
    /// Reads the files of a catalogue: `(path, text)`, in any order. Files that are not `.json` (a
    /// README) are passed over; what a file holds is told by its `format`.
    ///
    /// # Errors
    /// [`SpecError`] for the first thing that is wrong: an unknown key, operator, concept, code map,
    /// form or local, a circle of locals, a list that is given twice or not at all.
    pub fn from_files(
        files: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SpecError> {
        let mut concepts = None;
        let mut kinds = None;
        let mut burden = None;
        let mut specs: BTreeMap<String, (String, Spec)> = BTreeMap::new();
        for (file, text) in files {
            if !file.ends_with(".json") {
                continue;
            }
            let twice = |what: &str| SpecError::new(&file, ".", format!("{what} given twice"));
            match head(&file, &text)?.as_str() {
                "fieldwork-concepts/1" => {
                    if concepts.replace(Concepts::parse(&file, &text)?).is_some() {
                        return Err(twice("the concepts are"));
                    }
                }
                "fieldwork-kinds/1" => {
                    let list = Kinds::parse(&file, &text)?;
                    if kinds.replace((file.clone(), list)).is_some() {
                        return Err(twice("the kinds are"));
                    }
                }
                "fieldwork-burden/1" => {
                    if burden.replace(Burden::parse(&file, &text)?).is_some() {
                        return Err(twice("the tap model is"));
                    }
                }
                "fieldwork-spec/1" => {
                    let spec: Spec = read(&file, &text)?;
                    if let Some((_, spec)) = specs.insert(spec.id.clone(), (file.clone(), spec)) {
                        return Err(twice(&format!("the system {:?} is", spec.id)));
                    }
                }
                other => {
                    let reason = format!("{other:?} is not a format that is known here");
                    return Err(SpecError::new(&file, "format", reason));
                }
            }
        }
        let absent = |what: &str| SpecError::new("catalogue", ".", format!("there is no {what}"));
        let concepts = concepts.ok_or_else(|| absent("list of concepts"))?;
        let (kinds_file, kinds) = kinds.ok_or_else(|| absent("list of kinds"))?;
        let known = check::Known {
            concepts: &concepts,
            kinds: &kinds,
        };
        check::kinds(&kinds_file, &known)?;
        for (file, spec) in specs.values() {
            check::spec(file, spec, &known)?;
        }
        let specs = specs
            .into_iter()
            .map(|(id, (_, spec))| (id, spec))
            .collect();
        Ok(Self {
            concepts,
            kinds,
            specs,
            burden: burden.unwrap_or_default(),
        })
    }

    /// The spec of a system.
    pub fn spec(&self, system: &str) -> Option<&Spec> {
        self.specs.get(system)
    }

    /// The specs that get forms of a capture made on this day, by id: not those that have expired, nor
    /// those that another one served that day feeds.
    pub fn serving(&self, day: Date) -> impl Iterator<Item = &Spec> {
        let on_day = move |spec: &&Spec| spec.serves_on(day);
        let fed = move |id: &String| {
            self.specs
                .values()
                .filter(on_day)
                .any(|spec| spec.forwards_to.contains(id))
        };
        self.specs
            .values()
            .filter(on_day)
            .filter(move |spec| !fed(&spec.id))
    }
}

fn head(file: &str, text: &str) -> Result<String, SpecError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head: Head =
        serde_json::from_str(text).map_err(|error| SpecError::new(file, ".", error.to_string()))?;
    Ok(head.format)
}
