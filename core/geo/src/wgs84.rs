//! A point in WGS-84.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Steps of one degree in the stored form.
const PER_DEGREE: f64 = 1e7;

/// A point in WGS-84 degrees. CGCS2000 is numerically equal to it at the precision of a phone.
///
/// In binary formats of serde it is a pair of `i32` of 1e-7 degree (longitude, latitude), in readable
/// ones `{"lon": …, "lat": …}`; seven decimals come back exactly either way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wgs84 {
    /// Longitude in degrees, east positive, -180 to 180.
    pub lon: f64,
    /// Latitude in degrees, north positive, -90 to 90.
    pub lat: f64,
}

/// Two numbers are no point on the earth. Says nothing of them: a position is personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("longitude or latitude is out of range")]
pub struct PointError;

impl Wgs84 {
    /// The point at these degrees.
    ///
    /// # Errors
    /// [`PointError`] where a number is not finite or out of range.
    pub fn new(lon: f64, lat: f64) -> Result<Self, PointError> {
        // Comparisons with NaN are false, so it is refused too.
        let on_earth = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        if on_earth {
            Ok(Self { lon, lat })
        } else {
            Err(PointError)
        }
    }

    /// The point at these integers of 1e-7 degree: longitude, latitude.
    ///
    /// # Errors
    /// [`PointError`] where a number is out of range.
    pub fn from_e7([lon, lat]: [i32; 2]) -> Result<Self, PointError> {
        Self::new(f64::from(lon) / PER_DEGREE, f64::from(lat) / PER_DEGREE)
    }

    /// Longitude and latitude as the nearest integers of 1e-7 degree. Numbers that are no point (the
    /// fields are public) are taken as the nearest that are, NaN as 0.
    pub fn to_e7(self) -> [i32; 2] {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "180 degrees are 1.8e9 steps, less than i32::MAX"
        )]
        let step =
            |degrees: f64, most: f64| (degrees.clamp(-most, most) * PER_DEGREE).round() as i32;
        [step(self.lon, 180.0), step(self.lat, 90.0)]
    }
}

impl Serialize for Wgs84 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            Readable {
                lon: self.lon,
                lat: self.lat,
            }
            .serialize(serializer)
        } else {
            self.to_e7().serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Wgs84 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let Readable { lon, lat } = Readable::deserialize(deserializer)?;
            Self::new(lon, lat).map_err(D::Error::custom)
        } else {
            Self::from_e7(<[i32; 2]>::deserialize(deserializer)?).map_err(D::Error::custom)
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Readable {
    lon: f64,
    lat: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_decimals_come_back_exactly_from_both_forms() {
        let point = Wgs84::new(115.406_480_2, 33.282_516_7).unwrap();
        let json = serde_json::to_string(&point).unwrap();
        assert_eq!(json, r#"{"lon":115.4064802,"lat":33.2825167}"#);
        assert_eq!(serde_json::from_str::<Wgs84>(&json).unwrap(), point);
        let mut cbor = Vec::new();
        ciborium::into_writer(&point, &mut cbor).unwrap();
        assert_eq!(cbor.len(), 11);
        assert_eq!(ciborium::from_reader::<Wgs84, _>(&cbor[..]).unwrap(), point);
    }

    #[test]
    fn numbers_that_are_no_point_are_refused_wherever_they_come_from() {
        for (lon, lat) in [
            (180.1, 0.0),
            (0.0, -90.1),
            (f64::NAN, 0.0),
            (0.0, f64::INFINITY),
        ] {
            assert_eq!(Wgs84::new(lon, lat), Err(PointError));
        }
        assert!(serde_json::from_str::<Wgs84>(r#"{"lon":1e9,"lat":0}"#).is_err());
        let mut cbor = Vec::new();
        ciborium::into_writer(&[i32::MAX, 0], &mut cbor).unwrap();
        assert!(ciborium::from_reader::<Wgs84, _>(&cbor[..]).is_err());
    }
}
