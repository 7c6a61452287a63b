//! Patterns for writing times: a closed set of tokens, checked once.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Timelike};
use thiserror::Error;

/// How a time is written, such as `yyyy-MM-dd HH:mm:ss` or `M月d日H时`.
///
/// Tokens are `yyyy` `MM` `dd` `HH` `mm` `ss` (padded) and `M` `d` `H` (bare). Any other run of ASCII
/// letters is an error, so that a typing mistake in a spec is found when it is read and not by the
/// upstream. Letters that are meant stand in single quotes (`yyyy-MM-dd'T'HH:mm`), `''` is a quote;
/// all else stands for itself.
///
/// ```
/// use fieldwork_ids::time::Pattern;
/// let pattern: Pattern = "yyyy年M月d日".parse()?;
/// assert_eq!(pattern.format(1_744_072_800_000), "2025年4月8日");
/// # Ok::<(), fieldwork_ids::time::PatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PatternError {
    /// A run of letters is no token.
    #[error(
        "{token:?} is not a token of a time pattern (yyyy MM dd HH mm ss M d H; other letters in single quotes)"
    )]
    UnknownToken {
        /// The run of letters.
        token: String,
    },
    /// A quote is opened and not closed.
    #[error("a quote in the time pattern is not closed")]
    OpenQuote,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Field(Field),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    Month { width: usize },
    Day { width: usize },
    Hour { width: usize },
    Minute,
    Second,
}

impl Pattern {
    /// Writes the instant (UTC milliseconds) in Chinese standard time.
    pub fn format(&self, at_ms: i64) -> String {
        let local = super::china(at_ms);
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Field(field) => text.push_str(&match *field {
                    Field::Year => format!("{:04}", local.year()),
                    Field::Month { width } => format!("{:0width$}", local.month()),
                    Field::Day { width } => format!("{:0width$}", local.day()),
                    Field::Hour { width } => format!("{:0width$}", local.hour()),
                    Field::Minute => format!("{:02}", local.minute()),
                    Field::Second => format!("{:02}", local.second()),
                }),
            }
        }
        text
    }

    fn literal(&mut self, c: char) {
        if let Some(Part::Literal(literal)) = self.parts.last_mut() {
            literal.push(c);
        } else {
            self.parts.push(Part::Literal(c.into()));
        }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let mut pattern = Self { parts: Vec::new() };
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            if c == '\'' {
                if rest.next_if_eq(&'\'').is_some() {
                    pattern.literal('\'');
                    continue;
                }
                loop {
                    match rest.next() {
                        Some('\'') if rest.next_if_eq(&'\'').is_some() => pattern.literal('\''),
                        Some('\'') => break,
                        Some(quoted) => pattern.literal(quoted),
                        None => return Err(PatternError::OpenQuote),
                    }
                }
            } else if c.is_ascii_alphabetic() {
                let mut token = String::from(c);
                while let Some(same) = rest.next_if_eq(&c) {
                    token.push(same);
                }
                pattern.parts.push(Part::Field(field(&token)?));
            } else {
                pattern.literal(c);
            }
        }
        Ok(pattern)
    }
}

fn field(token: &str) -> Result<Field, PatternError> {
    Ok(match token {
        "yyyy" => Field::Year,
        "MM" => Field::Month { width: 2 },
        "M" => Field::Month { width: 1 },
        "dd" => Field::Day { width: 2 },
        "d" => Field::Day { width: 1 },
        "HH" => Field::Hour { width: 2 },
        "H" => Field::Hour { width: 1 },
        "mm" => Field::Minute,
        "ss" => Field::Second,
        _ => {
            return Err(PatternError::UnknownToken {
                token: token.to_owned(),
            });
        }
    })
}

impl fmt::Display for Pattern {
    /// Writes the pattern itself, in a form that reads back as the same pattern.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Literal(literal)
                    if literal.contains(|c: char| c == '\'' || c.is_ascii_alphabetic()) =>
                {
                    write!(f, "'{}'", literal.replace('\'', "''"))?;
                }
                Part::Literal(literal) => f.write_str(literal)?,
                Part::Field(field) => f.write_str(match *field {
                    Field::Year => "yyyy",
                    Field::Month { width } => &"MM"[..width],
                    Field::Day { width } => &"dd"[..width],
                    Field::Hour { width } => &"HH"[..width],
                    Field::Minute => "mm",
                    Field::Second => "ss",
                })?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::format;

    const AT_MS: i64 = 1_744_072_803_000; // 2025-04-08 08:40:03 +08:00

    #[test]
    fn every_token_writes_its_part_of_the_time() {
        let cases = [
            ("yyyy-MM-dd HH:mm:ss", "2025-04-08 08:40:03"),
            ("yyyyMMdd", "20250408"),
            ("yyyy年M月d日H时", "2025年4月8日8时"),
            ("yyyy-MM-dd'T'HH:mm:ss'+08:00'", "2025-04-08T08:40:03+08:00"),
            ("'it''s' ''yyyy", "it's '2025"),
            ("", ""),
        ];
        for (pattern, text) in cases {
            assert_eq!(format(AT_MS, pattern).unwrap(), text, "{pattern}");
        }
    }

    #[test]
    fn an_unknown_token_and_an_open_quote_are_named_errors() {
        for token in [
            "yy", "YYYY", "DD", "hh", "S", "MMM", "yyyyy", "T", "Z", "m", "s",
        ] {
            let error = format(AT_MS, token).unwrap_err();
            assert_eq!(
                error,
                PatternError::UnknownToken {
                    token: token.into()
                }
            );
        }
        assert_eq!(format(AT_MS, "yyyy'T"), Err(PatternError::OpenQuote));
    }

    #[test]
    fn a_pattern_written_out_reads_back_as_itself() {
        for text in ["yyyy-MM-dd'T'HH:mm:ss", "M月d日 H时mm", "'it''s'''"] {
            let pattern: Pattern = text.parse().unwrap();
            assert_eq!(pattern.to_string().parse::<Pattern>().unwrap(), pattern);
        }
    }
}
