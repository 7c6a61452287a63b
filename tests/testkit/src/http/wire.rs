//! Reading and writing of messages.

use std::io::{self, BufRead, Read, Write};

use super::{Request, Response};

const MAX_HEAD: u64 = 64 * 1024;
const MAX_BODY: usize = 64 * 1_000_000;

/// Reads one request; `None` where the peer closed the connection between two requests. `go_on` is
/// called before the body where the client waits for leave to send it.
pub(super) fn read_request<R: BufRead>(
    reader: &mut R,
    go_on: impl FnOnce() -> io::Result<()>,
) -> io::Result<Option<Request>> {
    let Some((first, headers)) = read_head(reader)? else {
        return Ok(None);
    };
    let mut words = first.split(' ');
    let (Some(method), Some(path), Some("HTTP/1.1" | "HTTP/1.0"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(bad("not an http request"));
    };
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body: Vec::new(),
    };
    if request
        .header("expect")
        .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    {
        go_on()?;
    }
    request.body = read_body(reader, &request.headers, false)?;
    Ok(Some(request))
}

/// Reads one answer.
pub(super) fn read_response<R: BufRead>(reader: &mut R) -> io::Result<Response> {
    let (first, headers) = read_head(reader)?
        .ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "closed without an answer"))?;
    let status = first
        .split(' ')
        .nth(1)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| bad("no status"))?;
    let content_type = value(&headers, "content-type")
        .unwrap_or_default()
        .to_owned();
    let body = read_body(reader, &headers, true)?;
    Ok(Response {
        status,
        content_type,
        body,
    })
}

/// Writes an answer.
pub(super) fn write_response<W: Write>(writer: &mut W, response: &Response) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {} {}\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
        response.status,
        reason(response.status),
        response.content_type,
        response.body.len(),
    );
    writer.write_all(&[head.as_bytes(), &response.body].concat())?;
    writer.flush()
}

type Head = (String, Vec<(String, String)>);

fn read_head<R: BufRead>(reader: &mut R) -> io::Result<Option<Head>> {
    let mut limited = reader.take(MAX_HEAD);
    let mut line = || -> io::Result<Option<String>> {
        let mut raw = Vec::new();
        limited.read_until(b'\n', &mut raw)?;
        if raw.is_empty() {
            return Ok(None);
        }
        let text = raw
            .strip_suffix(b"\r\n")
            .ok_or_else(|| bad("a header line without an end"))?;
        String::from_utf8(text.to_vec())
            .map(Some)
            .map_err(|_| bad("a header that is not text"))
    };
    let Some(first) = line()? else {
        return Ok(None);
    };
    let mut headers = Vec::new();
    loop {
        let text = line()?.ok_or_else(|| bad("a head that is cut short"))?;
        if text.is_empty() {
            return Ok(Some((first, headers)));
        }
        let (name, value) = text
            .split_once(':')
            .ok_or_else(|| bad("a header without a colon"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn read_body<R: BufRead>(
    reader: &mut R,
    headers: &[(String, String)],
    to_the_end: bool,
) -> io::Result<Vec<u8>> {
    if value(headers, "transfer-encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
    {
        return read_chunks(reader);
    }
    match value(headers, "content-length") {
        Some(text) => {
            let length = text
                .parse()
                .map_err(|_| bad("a length that is no number"))?;
            read_exactly(reader, length)
        }
        None if to_the_end => {
            let mut body = Vec::new();
            reader.read_to_end(&mut body)?;
            Ok(body)
        }
        None => Ok(Vec::new()),
    }
}

fn read_chunks<R: BufRead>(reader: &mut R) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.take(MAX_HEAD).read_line(&mut line)?;
        let size = line.trim_end().split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(|_| bad("a chunk without a size"))?;
        if body.len().saturating_add(size) > MAX_BODY {
            return Err(bad("a body that is too large"));
        }
        body.extend(read_exactly(reader, size)?);
        // The line end after a chunk; after the last one, the end of the (empty) trailer.
        if read_exactly(reader, 2)? != b"\r\n" {
            return Err(bad("a chunk without an end"));
        }
        if size == 0 {
            return Ok(body);
        }
    }
}

fn read_exactly<R: BufRead>(reader: &mut R, length: usize) -> io::Result<Vec<u8>> {
    if length > MAX_BODY {
        return Err(bad("a body that is too large"));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

fn bad(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
