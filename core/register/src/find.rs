//! The search box: persons, households, plots and premises by name, code, number, phone, address.
//!
//! What an entity is found by stands in one text for the whole village, lower case, a line per key,
//! so that a search is one pass over a megabyte (well under 5 ms for 10,000 persons). Entities that
//! have edits are left out of that pass and looked at one by one as they are now.

use std::collections::{BTreeMap, BTreeSet};

use fieldwork_ids::half_width;
use serde::Serialize;

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

/// Characters of a code that must be given at least; fewer would match everything.
const CODE_CHARS: usize = 3;

/// First character of a line: how the key on it may match.
const NAME: char = '\u{1}';
const CODE: char = '\u{2}';
const END: char = '\n';

/// Keys of all entities: the text and, for each entity, where its keys begin.
#[derive(Debug, Clone, Default)]
pub(crate) struct SearchIndex {
    text: String,
    /// Place in the base and start in the text, ascending.
    starts: Vec<(usize, usize)>,
}

impl SearchIndex {
    pub(crate) fn new(register: &Register<'_>) -> Self {
        let mut index = Self::default();
        for (place, entity) in register.base().base().entities.iter().enumerate() {
            let keys = keys(register, &entity.id);
            if !keys.is_empty() {
                index.starts.push((place, index.text.len()));
                index.text.push_str(&keys);
            }
        }
        index.text.shrink_to_fit();
        index
    }

    /// Adds the best match of each entity whose keys hold the word.
    fn collect(&self, word: &str, hits: &mut Hits) {
        let mut entity = 0;
        for (at, quality) in matches(&self.text, word) {
            while self
                .starts
                .get(entity + 1)
                .is_some_and(|(_, start)| *start <= at)
            {
                entity += 1;
            }
            if let Some((place, _)) = self.starts.get(entity) {
                add(hits, *place, quality);
            }
        }
    }
}

/// Place of an entity → its best match. Places beyond the base are those of added entities.
type Hits = BTreeMap<usize, Match>;

fn add(hits: &mut Hits, place: usize, quality: Match) {
    let best = hits.entry(place).or_insert(quality);
    *best = quality.min(*best);
}

