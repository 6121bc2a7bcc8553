//! What a browser asks for: the path, the ranges, what it already has.
//!
//! Everything here is a pure function of the request's text, which may be anything.

use std::ops::Range;

/// Why a request's target is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadTarget {
    /// It is not a path that begins with a slash.
    NotAPath,
    /// A `%` without two hexadecimal digits, or bytes that are no UTF-8.
    Encoding,
    /// A part that leads elsewhere: `.`, `..`, a backslash, a control character.
    Traversal,
}

impl BadTarget {
    /// One sentence for the answer.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotAPath => "the address is not a path",
            Self::Encoding => "the address is not well encoded",
            Self::Traversal => "the address leads out of the site",
        }
    }
}

/// The path of a request's target, decoded: `/guide/a b/` of `/guide/a%20b/?x=1`.
///
/// # Errors
/// When it is no path, not well encoded, or has a part that is no plain name.
pub fn path(target: &str) -> Result<String, BadTarget> {
    if !target.starts_with('/') {
        return Err(BadTarget::NotAPath);
    }
    let raw = target.split(['?', '#']).next().unwrap_or(target);
    let path = decode(raw)?;
    let foreign = |c: char| c == '\\' || c.is_control();
    if path.contains(foreign) || path.split('/').any(|part| matches!(part, "." | "..")) {
        return Err(BadTarget::Traversal);
    }
    Ok(path)
}

/// The values of a parameter of a request's target, decoded, in their order. What is not well encoded is left out.
pub fn parameters(target: &str, name: &str) -> Vec<String> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).filter_map(|(_, value)| decode(value).ok()).collect()
}

fn decode(raw: &str) -> Result<String, BadTarget> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(BadTarget::Encoding) };
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| BadTarget::Encoding)?);
    }
    String::from_utf8(bytes).map_err(|_| BadTarget::Encoding)
}

/// The path, encoded so that it can stand in a header.
pub fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Whether an `If-None-Match` names this tag. Tags are compared weakly, as RFC 9110 asks for it.
pub fn has_tag(if_none_match: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.trim() == "*" || if_none_match.split(',').any(|known| bare(known) == tag)
}

/// What a `Range` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything: there is no range, several, or one that is not understood.
    Whole,
    /// These bytes.
    Part(Range<usize>),
    /// Bytes that the file does not have.
    Nothing,
}

/// What a `Range` header asks of a file of `length` bytes.
pub fn range(header: Option<&str>, length: usize) -> Wanted {
    let spec = header.and_then(|value| value.trim().strip_prefix("bytes="));
    let Some((first, last)) = spec.filter(|spec| !spec.contains(',')).and_then(|spec| spec.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number too large for the machine is beyond every file's end.
        digits.then(|| text.parse::<usize>().unwrap_or(usize::MAX))
    };
    match (number(first.trim()), number(last.trim()), last.trim().is_empty()) {
        (Some(first), _, true) if first < length => Wanted::Part(first..length),
        (Some(first), Some(last), _) if first > last => Wanted::Whole,
        (Some(first), Some(last), _) if first < length => {
            Wanted::Part(first..last.saturating_add(1).min(length))
        }
        (Some(_), Some(_), _) | (Some(_), None, true) => Wanted::Nothing,
        (None, Some(0), _) if first.trim().is_empty() => Wanted::Nothing,
        (None, Some(count), _) if first.trim().is_empty() && length > 0 => {
            Wanted::Part(length.saturating_sub(count)..length)
        }
        (None, Some(_), _) if first.trim().is_empty() => Wanted::Nothing,
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_once() {
        assert_eq!(path("/a%20b/?x=/../"), Ok("/a b/".into()));
        assert_eq!(path("/%C3%A4/"), Ok("/ä/".into()));
        assert_eq!(path("/%252e%252e/"), Ok("/%2e%2e/".into()), "a name, not a way up");
        assert_eq!(encode("/a b/ä%"), "/a%20b/%C3%A4%25");
    }

    #[test]
    fn ways_out_are_refused() {
        for target in
            ["/../x", "/a/..", "/%2e%2e/x", "/%2E./x", "/..%2fx", "/.%2e%2f", "/a/./b", "/a\\b", "/%5c..%5c"]
        {
            assert_eq!(path(target), Err(BadTarget::Traversal), "{target}");
        }
        for target in ["/%00", "/a%0d%0aSet-Cookie:x", "/a%7f"] {
            assert_eq!(path(target), Err(BadTarget::Traversal), "{target}");
        }
        for target in ["/%", "/%2", "/%zz", "/%ff", "/%c0%ae%c0%ae/"] {
            assert_eq!(path(target), Err(BadTarget::Encoding), "{target}");
        }
        for target in ["", "*", "http://host/", "x"] {
            assert_eq!(path(target), Err(BadTarget::NotAPath), "{target}");
        }
    }

    #[test]
    fn parameters_are_found() {
        assert_eq!(parameters("/e?a=1&page=%2Fx%2F&page=%ff&page=y", "page"), ["/x/", "y"]);
        assert!(parameters("/e?pages=1", "page").is_empty() && parameters("/e", "page").is_empty());
    }

    #[test]
    fn ranges_stay_in_the_file() {
        for (header, wanted) in [
            ("bytes=0-3", Wanted::Part(0..4)),
            ("bytes=4-", Wanted::Part(4..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=8-99999999999999999999999", Wanted::Part(8..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=99999999999999999999999-", Wanted::Nothing),
            ("bytes=3-2", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
        ] {
            assert_eq!(range(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(range(Some("bytes=0-"), 0), Wanted::Nothing);
        assert_eq!(range(None, 10), Wanted::Whole);
    }

    #[test]
    fn tags_are_compared_weakly() {
        assert!(has_tag("\"a\", W/\"b\"", "\"b\"") && has_tag("*", "\"b\"") && !has_tag("\"a\"", "\"b\""));
    }
}
