//! The base with its lookups, built once when a register is opened.

use std::collections::HashMap;

use fieldwork_geo::{BoundingBox, Position, Wgs84, distance_m};
use fieldwork_ids::{IdKind, check};

use crate::find::SearchIndex;
use crate::{Base, Entity, EntityId, EntityKind, NoEdits, Register, Village};

/// The relation of the head of a household, as rosters write it.
pub(crate) const HEAD: &str = "户主";

/// The code of that relation (GB/T 4761), as an answer holds it.
const HEAD_CODE: &str = "02";

/// Whether a relation to the head of a household is that of the head, be it a roster's word or the code
/// of an answer.
pub fn is_head(relation: &str) -> bool {
    matches!(relation, HEAD | HEAD_CODE)
}

/// A [`Base`] that can be asked.
///
/// Entities are found by hash; plots, grids and houses of a point by looking at all of them behind
/// their bounding boxes, which for the couple of thousand of a village takes microseconds and needs no
/// tree.
#[derive(Debug, Clone)]
pub struct IndexedBase {
    base: Base,
    by_id: HashMap<EntityId, usize>,
    members: HashMap<EntityId, Vec<usize>>,
    houses: HashMap<EntityId, Vec<usize>>,
    plots: HashMap<EntityId, Vec<usize>>,
    by_contractor: HashMap<String, usize>,
    by_id_no: HashMap<String, usize>,
    plot_boxes: Vec<(BoundingBox, usize)>,
    grid_boxes: Vec<(BoundingBox, usize)>,
    house_points: Vec<(Wgs84, usize)>,
    search: SearchIndex,
}

impl IndexedBase {
    /// Builds the lookups. Of two entities of one id the first counts.
    pub fn new(base: Base) -> Self {
        let mut index = Self {
            base,
            by_id: HashMap::new(),
            members: HashMap::new(),
            houses: HashMap::new(),
            plots: HashMap::new(),
            by_contractor: HashMap::new(),
            by_id_no: HashMap::new(),
            plot_boxes: Vec::new(),
            grid_boxes: Vec::new(),
            house_points: Vec::new(),
            search: SearchIndex::default(),
        };
        index.fill();
        index.search = SearchIndex::new(&Register::new(&index, &NoEdits));
        index
    }

    fn fill(&mut self) {
        for (at, entity) in self.base.entities.iter().enumerate() {
            if self.by_id.contains_key(&entity.id) {
                continue;
            }
            self.by_id.insert(entity.id.clone(), at);
            let boxed = || {
                entity
                    .outline
                    .as_ref()
                    .map(|outline| (outline.bounding_box(), at))
            };
            let kept_at_parent = match entity.id.kind {
                EntityKind::Person => {
                    if let Some(id_no) = entity.cells.get("person.id_no") {
                        self.by_id_no.entry(id_no.clone()).or_insert(at);
                    }
                    Some(&mut self.members)
                }
                EntityKind::Household => {
                    if let Some(contractor) = entity.cells.get("household.contractor") {
                        self.by_contractor.entry(contractor.clone()).or_insert(at);
                    }
                    None
                }
                EntityKind::House => {
                    self.house_points
                        .extend(entity.point.map(|point| (point, at)));
                    Some(&mut self.houses)
                }
                EntityKind::Plot => {
                    self.plot_boxes.extend(boxed());
                    Some(&mut self.plots)
                }
                EntityKind::Grid => {
                    self.grid_boxes.extend(boxed());
                    None
                }
                EntityKind::Premises | EntityKind::Worker => None,
            };
            if let (Some(children), Some(parent)) = (kept_at_parent, &entity.parent) {
                children.entry(parent.clone()).or_default().push(at);
            }
        }
        for members in self.members.values_mut() {
            let is_head = |at: &usize| {
                self.base.entities[*at]
                    .cells
                    .get("person.relation")
                    .is_some_and(|relation| is_head(relation))
            };
            if let Some(head) = members.iter().position(is_head) {
                members[..=head].rotate_right(1);
            }
        }
    }

    /// The base itself.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// The village.
    pub fn village(&self) -> &Village {
        &self.base.village
    }

    /// An entity by its id.
    pub fn entity(&self, id: &EntityId) -> Option<&Entity> {
        self.by_id.get(id).map(|at| &self.base.entities[*at])
    }

