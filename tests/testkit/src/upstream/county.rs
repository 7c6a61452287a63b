//! All systems of the county at once.

use std::io;

use super::{CodeLists, Upstream};
use super::{ffp::Ffp, fw::Fw, lt::Lt, wg::Wg, xuntian::Xuntian, yun::Yun, zf::Zf, zh::Zh};
use crate::day::Day;

impl Upstream {
    /// Starts all eight, in the order of their chapters. Each knows the issues that `day` found open
    /// and takes the secret that `secret` gives for its id.
    ///
    /// # Errors
    ///
    /// What the system says about a port or a thread.
    pub fn all(
        day: &Day,
        codes: &CodeLists,
        secret: impl Fn(&str) -> String,
    ) -> io::Result<Vec<Self>> {
        let known = |system| day.known_to(system).map(str::to_owned);

        Ok(vec![
            Self::start(Xuntian::new(secret("xuntian"), codes))?,
            Self::start(Ffp::new(&secret("ffp"), codes))?,
            Self::start(Wg::new(secret("wg"), codes, known("wg")))?,
            Self::start(Zh::new(secret("zh"), codes, known("zh")))?,
            Self::start(Fw::new(secret("fw"), codes))?,
            Self::start(Zf::new(secret("zf"), codes, known("zf")))?,
            Self::start(Lt::new(secret("lt"), codes))?,
            Self::start(Yun::new(secret("yun"), codes))?,
        ])
    }
}
