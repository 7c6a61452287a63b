//! The walk as SVG.

use std::fmt::Write;

use fieldwork_geo::{Polygon, Position, Wgs84};
use fieldwork_patrol::Seen;

use super::super::html::Html;
use super::{View, WIDTH, Walk};

/// A head every so many units of the way shows which way it went.
const ARROW_EVERY: f64 = 110.0;
/// A name with less room around its middle is left out, units.
const NAMED_FROM: f64 = 22.0;
/// More room than this is no better, units.
const FREE: f64 = 45.0;
/// Places for names are tried at this distance, units.
const STEP: f64 = 20.0;

impl Walk {
    /// Writes the map, its legend and the numbers of the walk.
    pub(in super::super) fn write(&self, html: &mut Html) {
        html.raw("<figure class=\"map\"><div><svg viewBox=\"0 0 1000 ");
        html.text(one(self.view.height()));
        html.raw("\" role=\"img\" aria-label=\"巡查路线图\">\n");
        self.land(html);
        self.way(html);
        self.signs(html);
        self.scale(html);
        html.raw("</svg></div>\n");
        self.legend(html);
        html.raw("</figure>\n");
    }

    fn land(&self, html: &mut Html) {
        html.raw("<g class=\"land\">");
        for plot in &self.plots {
            html.raw(match (plot.issue, plot.seen) {
                (true, _) => "<path class=\"issue\" d=\"",
                (false, Seen::Walked) => "<path class=\"seen\" d=\"",
                (false, Seen::Seen) => "<path class=\"near\" d=\"",
                (false, Seen::Missed) => "<path d=\"",
            });
            html.text(shape(&self.view, &plot.outline));
            html.raw("\"><title>").text(&plot.name);
            html.raw("</title></path>");
        }
        html.raw("</g>\n<g class=\"grids\">");
        for (name, outline) in &self.grids {
            html.raw("<path d=\"").text(shape(&self.view, outline));
            html.raw("\"/>");
            if let Some((x, y)) = self.free_place(outline) {
                text_at(html, "name", (x, y + 4.0), name);
            }
        }
        html.raw("</g>\n");
    }

    /// Where the name of an outline stands best: within it, far from its border, the way and the
    /// picture's edge.
    fn free_place(&self, outline: &Polygon) -> Option<(f64, f64)> {
        let scale = self.view.units_per_m();
        let way: Vec<(f64, f64)> = self
            .path
            .places()
            .map(|place| self.view.place(place.point))
            .collect();
        let height = self.view.height();
        let room = |x: f64, y: f64| {
            let point = self.view.point((x, y));
            if outline.position(point.to_e7()) != Position::Inside {
                return 0.0;
            }
            let way = way
                .iter()
                .map(|(wx, wy)| (x - wx).hypot(y - wy))
                .fold(f64::MAX, f64::min);
            let edge = x.min(WIDTH - x).min(y).min(height - y);
            let border = outline.border_distance_m(point) * scale;
            way.min(edge).min(border).min(FREE)
        };
        let (columns, rows) = ((WIDTH / STEP) as u32, (height / STEP) as u32);
        let mut best = (NAMED_FROM, None);
        // Of places with as much room the lowest, since the scale and the arrow stand above.
        for row in (1..rows).rev() {
            for column in 1..columns {
                let (x, y) = (f64::from(column) * STEP, f64::from(row) * STEP);
                let room = room(x, y);
                if room > best.0 {
                    best = (room, Some((x, y)));
                }
            }
        }
        best.1
    }