impl Register<'_> {
    /// Looks for a text in names, codes, numbers, phones and addresses. Several words must all match;
    /// a person's or plot's household counts as part of it, so that 王伟 二组 finds the one of group two.
    ///
    /// Names and addresses match anywhere, codes and numbers at their beginning or end from three
    /// characters on. The best matches come first, then households, persons, premises, plots, each in
    /// the order of their files.
    pub fn find(&self, text: &str, limit: usize) -> Vec<Found> {
        let query = normal(text);
        let mut words = query.split_whitespace().peekable();
        let Some(first) = words.next() else {
            return Vec::new();
        };
        let several = words.peek().is_some();
        let edited = self.edited();

        let mut hits = self.hits(first, &edited, several);
        for word in words {
            let others = self.hits(word, &edited, several);
            hits = hits
                .into_iter()
                .filter_map(|(place, quality)| Some((place, quality.max(*others.get(&place)?))))
                .collect();
        }
        let mut ranked: Vec<(Match, u8, usize)> = hits
            .into_iter()
            .filter_map(|(place, quality)| {
                Some((quality, order(edited.id(self, place)?.kind), place))
            })
            .collect();
        ranked.sort_unstable();
        ranked.truncate(limit);
        ranked
            .into_iter()
            .filter_map(|(quality, _, place)| Some(self.found(edited.id(self, place)?, quality)))
            .collect()
    }

    fn hits(&self, word: &str, edited: &Edited, several: bool) -> Hits {
        let mut hits = Hits::new();
        self.base().search().collect(word, &mut hits);
        for (place, (_, keys)) in &edited.entities {
            hits.remove(place);
            for (_, quality) in matches(keys, word) {
                add(&mut hits, *place, quality);
            }
        }
        if several {
            self.lend(&mut hits, edited);
        }
        hits
    }

    /// Lets members and plots of a household match what the household matches.
    fn lend(&self, hits: &mut Hits, edited: &Edited) {
        let of_households: Vec<(EntityId, Match)> = hits
            .iter()
            .filter_map(|(place, quality)| Some((edited.id(self, *place)?, *quality)))
            .filter(|(id, _)| id.kind == EntityKind::Household)
            .map(|(id, quality)| (id.clone(), quality))
            .collect();
        for (household, quality) in of_households {
            let members = self
                .all_members(&household)
                .into_iter()
                .map(|member| member.id);
            let plots = self.base().plots(&household).map(|plot| plot.id.clone());
            for id in members.chain(plots) {
                if let Some(place) = edited.place(self, &id) {
                    add(hits, place, quality);
                }
            }
        }
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
            edited.places.insert(id.clone(), place);
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

    fn head_name(&self, household: &EntityId) -> Option<String> {
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
    fn short(&self, address: &str) -> String {
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

/// Entities with edits: place → id and keys.
#[derive(Default)]
struct Edited {
    entities: BTreeMap<usize, (EntityId, String)>,
    places: BTreeMap<EntityId, usize>,
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

    fn place(&self, register: &Register<'_>, id: &EntityId) -> Option<usize> {
        self.places
            .get(id)
            .copied()
            .or_else(|| register.base().place(id))
    }
}

/// Concepts that an entity, or its household, is found by.
const SEARCHED: &[&str] = &[
    "person.name",
    "person.id_no",
    "person.phone",
    "person.relation",
    crate::MEMBER_HOUSEHOLD,
    crate::MOVED_OUT,
    "household.phone",
    "household.contractor",
    "household.group",
    "household.hamlet",
    "house.address",
    "plot.name",
    "premises.name",
    "premises.uscc",
    "premises.address",
    "premises.owner",
    "premises.phone",
];

/// The keys of an entity, one a line, each after the sign that says how it may match.
fn keys(register: &Register<'_>, id: &EntityId) -> String {
    let text = |concept| register.text(id, concept);
    let code = || Some(id.id.clone());
    let keys = match id.kind {
        EntityKind::Household => {
            let houses = register
                .base()
                .houses(id)
                .filter_map(|house| register.text(&house.id, "house.address"));
            let mut keys = vec![
                (NAME, register.head_name(id)),
                (CODE, code()),
                (CODE, text("household.contractor")),
                (CODE, text("household.phone")),
                (NAME, text("household.group")),
                (NAME, text("household.hamlet")),
            ];
            keys.extend(houses.map(|address| (NAME, Some(register.short(&address)))));
            keys
        }
        EntityKind::Person => vec![
            (NAME, text("person.name")),
            (CODE, text("person.id_no")),
            (CODE, text("person.phone")),
            (CODE, code()),
        ],
        EntityKind::Plot => vec![(NAME, text("plot.name")), (CODE, code())],
        EntityKind::Premises => vec![
            (NAME, text("premises.name")),
            (NAME, text("premises.owner")),
            (
                NAME,
                text("premises.address").map(|address| register.short(&address)),
            ),
            (CODE, text("premises.uscc")),
            (CODE, text("premises.phone")),
            (CODE, code()),
        ],
        EntityKind::House | EntityKind::Grid | EntityKind::Worker => Vec::new(),
    };
    let mut lines = String::new();
    for (sign, key) in keys {
        if let Some(key) = key {
            lines.push(sign);
            lines.push_str(&normal(&key));
            lines.push(END);
        }
    }
    lines
}

/// Half-width, lower case, and nothing that could be taken for a sign or the end of a line.
fn normal(text: &str) -> String {
    half_width(text)
        .to_lowercase()
        .replace(char::is_control, " ")
        .trim()
        .to_owned()
}

/// Where the lines that match begin, and how well.
fn matches<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = (usize, Match)> + 'a {
    let enough_for_code = word.chars().nth(CODE_CHARS - 1).is_some();
    let mut done = 0;
    text.match_indices(word).filter_map(move |(at, _)| {
        if at < done {
            return None;
        }
        // A word holds no line end, so its first place in a line is always among the indices.
        let start = text[..at]
            .rfind(END)
            .map_or(0, |before| before + END.len_utf8());
        let end = text[at..].find(END).map_or(text.len(), |after| at + after);
        done = end;
        let line = &text[start..end];
        let key = line.trim_start_matches([NAME, CODE]);
        let is_code = line.starts_with(CODE);
        let quality = if key == word {
            Match::Exact
        } else if is_code && !enough_for_code {
            return None;
        } else if key.starts_with(word) {
            Match::Prefix
        } else if !is_code || key.ends_with(word) {
            Match::Part
        } else {
            return None;
        };
        Some((start, quality))
    })
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
