//! Code maps: our codes → an owner's codes. One-way; several of ours may become one of theirs.

use serde::{Deserialize, Deserializer, Serialize};

/// Maps the codes of one concept to the codes of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CodeMap {
    /// The concept whose codes are on the left; `bool` for yes and no of any concept.
    pub concept: String,
    /// The owner's field, as named in the owner's list.
    pub field: String,
    /// A value that already is one of the owner's codes passes.
    #[serde(default)]
    pub pass: bool,
    /// Codes of the concept to which the owner has no counterpart: a form stops for them. Every other has a
    /// rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<String>,
    /// Tried in order; the first that fits wins.
    #[serde(deserialize_with = "rules")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<(String, String)>"))]
    pub rules: Vec<Rule>,
}

/// One rule of a code map, written `["30-49", "长期慢性病"]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule(pub Codes, pub String);

/// What a rule fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// This code.
    One(String),
    /// Codes of digits from the first to the last, both included, of the same length.
    Range(String, String),
}

impl Codes {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if let Some((first, last)) = text.split_once('-')
            && digits(first)
            && digits(last)
        {
            return match first.len() == last.len() && first <= last {
                true => Ok(Self::Range(first.to_owned(), last.to_owned())),
                false => Err("a range runs from a smaller to a greater code of the same length"),
            };
        }
        match text.is_empty() {
            true => Err("an empty code: missing has no counterpart"),
            false => Ok(Self::One(text.to_owned())),
        }
    }

    /// True where the rule is about this code.
    pub(crate) fn fits(&self, code: &str) -> bool {
        match self {
            Self::One(one) => one == code,
            Self::Range(first, last) => {
                code.len() == first.len()
                    && code.bytes().all(|b| b.is_ascii_digit())
                    && (first.as_str()..=last.as_str()).contains(&code)
            }
        }
    }
}

impl Serialize for Codes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(one) => serializer.serialize_str(one),
            Self::Range(first, last) => serializer.collect_str(&format_args!("{first}-{last}")),
        }
    }
}

fn rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Rule>, D::Error> {
    let pairs = Vec::<(String, String)>::deserialize(deserializer)?;
    let rule = |(codes, to): (String, String)| {
        Codes::parse(&codes)
            .map(|from| Rule(from, to))
            .map_err(|reason| serde::de::Error::custom(format!("{codes:?}: {reason}")))
    };
    pairs.into_iter().map(rule).collect()
}

impl CodeMap {
    /// The owner's code for one of ours; `None` where no rule fits.
    pub fn target<'a>(&'a self, code: &str) -> Option<&'a str> {
        let targets = || self.rules.iter().map(|Rule(_, to)| to.as_str());
        let mapped = self.rules.iter().find(|Rule(codes, _)| codes.fits(code));
        mapped.map(|Rule(_, to)| to.as_str()).or_else(|| {
            self.pass
                .then(|| targets().find(|to| *to == code))
                .flatten()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(rules: &str, pass: bool) -> CodeMap {
        let text = format!(r#"{{"concept":"c","field":"f","pass":{pass},"rules":{rules}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_first_rule_that_fits_wins_and_a_range_holds_both_ends() {
        let map = map(r#"[["41","大病"],["30-49","慢性病"]]"#, false);
        assert_eq!(map.target("41"), Some("大病"));
        assert_eq!(map.target("30"), Some("慢性病"));
        assert_eq!(map.target("49"), Some("慢性病"));
        assert_eq!(map.target("50"), None);
        assert_eq!(
            map.target("3"),
            None,
            "a code of another length is another code"
        );
        assert_eq!(map.target("4x"), None);
    }

    #[test]
    fn an_owners_word_passes_only_where_the_map_says_so() {
        assert_eq!(map(r#"[["10","健康"]]"#, true).target("健康"), Some("健康"));
        assert_eq!(map(r#"[["10","健康"]]"#, false).target("健康"), None);
        assert_eq!(map(r#"[["10","健康"]]"#, true).target("良好"), None);
    }

    #[test]
    fn an_empty_code_or_a_backward_range_is_refused() {
        for rules in [r#"[["","无"]]"#, r#"[["49-30","x"]]"#, r#"[["1-30","x"]]"#] {
            let text = format!(r#"{{"concept":"c","field":"f","rules":{rules}}}"#);
            assert!(serde_json::from_str::<CodeMap>(&text).is_err(), "{rules}");
        }
    }
}
