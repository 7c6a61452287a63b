//! Import, search and forms.

use fieldwork_hub::folder::read_register;
use fieldwork_register::{EntityKind, IndexedBase};

use crate::measure::{at, median, ms, number, times};
use crate::village::{Village, all_specs, households};
use crate::workload::visit;
use crate::{Line, Outcome};

/// Most hits of a search.
const HITS: usize = 20;

pub fn figures(village: &Village) -> Outcome<Vec<Line>> {
    let folder = village.fixtures.register();
    let import = times(5, |_| {
        let (base, _) = read_register(&folder)?;
        IndexedBase::new(base);
        Ok(())
    })?;
    let (base, _) = read_register(&folder)?;
    let mut lines = vec![Line::new(
        format!(
            "import and index {} entities",
            number(base.entities.len() as u64)
        ),
        format!("median {}", ms(median(&import))),
    )];

    let running = village.serve("hub-register", all_specs())?;
    let phone = village.phone(&running, "phone-register", "K05")?;
    let queries = queries(&IndexedBase::new(base));
    phone.find("1", 1)?;
    let found = times(queries.len(), |run| {
        phone.find(&queries[run], HITS)?;
        Ok(())
    })?;
    lines.push(Line::new(
        format!("find, {} mixed queries, best {HITS}", queries.len()),
        format!("median {}, p95 {}", ms(median(&found)), ms(at(&found, 950))),
    ));

    let household = households(&phone)?;
    let saved = phone.save(&visit(1, &household[0], &[]))?;
    let forms = phone.envelopes(saved.id)?.len();
    let filled = times(51, |_| {
        phone.envelopes(saved.id)?;
        Ok(())
    })?;
    lines.push(Line::new(
        format!("fill one capture, {forms} forms of {} systems", {
            phone.catalogue()?.specs.len()
        }),
        format!("median {}", ms(median(&filled))),
    ));
    Ok(lines)
}

/// What people type: names whole and in part, codes, numbers and phones whole and in part.
fn queries(base: &IndexedBase) -> Vec<String> {
    let mut queries = Vec::new();
    for person in base.of_kind(EntityKind::Person).step_by(23) {
        let cell = |concept: &str| person.cells.get(concept).cloned().unwrap_or_default();
        let name = cell("person.name");
        queries.push(name.chars().take(1).collect());
        queries.push(name.chars().take(2).collect());
        queries.push(name);
        let number = cell("person.id_no");
        queries.push(number.chars().skip(6).take(8).collect());
        queries.push(number);
        let phone = cell("person.phone");
        queries.push(phone.chars().skip(7).collect());
        queries.push(phone);
    }
    for plot in base.of_kind(EntityKind::Plot).step_by(97) {
        queries.push(plot.id.id.clone());
        queries.push(plot.id.id.chars().skip(12).collect());
    }
    for premises in base.of_kind(EntityKind::Premises).step_by(3) {
        queries.extend(premises.cells.get("premises.name").cloned());
    }
    queries.retain(|query| !query.is_empty());
    queries
}
