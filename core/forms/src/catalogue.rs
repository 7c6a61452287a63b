//! The catalogue 清单目录: concepts, kinds and specs that were read together and fit together.

use std::collections::{BTreeMap, BTreeSet};

use fieldwork_ids::{Date, time};

use crate::burden::Burden;
use crate::check;
use crate::concept::Concepts;
use crate::error::SpecError;
use crate::facts::Facts;
use crate::fill::gives_any;
use crate::kind::Kinds;
use crate::reading::{Reading, head, in_circle, spec_of};
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
    /// When a system was withdrawn, by its id, UTC milliseconds. Its spec stays: captures from before
    /// still have their forms, and what is under way still arrives.
    pub withdrawn: BTreeMap<String, i64>,
    /// Files of specs that are not used at all, with the reason.
    pub unused: Vec<Inactive>,
}

/// A file of a catalogue as it was handed over, and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// Path within the catalogue.
    pub path: String,
    /// Its content.
    pub text: Vec<u8>,
    /// Whether the hub signed exactly this path and content.
    pub signed: bool,
    /// From when on nobody gets its forms any more, UTC milliseconds.
    pub withdrawn_ms: Option<i64>,
}

/// A spec nobody gets forms of, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inactive {
    /// System id; the path of the file where what it holds is not to be trusted.
    pub system: String,
    /// Why.
    pub reason: InactiveReason,
}

/// Why nobody gets the forms of a spec.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InactiveReason {
    /// No signature of the hub, or one of other content.
    #[error("it is not signed by the hub, or was altered since")]
    Unsigned,
    /// It does not fit the catalogue.
    #[error("it cannot be used: {0}")]
    Unusable(String),
    /// Its last day has passed.
    #[error("it expired with {0}")]
    Expired(Date),
    /// The last day of the exception that it claims has passed.
    #[error("its exception ended with {0}")]
    ExceptionEnded(Date),
    /// The operator withdrew it.
    #[error("it was withdrawn")]
    Withdrawn {
        /// From when on, UTC milliseconds.
        at_ms: i64,
    },
    /// It says so itself.
    #[error("it says itself that it is not active: {0}")]
    Declared(String),
}

