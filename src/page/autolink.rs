//! Bare web addresses in text, as GitHub's dialect finds them (GFM, section 6.9).

use std::ops::Range;

/// The bare addresses in a text: `http://…`, `https://…` and `www.…`.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = candidate(text, from) {
        from = start + 4;
        if text[..start].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '/') {
            continue;
        }
        let rest = &text[start..];
        let scheme = ["https://", "http://"].into_iter().find(|scheme| starts_with(rest, scheme));
        let domain = scheme.map_or(0, str::len);
        let Some(domain_length) = domain_length(&rest[domain..], scheme.is_none()) else {
            from = start + domain + domain_like(&rest[domain..]).max(1);
            continue;
        };
        let domain_end = domain + domain_length;
        let path = &rest[domain_end..];
        let end = domain_end + path.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(path.len());
        let end = domain_end.max(without_trail(&rest[..end]));
        found.push(start..start + end);
        from = start + end;
    }
    found
}

/// Where the next thing stands that may be an address.
fn candidate(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (from..bytes.len().saturating_sub(4)).find(|&at| match bytes[at] {
        b'h' | b'H' => ["http://", "https://"].into_iter().any(|scheme| starts_with(&text[at..], scheme)),
        b'w' | b'W' => starts_with(&text[at..], "www."),
        _ => false,
    })
}

/// The length of what has the characters of a domain.
fn domain_like(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len())
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// The length of a domain: segments of letters, digits, `-` and `_`, without `_` in the last two.
fn domain_length(text: &str, needs_period: bool) -> Option<usize> {
    let domain = text[..domain_like(text)].trim_end_matches(['.', '_', '-']);
    let mut segments = domain.rsplit('.');
    let valid = !domain.is_empty()
        && domain.split('.').all(|segment| !segment.is_empty())
        && segments.by_ref().take(2).all(|segment| !segment.contains('_'));
    (valid && (!needs_period || domain.contains('.'))).then_some(domain.len())
}

/// The length of an address without the punctuation that belongs to the sentence around it.
fn without_trail(address: &str) -> usize {
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    let mut end = address.len();
    while let Some(last) = address[..end].chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | '"' | '”' | '’' => {}
            ')' if closed > opened => closed -= 1,
            _ => break,
        }
        end -= last.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("see https://a.b/c_d?e=1&f#g.", &["https://a.b/c_d?e=1&f#g"][..]),
            ("(http://a.b/(c)) www.x.y, www.x", &["http://a.b/(c)", "www.x.y", "www.x"]),
            ("http://localhost:30000/v1\"", &["http://localhost:30000/v1"]),
            ("http:// https://_x xhttp://a.b www", &[]),
            ("\"HTTPS://É.example!\"", &["HTTPS://É.example"]),
            ("https://a.b/))))", &["https://a.b/"]),
            ("äwww.a.b é https://ä", &["https://ä"]),
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
