//! Shapes: a header of 100 bytes, then records that each say how long they are.

use super::ring;
use crate::read::plot::Shape;
use crate::read::{ReadError, WarningKind};

const HEADER: usize = 100;
const POLYGONS: [u32; 3] = [5, 15, 25];

/// The shapes in order; a record that is no area or is damaged says so in its place.
///
/// # Errors
/// [`ReadError::NoLayer`] where the file is none, or of points or lines.
pub(super) fn shapes(bytes: &[u8]) -> Result<Vec<Result<Shape, WarningKind>>, ReadError> {
    let kind = little(bytes, 32).ok_or(ReadError::NoLayer)?;
    if big(bytes, 0) != Some(9_994) || !POLYGONS.contains(&kind) {
        return Err(ReadError::NoLayer);
    }
    let mut shapes = Vec::new();
    let mut rest = bytes.get(HEADER..).unwrap_or_default();
    while let Some(words) = big(rest, 4) {
        let length = usize::try_from(words)
            .unwrap_or(usize::MAX)
            .saturating_mul(2);
        let content = rest.get(8..).unwrap_or_default();
        match content.split_at_checked(length) {
            Some((content, after)) => {
                shapes.push(shape(content));
                rest = after;
            }
            None => {
                shapes.push(Err(WarningKind::CutShort));
                break;
            }
        }
    }
    Ok(shapes)
}

fn shape(content: &[u8]) -> Result<Shape, WarningKind> {
    match little(content, 0) {
        Some(0) => Err(WarningKind::FeatureIgnored),
        Some(kind) if POLYGONS.contains(&kind) => rings(content)
            .and_then(ring::shape)
            .ok_or(WarningKind::FeatureUnreadable),
        _ => Err(WarningKind::FeatureUnreadable),
    }
}

/// Kind, box of four floats, numbers of parts and points, where each part begins, the points; heights
/// and measures come after and are not needed.
fn rings(content: &[u8]) -> Option<Vec<Vec<[f64; 2]>>> {
    let parts = usize::try_from(little(content, 36)?).ok()?;
    let points = usize::try_from(little(content, 40)?).ok()?;
    if parts > ring::MAX_RINGS {
        return None;
    }
    let starts = content.get(44..)?;
    let (starts, rest) = starts.split_at_checked(parts.checked_mul(4)?)?;
    let numbers = rest.get(..points.checked_mul(16)?)?;
    let points: Vec<[f64; 2]> = numbers.chunks_exact(16).filter_map(point).collect();
    let mut starts = starts.chunks_exact(4).map(|start| {
        let start = start.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
        start.and_then(|start| usize::try_from(start).ok())
    });
    let mut rings = Vec::with_capacity(parts);
    let mut from = starts.next()??;
    for to in starts {
        let to = to?;
        rings.push(points.get(from..to)?.to_vec());
        from = to;
    }
    rings.push(points.get(from..)?.to_vec());
    Some(rings)
}

fn point(bytes: &[u8]) -> Option<[f64; 2]> {
    let (x, y) = bytes.split_at_checked(8)?;
    let number = |bytes: &[u8]| Some(f64::from_le_bytes(*bytes.first_chunk()?));
    Some([number(x)?, number(y)?])
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
