//! How often a receiver should be asked: as seldom as the length and the plots bear.

/// While walking: a fifth of the wake-ups of every second, and no worse.
const WALKING_S: f64 = 5.0;
/// While standing, or on a low battery. Three of these without a fix are a gap.
pub(super) const SPARING_S: f64 = 15.0;

/// How full a battery is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Battery {
    /// Enough.
    #[default]
    Enough,
    /// Below a fifth, or the system saves power.
    Low,
}

/// Seconds until the next fix should be asked for.
pub fn ask_every_s(stays: bool, battery: Battery) -> f64 {
    if stays || battery == Battery::Low {
        SPARING_S
    } else {
        WALKING_S
    }
}
