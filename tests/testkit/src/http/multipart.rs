//! Bodies of several parts.

use super::Request;

/// One part of a `multipart/form-data` body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its file name, where it is a file.
    pub file_name: Option<String>,
    /// Its media type, where one is given.
    pub content_type: Option<String>,
    /// Its content.
    pub body: Vec<u8>,
}

/// Takes a `multipart/form-data` request apart; `None` where it is not a well-formed one.
#[must_use]
pub fn multipart(request: &Request) -> Option<Vec<Part>> {
    if request.media_type()? != "multipart/form-data" {
        return None;
    }
    let boundary = parameter(request.header("content-type")?, "boundary")?;
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first delimiter has no line before it: one is put there, so that all look alike.
    let body = [b"\r\n", request.body.as_slice()].concat();
    let mut rest = body.strip_prefix(delimiter.as_slice())?;
    let mut parts = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            return (end.is_empty() || end == b"\r\n").then_some(parts);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, &delimiter)?;
        parts.push(part(&rest[..end])?);
        rest = &rest[end + delimiter.len()..];
    }
}

fn part(raw: &[u8]) -> Option<Part> {
    let split = find(raw, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&raw[..split]).ok()?;
    let header = |wanted: &str| {
        head.split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find_map(|(name, value)| {
                name.eq_ignore_ascii_case(wanted)
                    .then(|| value.trim().to_owned())
            })
    };
    let disposition = header("content-disposition")?;
    disposition.starts_with("form-data").then_some(())?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        file_name: parameter(&disposition, "filename"),
        content_type: header("content-type").map(|value| value.to_ascii_lowercase()),
        body: raw[split + 4..].to_vec(),
    })
}

/// A parameter of a header value, bare or in quotes.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        let value = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .unwrap_or(value);
        (name.eq_ignore_ascii_case(wanted) && !value.is_empty()).then(|| value.to_owned())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
