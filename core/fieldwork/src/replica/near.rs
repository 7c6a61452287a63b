//! Cases that may be one: of the same type, near each other in place and time.
//!
//! Why: two people who report the same heap of rubbish on two phones open two cases, and nobody can know
//! it before both phones have synced. How: nothing is merged and nothing is taken back. What was reported
//! near by is shown, oldest first, so that a person may carry on with the first instead of opening
//! another, and sees who else reported it.

use fieldwork_geo::{Wgs84, distance_m};
use fieldwork_ids::Ulid;

use super::{Case, Replica, ReplicaError};

/// Reports that lie farther apart, metres, are of different things.
pub const NEAR_M: f64 = 50.0;
/// Reports that lie farther apart in time, milliseconds, are of different things.
pub const NEAR_MS: i64 = 24 * 60 * 60 * 1000;

/// A case with the report that opened it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// The case.
    pub case: Case,
    /// The capture that opened it.
    pub capture: Ulid,
    /// Its author.
    pub by: String,
    /// Where it was made.
    pub point: Wgs84,
    /// When it was made, UTC milliseconds.
    pub at_ms: i64,
}

impl Sighting {
    fn is_near(&self, case_type: &str, point: Wgs84, at_ms: i64) -> bool {
        self.case.case_type.as_deref() == Some(case_type)
            && self.at_ms.abs_diff(at_ms) <= NEAR_MS.unsigned_abs()
            && distance_m(self.point, point) <= NEAR_M
    }
}

/// Those of a type that are near a place and time, oldest first; the order given does not matter.
fn near(
    sightings: impl IntoIterator<Item = Sighting>,
    case_type: &str,
    point: Wgs84,
    at_ms: i64,
) -> Vec<Sighting> {
    let near = |sighting: &Sighting| sighting.is_near(case_type, point, at_ms);
    let mut found: Vec<Sighting> = sightings.into_iter().filter(near).collect();
    found.sort_by_key(|sighting| (sighting.at_ms, sighting.case.id));
    found
}

/// Sightings in groups that may each be one case: each joins the group whose first it is near to, else
/// begins one. A group is told by its first, so that a row of heaps along a road does not become one.
fn grouped(sightings: impl IntoIterator<Item = Sighting>) -> Vec<Vec<Sighting>> {
    let mut sightings: Vec<Sighting> = sightings.into_iter().collect();
    sightings.sort_by_key(|sighting| (sighting.at_ms, sighting.case.id));
    let mut groups: Vec<Vec<Sighting>> = Vec::new();
    for sighting in sightings {
        let is_like = |group: &&mut Vec<Sighting>| {
            let like = sighting.case.case_type.as_deref().zip(group.first());
            like.is_some_and(|(case_type, first)| {
                first.case.type_concept == sighting.case.type_concept
                    && first.is_near(case_type, sighting.point, sighting.at_ms)
            })
        };
        match groups.iter_mut().find(is_like) {
            Some(group) => group.push(sighting),
            None => groups.push(vec![sighting]),
        }
    }
    groups
}

impl Replica {
    /// Cases of a type that were reported within [`NEAR_M`] and [`NEAR_MS`] of a place and time, oldest
    /// first, closed ones too: what to show before another is opened.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn near_cases(
        &self,
        case_type: &str,
        point: Wgs84,
        at_ms: i64,
    ) -> Result<Vec<Sighting>, ReplicaError> {
        Ok(near(self.sightings()?, case_type, point, at_ms))
    }

    /// Cases that may have been reported more than once, each with all its reports.
    ///
    /// # Errors
    /// [`ReplicaError::Store`].
    pub fn repeated_cases(&self) -> Result<Vec<Vec<Sighting>>, ReplicaError> {
        let mut groups = grouped(self.sightings()?);
        groups.retain(|group| group.len() > 1);
        Ok(groups)
    }

    /// All cases that a capture held here opened.
    fn sightings(&self) -> Result<Vec<Sighting>, ReplicaError> {
        let mut sightings = Vec::new();
        for case in self.cases()? {
            let Some(opened_by) = case.opened_by else {
                continue;
            };
            // The case may have come before the capture.
            let capture = match self.capture(opened_by) {
                Ok(capture) => capture,
                Err(ReplicaError::Unknown(_)) => continue,
                Err(error) => return Err(error),
            };
            sightings.push(Sighting {
                case,
                capture: capture.id,
                by: capture.by,
                point: capture.place.point,
                at_ms: capture.at_ms,
            });
        }
        Ok(sightings)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A report so many metres east and minutes after the first.
    fn sighting(n: u8, case_type: &str, east_m: f64, minutes: i64) -> Sighting {
        // A degree of longitude at this latitude is about 93 km.
        let point = Wgs84::new(115.42 + east_m / 93_000.0, 33.28).unwrap();
        let at_ms = 1_744_000_000_000 + minutes * 60_000;
        let id = Ulid::from_parts(at_ms, [n; 10]);
        Sighting {
            case: Case {
                id,
                opened_by: Some(id),
                opened_ms: at_ms,
                kind: Some("roadside".to_owned()),
                type_concept: Some("issue.type".to_owned()),
                case_type: Some(case_type.to_owned()),
                subject: None,
                due: None,
                level: None,
                label: None,
                closed_by: None,
                references: Vec::new(),
            },
            capture: id,
            by: format!("K{n:02}"),
            point,
            at_ms,
        }
    }

    fn authors(sightings: &[Sighting]) -> Vec<&str> {
        sightings.iter().map(|one| one.by.as_str()).collect()
    }

    #[test]
    fn of_the_same_type_fifty_metres_and_a_day_apart_is_near_and_no_farther() {
        let all = [
            sighting(1, "env_rubbish", 0.0, 0),
            sighting(2, "env_rubbish", 48.0, 23 * 60),
            sighting(3, "env_rubbish", 53.0, 0),
            sighting(4, "env_rubbish", 0.0, 25 * 60),
            sighting(5, "env_pile", 0.0, 0),
        ];
        let first = all[0].clone();
        let found = near(all, "env_rubbish", first.point, first.at_ms);
        assert_eq!(authors(&found), ["K01", "K02"]);
    }

    #[test]
    fn heaps_in_a_row_do_not_become_one_for_being_near_the_next() {
        let row = [0.0, 40.0, 80.0, 120.0];
        let row = (1..)
            .zip(row)
            .map(|(n, east)| sighting(n, "env_rubbish", east, 0));
        let groups = grouped(row);
        let groups: Vec<_> = groups.iter().map(|group| authors(group)).collect();
        assert_eq!(groups, [["K01", "K02"], ["K03", "K04"]]);
    }

    proptest! {
        #[test]
        fn the_order_in_which_reports_arrive_does_not_matter(
            (given, shuffled) in proptest::collection::vec((0u8..3, 0u16..200, 0i64..3000), 0..12)
                .prop_map(|rows| (1..).zip(rows).map(|(n, (kind, east, minutes))| {
                    sighting(n, &format!("t{kind}"), f64::from(east), minutes)
                }).collect::<Vec<_>>())
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
        ) {
            let groups = grouped(given.clone());
            prop_assert_eq!(&groups, &grouped(shuffled));
            prop_assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), given.len());
        }
    }
}