    /// All entities of a kind, in the order of their file.
    pub fn of_kind(&self, kind: EntityKind) -> impl Iterator<Item = &Entity> {
        self.base
            .entities
            .iter()
            .filter(move |entity| entity.id.kind == kind)
    }

    /// Members of a household: the head first (the first whose relation is 户主), the others in the
    /// order of the roster.
    pub fn members(&self, household: &EntityId) -> impl Iterator<Item = &Entity> {
        self.children(&self.members, household)
    }

    /// Houses of a household, in the order of their file.
    pub fn houses(&self, household: &EntityId) -> impl Iterator<Item = &Entity> {
        self.children(&self.houses, household)
    }

    /// Houses of a household, the nearest to a place first; of those equally far, and of those without a
    /// position, which come last, in the order of their file.
    pub fn houses_from(&self, household: &EntityId, at: Wgs84) -> Vec<&Entity> {
        let mut houses: Vec<(f64, &Entity)> = self
            .houses(household)
            .map(|house| {
                let far = house
                    .point
                    .map_or(f64::INFINITY, |point| distance_m(at, point));
                (far, house)
            })
            .collect();
        houses.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        houses.into_iter().map(|(_, house)| house).collect()
    }

    /// Plots that a household has contracted, in the order of their file.
    pub fn plots(&self, household: &EntityId) -> impl Iterator<Item = &Entity> {
        self.children(&self.plots, household)
    }

    fn children<'a>(
        &'a self,
        children: &'a HashMap<EntityId, Vec<usize>>,
        parent: &EntityId,
    ) -> impl Iterator<Item = &'a Entity> {
        children
            .get(parent)
            .into_iter()
            .flatten()
            .map(|at| &self.base.entities[*at])
    }

    /// The household that contracts land under this 18-digit code.
    pub fn household_by_contractor(&self, code: &str) -> Option<&Entity> {
        self.by_contractor
            .get(code)
            .map(|at| &self.base.entities[*at])
    }

    /// The person with this citizen number, in any form that [`fieldwork_ids::check`] understands.
    pub fn person_by_id_no(&self, id_no: &str) -> Option<&Entity> {
        let normal =
            check(IdKind::Citizen, id_no).map_or_else(|_| id_no.trim().to_owned(), |id| id.text);
        self.by_id_no
            .get(&normal)
            .map(|at| &self.base.entities[*at])
    }

    /// A field worker by id (`K05`).
    pub fn worker(&self, id: &str) -> Option<&Entity> {
        self.entity(&EntityId::new(EntityKind::Worker, id))
    }

    /// The plot that the point lies in. On a border it is the first plot of the file that has it.
    pub fn plot_at(&self, point: Wgs84) -> Option<&Entity> {
        self.outline_at(&self.plot_boxes, point)
    }

    /// The grid that the point lies in. On a border it is the first grid of the file that has it.
    pub fn grid_at(&self, point: Wgs84) -> Option<&Entity> {
        self.outline_at(&self.grid_boxes, point)
    }

    fn outline_at(&self, boxes: &[(BoundingBox, usize)], point: Wgs84) -> Option<&Entity> {
        let point = point.to_e7();
        let mut on_border = None;
        for (_, at) in boxes.iter().filter(|(bounds, _)| bounds.contains(point)) {
            let entity = &self.base.entities[*at];
            match entity
                .outline
                .as_ref()
                .map(|outline| outline.position(point))
            {
                Some(Position::Inside) => return Some(entity),
                Some(Position::Border) => on_border = on_border.or(Some(entity)),
                Some(Position::Outside) | None => {}
            }
        }
        on_border
    }

    /// The house nearest to the point and how many metres away it is. Of two equally near the one of
    /// the lower id.
    pub fn nearest_house(&self, point: Wgs84) -> Option<(&Entity, f64)> {
        let houses = self
            .house_points
            .iter()
            .map(|(house, at)| (&self.base.entities[*at], distance_m(point, *house)));
        houses.min_by(|(a, a_m), (b, b_m)| a_m.total_cmp(b_m).then_with(|| a.id.cmp(&b.id)))
    }

    pub(crate) fn search(&self) -> &SearchIndex {
        &self.search
    }

    /// Where in the base an entity stands.
    pub(crate) fn place(&self, id: &EntityId) -> Option<usize> {
        self.by_id.get(id).copied()
    }
}