    fn way(&self, html: &mut Html) {
        html.raw("<g class=\"way\">");
        for point in &self.path.dropped {
            let (x, y) = self.view.place(*point);
            html.raw("<path class=\"dropped\" d=\"");
            html.text(format_args!(
                "M{} {}l6 6m0-6l-6 6",
                one(x - 3.0),
                one(y - 3.0)
            ));
            html.raw("\"/>");
        }
        for stretch in &self.path.stretches {
            html.raw("<path class=\"walked\" d=\"");
            let points = stretch.places.iter().map(|place| place.point);
            html.text(line(&self.view, points));
            html.raw("\"/>");
        }
        for (before, after) in self.path.gaps() {
            let (from, to) = (before.point, after.point);
            let seconds = after.at_s - before.at_s;
            html.raw("<path class=\"gap\" d=\"");
            html.text(line(&self.view, [from, to].into_iter()));
            html.raw("\"/>");
            let (a, b) = (self.view.place(from), self.view.place(to));
            let middle = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1) + 26.0);
            text_at(html, "gap", middle, &format!("{seconds:.0}秒没有定位"));
        }
        for (x, y, degrees) in self.arrows() {
            html.raw("<path class=\"arrow\" d=\"M-3.4-3.2L4 0L-3.4 3.2z\" transform=\"");
            html.text(format_args!(
                "translate({} {}) rotate({})",
                one(x),
                one(y),
                degrees.round()
            ));
            html.raw("\"/>");
        }
        html.raw("</g>\n");
    }

    /// Heads along the way: right, down, degrees. The direction is that over the last stretch, since
    /// that between two fixes is mostly noise.
    fn arrows(&self) -> Vec<(f64, f64, f64)> {
        const STRETCH: f64 = 12.0;
        let mut arrows = Vec::new();
        for stretch in &self.path.stretches {
            let mut since = 0.0;
            let mut from: Option<(f64, f64)> = None;
            for place in &stretch.places {
                let (x, y) = self.view.place(place.point);
                let Some((fx, fy)) = from else {
                    from = Some((x, y));
                    continue;
                };
                let leg = (x - fx).hypot(y - fy);
                if leg < STRETCH {
                    continue;
                }
                since += leg;
                from = Some((x, y));
                if since >= ARROW_EVERY {
                    since = 0.0;
                    arrows.push((x, y, (y - fy).atan2(x - fx).to_degrees()));
                }
            }
        }
        arrows
    }

    fn signs(&self, html: &mut Html) {
        html.raw("<g class=\"signs\">");
        let ends = [
            (self.path.places().next(), &self.started, "出发"),
            (self.path.places().last(), &self.ended, "结束"),
        ];
        for (place, time, word) in ends {
            let Some(place) = place else { continue };
            let (x, y) = self.view.place(place.point);
            dot(html, "end", (x, y), "5");
            text_at(html, "end", (x, y + 20.0), &format!("{time} {word}"));
        }
        for mark in &self.marks {
            let (x, y) = self.view.place(mark.at);
            dot(html, "issue", (x, y), "6.5");
            text_at(html, "issue", (x, y - 12.0), &mark.label);
        }
        html.raw("</g>\n");
    }

    fn scale(&self, html: &mut Html) {
        let scale = self.view.units_per_m();
        let metres = [50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0]
            .into_iter()
            .find(|metres| metres * scale >= 90.0)
            .unwrap_or(5_000.0);
        let length = metres * scale;
        html.raw("<g class=\"scale\"><path d=\"");
        html.text(format_args!("M16 24v6h{}v-6", one(length)));
        html.raw("\"/>");
        text_at(
            html,
            "",
            (16.0 + length / 2.0, 22.0),
            &format!("{metres} 米"),
        );
        html.raw("<path class=\"north\" d=\"M970 14l7 20l-7-5l-7 5z\"/>");
        text_at(html, "", (970.0, 48.0), "北");
        html.raw("</g>\n");
    }

    fn legend(&self, html: &mut Html) {
        html.raw("<figcaption><ul class=\"legend\"><li><i class=\"walked\"></i>走过的路，约");
        html.text(format_args!("{:.1}", self.path.summary.distance_m / 1000.0));
        html.raw("公里</li><li><i class=\"seen\"></i>走过的地块，");
        html.text(self.walked).raw("块</li>");
        html.raw("<li><i class=\"near\"></i>从旁看到的地块，");
        html.text(self.near).raw("块</li>");
        html.raw("<li><i class=\"issue\"></i>发现问题的地块，");
        html.text(self.plots.iter().filter(|plot| plot.issue).count());
        html.raw("块</li><li><i class=\"gap\"></i>没有定位的一段</li>");
        if !self.path.dropped.is_empty() {
            html.raw("<li><i class=\"dropped\">×</i>误差大、不采用的定位点，");
            html.text(self.path.dropped.len()).raw("个</li>");
        }
        html.raw("</ul><p>轨迹只留在手机上，不上报。</p></figcaption>");
    }
}

fn dot(html: &mut Html, class: &'static str, (x, y): (f64, f64), radius: &'static str) {
    html.raw("<circle class=\"").raw(class).raw("\" cx=\"");
    html.text(one(x)).raw("\" cy=\"").text(one(y));
    html.raw("\" r=\"").raw(radius).raw("\"/>");
}

/// Text centred at a point, kept within the picture.
fn text_at(html: &mut Html, class: &'static str, (x, y): (f64, f64), text: &str) {
    let half = 7.0 * text.chars().count() as f64;
    let x = x.max(half).min(WIDTH - half);
    html.raw("<text class=\"").raw(class).raw("\" x=\"");
    html.text(one(x)).raw("\" y=\"").text(one(y)).raw("\">");
    html.text(text).raw("</text>");
}

/// An outline as the data of a path; holes come out empty by the even-odd rule.
fn shape(view: &View, outline: &Polygon) -> String {
    let mut data = String::new();
    for ring in outline.parts().iter().flatten() {
        let corners = ring.iter().map(|[lon, lat]| Wgs84 {
            lon: f64::from(*lon) / 1e7,
            lat: f64::from(*lat) / 1e7,
        });
        data.push_str(&line(view, corners));
        data.push('z');
    }
    data
}

fn line(view: &View, points: impl Iterator<Item = Wgs84>) -> String {
    let mut data = String::new();
    for (at, point) in points.enumerate() {
        let (x, y) = view.place(point);
        let step = if at == 0 { 'M' } else { 'L' };
        // Writing to a `String` cannot fail.
        let _ = write!(data, "{step}{} {}", one(x), one(y));
    }
    data
}

/// A tenth of a unit is finer than any screen shows.
fn one(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