impl InactiveReason {
    /// The same in Chinese, for the screen of a phone.
    pub fn chinese(&self) -> String {
        match self {
            Self::Unsigned => "没有县级签名，或签名后被改动".to_owned(),
            Self::Unusable(reason) => format!("不能使用：{reason}"),
            Self::Expired(last) => format!("{last}起已过期"),
            Self::ExceptionEnded(last) => format!("例外已于{last}到期"),
            Self::Withdrawn { at_ms } => {
                let at = time::format(*at_ms, "yyyy-MM-dd HH:mm").unwrap_or_default();
                format!("已于{at}撤回")
            }
            Self::Declared(reason) => format!("未启用：{reason}"),
        }
    }
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
        let reading = Reading::of(files);
        match reading.errors.into_iter().next() {
            Some(error) => Err(error),
            None => Ok(reading.catalogue),
        }
    }

    /// What is wrong with the files of a catalogue: the first thing in each of them, and that a list is
    /// not there. Empty where [`Catalogue::from_files`] takes them. Names in the specs are looked up only
    /// where the concepts and kinds can be read.
    pub fn refusals(files: impl IntoIterator<Item = (String, String)>) -> Vec<SpecError> {
        Reading::of(files).errors
    }

    /// Reads a catalogue that came over a network. One spec that is unsigned, altered or unusable is left
    /// out with its reason ([`Catalogue::inactive`]) and takes no other with it.
    ///
    /// # Errors
    /// [`SpecError`] where the files that all specs rest on (concepts, kinds, tap model) are unsigned,
    /// altered or unusable: then there is no catalogue.
    pub fn from_handed(files: impl IntoIterator<Item = Handed>) -> Result<Self, SpecError> {
        let mut shared: Vec<(String, String)> = Vec::new();
        let mut specs: Vec<(String, String, Option<i64>)> = Vec::new();
        let mut unused = Vec::new();
        for handed in files
            .into_iter()
            .filter(|file| file.path.ends_with(".json"))
        {
            let Handed { path, text, .. } = handed;
            let text = String::from_utf8(text).ok();
            let base = text.as_deref().is_some_and(|text| {
                head(&path, text).is_ok_and(|format| format != "fieldwork-spec/1")
            });
            let reason = match text {
                _ if !handed.signed => InactiveReason::Unsigned,
                None => InactiveReason::Unusable("it is not UTF-8".to_owned()),
                Some(text) if base => {
                    shared.push((path, text));
                    continue;
                }
                Some(text) => {
                    specs.push((path, text, handed.withdrawn_ms));
                    continue;
                }
            };
            if base {
                return Err(SpecError::new(&path, ".", reason.to_string()));
            }
            unused.push(Inactive {
                system: path,
                reason,
            });
        }
        let mut catalogue = Self::from_files(shared)?;
        for (path, text, withdrawn_ms) in specs {
            let spec = catalogue.fitting(&path, &text);
            match spec {
                Ok(spec) => {
                    if let Some(at_ms) = withdrawn_ms {
                        catalogue.withdrawn.insert(spec.id.clone(), at_ms);
                    }
                    catalogue.specs.insert(spec.id.clone(), spec);
                }
                Err(error) => unused.push(Inactive {
                    system: path,
                    reason: InactiveReason::Unusable(error.to_string()),
                }),
            }
        }
        catalogue.unused = unused;
        Ok(catalogue)
    }

    /// Reads a spec and holds it against the catalogue, which must not know its system yet.
    fn fitting(&self, path: &str, text: &str) -> Result<Spec, SpecError> {
        let spec = spec_of(path, text)?;
        if self.specs.contains_key(&spec.id) {
            let twice = format!("the system {:?} is given twice", spec.id);
            return Err(SpecError::new(path, ".", twice));
        }
        check::spec(path, &spec, &self.known())?;
        let specs = self.specs.values().chain([&spec]);
        let specs = specs.map(|spec| (spec.id.as_str(), spec)).collect();
        if let Some(circle) = Self::circle(&specs, &spec.id) {
            return Err(in_circle(path, &spec, &circle));
        }
        Ok(spec)
    }

    pub(crate) fn known(&self) -> check::Known<'_> {
        check::Known {
            concepts: &self.concepts,
            kinds: &self.kinds,
        }
    }

    /// Why a spec gives no forms of a capture made at this time; `None` where it does, or is fed by
    /// another.
    pub fn inactive_reason(&self, spec: &Spec, at_ms: i64) -> Option<InactiveReason> {
        if let Some(reason) = &spec.inactive {
            return Some(InactiveReason::Declared(reason.clone()));
        }
        if let Some(&withdrawn) = self.withdrawn.get(&spec.id)
            && at_ms >= withdrawn
        {
            return Some(InactiveReason::Withdrawn { at_ms: withdrawn });
        }
        let day = time::china_date(at_ms);
        if let Some(last) = spec.expires.filter(|last| day > *last) {
            return Some(InactiveReason::Expired(last));
        }
        let claimed = spec
            .exception
            .as_ref()
            .filter(|_| spec.lacks_exception(day))?;
        Some(InactiveReason::ExceptionEnded(claimed.expires))
    }

    /// The specs that nobody gets forms of at this time, each with its reason: those that can be read by
    /// id, then the files that are not used at all.
    pub fn inactive(&self, at_ms: i64) -> Vec<Inactive> {
        let read = self.specs.values().filter_map(|spec| {
            Some(Inactive {
                system: spec.id.clone(),
                reason: self.inactive_reason(spec, at_ms)?,
            })
        });
        read.chain(self.unused.iter().cloned()).collect()
    }

    /// The specs that are in force at this time, by id: not those that have expired, were withdrawn before
    /// or say that they are not active. Of a capture not all of them give forms: see
    /// [`Catalogue::giving`].
    pub fn serving_at(&self, at_ms: i64) -> impl Iterator<Item = &Spec> {
        let specs = self.specs.values();
        specs.filter(move |spec| self.inactive_reason(spec, at_ms).is_none())
    }

    /// The specs whose forms go out for these facts, judged at this time (UTC milliseconds), by id. Where
    /// one system feeds another, only the first gets an envelope; but where the first has no form for this
    /// capture, nothing would be handed on, and the second gets its own.
    ///
    /// A form that cannot be made yet counts as given: it goes once it is mended, and then feeds.
    pub fn giving(&self, facts: &Facts, at_ms: i64) -> Vec<&Spec> {
        let mut gives: Vec<&Spec> = self.serving_at(at_ms).collect();
        // Most specs feed nobody; only who does is tried.
        let feeding = gives.iter().filter(|spec| !spec.forwards_to.is_empty());
        let mut next: Vec<&Spec> = feeding
            .copied()
            .filter(|spec| gives_any(facts, spec))
            .collect();
        let mut fed = BTreeSet::new();
        while let Some(spec) = next.pop() {
            for id in &spec.forwards_to {
                // What is fed hands on in turn.
                if let Some(other) = gives.iter().find(|other| other.id == *id)
                    && fed.insert(id.clone())
                {
                    next.push(other);
                }
            }
        }
        gives.retain(|spec| !fed.contains(&spec.id));
        gives
    }

    /// The spec of a system.
    pub fn spec(&self, system: &str) -> Option<&Spec> {
        self.specs.get(system)
    }

    /// The specs that are in force on this day, by id. Knows nothing of withdrawals, which have a time of
    /// day: see [`Catalogue::serving_at`].
    pub fn serving(&self, day: Date) -> impl Iterator<Item = &Spec> {
        self.specs.values().filter(move |spec| spec.serves_on(day))
    }

    /// The circle of feeding systems that one stands in, from itself to itself; `None` where there is none.
    pub(crate) fn circle(specs: &BTreeMap<&str, &Spec>, of: &str) -> Option<Vec<String>> {
        let mut paths = vec![vec![of.to_owned()]];
        let mut seen = BTreeSet::new();
        while let Some(path) = paths.pop() {
            let spec = path.last().and_then(|last| specs.get(last.as_str()));
            for id in spec.iter().flat_map(|spec| &spec.forwards_to) {
                let mut longer = path.clone();
                longer.push(id.clone());
                if id == of {
                    return Some(longer);
                }
                if seen.insert(id.clone()) {
                    paths.push(longer);
                }
            }
        }
        None
    }
}
