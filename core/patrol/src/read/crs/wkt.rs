//! Well-known text of reference systems, the first version (`.prj`) and the second.
//!
//! Only what decides is looked at: an authority's code where there is one, else the datum's name, the
//! unit, the projection's name and its parameters.

use fieldwork_geo::{Ellipsoid, GaussKruger, TransverseMercator, Utm};

use super::{Crs, CrsError};
use crate::track::Datum;

/// A text longer than this is no reference system.
const MAX_BYTES: usize = 64 << 10;
/// Deeper than this no reference system nests.
const MAX_DEPTH: usize = 16;

pub(super) fn crs(text: &str) -> Result<Crs, CrsError> {
    let unreadable = || CrsError::new("an unreadable system");
    if text.len() > MAX_BYTES {
        return Err(unreadable());
    }
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    let root = node(&mut rest, 0).ok_or_else(unreadable)?;
    let system = root
        .find(&["PROJCS", "PROJCRS", "PROJECTEDCRS"])
        .or_else(|| {
            root.find(&[
                "GEOGCS",
                "GEOGCRS",
                "GEODCRS",
                "GEODETICCRS",
                "GEOGRAPHICCRS",
            ])
        })
        .ok_or_else(|| CrsError::new(root.title()))?;
    let by_code = system.code().map(Crs::from_epsg);
    if let Some(Ok(crs)) = by_code {
        return Ok(crs);
    }
    let by_content = if system.is(&["PROJCS", "PROJCRS", "PROJECTEDCRS"]) {
        grid(system)
    } else {
        datum(system).and_then(|datum| system.is_degrees().then_some(Crs::Degrees(datum)))
    };
    match (by_content, by_code) {
        (Some(crs), _) => Ok(crs),
        (None, Some(Err(error))) => Err(error),
        (None, _) => Err(CrsError::new(system.title())),
    }
}

/// The datum within a system, if it is one that is read.
fn datum(system: &Node<'_>) -> Option<Datum> {
    let named = system.find(&["DATUM", "ENSEMBLE", "GEODETICDATUM", "TRF"])?;
    let plain: String = named
        .title()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let greenwich = system
        .find(&["PRIMEM", "PRIMEMERIDIAN"])
        .and_then(|meridian| meridian.numbers().next())
        .is_none_or(|degrees| degrees == 0.0);
    let has = |word: &str| plain.contains(word);
    if !greenwich {
        None
    } else if has("china2000") || has("cgcs2000") || has("chinageodeticcoordinatesystem2000") {
        Some(Datum::Cgcs2000)
    } else if has("wgs1984")
        || has("wgs84")
        || has("worldgeodeticsystem1984")
        || has("etrs89")
        || has("etrs1989")
        || has("europeanterrestrialreferencesystem1989")
    {
        Some(Datum::Wgs84)
    } else {
        None
    }
}

/// The grid of a projected system, if it is transverse Mercator in metres on a datum that is read.
fn grid(system: &Node<'_>) -> Option<Crs> {
    let datum = datum(system)?;
    let projection = system
        .find(&["PROJECTION", "METHOD"])?
        .title()
        .to_ascii_lowercase();
    let projection = projection.replace([' ', '-'], "_");
    let known = ["transverse_mercator", "gauss_kruger"];
    if !known.iter().any(|name| projection.starts_with(name)) || !system.is_metres() {
        return None;
    }
    let parameter = |names: &[&str]| {
        let mut all = system.children.iter().flat_map(Node::with_descendants);
        let found = all.find(|node| {
            let title = node.title().to_ascii_lowercase().replace(' ', "_");
            node.is(&["PARAMETER"]) && names.contains(&title.as_str())
        });
        found.and_then(|node| node.numbers().next())
    };
    let meridian_deg = parameter(&["central_meridian", "longitude_of_natural_origin"])?;
    let scale = parameter(&["scale_factor", "scale_factor_at_natural_origin"]).unwrap_or(1.0);
    let east_m = parameter(&["false_easting"]).unwrap_or(0.0);
    let north_m = parameter(&["false_northing"]).unwrap_or(0.0);
    let origin = parameter(&["latitude_of_origin", "latitude_of_natural_origin"]).unwrap_or(0.0);
    if origin != 0.0 {
        return None;
    }
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    if near(scale, 1.0) && near(north_m, 0.0) && near(east_m.rem_euclid(1e6), 500_000.0) {
        // With a zone's number in front of the false easting, the numbers of corners carry it too.
        if let Ok(grid) = GaussKruger::meridian(meridian_deg) {
            return Some(Crs::GaussKruger(grid));
        }
    }
    if near(scale, 0.9996) && near(east_m, 500_000.0) {
        let zone = (meridian_deg + 183.0) / 6.0;
        let number = (1..=60_u8).find(|number| near(f64::from(*number), zone));
        let grid = number.and_then(|number| match north_m {
            0.0 => Utm::north(number).ok(),
            10_000_000.0 => Utm::south(number).ok(),
            _ => None,
        });
        if let Some(grid) = grid {
            return Some(Crs::Utm(grid));
        }
    }
    let ellipsoid = match datum {
        Datum::Cgcs2000 => Ellipsoid::Cgcs2000,
        _ => Ellipsoid::Wgs84,
    };
    Some(Crs::TransverseMercator(TransverseMercator {
        ellipsoid,
        meridian_deg,
        scale,
        false_easting_m: east_m,
        false_northing_m: north_m,
    }))
}

