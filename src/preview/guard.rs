//! Who may ask: only pages of this server, opened under a name of this machine.
//!
//! A page from elsewhere must not read the site, whatever the browser lets it try. Its requests come with a foreign
//! `Host` (when it made its own name point here), a foreign `Origin`, or a `Sec-Fetch-Site` that tells.

use std::net::IpAddr;

use tiny_http::{Header, StatusCode};

/// The names under which the server may be asked.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The name that was given to listen on.
    name: String,
    /// Whether it listens for other machines.
    open: bool,
}

/// A refusal: its status and one sentence.
pub type Refusal = (StatusCode, &'static str);

impl Guard {
    /// The guard of a server that was told to listen on `name`, which is the address `bound`.
    pub fn new(name: &str, bound: IpAddr) -> Self {
        Self { name: name.trim_matches(['[', ']']).to_ascii_lowercase(), open: !bound.is_loopback() }
    }

    /// Checks a request's headers.
    ///
    /// # Errors
    /// When the request was not made for this server, or by a page of another.
    pub fn check(&self, headers: &[Header]) -> Result<(), Refusal> {
        let mut hosts = headers.iter().filter(|header| header.field.equiv("Host"));
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err((StatusCode(400), "a request names one host"));
        };
        let host = host.value.as_str().trim().to_ascii_lowercase();
        if !self.knows(&host) {
            return Err((StatusCode(403), "this server is not known by that host name"));
        }
        let own = format!("http://{host}");
        let mut origins = values(headers, "Origin");
        if origins.any(|origin| !origin.eq_ignore_ascii_case(&own)) {
            return Err((StatusCode(403), "pages of other servers may not read this one"));
        }
        let foreign = values(headers, "Sec-Fetch-Site").any(|site| !matches!(site, "same-origin" | "none"));
        let is = |name: &'static str, wanted: &str| values(headers, name).any(|value| value == wanted);
        if foreign && !(is("Sec-Fetch-Mode", "navigate") && is("Sec-Fetch-Dest", "document")) {
            return Err((StatusCode(403), "pages of other servers may link here, and no more"));
        }
        Ok(())
    }

    /// Whether a `Host` is a name of this server. An address can't be made to point elsewhere, a name can.
    fn knows(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => host.split(':').next().unwrap_or(host),
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || self.open,
            Err(_) => name == "localhost" || name.ends_with(".localhost") || name == self.name,
        }
    }
}

fn values<'a>(headers: &'a [Header], name: &'static str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |header| header.field.equiv(name)).map(|header| header.value.as_str().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(guard: &Guard, headers: &[(&str, &str)]) -> u16 {
        let headers: Vec<Header> =
            headers.iter().map(|(name, value)| Header::from_bytes(*name, *value).unwrap()).collect();
        guard.check(&headers).err().map_or(200, |(status, _)| status.0)
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let guard = Guard::new("127.0.0.1", "127.0.0.1".parse().unwrap());
        for host in [
            "localhost:4000",
            "127.0.0.1:4000",
            "LOCALHOST",
            "[::1]:4000",
            "docs.localhost:1",
            "localhost.:1",
        ] {
            assert_eq!(status(&guard, &[("Host", host)]), 200, "{host}");
        }
        for host in
            ["evil.example:4000", "localhost.evil.example", "0.0.0.0:4000", "192.168.0.7", "", "notlocalhost"]
        {
            assert_eq!(status(&guard, &[("Host", host)]), 403, "{host}");
        }
        assert_eq!(status(&guard, &[]), 400);
        assert_eq!(status(&guard, &[("Host", "localhost"), ("Host", "localhost")]), 400);
        let open = Guard::new("0.0.0.0", "0.0.0.0".parse().unwrap());
        assert_eq!(status(&open, &[("Host", "192.168.0.7:4000")]), 200);
        assert_eq!(status(&open, &[("Host", "evil.example:4000")]), 403);
        let named = Guard::new("Desk.lan", "192.168.0.7".parse().unwrap());
        assert_eq!(status(&named, &[("Host", "desk.lan:4000")]), 200);
    }

    #[test]
    fn other_origins_are_refused() {
        let guard = Guard::new("localhost", "127.0.0.1".parse().unwrap());
        let host = ("Host", "localhost:4000");
        assert_eq!(status(&guard, &[host, ("Origin", "http://localhost:4000")]), 200);
        for origin in
            ["http://localhost:3000", "https://evil.example", "null", "http://localhost:4000.evil.example"]
        {
            assert_eq!(status(&guard, &[host, ("Origin", origin)]), 403, "{origin}");
        }
    }

    #[test]
    fn other_sites_may_link_but_not_embed() {
        let guard = Guard::new("localhost", "127.0.0.1".parse().unwrap());
        let ask = |site, mode, dest| {
            let fetch = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)];
            status(&guard, &[&[("Host", "localhost:4000")], &fetch[..]].concat())
        };
        assert_eq!(ask("same-origin", "no-cors", "script"), 200);
        assert_eq!(ask("none", "navigate", "document"), 200);
        assert_eq!(ask("cross-site", "navigate", "document"), 200);
        assert_eq!(ask("cross-site", "no-cors", "script"), 403);
        assert_eq!(ask("same-site", "cors", "empty"), 403, "another port of this machine is another server");
        assert_eq!(ask("cross-site", "navigate", "iframe"), 403);
    }
}
