//! Ways to come by something: alternatives, each a set of answers that are needed together.

use std::collections::BTreeSet;

use fieldwork_register::EntityId;

/// One answer that would help.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Want {
    /// Picking what the capture is about.
    Subject,
    /// Answering a concept, of a member where one is named.
    Concept(String, Option<EntityId>),
}

impl Want {
    /// The concept to answer.
    pub(crate) fn concept(&self) -> Option<&str> {
        match self {
            Self::Subject => None,
            Self::Concept(id, _) => Some(id),
        }
    }
}

/// Answers that are needed together.
pub(crate) type Way = BTreeSet<Want>;

/// Most alternatives that are followed; a spec with more of them is asked by its first ones.
const MAX_WAYS: usize = 48;

/// Alternatives. None: it cannot be had. An empty one: it is there already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ways(Vec<Way>);

impl Ways {
    /// It cannot be had.
    pub(crate) fn never() -> Self {
        Self::default()
    }

    /// It is there.
    pub(crate) fn now() -> Self {
        Self(vec![Way::new()])
    }

    /// By one answer.
    pub(crate) fn by(want: Want) -> Self {
        Self(vec![Way::from([want])])
    }

    pub(crate) fn is_never(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn is_now(&self) -> bool {
        self.0.iter().any(Way::is_empty)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Way> {
        self.0.iter()
    }

    /// Every answer that is in one of the alternatives.
    pub(crate) fn wants(&self) -> impl Iterator<Item = &Want> {
        self.0.iter().flatten()
    }

    /// One or the other.
    pub(crate) fn or(mut self, other: Self) -> Self {
        for way in other.0 {
            self.add(way);
        }
        self
    }

    /// Both together.
    pub(crate) fn and(self, other: &Self) -> Self {
        let mut both = Self::never();
        for one in &self.0 {
            for two in &other.0 {
                both.add(one.union(two).cloned().collect());
            }
        }
        both
    }

    /// An alternative that needs more than another one is none.
    fn add(&mut self, way: Way) {
        if self.0.len() < MAX_WAYS && !self.0.iter().any(|had| had.is_subset(&way)) {
            self.0.retain(|had| !way.is_subset(had));
            self.0.push(way);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(name: &str) -> Ways {
        Ways::by(Want::Concept(name.to_owned(), None))
    }

    #[test]
    fn what_is_there_needs_nothing_else_and_what_cannot_be_had_spoils_the_whole() {
        assert!(by("a").or(Ways::now()).is_now());
        assert!(by("a").and(&Ways::never()).is_never());
        assert_eq!(by("a").and(&Ways::now()), by("a"));
        assert_eq!(by("a").or(Ways::never()), by("a"));
    }

    #[test]
    fn an_alternative_that_needs_more_than_another_is_dropped() {
        let both = by("a").and(&by("b"));
        assert_eq!(both.clone().or(by("a")), by("a"));
        assert_eq!(by("a").or(both), by("a"));
    }
}
