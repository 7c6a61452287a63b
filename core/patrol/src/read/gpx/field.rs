//! The text of one element, gathered from its pieces.

/// Elements whose text is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Height,
    Accuracy,
    Name,
}

/// The text gathered for a field: mostly one piece, which is not copied; references and CDATA cut it.
#[derive(Debug, Default)]
pub(super) struct Gathered<'t> {
    field: Option<Field>,
    piece: &'t str,
    pieces: String,
}

impl<'t> Gathered<'t> {
    pub(super) fn begin(&mut self, field: Option<Field>) {
        self.field = field;
        self.piece = "";
        self.pieces.clear();
    }

    pub(super) fn wanted(&self) -> bool {
        self.field.is_some()
    }

    pub(super) fn add(&mut self, piece: &'t str) {
        if self.piece.is_empty() && self.pieces.is_empty() {
            self.piece = piece;
        } else {
            self.join();
            self.pieces.push_str(piece);
        }
    }

    /// A reference such as `&amp;` or `&#45;`; others say nothing here.
    pub(super) fn refer(&mut self, name: &str) {
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name.strip_prefix('#').and_then(numbered),
        };
        self.join();
        self.pieces.extend(character);
    }

    /// The field and its text, once; what comes after it is not wanted.
    pub(super) fn take(&mut self) -> Option<(Field, &str)> {
        let field = self.field.take()?;
        let text = if self.pieces.is_empty() {
            self.piece
        } else {
            &self.pieces
        };
        Some((field, text.trim()))
    }

    fn join(&mut self) {
        if self.pieces.is_empty() {
            self.pieces.push_str(self.piece);
        }
    }
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32)
}

/// How recorders call the radius of a fix in their extensions.
pub(super) fn is_accuracy(name: &str) -> bool {
    const NAMES: [&str; 5] = [
        "accuracy",
        "accuracy_horizontal",
        "horizontalAccuracy",
        "horizontal_accuracy",
        "hAcc",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
