//! What can keep an envelope off the wire.

use thiserror::Error;

/// Why an envelope cannot be put on the wire. Final: sending it again would change nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// The spec has no call for the form.
    #[error("the spec has no call for form {form}")]
    NoCall {
        /// Form id.
        form: String,
    },
    /// A path names something that is not known of this envelope.
    #[error("the address of form {form} needs what is not known")]
    Address {
        /// Form id.
        form: String,
    },
    /// A photograph is larger than its slot takes.
    #[error("photo slot {slot} takes {max_bytes} bytes, the file has {bytes}")]
    PhotoTooLarge {
        /// Slot id.
        slot: String,
        /// Size of the file, bytes.
        bytes: u64,
        /// Most that the slot takes, bytes.
        max_bytes: u64,
    },
    /// A photograph stands in a slot that no field of the message names.
    #[error("no field of the message names photo slot {slot}")]
    SlotUnnamed {
        /// Slot id.
        slot: String,
    },
    /// A photograph of the message has not been sent before it, or the upstream's name for it
    /// cannot be written into the message.
    #[error("the upstream's name for the photograph in slot {slot} cannot be used")]
    PhotoAnswer {
        /// Slot id.
        slot: String,
    },
    /// Two photographs want one file name, or a name that no archive may hold.
    #[error("the file name of the photograph in slot {slot} cannot be used")]
    FileName {
        /// Slot id.
        slot: String,
    },
    /// A value is neither text nor number nor yes or no.
    #[error("element {element} cannot be written into a cell")]
    Cell {
        /// Field or auto element.
        element: String,
    },
    /// A character cannot be written in the encoding of the table.
    #[error(
        "element {element} holds a character that the encoding cannot write: U+{character:04X}"
    )]
    Unencodable {
        /// Field, auto element or heading.
        element: String,
        /// The character's code point.
        character: u32,
    },
    /// A form that closes has no id of the case.
    #[error("form {form} needs the upstream's id of the case")]
    NoReference {
        /// Form id.
        form: String,
    },
    /// A photograph that must say where the camera looked does not.
    #[error("the photograph in slot {slot} does not say where the camera looked")]
    Azimuth {
        /// Slot id.
        slot: String,
    },
    /// More rows than a file takes.
    #[error("a file takes {max_rows} rows, there are {rows}")]
    TooManyRows {
        /// Rows there are.
        rows: usize,
        /// Most that a file takes.
        max_rows: u32,
    },
    /// A table or archive could not be written.
    #[error("the table could not be written")]
    Table,
    /// The form is not one that is sent.
    #[error("form {form} is not sent anywhere")]
    NotSent {
        /// Form id.
        form: String,
    },
}
