//! Deliveries of several calls in a row: a table first, then what belongs to it.
//!
//! Each call that was taken is remembered, so that a later attempt goes on where the last one ended.
//! Rows and files replace each other by their own names: a call that was made twice does no harm.

use fieldwork_forms::wire::{CsvTableWire, Secret, XlsxThenZipWire};

use crate::outbox::Outcome;
use crate::wire::{Column, Message, Photo, Rule, Sending, photo_key, table};

use super::{Attempt, End, Report};

/// A call of a sequence: what it is remembered by, the message, how its answer is judged.
type Step<'a> = (String, Message, Rule<'a>);

/// What the first call is remembered by; names of photographs have a slash in them.
const TABLE: &str = "table";

impl Attempt<'_> {
    pub(super) fn csv_table(
        &self,
        wire: &CsvTableWire,
        columns: &[Column],
        sending: &Sending,
        photos: &[Photo],
    ) -> Result<Report, End> {
        let message = table::csv(wire, columns, sending)?;
        let mut steps: Vec<Step> = vec![(TABLE.into(), message, Rule::plain(&wire.success))];
        if let Some(file) = &wire.photos {
            for (photo, bytes) in photos {
                let message = table::photo(wire, file, sending, photo, bytes)?;
                steps.push((photo_key(photo), message, Rule::plain(&file.success)));
            }
        }
        self.sequence(&wire.secret, steps)
    }

    pub(super) fn xlsx_then_zip(
        &self,
        wire: &XlsxThenZipWire,
        columns: &[Column],
        sending: &Sending,
        photos: &[Photo],
    ) -> Result<Report, End> {
        let message = table::xlsx(wire, columns, sending)?;
        let mut steps: Vec<Step> = vec![(TABLE.into(), message, Rule::plain(&wire.success))];
        if let Some(archive) = wire.photos.as_ref().filter(|_| !photos.is_empty()) {
            let message = table::photos(wire, archive, sending, photos)?;
            steps.push(("photos".into(), message, Rule::plain(&archive.success)));
        }
        self.sequence(&wire.secret, steps)
    }

    /// Makes the calls that no earlier attempt made. All messages are made before the first is sent,
    /// so that what cannot be made keeps everything back.
    fn sequence(&self, secret: &Secret, steps: Vec<Step>) -> Result<Report, End> {
        let mut done = self.progress();
        let last = steps.len().saturating_sub(1);
        let mut report = None;
        for (at, (name, message, rule)) in steps.into_iter().enumerate() {
            if done.contains_key(&name) {
                continue;
            }
            if at > 0 {
                self.go_on()?;
            }
            let sent = self.send(&message, secret, rule);
            if !matches!(sent.outcome, Outcome::Accepted { .. }) {
                return Ok(sent);
            }
            if at < last {
                done.insert(name, String::new());
                self.keep(&done)?;
            }
            report = Some(sent);
        }
        // Everything was taken before, and only the end of the attempt was lost.
        Ok(report.unwrap_or_else(|| Report::of(Outcome::Accepted { upstream_ref: None })))
    }
}
