//! Filling forms: a year of captures, beside `jaq` making one envelope from the same facts.
//!
//! `jaq` runs a program compiled once on a value read once, which is the best it can do; it knows no
//! datums, so the facts it gets hold the position already turned. That both make the same envelope is
//! checked before anything is timed.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use fieldwork::Workspace;
use fieldwork::port::Ports;
use fieldwork_cli::play;
use fieldwork_forms::coverage::coverage;
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_forms::facts::Facts;
use fieldwork_forms::fill::fill;
use fieldwork_forms::lint::lint;
use fieldwork_forms::value::Value;
use fieldwork_geo::Wgs84;
use fieldwork_hub::folder::{read_register, read_specs};
use fieldwork_ids::time::rfc3339;
use fieldwork_register::{IndexedBase, NoEdits, Register};
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::Val;
use serde_json::{Map, json};

use crate::measure::{median, ms, number, peak_mib, times};
use crate::village::{Village, all_specs};
use crate::{Line, Outcome};

/// The word that makes this program the child.
pub const CHILD: &str = "forms-child";
/// A year of a village, two hundred captures a worker each month.
const CAPTURES: usize = 28_000;
/// The capture whose envelope is made by both.
const ONE: &str = "C02";
const SYSTEM: &str = "wg";

/// The same envelope as the spec of the system describes, for an issue on farmland.
const PROGRAM: &str = r#"
{"farm_build":"0301","farm_dig":"0302","farm_dump":"0303","farm_trees":"0304","farm_pond":"0305",
 "farm_idle":"0306","farm_topsoil":"0307","farm_sign":"0308","farm_other":"0399"} as $small
| {"farm_build":"2","farm_dig":"2","farm_dump":"2","farm_trees":"1","farm_pond":"1","farm_idle":"1",
   "farm_topsoil":"2","farm_sign":"1","farm_other":"1"} as $level
| .["issue.type"] as $type
| {fields: {
    sjmc: (.["place.grid_name"] + .["issue.type label"]),
    dldm: $small[$type][0:2], xldm: $small[$type],
    wgdm: .["place.grid"], sfdz: .["place.address"],
    fssj: (.["capture.at"][0:10] + " " + .["capture.at"][11:19]),
    sjms: .["issue.text"], sjrxm: .["concerned.name"],
    sjrdh: (.["concerned.phone"][0:3] + "****" + .["concerned.phone"][-4:]),
    sjdj: (.["issue.level"] // $level[$type]),
    sfzb: (if .["issue.result"] then "1" else "0" end)},
   auto: {jd: ((.["place.gcj02"][0] * 1000000 | round) / 1000000),
          wd: ((.["place.gcj02"][1] * 1000000 | round) / 1000000)}}
"#;

pub fn figures(village: &Village) -> Outcome<Vec<Line>> {
    let running = village.serve("hub-forms", all_specs())?;
    let phone = village.phone(&running, "phone-forms", "K05")?;
    let day = village.fixtures.day()?;
    play::adopt_prior(&phone, &day)?;
    for entry in &day.captures {
        for picture in &entry.photos {
            std::fs::write(
                play::file_of(&village.camera.folder, picture),
                &village.camera.picture,
            )?;
        }
        phone.save(&play::draft(&phone, &day, entry, &village.camera.folder)?)?;
    }
    let mut lines = one(&phone)?;
    phone.shutdown()?;
    lines.extend(year(&village.path("phone-forms"))?);
    lines.extend(specs(village)?);
    Ok(lines)
}

/// One envelope, by both.
fn one(phone: &Workspace) -> Outcome<Vec<Line>> {
    let facts = phone.replica().facts(phone.capture_named(ONE)?)?;
    let catalogue = phone.catalogue()?;
    let spec = catalogue.spec(SYSTEM).ok_or("no such system")?;
    let made = fill(&facts, spec);
    let Some(Filled::Envelope(envelope)) = made.first() else {
        return Err("the form could not be made".into());
    };
    let input = jaq_json::read::parse_single(told(&facts)?.to_string().as_bytes())
        .map_err(|error| error.to_string())?;
    let arena = Arena::default();
    let defs = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs());
    let file = File {
        code: PROGRAM,
        path: (),
    };
    let modules = Loader::new(defs)
        .load(&arena, file)
        .map_err(|_| "the program does not parse")?;
    let funs = jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs());
    let filter = Compiler::default()
        .with_funs(funs)
        .compile(modules)
        .map_err(|_| "the program does not compile")?;
    let run = || -> Outcome<Val> {
        let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
        let mut out = filter.id.run((context, input.clone())).map(unwrap_valr);
        let value = out.next().ok_or("nothing came out")?;
        value.map_err(|error| error.to_string().into())
    };
    let theirs: serde_json::Value = serde_json::from_str(&run()?.to_string())?;
    if theirs != plain(envelope) {
        return Err(format!("they differ: {theirs} and {}", plain(envelope)).into());
    }
    // Many at a time: one is shorter than the clock is fine.
    const BATCH: u32 = 200;
    let ours = times(41, |_| {
        for _ in 0..BATCH {
            std::hint::black_box(fill(std::hint::black_box(&facts), spec));
        }
        Ok(())
    })?;
    let theirs = times(41, |_| {
        for _ in 0..BATCH {
            std::hint::black_box(run()?);
        }
        Ok(())
    })?;
    let (ours, theirs) = (median(&ours) / BATCH, median(&theirs) / BATCH);
    let what = |who: &str| format!("one {SYSTEM} envelope of {ONE} from its facts, {who}");
    Ok(vec![
        Line::new(
            what("fill"),
            format!("median {:.1} µs", ours.as_secs_f64() * 1e6),
        ),
        Line::new(
            what("jaq 3"),
            format!(
                "median {:.1} µs; fill takes {:.2} of it",
                theirs.as_secs_f64() * 1e6,
                ours.as_secs_f64() / theirs.as_secs_f64()
            ),
        ),
    ])
}

