//! `fieldwork spec lint`: whether a spec can be used, and what it would demand of people.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fieldwork_forms::lint::{Level, Linted, Sort, lint_strictly, refused, sort};
use fieldwork_forms::{Catalogue, SpecError};
use fieldwork_hub::folder::read_spec_bytes;
use fieldwork_hub::hub::HubError;
use fieldwork_ids::Date;
use fieldwork_ids::time::china_date;
use serde_json::json;

use crate::error::Failed;
use crate::{clock, output};

/// The file that a folder of specs is known by.
const CONCEPTS: &str = "concepts.json";

/// Lints a file or all specs of a folder; status 1 where something was found.
pub fn run(
    path: &Path,
    specs: Option<&Path>,
    on: Option<Date>,
    json: bool,
) -> Result<ExitCode, Failed> {
    let today = || Ok::<_, Failed>(china_date(clock::ports(None)?.clock.wall_ms()));
    let on = on.map_or_else(today, Ok)?;
    let mut files = BTreeMap::new();
    if path.is_dir() {
        files.extend(read_spec_bytes(path).map_err(HubError::from)?);
    } else {
        let name = path.to_string_lossy().into_owned();
        files.insert(name, fs::read(path).map_err(Failed::file(path))?);
    }
    let (linted, base) = match path.is_dir() && files.contains_key(CONCEPTS) && specs.is_none() {
        true => (whole(files, on), Some(path.to_owned())),
        false => {
            let base = specs.map(Path::to_owned).or_else(|| base_of(path));
            (each(path, files, base.as_deref(), on)?, base)
        }
    };
    let found = linted.iter().any(|spec| !spec.findings.is_empty());
    output::result(json, &json!({ "specs": linted }), || told(&linted))?;
    if base.is_none() {
        output::note(
            "没有找到concepts.json：只检查了文件的格式，没有核对名称；请用 --specs 指明规格目录",
        );
    }
    Ok(ExitCode::from(u8::from(found)))
}

/// All files of a folder that has lists of its own.
fn whole(files: BTreeMap<String, Vec<u8>>, on: Date) -> Vec<Linted> {
    let (texts, mut errors) = texts(files);
    // What the burden rules have named is told by them alone, so each spec is read on its own.
    let lists = texts.iter().filter(|(file, text)| !is_spec(file, text));
    let catalogue = Catalogue::from_files(lists.map(|(file, text)| (file.clone(), text.clone())));
    let among = catalogue.as_ref().ok();
    let mut linted: BTreeMap<String, Linted> = BTreeMap::new();
    for (file, text) in &texts {
        if let Some(spec) = lint_strictly(file, text, on, among) {
            linted.insert(file.clone(), spec);
        }
    }
    errors.extend(Catalogue::refusals(texts));
    for error in errors {
        let spec = linted.entry(error.file.clone()).or_insert_with(|| Linted {
            id: error.file.clone(),
            findings: Vec::new(),
        });
        // A spec that was read on its own has told what is wrong with it, or was named by a rule.
        if !spec.refused() && !named_by_rule(spec, &error) {
            spec.findings.push(refused(&error));
        }
    }
    linted.into_values().collect()
}

fn named_by_rule(spec: &Linted, error: &SpecError) -> bool {
    error.reason.starts_with("unknown field")
        && spec
            .findings
            .iter()
            .any(|finding| finding.path.starts_with(&error.path))
}

/// Each file for itself, held against the other files of a folder.
fn each(
    path: &Path,
    files: BTreeMap<String, Vec<u8>>,
    base: Option<&Path>,
    on: Date,
) -> Result<Vec<Linted>, Failed> {
    let mut linted = Vec::new();
    let mut others = Vec::new();
    let mut among = None;
    if let Some(base) = base {
        let (base_texts, base_errors) = texts(read_spec_bytes(base).map_err(HubError::from)?);
        let lists = base_texts
            .iter()
            .filter(|(file, text)| !is_spec(file, text));
        let read = Catalogue::from_files(lists.cloned());
        among = read.as_ref().ok().cloned();
        others = base_texts;
        let broken = base_errors.into_iter().find(|error| error.file == CONCEPTS);
        if let Some(error) = broken.or(read.err()) {
            let file = base.join(&error.file).to_string_lossy().into_owned();
            linted.push(Linted {
                id: file.clone(),
                findings: vec![refused(&SpecError { file, ..error })],
            });
        }
    }
    let (texts, errors) = texts(files);
    linted.extend(errors.iter().map(|error| Linted {
        id: error.file.clone(),
        findings: vec![refused(error)],
    }));
    for (file, text) in texts {
        let Some(mut spec) = lint_strictly(&file, &text, on, among.as_ref()) else {
            continue;
        };
        if among.is_some() && !spec.refused() {
            let place = match path.is_dir() {
                true => path.join(&file),
                false => path.to_owned(),
            };
            let mut all = beside(&others, base.unwrap_or(path), &place, &spec.id);
            all.push((file.clone(), text));
            let mut errors = Catalogue::refusals(all).into_iter();
            let own = errors.find(|error| error.file == file && !named_by_rule(&spec, error));
            spec.findings.extend(own.as_ref().map(refused));
        }
        linted.push(spec);
    }
    Ok(linted)
}

/// The files of a folder beside one: without that file itself, or without the system whose place a file from
/// elsewhere takes.
fn beside(
    others: &[(String, String)],
    base: &Path,
    place: &Path,
    id: &str,
) -> Vec<(String, String)> {
    let place = fs::canonicalize(place).ok();
    let same = |file: &str| fs::canonicalize(base.join(file)).ok() == place;
    let within = others.iter().any(|(file, _)| same(file));
    let replaced = |file: &str, text: &str| match within {
        true => same(file),
        false => sort(text) == Sort::Spec(Some(id.to_owned())),
    };
    let others = others.iter().filter(|(file, text)| !replaced(file, text));
    others.cloned().collect()
}

/// The files as texts; those that are not are refused.
fn texts(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> (Vec<(String, String)>, Vec<SpecError>) {
    let (mut texts, mut errors) = (Vec::new(), Vec::new());
    for (file, bytes) in files {
        match String::from_utf8(bytes) {
            Ok(text) => texts.push((file, text)),
            Err(_) => errors.push(SpecError {
                file,
                path: ".".to_owned(),
                reason: "not UTF-8, perhaps GB18030: save it as UTF-8（请另存为UTF-8）".to_owned(),
            }),
        }
    }
    (texts, errors)
}

/// True for a spec, and for what cannot be told.
fn is_spec(file: &str, text: &str) -> bool {
    sort(text) != Sort::List && !file.ends_with(CONCEPTS)
}

/// The folder with the lists that a file or folder belongs to.
fn base_of(path: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(path).ok()?;
    let own = path
        .ancestors()
        .skip(1)
        .find(|folder| folder.join(CONCEPTS).is_file());
    let here = Path::new("specs");
    own.map(Path::to_owned)
        .or_else(|| here.join(CONCEPTS).is_file().then(|| here.to_owned()))
}

fn told(specs: &[Linted]) -> String {
    let mut text = String::new();
    for spec in specs {
        let count = match spec.findings.len() {
            0 => "没有发现".to_owned(),
            n => format!("{n}条"),
        };
        text.push_str(&format!("{}: {count}\n", spec.id));
        for finding in &spec.findings {
            let level = match finding.level {
                Level::Refused => "拒绝",
                Level::Warned => "提醒",
            };
            text.push_str(&format!(
                "  {} {level} {}\n    {}（{}）\n",
                finding.rule.rule().id,
                finding.path,
                finding.text,
                finding.source
            ));
        }
    }
    text
}
