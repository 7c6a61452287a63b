//! What entities are found by, and the two texts it all stands in.
//!
//! Names (and addresses) may match anywhere, codes (and numbers) at their ends only; so there is a text
//! of each, with a line per key. A short word is looked for among the names alone.

use fieldwork_ids::half_width;
use memchr::memmem;

use super::Match;
use crate::{EntityId, EntityKind, Register};

/// Characters of a code that must be given at least; fewer would match everything.
const CODE_CHARS: usize = 3;

const END: char = '\n';

/// The keys of one entity, or of all: each on a line of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    names: String,
    codes: String,
}

impl Keys {
    fn push(lines: &mut String, key: Option<String>) {
        if let Some(key) = key {
            lines.push_str(&normal(&key));
            lines.push(END);
        }
    }

    /// Where the lines that match begin in their text, and how well.
    fn matches<'a>(
        &'a self,
        word: &'a str,
    ) -> (
        impl Iterator<Item = (usize, Match)>,
        impl Iterator<Item = (usize, Match)>,
    ) {
        let names = lines(&self.names, word, true);
        let enough = word.chars().nth(CODE_CHARS - 1).is_some();
        let codes = lines(if enough { &self.codes } else { "" }, word, false);
        (names, codes)
    }

    /// How well the best of them matches.
    pub(super) fn best(&self, word: &str) -> Option<Match> {
        let (names, codes) = self.matches(word);
        names.chain(codes).map(|(_, quality)| quality).min()
    }
}

/// The lines of a text that hold the word: where each begins and how well it matches.
fn lines<'a>(
    text: &'a str,
    word: &'a str,
    anywhere: bool,
) -> impl Iterator<Item = (usize, Match)> + 'a {
    let mut done = 0;
    memmem::find_iter(text.as_bytes(), word.as_bytes()).filter_map(move |at| {
        if at < done {
            return None;
        }
        // A word holds no line end, so its first place in a line is always among the indices.
        let start = text[..at]
            .rfind(END)
            .map_or(0, |before| before + END.len_utf8());
        let end = text[at..].find(END).map_or(text.len(), |after| at + after);
        done = end;
        let key = &text[start..end];
        let quality = if key == word {
            Match::Exact
        } else if at == start {
            Match::Prefix
        } else if anywhere || key.ends_with(word) {
            Match::Part
        } else {
            return None;
        };
        Some((start, quality))
    })
}

/// Keys of all entities of the base.
#[derive(Debug, Clone, Default)]
pub(crate) struct SearchIndex {
    keys: Keys,
    /// Place in the base and start in the names, ascending.
    names: Vec<(usize, usize)>,
    /// The same for the codes.
    codes: Vec<(usize, usize)>,
}

impl SearchIndex {
    pub(crate) fn new(register: &Register<'_>) -> Self {
        let mut index = Self::default();
        for (place, entity) in register.base().base().entities.iter().enumerate() {
            let Keys { names, codes } = keys(register, &entity.id);
            index.names.push((place, index.keys.names.len()));
            index.keys.names.push_str(&names);
            index.codes.push((place, index.keys.codes.len()));
            index.keys.codes.push_str(&codes);
        }
        index
    }

    /// The entities whose keys hold the word.
    pub(super) fn hits(&self, word: &str) -> Hits {
        let mut hits = Hits(vec![None; self.names.len()]);
        let (names, codes) = self.keys.matches(word);
        collect(names, &self.names, &mut hits);
        collect(codes, &self.codes, &mut hits);
        hits
    }
}

fn collect(
    lines: impl Iterator<Item = (usize, Match)>,
    starts: &[(usize, usize)],
    hits: &mut Hits,
) {
    let mut rest = starts;
    for (at, quality) in lines {
        // Entities without keys begin where the next one does: the last that begins there has the line.
        let after = rest.partition_point(|(_, start)| *start <= at);
        rest = &rest[after.saturating_sub(1)..];
        if let Some((place, _)) = rest.first() {
            let best = hits.best(*place).map_or(quality, |best| best.min(quality));
            hits.set(*place, Some(best));
        }
    }
}

/// The best match of each place of the base, and of the places of added entities after them. A table,
/// since a short word matches thousands.
pub(super) struct Hits(Vec<Option<Match>>);

impl Hits {
    pub(super) fn best(&self, place: usize) -> Option<Match> {
        self.0.get(place).copied().flatten()
    }

    pub(super) fn set(&mut self, place: usize, quality: Option<Match>) {
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        self.0[place] = quality;
    }

    /// One more than the last place there may be something.
    pub(super) fn end(&self) -> usize {
        self.0.len()
    }
}

/// Concepts that an entity, or its household, is found by.
pub(super) const SEARCHED: &[&str] = &[
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

/// What an entity is found by.
pub(super) fn keys(register: &Register<'_>, id: &EntityId) -> Keys {
    let text = |concept| register.text(id, concept);
    let (mut names, mut codes) = (Vec::new(), vec![Some(id.id.clone())]);
    match id.kind {
        EntityKind::Household => {
            names.extend([
                register.head_name(id),
                text("household.group"),
                text("household.hamlet"),
            ]);
            let houses = register
                .base()
                .houses(id)
                .map(|house| register.text(&house.id, "house.address"));
            names.extend(houses.map(|address| address.map(|address| register.short(&address))));
            codes.extend([text("household.contractor"), text("household.phone")]);
        }
        EntityKind::Person => {
            names.push(text("person.name"));
            codes.extend([text("person.id_no"), text("person.phone")]);
        }
        EntityKind::Plot => names.push(text("plot.name")),
        EntityKind::Premises => {
            names.extend([text("premises.name"), text("premises.owner")]);
            names.push(text("premises.address").map(|address| register.short(&address)));
            codes.extend([text("premises.uscc"), text("premises.phone")]);
        }
        EntityKind::House | EntityKind::Grid | EntityKind::Worker => codes.clear(),
    }
    let mut keys = Keys::default();
    names
        .into_iter()
        .for_each(|key| Keys::push(&mut keys.names, key));
    codes
        .into_iter()
        .for_each(|key| Keys::push(&mut keys.codes, key));
    keys
}

/// Half-width, lower case, and nothing that could be taken for the end of a line.
pub(super) fn normal(text: &str) -> String {
    half_width(text)
        .to_lowercase()
        .replace(char::is_control, " ")
        .trim()
        .to_owned()
}
