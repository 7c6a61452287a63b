//! The search box: persons, households, plots and premises by name, code, number, phone, address.
//!
//! What entities are found by stands in a text for the whole village, lower case, a line per key, so
//! that a search is one pass over some hundred kilobytes. Entities that
//! have edits are left out of that pass and looked at one by one as they are now.

mod key;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub(crate) use key::SearchIndex;
use key::{Hits, Keys, SEARCHED, keys, normal};

use crate::{EntityId, EntityKind, Register};

/// How well something matches; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// The whole of a name, code or number.
    Exact,
    /// Its beginning.
    Prefix,
    /// Its end, or for a name any part of it.
    Part,
}

/// Something that was found. `title` and `subtitle` are for showing; they hold no citizen number and
/// no phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// What.
    pub entity: EntityId,
    /// A name, such as 张青山.
    pub title: String,
    /// What tells it from others of that name, such as 一组031号 · 3人.
    pub subtitle: String,
    /// How well it matches; of several words the worst.
    pub quality: Match,
}

impl Register<'_> {
    /// Looks for a text in names, codes, numbers, phones and addresses. Several words must all match;
    /// all but one may match the household of a person or plot instead, so that 王伟 四组 finds the one of
    /// group four.
    ///
    /// Names and addresses match anywhere, codes and numbers at their beginning or end from three
    /// characters on. The best matches come first, then households, persons, premises, plots, each in
    /// the order of their files.
    pub fn find(&self, text: &str, limit: usize) -> Vec<Found> {
        let query = normal(text);
        let edited = self.edited();
        let words: Vec<Hits> = query
            .split_whitespace()
            .map(|word| self.hits(word, &edited))
            .collect();
        let end = words.iter().map(Hits::end).max().unwrap_or_default();
        let mut ranked: Vec<(Match, u8, usize)> = (0..end)
            .filter(|place| words.iter().any(|hits| hits.best(*place).is_some()))
            .filter_map(|place| {
                let quality = self.quality(place, &words, &edited)?;
                Some((quality, order(edited.id(self, place)?.kind), place))
            })
            .collect();
        ranked.sort_unstable();
        ranked.truncate(limit);
        let found = |(quality, _, place)| Some(self.found(edited.id(self, place)?, quality));
        ranked.into_iter().filter_map(found).collect()
    }

    fn hits(&self, word: &str, edited: &Edited) -> Hits {
        let mut hits = self.base().search().hits(word);
        for (place, (_, keys)) in &edited.entities {
            hits.set(*place, keys.best(word));
        }
        hits
    }

    /// The worst of an entity's matches with all words; `None` if one matches neither the entity nor
    /// its household.
    fn quality(&self, place: usize, words: &[Hits], edited: &Edited) -> Option<Match> {
        let own = words.iter().map(|hits| hits.best(place));
        if let Some(worst) = own.reduce(|a, b| Some(a?.max(b?))).flatten() {
            return Some(worst);
        }
        let household = edited.parent(self, place)?;
        let best = |hits: &Hits| match (hits.best(place), hits.best(household)) {
            (Some(own), Some(lent)) => Some(own.min(lent)),
            (own, lent) => own.or(lent),
        };
        words
            .iter()
            .map(best)
            .reduce(|a, b| Some(a?.max(b?)))
            .flatten()
    }

    /// The entities that edits may have given other keys, with the keys they have now.
    fn edited(&self) -> Edited {
        let mut touched = BTreeSet::new();
        self.overlay().visit(&mut |entity, concept, _| {
            if !SEARCHED.contains(&concept) {
                return;
            }
            touched.insert(entity.clone());
            // A household goes by the name of its head and by the addresses of its houses, and may
            // have lost a head who is said to live elsewhere now.
            let imported = self
                .base()
                .entity(entity)
                .and_then(|entity| entity.parent.clone());
            touched.extend(imported.into_iter().chain(self.parent(entity)));
        });
        let mut edited = Edited::default();
        let mut beyond = self.base().base().entities.len();
        for id in touched {
            let place = self.base().place(&id).unwrap_or_else(|| {
                beyond += 1;
                beyond
            });
            let keys = keys(self, &id);
            edited.entities.insert(place, (id, keys));
        }
        edited
    }

    fn found(&self, id: &EntityId, quality: Match) -> Found {
        let (title, subtitle) = match id.kind {
            EntityKind::Household => {
                let count = format!("{}人", self.members(id).len());
                (self.head_name(id), vec![self.whereabouts(id), Some(count)])
            }
            EntityKind::Person => {
                let household = self.parent(id);
                let relation = self.text(id, "person.relation");
                let head = household
                    .as_ref()
                    .filter(|household| self.head(household).as_ref() != Some(id));
                let head = head
                    .and_then(|household| self.head_name(household))
                    .map(|name| format!("户主{name}"));
                let gone = self.has_moved_out(id).then(|| "已迁出".to_owned());
                let place = household
                    .as_ref()
                    .and_then(|household| self.whereabouts(household));
                (
                    self.text(id, "person.name"),
                    vec![place, relation, head, gone],
                )
            }
            EntityKind::Plot => {
                let contractor = self
                    .parent(id)
                    .and_then(|household| self.head_name(&household));
                (
                    self.text(id, "plot.name"),
                    vec![contractor, Some(id.id.clone())],
                )
            }
            EntityKind::Premises => {
                let address = self
                    .text(id, "premises.address")
                    .map(|address| self.short(&address));
                (
                    self.text(id, "premises.name"),
                    vec![address, self.text(id, "premises.owner")],
                )
            }
            EntityKind::House | EntityKind::Grid | EntityKind::Worker => (None, Vec::new()),
        };
        let subtitle: Vec<String> = subtitle.into_iter().flatten().collect();
        let title = title.unwrap_or_else(|| id.id.clone());
        Found {
            entity: id.clone(),
            title,
            subtitle: subtitle.join(" · "),
            quality,
        }
    }

    pub(super) fn head_name(&self, household: &EntityId) -> Option<String> {
        self.text(&self.head(household)?, "person.name")
    }

    /// Where a household lives: the address of its first house, else its group.
    fn whereabouts(&self, household: &EntityId) -> Option<String> {
        let address = self
            .base()
            .houses(household)
            .find_map(|house| self.text(&house.id, "house.address"));
        address
            .map(|address| self.short(&address))
            .or_else(|| self.text(household, "household.group"))
    }

    /// An address without the county, town and village that all addresses begin with.
    pub(super) fn short(&self, address: &str) -> String {
        let mut rest = address;
        let village = self.base().village();
        for name in [&village.county, &village.town, &village.name] {
            rest = rest.strip_prefix(name.as_str()).unwrap_or(rest);
        }
        if rest.is_empty() {
            address.to_owned()
        } else {
            rest.to_owned()
        }
    }
}

/// Entities with edits.
#[derive(Default)]
struct Edited {
    /// Place → id and keys as they are now.
    entities: BTreeMap<usize, (EntityId, Keys)>,
}

impl Edited {
    fn id<'a>(&'a self, register: &'a Register<'_>, place: usize) -> Option<&'a EntityId> {
        match self.entities.get(&place) {
            Some((id, _)) => Some(id),
            None => register
                .base()
                .base()
                .entities
                .get(place)
                .map(|entity| &entity.id),
        }
    }

    /// Place of the household that an entity belongs to.
    fn parent(&self, register: &Register<'_>, place: usize) -> Option<usize> {
        let parent = match self.entities.get(&place) {
            Some((id, _)) => register.parent(id)?,
            None => register.base().base().entities.get(place)?.parent.clone()?,
        };
        register.base().place(&parent)
    }
}

fn order(kind: EntityKind) -> u8 {
    match kind {
        EntityKind::Household => 0,
        EntityKind::Person => 1,
        EntityKind::Premises => 2,
        EntityKind::Plot => 3,
        EntityKind::House | EntityKind::Grid | EntityKind::Worker => 4,
    }
}
