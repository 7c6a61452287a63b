//! GPX 1.0 and 1.1, as programs really write it.
//!
//! Names are taken without their namespace, order and nesting are not insisted upon, and what is
//! unknown is passed over. Read are the fixes of tracks: place, time, height and, from the extensions of
//! several recorders, the accuracy in metres. `hdop` is no accuracy and is not made one. Waypoints and
//! routes are marks and plans, not a walk.
//!
//! Where the markup is broken, reading goes on at the next `<trkpt`; after [`MAX_BROKEN`] breaks the rest
//! is given up, because each costs a search to the end of the file.

mod field;
mod walk;

use quick_xml::Reader;
use quick_xml::events::Event;

use self::walk::Walk;
use super::limit::{self, MAX_TOKEN_BYTES};
use super::{ReadError, TrackFile, TrackOptions, WarningKind, text};

/// So often reading begins anew after broken markup.
pub const MAX_BROKEN: u32 = 16;

/// Reads the tracks of a GPX file.
///
/// # Errors
/// [`ReadError::EntityDeclared`], [`ReadError::LineTooLong`], [`ReadError::TokenTooLong`] and
/// [`ReadError::TooManyFixes`] for files made to harm; [`ReadError::NotGpx`] and
/// [`ReadError::Unsupported`] for XML of another kind.
pub fn tracks(bytes: &[u8], options: TrackOptions) -> Result<TrackFile, ReadError> {
    limit::check_file(bytes)?;
    let (text, broken) = text::decode(bytes);
    limit::check_lines(text.as_bytes())?;
    if memchr::memmem::find(text.as_bytes(), b"<!ENTITY").is_some() {
        return Err(ReadError::EntityDeclared);
    }
    let mut walk = Walk::new(options);
    if broken {
        walk.notes.add(WarningKind::EncodingBroken, None);
    }
    let mut from = 0;
    let mut breaks = 0;
    while let Some(rest) = text.get(from..) {
        let Some(stopped) = read(&mut walk, rest, from)? else {
            break;
        };
        // What a tag looked like before it broke off may be half a fix: that one is lost.
        walk.forget_fix();
        breaks += 1;
        let next = text.get(stopped..).and_then(|rest| rest.find("<trkpt"));
        match next {
            Some(next) if breaks <= MAX_BROKEN => {
                walk.notes.add(WarningKind::MarkupBroken, stopped);
                from = stopped + next;
            }
            _ => {
                walk.notes.add(WarningKind::CutShort, stopped);
                break;
            }
        }
    }
    walk.finish(&text)
}

/// Reads until the end, or gives the byte of the text behind which the markup is broken.
fn read<'t>(walk: &mut Walk<'t>, text: &'t str, offset: usize) -> Result<Option<usize>, ReadError> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut before = 0;
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        if at.saturating_sub(before) > MAX_TOKEN_BYTES {
            return Err(ReadError::TokenTooLong);
        }
        match event {
            Ok(Event::Start(tag)) => {
                walk.start(&tag, offset + before)?;
            }
            Ok(Event::Empty(tag)) => {
                walk.start(&tag, offset + before)?;
                walk.end(local(tag.name().into_inner()), offset + before)?;
            }
            Ok(Event::End(tag)) => {
                walk.end(local(tag.name().into_inner()), offset + before)?;
            }
            Ok(Event::Text(_)) if walk.wants_text() => {
                walk.add(text.get(before..at).unwrap_or_default());
            }
            Ok(Event::CData(_)) if walk.wants_text() => {
                let inner = text.get(before + "<![CDATA[".len()..at.saturating_sub("]]>".len()));
                walk.add(inner.unwrap_or_default());
            }
            Ok(Event::GeneralRef(name)) if walk.wants_text() => walk.refer(&name.into_inner()),
            Ok(Event::Eof) => {
                if walk.is_open() {
                    walk.notes.add(WarningKind::CutShort, offset + text.len());
                }
                return Ok(None);
            }
            Ok(_) => {}
            // The tag that broke begins at `before`; the search for the next goes on behind its "<".
            Err(_) => {
                let stopped = before + 1;
                let boundary = (stopped..=text.len()).find(|at| text.is_char_boundary(*at));
                return Ok(Some(offset + boundary.unwrap_or(text.len())));
            }
        }
        before = at;
    }
}

/// The name without its prefix: namespaces are left out as often as they are given.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
