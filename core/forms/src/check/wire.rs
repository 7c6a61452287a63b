//! Checks of a spec's wire against its forms.

use fieldwork_ids::time::Pattern;

use crate::error::SpecError;
use crate::spec::{Field, Form, ReferenceRule, Slot, Spec};
use crate::wire::{
    ArchiveCall, Call, JsonBase64Wire, JsonWire, LedgerWire, MultipartWire, PLACEHOLDERS, Repeat,
    Wire, fill_placeholders,
};

type Checked = Result<(), SpecError>;

/// A wire being checked.
struct Checker<'a> {
    file: &'a str,
    spec: &'a Spec,
}

pub(super) fn check(file: &str, spec: &Spec) -> Checked {
    let checker = Checker { file, spec };
    if let Some(calls) = spec.wire.calls() {
        let mut forms = spec.forms.iter();
        if let Some(form) = forms.find(|form| !calls.contains_key(&form.id)) {
            return checker.no("calls", format!("the form {:?} has no call", form.id));
        }
        for (form, call) in calls {
            checker.call_of(form, call)?;
        }
    }
    let key = match &spec.wire {
        Wire::Json(wire) => Some(wire.key_header.is_some()),
        Wire::Multipart(wire) => Some(wire.key_header.is_some()),
        Wire::JsonBase64(wire) => Some(wire.key_header.is_some() || wire.key.is_some()),
        _ => None,
    };
    if key == Some(false) && spec.wire.repeat() == Some(Repeat::Key) {
        let reason = "\"key\" wants a key_header: without it the receiver sees no key of ours";
        return checker.no("repeat", reason);
    }
    match &spec.wire {
        Wire::Json(wire) => checker.json(wire),
        Wire::JsonBase64(wire) => checker.base64(wire),
        Wire::Multipart(wire) => checker.multipart(wire),
        Wire::TableZip(wire) => {
            checker.path("call.path", &wire.call)?;
            checker.date("date", &wire.date)
        }
        Wire::CsvTable(wire) => {
            checker.path("call.path", &wire.call)?;
            checker.date("date", &wire.date)?;
            checker.takes_photos(wire.photos.is_some())?;
            match &wire.photos {
                Some(photos) => checker.template("photos.call.path", &photos.call.path, &PATH, &[]),
                None => Ok(()),
            }
        }
        Wire::XlsxThenZip(wire) => {
            checker.path("call.path", &wire.call)?;
            checker.date("date", &wire.date)?;
            checker.takes_photos(wire.photos.is_some())?;
            match &wire.photos {
                Some(photos) => checker.archive(photos),
                None => Ok(()),
            }
        }
        Wire::ByHand(wire) => match &wire.file {
            Some(file) => {
                checker.date("file.date", &file.date)?;
                checker.template("file.name", &file.name, &["form", "village", "date"], &[])?;
                match file.max_rows {
                    0 => checker.no("file.max_rows", "a file has rows"),
                    _ => Ok(()),
                }
            }
            None => Ok(()),
        },
        Wire::Ledger(wire) => checker.ledger(wire),
    }
}

/// What the path of a file's call may hold, and that of any other.
const PATH: [&str; 5] = PLACEHOLDERS;
const PLAIN: [&str; 4] = ["ref", "form", "village", "date"];

