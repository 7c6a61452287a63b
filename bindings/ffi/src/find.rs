//! What the search box finds.

use fieldwork_register::{Found as CoreFound, Match};

/// Something that was found. The texts are for showing; they hold no citizen number and no phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Found {
    /// Its entity id, such as `household:990101100201000031`.
    pub entity: String,
    /// A name, such as 张青山.
    pub title: String,
    /// What tells it from others of that name, such as 一组031号 · 3人.
    pub subtitle: String,
    /// How well it matches.
    pub quality: MatchQuality,
}

/// How well something matches; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum MatchQuality {
    /// The whole of a name, code or number.
    Exact,
    /// Its beginning.
    Prefix,
    /// Its end, or for a name any part of it.
    Part,
}

impl From<CoreFound> for Found {
    fn from(found: CoreFound) -> Self {
        Self {
            entity: found.entity.to_string(),
            title: found.title,
            subtitle: found.subtitle,
            quality: match found.quality {
                Match::Exact => MatchQuality::Exact,
                Match::Prefix => MatchQuality::Prefix,
                Match::Part => MatchQuality::Part,
            },
        }
    }
}