/// `KEYWORD["text", 1.0, CHILD[…]]`.
#[derive(Debug, Default)]
struct Node<'a> {
    keyword: &'a str,
    texts: Vec<&'a str>,
    children: Vec<Node<'a>>,
}

impl<'a> Node<'a> {
    fn is(&self, keywords: &[&str]) -> bool {
        keywords
            .iter()
            .any(|known| known.eq_ignore_ascii_case(self.keyword))
    }

    fn title(&self) -> &'a str {
        self.texts.first().copied().unwrap_or(self.keyword)
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.texts.iter().filter_map(|text| text.parse().ok())
    }

    fn with_descendants(&self) -> Box<dyn Iterator<Item = &Node<'a>> + '_> {
        let below = self.children.iter().flat_map(Node::with_descendants);
        Box::new(std::iter::once(self).chain(below))
    }

    fn find(&self, keywords: &[&str]) -> Option<&Node<'a>> {
        self.with_descendants().find(|node| node.is(keywords))
    }

    /// The EPSG code of this very system.
    fn code(&self) -> Option<u32> {
        let mut own = self.children.iter();
        let authority = own.find(|node| node.is(&["AUTHORITY", "ID"]))?;
        let epsg = authority.title().eq_ignore_ascii_case("EPSG");
        authority.texts.get(1).filter(|_| epsg)?.parse().ok()
    }

    fn unit(&self) -> Option<f64> {
        let names = ["UNIT", "LENGTHUNIT", "ANGLEUNIT"];
        let own = self.children.iter().find(|node| node.is(&names));
        own.and_then(|unit| unit.numbers().next())
    }

    fn is_metres(&self) -> bool {
        self.unit().is_none_or(|unit| (unit - 1.0).abs() < 1e-9)
    }

    fn is_degrees(&self) -> bool {
        self.unit()
            .is_none_or(|unit| (unit - 0.017_453_292_5).abs() < 1e-9)
    }
}

/// Reads a node from the start of the text.
fn node<'a>(rest: &mut &'a str, depth: usize) -> Option<Node<'a>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let open = rest.find(['[', '('])?;
    let mut found = Node {
        keyword: rest.get(..open)?.trim(),
        ..Node::default()
    };
    *rest = rest.get(open + 1..)?;
    loop {
        *rest = rest.trim_start_matches([',', ' ', '\t', '\r', '\n']);
        match rest.chars().next()? {
            ']' | ')' => {
                *rest = rest.get(1..)?;
                return Some(found);
            }
            '"' => {
                let (text, after) = rest.get(1..)?.split_once('"')?;
                found.texts.push(text);
                *rest = after;
            }
            _ => {
                let end = rest.find([',', '[', '(', ']', ')'])?;
                if matches!(rest.as_bytes().get(end), Some(b'[' | b'(')) {
                    found.children.push(node(rest, depth + 1)?);
                } else {
                    found.texts.push(rest.get(..end)?.trim());
                    *rest = rest.get(end..)?;
                }
            }
        }
    }
}