/// What an envelope says.
fn plain(envelope: &Envelope) -> serde_json::Value {
    json!({ "fields": envelope.fields, "auto": envelope.auto })
}

/// Facts as JSON, as a mapping by `jaq` would get them.
fn told(facts: &Facts) -> Outcome<serde_json::Value> {
    let mut told = Map::new();
    for (name, fact) in facts.iter() {
        let value = match &fact.value {
            Value::Text(text) => json!(text),
            Value::Number(number) => json!(number),
            Value::Bool(yes) => json!(yes),
            Value::Date(day) => json!(day.to_string()),
            Value::Time(at_ms) => json!(rfc3339(*at_ms)),
            Value::Point(point) => json!([point.lon, point.lat]),
            Value::List(names) => json!(names),
            Value::Unfit(_) => continue,
        };
        if let Value::Point(point) = &fact.value {
            let turned = Wgs84::new(point.lon, point.lat)?.gcj02();
            told.insert("place.gcj02".to_owned(), json!([turned.lon, turned.lat]));
        }
        if let Some(label) = &fact.label {
            told.insert(format!("{name} label"), json!(label));
        }
        told.insert(name.to_owned(), value);
    }
    Ok(told.into())
}

/// A year of captures, in a process of its own.
fn year(store: &Path) -> Outcome<Vec<Line>> {
    let output = Command::new(std::env::current_exe()?)
        .arg(CHILD)
        .arg(store)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let figures: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
    let Ok([before, envelopes, filled, filled_peak, read, read_peak]) =
        <[f64; 6]>::try_from(figures.map_err(|_| "the child failed")?)
    else {
        return Err(format!("the child said {text:?}").into());
    };
    let each = |seconds: f64| seconds * 1e6 / CAPTURES as f64;
    let captures = number(CAPTURES as u64);
    Ok(vec![
        Line::new(
            format!("{captures} captures filled from their facts, all systems"),
            format!(
                "{filled:.1} s, {:.0} µs a capture, {} envelopes",
                each(filled),
                number(envelopes as u64)
            ),
        ),
        Line::new(
            format!("{captures} read from the store, facts gathered, filled"),
            format!("{read:.1} s, {:.0} µs a capture", each(read)),
        ),
        Line::new(
            "peak memory: open, after the first, after the second",
            format!("{before:.1}, {filled_peak:.1}, {read_peak:.1} MiB"),
        ),
    ])
}

/// The child: peak memory in MiB and seconds, step by step.
pub fn child(store: &str) -> Outcome<String> {
    let (phone, _) = Workspace::open(Path::new(store), Ports::system())?;
    let catalogue = phone.catalogue()?;
    let rows = phone.captures(0, 50)?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let facts: Result<Vec<Facts>, _> = ids.iter().map(|id| phone.replica().facts(*id)).collect();
    let facts = facts?;
    let mut figures = vec![peak_mib()?];
    let rounds = CAPTURES / ids.len();
    let begun = Instant::now();
    let mut envelopes = 0;
    for _ in 0..rounds {
        for facts in &facts {
            for spec in catalogue.giving(facts, facts.at_ms()) {
                envelopes += fill(facts, spec).len();
            }
        }
    }
    figures.extend([
        f64::from(u32::try_from(envelopes)?),
        begun.elapsed().as_secs_f64(),
        peak_mib()?,
    ]);
    let begun = Instant::now();
    for _ in 0..rounds {
        for id in &ids {
            std::hint::black_box(phone.envelopes(*id)?);
        }
    }
    figures.extend([begun.elapsed().as_secs_f64(), peak_mib()?]);
    let words: Vec<String> = figures.iter().map(ToString::to_string).collect();
    Ok(words.join(" "))
}

/// Looking at specs before anybody is bothered.
fn specs(village: &Village) -> Outcome<Vec<Line>> {
    let files = read_specs(all_specs())?;
    let on = "2025-04-08".parse()?;
    let linted = times(21, |_| {
        for (path, text) in &files {
            std::hint::black_box(lint(path, text, on)?);
        }
        Ok(())
    })?;
    let (base, _) = read_register(&village.fixtures.register())?;
    let base = IndexedBase::new(base);
    let register = Register::new(&base, &NoEdits);
    let catalogue = fieldwork_forms::Catalogue::from_files(files.clone())?;
    let coming = catalogue.spec("fw2").ok_or("no such system")?;
    let one = times(7, |_| {
        std::hint::black_box(coverage(&catalogue, coming, &register, on));
        Ok(())
    })?;
    let all = times(3, |_| {
        for spec in catalogue.specs.values() {
            std::hint::black_box(coverage(&catalogue, spec, &register, on));
        }
        Ok(())
    })?;
    let systems = catalogue.specs.len();
    Ok(vec![
        Line::new(
            format!("lint {systems} systems"),
            format!("median {}", ms(median(&linted))),
        ),
        Line::new(
            "coverage of fw2, 430 houses × 16 fields",
            format!("median {}", ms(median(&one))),
        ),
        Line::new(
            format!("coverage of all {systems} systems"),
            format!("median {}", ms(median(&all))),
        ),
    ])
}
