//! Tables in dBASE's format.
//!
//! The encoding is told in this order: the `.cpg` file; the language byte where it names GBK or Big5
//! (others are what programs write without thinking); UTF-8 if all texts are that; else GB18030. A
//! `.cpg` that says UTF-8 is not believed where the texts are not.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

use crate::read::plot;

#[derive(Debug)]
pub(super) struct Table<'a> {
    fields: Vec<Field>,
    records: &'a [u8],
    record_bytes: usize,
    encoding: &'static Encoding,
}

#[derive(Debug)]
struct Field {
    name: String,
    kind: u8,
    /// Where it begins in a record, and its length in bytes.
    at: usize,
    length: usize,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'t> {
    bytes: &'t [u8],
    table: &'t Table<'t>,
}

impl<'a> Table<'a> {
    /// `None` where the bytes are no table.
    pub(super) fn read(bytes: &'a [u8], named: Option<&'static Encoding>) -> Option<Self> {
        let short = |at: usize| {
            let bytes = bytes.get(at..)?.first_chunk()?;
            Some(usize::from(u16::from_le_bytes(*bytes)))
        };
        let (head_bytes, record_bytes) = (short(8)?, short(10)?);
        if record_bytes == 0 {
            return None;
        }
        let head = bytes.get(32..head_bytes)?;
        let mut raw = Vec::new();
        let mut at = 1;
        for field in head
            .chunks_exact(32)
            .take_while(|field| field.first() != Some(&0x0d))
        {
            let name = field.get(..11)?.split(|byte| *byte == 0).next()?;
            let length = usize::from(*field.get(16)?);
            raw.push((name, *field.get(11)?, at, length));
            at += length;
        }
        let records = bytes.get(head_bytes..)?;
        let language = *bytes.get(29)?;
        let all_utf8 = raw.iter().all(|(name, ..)| is_utf8(name))
            && records.chunks_exact(record_bytes).all(|record| {
                let texts = raw.iter().filter(|(_, kind, ..)| *kind == b'C');
                texts
                    .filter_map(|(_, _, at, length)| record.get(*at..at + length))
                    .all(is_utf8)
            });
        let encoding = match (named, language) {
            (Some(encoding), _) if encoding != UTF_8 || all_utf8 => encoding,
            (None, 0x4d) => GBK,
            (None, 0x4f) => BIG5,
            _ if all_utf8 => UTF_8,
            _ => GB18030,
        };
        let fields = raw.into_iter().map(|(name, kind, at, length)| Field {
            name: encoding
                .decode_without_bom_handling(name)
                .0
                .trim()
                .to_owned(),
            kind,
            at,
            length,
        });
        Some(Self {
            fields: fields.collect(),
            records,
            record_bytes,
            encoding,
        })
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &str> + Clone {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// The place of a column.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// A row, counted from 0.
    pub(super) fn record(&self, row: usize) -> Option<Record<'_>> {
        let from = row.checked_mul(self.record_bytes)?;
        let bytes = self
            .records
            .get(from..from.checked_add(self.record_bytes)?)?;
        Some(Record { bytes, table: self })
    }
}

impl Record<'_> {
    pub(super) fn is_deleted(&self) -> bool {
        self.bytes.first() == Some(&b'*')
    }

    /// What stands in a column, and whether bytes of it had to be replaced.
    pub(super) fn text(&self, place: usize) -> Option<(String, bool)> {
        let field = self.table.fields.get(place)?;
        let bytes = self.bytes.get(field.at..field.at + field.length)?;
        // What did not fit was cut, perhaps in the middle of a character.
        let bytes = match std::str::from_utf8(bytes) {
            Err(error) if self.table.encoding == UTF_8 && error.error_len().is_none() => {
                bytes.get(..error.valid_up_to())?
            }
            _ => bytes,
        };
        let (text, broken) = self.table.encoding.decode_without_bom_handling(bytes);
        let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
        let number = matches!(field.kind, b'N' | b'F') && text.contains('.');
        Some(match text.parse::<f64>() {
            Ok(value) if number => (plot::number_text(value, text), broken),
            _ => (text.to_owned(), broken),
        })
    }
}

/// Whether bytes are UTF-8, but for a character cut off at the end.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}
