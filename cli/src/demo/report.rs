//! `report.html`: the day as a page that shows what was said once and what came of it.
//!
//! The page stands alone: no script, nothing fetched, photographs in it as small pictures, so that it
//! can be opened years later from wherever it was put. A policy in its head forbids the rest, should a
//! text ever get past [`html`].

mod burden;
mod card;
mod field;
mod gather;
mod html;
mod map;
mod picture;
mod privacy;
mod total;
mod words;

use fieldwork_forms::burden::Counts;
use fieldwork_hub::village::Delivered;
use fieldwork_ids::time::rfc3339;

use self::card::Card;
use self::gather::{Source, is_ledger};
use self::html::Html;
use self::map::Walk;
use super::Played;
use super::summary::Summary;
use crate::error::Failed;

const STYLE: &str = include_str!("report/style.css");

/// The page.
pub fn page(played: &Played, summary: &Summary, counts: &Counts) -> Result<String, Failed> {
    let village = played.hub.village(&played.day.village)?;
    let hub = village.replica();
    let (_, base) = hub.base()?;
    let deliveries = village.deliveries()?;
    let source = Source {
        played,
        day: &played.day,
        catalogue: hub.catalogue()?,
        base,
        hub,
        deliveries: &deliveries,
    };
    let cards: Vec<Card> = played
        .day
        .captures
        .iter()
        .map(|entry| source.card(entry))
        .collect::<Result<_, _>>()?;
    let mut html = Html::default();
    html.raw("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    html.raw("img-src data:; style-src 'unsafe-inline'\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html.text(&played.day.date)
        .raw(" 田野一日</title>\n<style>");
    html.raw(STYLE).raw("</style>\n</head>\n<body>\n");
    head(&mut html, &source, summary, &cards);
    html.raw("<main>\n");
    timeline(&mut html, &cards);
    walks(&mut html, &source);
    html.raw("<section>")
        .heading("谁收到了什么", "Who got what");
    total::systems(&mut html, &source.catalogue, &deliveries);
    html.raw("</section>\n<section>")
        .heading("同样的事，三种做法", "The same work, three ways");
    burden::write(&mut html, counts);
    html.raw("</section>\n<section>")
        .heading("村台账", "The ledger");
    total::ledger(&mut html, &source.catalogue, &deliveries);
    html.raw(
        "</section>\n</main>\n<footer><p>虚构数据：人、户、地块、场所、系统和单位都是编造的，",
    );
    html.raw("证件号码用的是没有启用的区划990101。照片由程序画成。</p>");
    html.raw("<p lang=\"en\">Everything here is invented: people, places, systems. ");
    html.raw("The photographs were drawn by a program.</p></footer>\n</body>\n</html>\n");
    Ok(html.finish())
}

fn head(html: &mut Html, source: &Source<'_>, summary: &Summary, cards: &[Card]) {
    let day = source.day;
    let village = source.base.village();
    html.raw("<header class=\"day\"><p class=\"place\"><span>");
    html.text(&village.county)
        .text(&village.town)
        .text(&village.name);
    html.raw(" · ")
        .text(&day.date)
        .raw(" · ")
        .text(&day.cadre.name);
    html.raw("</span><em>虚构数据 <span lang=\"en\">invented data</span></em></p>\n<h1><span>今天");
    html.text(summary.captures).raw("件、").text(summary.photos);
    html.raw("张照片，</span><span>");
    let missing: usize = cards.iter().map(Card::missing).sum();
    if missing == 0 {
        html.raw("已全部送达");
    } else {
        html.raw("还有").text(missing).raw("份没有送达");
    }
    html.raw("</span></h1>\n<dl class=\"counts\">");
    let fields: usize = source
        .deliveries
        .iter()
        .map(|one| one.envelope.fields.len())
        .sum();
    let forms = source
        .deliveries
        .iter()
        .filter(|one| !is_kept(source, one))
        .count();
    let counts = [
        ("说了、选了", "inputs", format!("{}项", summary.inputs)),
        ("变成上报件", "forms", format!("{forms}份")),
        ("台账", "ledger rows", format!("{}行", summary.ledger_rows)),
        ("自动填好", "fields filled", format!("{fields}格")),
        ("同步", "syncs", format!("{}次", summary.sync_sessions)),
        ("重复", "duplicates", format!("{}件", summary.duplicates)),
    ];
    for (chinese, english, count) in counts {
        html.raw("<div><dd>")
            .text(count)
            .raw("</dd><dt>")
            .raw(chinese);
        html.raw(" <small lang=\"en\">")
            .raw(english)
            .raw("</small></dt></div>");
    }
    html.raw("</dl>\n<p class=\"bytes\">全天没有网络也能记；傍晚同步，文字上行");
    html.text(words::bytes(summary.sync_bytes_up)).raw("、下行");
    html.text(words::bytes(summary.sync_bytes_down))
        .raw("，照片");
    html.text(words::bytes(summary.blob_bytes_up))
        .raw("，其中重发");
    html.text(words::bytes(summary.blob_bytes_sent_again));
    html.raw("；连送达共")
        .text(format_args!("{:.1}", summary.wall_ms as f64 / 1e3));
    html.raw("秒。</p></header>\n");
}

fn is_kept(source: &Source<'_>, one: &Delivered) -> bool {
    source
        .catalogue
        .spec(&one.envelope.system)
        .is_some_and(is_ledger)
}

fn timeline(html: &mut Html, cards: &[Card]) {
    html.raw("<section id=\"day\">")
        .heading("这一天", "The day");
    html.raw("<ol class=\"timeline\">\n");
    for card in cards {
        card.write(html);
    }
    html.raw("</ol></section>\n");
}

fn walks(html: &mut Html, source: &Source<'_>) {
    let entries = source.day.captures.iter();
    let walks: Vec<Walk> = entries
        .filter_map(|entry| Walk::of(source.day, entry, &source.base))
        .collect();
    if walks.is_empty() {
        return;
    }
    html.raw("<section id=\"walk\">")
        .heading("巡查路线", "The walk");
    for walk in walks {
        walk.write(html);
    }
    html.raw("</section>\n");
}

/// The time of day in China, `HH:MM`.
fn clock_time(at_ms: i64) -> String {
    rfc3339(at_ms).get(11..16).unwrap_or_default().to_owned()
}
