//! The register document, as of given heads, as an overlay of the register.

use automerge::{AutoCommit, ChangeHash, ROOT, ReadDoc};
use fieldwork_register::{Edit, EntityId, EntityKind, Overlay};

use super::cell::{Cell, register_path};

/// Reads edits as they were when the document had `heads`; `None` reads them as they are.
pub(crate) struct DocumentOverlay<'a> {
    pub(crate) document: &'a AutoCommit,
    pub(crate) heads: Option<Vec<ChangeHash>>,
}

fn cell_of(value: &automerge::Value<'_>) -> Option<Cell> {
    Cell::decode(value.as_bytes()?)
}

impl Overlay for DocumentOverlay<'_> {
    fn edit(&self, entity: &EntityId, concept: &str) -> Option<Edit> {
        let path = register_path(entity, concept);
        let found = match &self.heads {
            Some(heads) => self.document.get_at(ROOT, path, heads),
            None => self.document.get(ROOT, path),
        };
        let (value, _) = found.ok().flatten()?;
        cell_of(&value).map(Cell::into_edit)
    }

    fn added_members(&self, household: &EntityId) -> Vec<EntityId> {
        let first = format!("{household}/member/");
        let past = format!("{household}/member0"); // '0' follows '/'
        let range = first.clone()..past;
        let keys: Vec<String> = match &self.heads {
            Some(heads) => self
                .document
                .map_range_at(ROOT, range, heads)
                .map(|item| item.key.into_owned())
                .collect(),
            None => self
                .document
                .map_range(ROOT, range)
                .map(|item| item.key.into_owned())
                .collect(),
        };
        keys.iter()
            .filter_map(|key| key.strip_prefix(&first))
            .map(|id| EntityId::new(EntityKind::Person, id))
            .collect()
    }

    fn visit(&self, visit: &mut dyn FnMut(&EntityId, &str, &Edit)) {
        let items: Vec<(String, Vec<u8>)> = {
            let range = match &self.heads {
                Some(heads) => self.document.map_range_at(ROOT, .., heads),
                None => self.document.map_range(ROOT, ..),
            };
            range
                .filter_map(|item| {
                    let value = automerge::Value::from(item.value);
                    Some((item.key.into_owned(), value.as_bytes()?.to_vec()))
                })
                .collect()
        };
        for (path, bytes) in items {
            let Some((entity, concept)) = path.split_once('/') else {
                continue;
            };
            if concept.contains('/') {
                continue; // a household's list of members
            }
            if let (Ok(entity), Some(cell)) = (entity.parse(), Cell::decode(&bytes)) {
                visit(&entity, concept, &cell.into_edit());
            }
        }
    }
}
