//! Address texts, as the owners of forms agreed on them.

use fieldwork_register::{EntityId, Village};

use crate::value::Value;

use super::builder::Builder;
use super::{Fact, Origin};

/// Where it is: the plot, the premises, the household's house, else near a house. The address of a house
/// or premises is what the register holds, or what was said, and stays so.
pub(super) fn of(builder: &Builder<'_, '_>, nearest: Option<&EntityId>) -> Option<Fact> {
    let (things, wording) = (&builder.things, builder.concepts.wording());
    if let Some(plot) = &things.plot {
        let word = wording.plot.as_ref()?;
        return of_plot(builder.register.base().village(), &plot.id, word).map(derived);
    }
    if let Some(premises) = &things.premises {
        return builder.cell_of(premises, "premises.address");
    }
    if things.household.is_some() || things.house.is_some() {
        return builder.cell_of(things.house.as_ref()?, "house.address");
    }
    let house = builder.register.text(nearest?, "house.address")?;
    Some(derived(house + wording.near.as_ref()?))
}

fn derived(address: String) -> Fact {
    Fact {
        value: Value::Text(address),
        label: None,
        origin: Origin::Derived,
    }
}

/// `{county}{town}{village}{group}{serial, at least 3 digits}` and the word for a plot, from the 19 digits
/// of a plot: village 12, group 2, serial 5.
fn of_plot(village: &Village, code: &str, word: &str) -> Option<String> {
    let group = village.groups.get(code.get(12..14)?)?;
    let serial: u32 = code.get(14..19)?.parse().ok()?;
    let Village {
        county, town, name, ..
    } = village;
    Some(format!("{county}{town}{name}{group}{serial:03}{word}"))
}

/// The address without county, town and village.
pub(super) fn short<'a>(village: &Village, address: &'a str) -> &'a str {
    let Village {
        county, town, name, ..
    } = village;
    [county, town, name]
        .into_iter()
        .fold(address, |rest, part| {
            rest.strip_prefix(part.as_str()).unwrap_or(rest)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn village() -> Village {
        Village {
            code: "990101100201".into(),
            county: "甲县".into(),
            town: "乙镇".into(),
            name: "丙村".into(),
            groups: [("02".to_owned(), "二组".to_owned())].into(),
        }
    }

    #[test]
    fn a_plot_is_named_by_group_and_serial() {
        let of = |code| of_plot(&village(), code, "号地块");
        assert_eq!(
            of("9901011002010200033").as_deref(),
            Some("甲县乙镇丙村二组033号地块")
        );
        assert_eq!(
            of("9901011002010212345").as_deref(),
            Some("甲县乙镇丙村二组12345号地块")
        );
        assert_eq!(
            of("9901011002010900033"),
            None,
            "an unknown group gives no address"
        );
        assert_eq!(of("99010110020102"), None);
    }

    #[test]
    fn the_short_address_loses_the_places_names_only_at_its_start() {
        assert_eq!(short(&village(), "甲县乙镇丙村二组001号"), "二组001号");
        assert_eq!(short(&village(), "丙村二组001号"), "二组001号");
        assert_eq!(short(&village(), "二组丙村路1号"), "二组丙村路1号");
    }
}
