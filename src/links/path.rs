//! Paths of a site: parts between slashes, `.` and `..` resolved.

/// Joins `relative` to the folder `base` (without a slash at its end) and resolves `.` and `..`.
/// `None` where the path leads out of the site.
pub fn join(base: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path, without a slash at its end; empty for a path without folders.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The way from a folder to a path, as an author would write it in a file there.
pub fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// Resolves percent escapes; `None` where they make no UTF-8.
pub fn decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| {
                std::str::from_utf8(tail.get(..2)?).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            })
            .flatten();
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// Escapes what an address can't hold: everything but unreserved characters, `/`, and the reserved ones that are
/// harmless in a path.
pub fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'_'
            | b'.'
            | b'~'
            | b'/'
            | b'@'
            | b'+'
            | b'='
            | b',' => {
                out.push(byte as char);
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_file_goes_up_and_down() {
        assert_eq!(relative("content/guide", "content/guide/a.md"), "a.md");
        assert_eq!(relative("content/guide", "content/index.md"), "../index.md");
        assert_eq!(relative("content/guide", "content/rules/cli/a.md"), "../rules/cli/a.md");
        assert_eq!(relative("", "a.md"), "a.md");
    }

    #[test]
    fn paths_stay_inside() {
        assert_eq!(join("guide/a", "../b.md").as_deref(), Some("guide/b.md"));
        assert_eq!(join("guide", "./c/./d").as_deref(), Some("guide/c/d"));
        assert_eq!(join("guide", "../../etc"), None);
    }

    #[test]
    fn escapes_go_both_ways() {
        assert_eq!(decode("a%20b%zz").as_deref(), Some("a b%zz"));
        assert_eq!(decode("%ff"), None);
        assert_eq!(encode("größe a"), "gr%C3%B6%C3%9Fe%20a");
    }
}
