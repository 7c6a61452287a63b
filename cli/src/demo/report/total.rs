//! Who got what, and the ledger: the two tables behind the day's cards.

use fieldwork_forms::catalogue::Catalogue;
use fieldwork_forms::spec::Spec;
use fieldwork_hub::outbox::State;
use fieldwork_hub::village::Delivered;
use serde_json::Value;

use super::gather::is_ledger;
use super::html::Html;
use super::privacy::veil_labelled;

/// Writes a row for every system of the catalogue.
pub(super) fn systems(html: &mut Html, catalogue: &Catalogue, deliveries: &[Delivered]) {
    html.raw(
        "<div class=\"wide\"><table class=\"list\"><thead><tr><th>对接系统</th><th>上报件</th>",
    );
    html.raw("<th class=\"number\">件数</th><th class=\"number extra\">字段</th>");
    html.raw(
        "<th class=\"number extra\">照片</th><th class=\"number\">已送达</th></tr></thead><tbody>\n",
    );
    let mut total = Row::default();
    let of = |spec: &Spec| Row::of(spec, deliveries);
    for spec in catalogue.specs.values().filter(|spec| !is_ledger(spec)) {
        let row = of(spec);
        total.add(&row);
        row.write(html, spec);
    }
    html.raw("</tbody><tfoot><tr><th scope=\"row\" colspan=\"2\">合计</th>");
    total.numbers(html);
    html.raw("</tr></tfoot></table></div>\n");
}

#[derive(Default)]
struct Row {
    /// Name of a form and how many there were of it.
    forms: Vec<(String, usize)>,
    count: usize,
    fields: usize,
    photos: usize,
    delivered: usize,
}

impl Row {
    fn of(spec: &Spec, deliveries: &[Delivered]) -> Self {
        let mut row = Self::default();
        let name = |form: &str| {
            let known = spec.form(form);
            known.map_or_else(|| form.to_owned(), |form| form.name.clone())
        };
        for one in deliveries
            .iter()
            .filter(|one| one.envelope.system == spec.id)
        {
            let envelope = &one.envelope;
            let name = name(&envelope.form);
            match row.forms.iter_mut().find(|known| known.0 == name) {
                Some(known) => known.1 += 1,
                None => row.forms.push((name, 1)),
            }
            row.count += 1;
            row.fields += envelope.fields.len();
            row.photos += envelope.photos.len();
            row.delivered += usize::from(one.state == State::Completed);
        }
        row
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.fields += other.fields;
        self.photos += other.photos;
        self.delivered += other.delivered;
    }

    fn write(&self, html: &mut Html, spec: &Spec) {
        html.raw("<tr><th scope=\"row\">").text(&spec.name);
        html.raw("<small>")
            .text(&spec.sponsor)
            .raw("</small></th><td>");
        for (at, (name, count)) in self.forms.iter().enumerate() {
            html.raw(if at > 0 { "<span>、</span>" } else { "" });
            html.raw("<span class=\"nowrap\">").text(name);
            html.raw(" ×").text(count).raw("</span>");
        }
        html.raw("</td>");
        self.numbers(html);
        html.raw("</tr>\n");
    }

    fn numbers(&self, html: &mut Html) {
        html.element("td class=\"number\"", self.count);
        html.element("td class=\"number extra\"", self.fields);
        html.element("td class=\"number extra\"", self.photos);
        html.raw("<td class=\"number\">").text(self.delivered);
        if self.count > 0 {
            html.raw(if self.delivered == self.count {
                " <span class=\"tick\">✓</span>"
            } else {
                " <span class=\"cross\">!</span>"
            });
        }
        html.raw("</td>");
    }
}

/// Writes the village's ledger as it was filled.
pub(super) fn ledger(html: &mut Html, catalogue: &Catalogue, deliveries: &[Delivered]) {
    let Some(spec) = catalogue.specs.values().find(|spec| is_ledger(spec)) else {
        return;
    };
    let Some(form) = spec.forms.first() else {
        return;
    };
    html.raw("<div class=\"wide\"><table class=\"list ledger\"><thead><tr><th>记录</th>");
    for field in &form.fields {
        html.element("th", &field.label);
    }
    html.raw("</tr></thead><tbody>\n");
    for one in deliveries
        .iter()
        .filter(|one| one.envelope.system == spec.id)
    {
        let label = one.label.clone();
        let label = label.unwrap_or_else(|| one.envelope.capture.to_string());
        html.raw("<tr><th scope=\"row\"><a href=\"#").text(&label);
        html.raw("\">").text(&label).raw("</a></th>");
        for field in &form.fields {
            let value = one.envelope.fields.get(&field.id).and_then(Value::as_str);
            html.element("td", veil_labelled(&field.label, value.unwrap_or_default()));
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
}
