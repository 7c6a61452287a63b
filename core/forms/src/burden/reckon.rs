//! One capture's share: fields and taps by the model.

use serde_json::Value as Json;

use crate::ask::walk::leaves;
use crate::catalogue::Catalogue;
use crate::concept::{Owner, Widget};
use crate::spec::Spec;

use super::{
    CaptureCounts, Class, Classes, Entry, FieldWork, Reckoned, Sent, Three, Work, is_ledger, small,
};

pub(super) fn capture(catalogue: &Catalogue, work: &Work<'_>) -> Reckoned {
    let model = &catalogue.burden.taps;
    let mut classes = Classes::default();
    let (mut fields, mut taps) = (Three::<u32>::default(), Three::<u32>::default());
    let (mut slots, mut real_taps) = (0, 0);
    let mut envelopes = Vec::new();
    let ledger = Ledger::of(catalogue, work);
    for sent in work.sent.iter().filter(|sent| !is_ledger(catalogue, sent)) {
        envelopes.push(format!("{}.{}", sent.system, sent.form));
        slots += sent.photos;
        let mut prefills = false;
        for (field, value) in sent.fields {
            let FieldWork(class, entry) = field_work(catalogue, sent, field, value);
            let cost = model.taps(entry);
            fields.b0 += 1;
            taps.b0 += cost;
            real_taps += model.taps(entry.with_length(length(value)));
            match class {
                Class::E => {
                    classes.e += 1;
                    prefills = true;
                }
                Class::D => classes.d += 1,
                Class::S => {
                    classes.s += 1;
                    fields.b1 += 1;
                    taps.b1 += cost;
                }
            }
        }
        // One pick of the subject fills in what the register holds.
        if prefills {
            fields.b1 += 1;
            taps.b1 += model.pick;
        }
    }
    let form_fields = fields.b0;
    for way in [&mut fields.b0, &mut fields.b1] {
        *way += ledger.cells;
    }
    for way in [&mut taps.b0, &mut taps.b1] {
        *way += ledger.taps;
    }
    fields.one = small(work.inputs.len());
    taps.one = work.inputs.iter().map(|entry| model.taps(*entry)).sum();
    let text = work.inputs.iter().map(|entry| match entry {
        Entry::Text(characters) => *characters,
        _ => 0,
    });
    let inputs: Vec<String> = work.inputs.iter().map(ToString::to_string).collect();
    Reckoned {
        label: work.label.clone(),
        counts: CaptureCounts {
            envelopes,
            form_fields,
            fields,
            taps,
            photo_slots: slots,
            photos: work.photos,
            inputs: inputs.join(" "),
        },
        classes,
        text: text.sum(),
        real_taps,
        ledger_rows: ledger.rows,
        ledger_cells: ledger.cells,
        ledger_taps: ledger.taps,
        ledger_real_taps: ledger.real_taps,
    }
}

/// Rows of the ledger: every cell is written, also an empty one.
#[derive(Default)]
struct Ledger {
    rows: u32,
    cells: u32,
    taps: u32,
    real_taps: u32,
}

impl Ledger {
    fn of(catalogue: &Catalogue, work: &Work<'_>) -> Self {
        let model = &catalogue.burden.taps;
        let mut ledger = Self::default();
        for sent in work.sent.iter().filter(|sent| is_ledger(catalogue, sent)) {
            let form = catalogue
                .spec(sent.system)
                .and_then(|spec| spec.form(sent.form));
            ledger.rows += 1;
            for field in form.map_or(&[][..], |form| &form.fields) {
                let value = sent.fields.get(&field.id).unwrap_or(&Json::Null);
                let FieldWork(_, entry) = field_work(catalogue, sent, &field.id, value);
                ledger.cells += 1;
                ledger.taps += model.taps(entry);
                ledger.real_taps += model.taps(entry.with_length(length(value)));
            }
        }
        ledger
    }
}

/// What a field is by the model, else by its expression.
fn field_work(catalogue: &Catalogue, sent: &Sent<'_>, field: &str, value: &Json) -> FieldWork {
    let form = format!("{}.{}", sent.system, sent.form);
    let written = catalogue
        .burden
        .forms
        .get(&form)
        .and_then(|fields| fields.get(field));
    written.copied().unwrap_or_else(|| {
        let spec = catalogue.spec(sent.system);
        spec.map_or(FieldWork(Class::S, by_value(value)), |spec| {
            by_expression(catalogue, spec, sent, field, value)
        })
    })
}

fn by_expression(
    catalogue: &Catalogue,
    spec: &Spec,
    sent: &Sent<'_>,
    field: &str,
    value: &Json,
) -> FieldWork {
    let mut owners = Vec::new();
    let mut widget = None;
    for route in spec.routes.iter().filter(|route| route.form == sent.form) {
        let fields = spec
            .form(&route.form)
            .into_iter()
            .flat_map(|form| &form.fields);
        for field in fields.filter(|one| one.id == field) {
            leaves(&field.value, spec, route, &mut |leaf| {
                let name = leaf.name.strip_prefix("said.").unwrap_or(leaf.name);
                if let Some(concept) = catalogue.concepts.find(name) {
                    owners.push(concept.entity);
                    widget = widget.or(Some(concept.widget));
                } else if name.starts_with("concerned.") || name.ends_with(".code") {
                    owners.push(Owner::Household);
                }
            });
        }
    }
    let class = match (owners.is_empty(), owners.contains(&Owner::Capture)) {
        (true, _) => Class::D,
        (false, true) => Class::S,
        (false, false) => Class::E,
    };
    let entry = match widget {
        Some(Widget::Pick | Widget::Member | Widget::NewMember | Widget::Household) => Entry::Pick,
        Some(Widget::YesNo) => Entry::YesNo,
        Some(Widget::Date) => Entry::Date,
        Some(Widget::Time) => Entry::DateTime,
        Some(Widget::Number | Widget::Code | Widget::Phone) => Entry::Code(length(value)),
        Some(Widget::Text) | None => by_value(value),
    };
    FieldWork(class, entry)
}

fn by_value(value: &Json) -> Entry {
    match value {
        Json::String(text) if !text.is_ascii() => Entry::Text(length(value)),
        Json::Bool(_) => Entry::YesNo,
        _ => Entry::Code(length(value)),
    }
}

/// Characters of a value as it is written.
fn length(value: &Json) -> u32 {
    match value {
        Json::Null => 0,
        Json::String(text) => small(text.chars().count()),
        other => small(other.to_string().chars().count()),
    }
}
