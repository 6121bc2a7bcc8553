//! Which addresses are asked, and under which name their answers are remembered.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::world::external::Settings;

/// What is asked for a link: its address, without a fragment that nobody but a browser can judge. None where it is not
/// asked at all.
pub fn asked(address: &str, settings: &Settings) -> Option<String> {
    if settings.exclude.matches(address) {
        return None;
    }
    let host = host(address)?;
    if is_nobodys(host) || !settings.private && is_private(host) {
        return None;
    }
    let (page, fragment) = address.split_once('#').unwrap_or((address, ""));
    if !settings.fragments || !is_id(page, fragment) {
        return Some(page.to_owned());
    }
    Some(address.to_owned())
}

/// Whether a fragment names something in the text of a page, and not a line, a place in a program or a state.
fn is_id(page: &str, fragment: &str) -> bool {
    let is_line =
        fragment.strip_prefix('L').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_state = fragment.starts_with(['/', '!', ':', '?']) || fragment.contains(['=', '&']);
    let is_comment = ["issuecomment", "discussion", "pullrequestreview", "diff-"]
        .into_iter()
        .any(|word| fragment.starts_with(word));
    let path = page.split('?').next().unwrap_or(page);
    let is_text = !path.ends_with(".pdf");
    !fragment.is_empty() && fragment != "top" && !is_line && !is_state && !is_comment && is_text
}

/// The host of an `http` address, without user and port.
pub fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(inside) = host.strip_prefix('[') {
        return inside.split_once(']').map(|(host, _)| host);
    }
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    (!host.is_empty()).then_some(host)
}

/// Whether a host stands for another, or is no name at all.
fn is_nobodys(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let reserved = ["example", "invalid", "example.com", "example.org", "example.net"];
    reserved.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")))
        || host.contains(['<', '>', '{', '}', '$', '%', '*'])
}

/// Whether a host is this machine, or one that only a private network knows.
fn is_private(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback()
            || address.is_private()
            || address.is_link_local()
            || address.is_unspecified()
            || address.is_documentation();
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return address.is_loopback()
            || address.is_unspecified()
            || address.is_unique_local()
            || address.is_unicast_link_local();
    }
    let host = host.to_ascii_lowercase();
    let ending = host.rsplit_once('.').map(|(_, ending)| ending);
    matches!(ending, None | Some("localhost" | "local" | "internal" | "lan" | "test"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::layout::Patterns;

    #[test]
    fn only_public_hosts_are_asked() {
        let settings = Settings {
            exclude: Patterns::new(&["https://git.public.dev/**".into(), "http://*.corp.dev/**".into()])
                .unwrap(),
            ..Settings::default()
        };
        for (address, expected) in [
            ("https://a.dev/x?y#z", Some("https://a.dev/x?y#z")),
            ("https://u:p@a.dev:8080/", Some("https://u:p@a.dev:8080/")),
            ("http://8.8.8.8/", Some("http://8.8.8.8/")),
            ("https://git.public.dev/a/b", None),
            ("http://wiki.corp.dev/a", None),
            ("http://localhost:30000/v1", None),
            ("http://127.0.0.1:30000", None),
            ("http://[::1]:30000/", None),
            ("http://10.0.0.7/", None),
            ("http://router/", None),
            ("http://node.internal/", None),
            ("https://your.example.com/", None),
            ("https://<host>/", None),
            ("mailto:a@b.dev", None),
            ("https:///x", None),
        ] {
            assert_eq!(asked(address, &settings).as_deref(), expected, "{address}");
        }
        let private = Settings { private: true, ..Settings::default() };
        assert!(asked("http://127.0.0.1:30000", &private).is_some());
        assert!(asked("https://example.com/", &private).is_none());
    }

    #[test]
    fn fragments_that_are_no_ids_are_left_out() {
        let settings = Settings::default();
        for (fragment, stays) in [
            ("install", true),
            ("L10-L20", false),
            ("Linux", true),
            ("/route", false),
            ("!view", false),
            (":~:text=x", false),
            ("page=3", false),
            ("issuecomment-12", false),
            ("top", false),
            ("", false),
        ] {
            let address = format!("https://a.dev/x#{fragment}");
            let expected = if stays { address.as_str() } else { "https://a.dev/x" };
            assert_eq!(asked(&address, &settings).as_deref(), Some(expected), "{fragment}");
        }
        let none = Settings { fragments: false, ..Settings::default() };
        assert_eq!(asked("https://a.dev/x#install", &none).as_deref(), Some("https://a.dev/x"));
    }
}
