//! Columns of integers: differences, variable length.
//!
//! Arithmetic wraps, so that any numbers go in and come out, and damaged ones cannot stop the program.

use super::SealedError;
use crate::{Fix, Segment};

/// Writes numbers, seven bits a byte, the lowest first.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.bytes.push(value.to_le_bytes()[0]);
    }

    /// Small numbers of either sign are short: 0, -1, 1, -2 …
    pub(super) fn signed(&mut self, value: i64) {
        self.unsigned((value.wrapping_shl(1) ^ (value >> 63)).cast_unsigned());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.unsigned(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    /// Per segment: the first value, then first differences.
    pub(super) fn steps<V: Iterator<Item = i64>>(&mut self, segments: impl Iterator<Item = V>) {
        for values in segments {
            let mut last = 0_i64;
            for value in values {
                self.signed(value.wrapping_sub(last));
                last = value;
            }
        }
    }

    /// Per segment: the first value, the first difference, then second differences.
    pub(super) fn bends<V: Iterator<Item = i64>>(&mut self, segments: impl Iterator<Item = V>) {
        for values in segments {
            let mut line = Line::default();
            for value in values {
                self.signed(value.wrapping_sub(line.expected()));
                line.go(value);
            }
        }
    }
}

/// Two values and what would follow if the step stayed the same.
#[derive(Debug, Default)]
struct Line {
    last: Option<i64>,
    step: i64,
}

impl Line {
    fn expected(&self) -> i64 {
        self.last.unwrap_or(0).wrapping_add(self.step)
    }

    fn go(&mut self, value: i64) {
        self.step = self.last.map_or(0, |last| value.wrapping_sub(last));
        self.last = Some(value);
    }
}

/// Reads what a [`Writer`] wrote.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn unsigned(&mut self) -> Result<u64, SealedError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.bytes.split_first().ok_or(SealedError::Cut)?;
            self.bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(SealedError::Column("numbers"))
    }

    pub(super) fn signed(&mut self) -> Result<i64, SealedError> {
        let value = self.unsigned()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    pub(super) fn chunk<const N: usize>(&mut self) -> Result<[u8; N], SealedError> {
        let (chunk, rest) = self.bytes.split_first_chunk().ok_or(SealedError::Cut)?;
        self.bytes = rest;
        Ok(*chunk)
    }

    pub(super) fn text(&mut self) -> Result<String, SealedError> {
        let length = usize::try_from(self.unsigned()?).map_err(|_| SealedError::Cut)?;
        let (text, rest) = self
            .bytes
            .split_at_checked(length)
            .ok_or(SealedError::Cut)?;
        self.bytes = rest;
        String::from_utf8(text.to_vec()).map_err(|_| SealedError::Column("name"))
    }

    /// Second differences for the fixes whose marks hold `mark`.
    pub(super) fn bends(
        &mut self,
        segments: &mut [Segment],
        marks: &[u8],
        mark: u8,
        mut put: impl FnMut(&mut Fix, i64) -> Result<(), SealedError>,
    ) -> Result<(), SealedError> {
        let mut marks = marks.iter();
        for segment in segments {
            let mut line = Line::default();
            for (fix, marks) in segment.fixes.iter_mut().zip(&mut marks) {
                if marks & mark == mark {
                    let value = self.signed()?.wrapping_add(line.expected());
                    line.go(value);
                    put(fix, value)?;
                }
            }
        }
        Ok(())
    }

    /// First differences for all fixes.
    pub(super) fn steps(
        &mut self,
        segments: &mut [Segment],
        mut put: impl FnMut(&mut Fix, i64) -> Result<(), SealedError>,
    ) -> Result<(), SealedError> {
        for segment in segments {
            let mut last = 0_i64;
            for fix in &mut segment.fixes {
                last = self.signed()?.wrapping_add(last);
                put(fix, last)?;
            }
        }
        Ok(())
    }
}