impl Checker<'_> {
    fn no(&self, path: &str, reason: impl Into<String>) -> Checked {
        let path = format!("wire.{}.{path}", self.spec.wire.name());
        Err(SpecError::new(self.file, path, reason))
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.spec.forms.iter().flat_map(|form| &form.photos)
    }

    fn call_of(&self, form: &str, call: &Call) -> Checked {
        let path = format!("calls.{form}.path");
        let Some(form) = self.spec.form(form) else {
            return self.no("calls", format!("there is no form {form:?}"));
        };
        self.path(&path, call)?;
        match call.path.contains("{ref}") && form.reference == ReferenceRule::None {
            true => self.no(&path, format!("the form {:?} has no reference", form.id)),
            false => Ok(()),
        }
    }

    fn path(&self, path: &str, call: &Call) -> Checked {
        match call.path.starts_with('/') {
            true => self.template(path, &call.path, &PLAIN, &[]),
            false => self.no(path, "a path begins with /"),
        }
    }

    fn template(&self, path: &str, text: &str, known: &[&str], fields: &[&str]) -> Checked {
        let fits = |name: &str| known.contains(&name) || fields.contains(&name);
        match fill_placeholders(text, |name| fits(name).then_some("x")) {
            Some(_) => Ok(()),
            None => self.no(path, format!("knows only {known:?}, each in braces")),
        }
    }

    fn date(&self, path: &str, pattern: &str) -> Checked {
        match pattern.parse::<Pattern>() {
            Ok(_) => Ok(()),
            Err(error) => self.no(path, error.to_string()),
        }
    }

    /// Photographs that go with a form need a way to go.
    fn takes_photos(&self, way: bool) -> Checked {
        match !way && self.slots().any(|slot| !slot.on_request) {
            true => self.no("photos", "forms have photo slots, the wire none"),
            false => Ok(()),
        }
    }

    fn json(&self, wire: &JsonWire) -> Checked {
        if let Some(photos) = &wire.photos {
            self.path("photos.call.path", &photos.call)?;
            for named in photos.fields.iter().flat_map(|field| &field.slots) {
                if self.slots().all(|slot| slot.slot != *named) {
                    return self.no("photos.fields", format!("no form has the slot {named:?}"));
                }
            }
        }
        self.takes_photos(wire.photos.is_some())
    }

    /// A name for a photograph serves one.
    fn one_each(&self) -> Checked {
        match self.slots().find(|slot| slot.max > 1 && !slot.on_request) {
            Some(slot) => {
                let reason = format!("the slot {:?} takes several, the message one", slot.slot);
                self.no("photos", reason)
            }
            None => Ok(()),
        }
    }

    /// Elements that a message adds must not be fields of a form.
    fn free(&self, path: &str, name: &str) -> Checked {
        let taken = |form: &&Form| {
            let mut elements = form.fields.iter().chain(&form.auto);
            elements.any(|field| field.id == name)
        };
        match self.spec.forms.iter().find(taken) {
            Some(form) => {
                let reason = format!("{name:?} is an element of the form {:?}", form.id);
                self.no(path, reason)
            }
            None => Ok(()),
        }
    }

    fn base64(&self, wire: &JsonBase64Wire) -> Checked {
        self.one_each()?;
        self.free("photos", &wire.photos)?;
        if let Some(reference) = &wire.reference {
            self.free("reference", reference)?;
        }
        let Some(action) = &wire.action else {
            return Ok(());
        };
        let mut forms = self.spec.forms.iter();
        match forms.find(|form| !action.values.contains_key(&form.id)) {
            Some(form) => {
                let reason = format!("the form {:?} has no value", form.id);
                self.no("action.values", reason)
            }
            None => Ok(()),
        }
    }

    fn multipart(&self, wire: &MultipartWire) -> Checked {
        self.one_each()?;
        // They stand in the head of a part, unquoted.
        let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let names = self.slots().map(|slot| slot.slot.as_str());
        let mut names = names.chain([wire.part.as_str()]);
        if let Some(name) = names.find(|name| !plain(name)) {
            let reason = format!("{name:?} has more than letters, digits and _");
            return self.no("part", reason);
        }
        if self.slots().any(|slot| slot.slot == wire.part) {
            return self.no("part", "a slot has the same name");
        }
        let Some(list) = &wire.photo_list else {
            return Ok(());
        };
        self.free("photo_list.field", &list.field)?;
        let blind = |slot: &&Slot| list.azimuth.is_some() && !slot.azimuth && !slot.on_request;
        match self.slots().find(blind) {
            Some(slot) => {
                let reason = format!("the slot {:?} does not ask for the direction", slot.slot);
                self.no("photo_list.azimuth", reason)
            }
            None => Ok(()),
        }
    }

    fn archive(&self, photos: &ArchiveCall) -> Checked {
        self.path("photos.call.path", &photos.call)?;
        for form in self
            .spec
            .forms
            .iter()
            .filter(|form| !form.photos.is_empty())
        {
            let fields: Vec<&str> = form.fields.iter().map(|field| field.id.as_str()).collect();
            self.template("photos.file", &photos.file, &["n"], &fields)?;
        }
        Ok(())
    }

    fn ledger(&self, wire: &LedgerWire) -> Checked {
        let lacks = |auto: &[Field]| auto.iter().all(|field| field.id != wire.split_by);
        match self.spec.forms.iter().find(|form| lacks(&form.auto)) {
            Some(form) => {
                let reason = format!("{:?} is no auto element of {:?}", wire.split_by, form.id);
                self.no("split_by", reason)
            }
            None => Ok(()),
        }
    }
}
