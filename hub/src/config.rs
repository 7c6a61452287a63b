//! Which upstreams a hub talks to: addresses and secrets, which no spec holds.
//!
//! ```toml
//! [wg]
//! base_url = "https://events.example.invalid"
//! secret = "…"
//! timeout_s = 10          # optional
//! ```

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use thiserror::Error;
use ureq::http::Uri;

/// Why a configuration is refused. Says where, never what stands there: it might be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// It is not TOML, or not of this shape.
    #[error("the upstreams file is not right at line {line}")]
    Toml {
        /// Line, from 1.
        line: usize,
    },
    /// A base address is not one.
    #[error("base_url of {system} must be http:// or https://, a host and perhaps a path")]
    BaseUrl {
        /// System id.
        system: String,
    },
    /// A secret cannot stand in a header.
    #[error("secret of {system} must be visible ascii characters")]
    Secret {
        /// System id.
        system: String,
    },
    /// A time-out is out of range.
    #[error("timeout_s of {system} must be 1 to 300")]
    Timeout {
        /// System id.
        system: String,
    },
}

/// A secret. Neither printed nor written.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// The secret itself, for the header it goes into.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

/// One upstream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Base address; the paths of the spec are put behind it.
    pub base_url: String,
    /// Its secret.
    pub secret: SecretText,
    /// Longest wait for a connection, and again for an answer, seconds.
    #[serde(default = "ten")]
    pub timeout_s: u16,
}

fn ten() -> u16 {
    10
}

/// All upstreams by system id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upstreams(pub BTreeMap<String, UpstreamConfig>);

impl Upstreams {
    /// Reads and checks the text of a configuration file.
    ///
    /// # Errors
    /// [`ConfigError`] with the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut upstreams: BTreeMap<String, UpstreamConfig> =
            toml::from_str(text).map_err(|error| {
                let at = error.span().map_or(0, |span| span.start);
                let before = text.as_bytes().get(..at).unwrap_or_default();
                ConfigError::Toml {
                    line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
                }
            })?;
        for (system, upstream) in &mut upstreams {
            upstream.check(system)?;
        }
        Ok(Self(upstreams))
    }
}

impl UpstreamConfig {
    fn check(&mut self, system: &str) -> Result<(), ConfigError> {
        let system = || system.to_owned();
        let right = |uri: &Uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri
                    .authority()
                    .is_some_and(|host| !host.as_str().contains('@'))
                && uri.query().is_none()
        };
        let no_fragment = !self.base_url.contains('#');
        if !(no_fragment && self.base_url.parse::<Uri>().as_ref().is_ok_and(right)) {
            return Err(ConfigError::BaseUrl { system: system() });
        }
        self.base_url
            .truncate(self.base_url.trim_end_matches('/').len());
        let secret = self.secret.expose();
        if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::Secret { system: system() });
        }
        if !(1..=300).contains(&self.timeout_s) {
            return Err(ConfigError::Timeout { system: system() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(base_url: &str, secret: &str, more: &str) -> Result<Upstreams, ConfigError> {
        Upstreams::parse(&format!(
            "[wg]\nbase_url = {base_url:?}\nsecret = {secret:?}\n{more}"
        ))
    }

    #[test]
    fn a_configuration_gives_address_secret_and_a_time_out_of_ten_seconds() {
        let read = one("http://127.0.0.1:8080/base/", "S3cret", "").unwrap();
        let wg = &read.0["wg"];
        assert_eq!(wg.base_url, "http://127.0.0.1:8080/base");
        assert_eq!((wg.secret.expose(), wg.timeout_s), ("S3cret", 10));
    }

    #[test]
    fn what_cannot_be_an_address_a_secret_or_a_time_out_is_refused_by_system() {
        let system = || "wg".to_owned();
        for url in [
            "",
            "wg",
            "ftp://h",
            "http://",
            "http://u:p@h",
            "http://h/?a=1",
            "http://h/#a",
        ] {
            assert_eq!(
                one(url, "s", ""),
                Err(ConfigError::BaseUrl { system: system() }),
                "{url}"
            );
        }
        for secret in ["", "a b", "密", "a\nb"] {
            assert_eq!(
                one("http://h", secret, ""),
                Err(ConfigError::Secret { system: system() })
            );
        }
        let timeout = one("http://h", "s", "timeout_s = 0");
        assert_eq!(timeout, Err(ConfigError::Timeout { system: system() }));
    }

    #[test]
    fn neither_an_error_nor_a_debug_text_shows_the_secret() {
        let error = Upstreams::parse("[wg]\nbase_url = \"http://h\"\nsecret = 4711\n").unwrap_err();
        assert_eq!(error, ConfigError::Toml { line: 3 });
        let error = one("http://h", "S3cret", "other = 1").unwrap_err();
        assert_eq!(error, ConfigError::Toml { line: 4 });
        let read = one("http://h", "S3cret", "").unwrap();
        assert!(!format!("{read:?}{error:?}{error}").contains("S3cret"));
    }
}
