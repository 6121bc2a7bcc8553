//! Links to other hosts: which are asked, and what their answers mean.
//!
//! Nothing here asks anybody. [`addresses`] says what is asked, [`network`] whether it is our own network that is
//! missing, and [`judge`] makes a finding of an answer.

pub mod addresses;
pub mod network;

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::text::Location;
use crate::world::external::{Answer, Failure, Reason, Settings};

/// A link to a page that its host does not have.
pub static EXTERNAL_DEAD: Rule =
    Rule::new("link/external-dead", Level::Error, "links to other hosts lead to pages that they have");
/// A link to a page that its host does not show to us.
pub static EXTERNAL_REFUSED: Rule = Rule::new(
    "link/external-refused",
    Level::Warning,
    "links to other hosts lead to pages that anybody can see",
);
/// A link to a host that does not answer.
pub static UNREACHABLE: Rule =
    Rule::new("link/unreachable", Level::Error, "links lead to hosts that there are, and that answer");
/// A fragment that the other page does not have.
pub static EXTERNAL_FRAGMENT: Rule = Rule::new(
    "link/external-fragment",
    Level::Warning,
    "fragments of links to other hosts name ids of their pages",
);
/// A link to an address that was given up for another.
pub static EXTERNAL_MOVED: Rule = Rule::new(
    "link/external-moved",
    Level::Note,
    "links to other hosts lead to today's address, not to one that moved for good",
);

/// The rules of this module.
pub static RULES: [&Rule; 5] =
    [&EXTERNAL_DEAD, &EXTERNAL_REFUSED, &UNREACHABLE, &EXTERNAL_FRAGMENT, &EXTERNAL_MOVED];

/// Whether a rule judges what other hosts answer, and so finds nothing in a run that asks none.
pub fn is_external(rule: &str) -> bool {
    RULES.iter().any(|known| known.name == rule)
}

/// The finding about a link, if its answer makes one.
pub fn judge(address: &str, answer: &Answer, settings: &Settings, place: &Location) -> Option<Diagnostic> {
    let finding = |rule: &'static Rule, message: String, help: &str| {
        let help = (!help.is_empty()).then(|| help.to_owned());
        Some(Diagnostic::new(rule, place.clone(), message).maybe_help(help))
    };
    let host = addresses::host(address).unwrap_or(address);
    match answer {
        Answer::Status { code, moved, fragment } if settings.accepts(*code) => {
            if *fragment == Some(false) {
                let id = address.split_once('#').map_or("", |(_, id)| id);
                let message = format!("the page has nothing named `{id}`");
                return finding(
                    &EXTERNAL_FRAGMENT,
                    message,
                    "link to the page alone, or to an id that it has; what a script makes is not seen",
                );
            }
            let moved = moved.as_ref().filter(|moved| !same(moved, address))?;
            let message = format!("`{address}` moved for good");
            finding(&EXTERNAL_MOVED, message, &format!("link to `{moved}`"))
        }
        Answer::Status { code, .. } => {
            let (rule, said, help) = meaning(*code);
            finding(rule, format!("`{host}` {said} ({code})"), help)
        }
        Answer::Failed(failure) => {
            let said = match failure {
                Failure::NoSuchHost => format!("there is no host `{host}`"),
                Failure::NoNameServer => format!("the name `{host}` could not be looked up"),
                Failure::Refused => format!("`{host}` refuses connections"),
                Failure::Broken => format!("`{host}` broke the connection off"),
                Failure::NoRoute => format!("no way leads to `{host}`"),
                Failure::TimedOut => {
                    format!("`{host}` did not answer within {} seconds", settings.timeout.as_secs())
                }
                Failure::Certificate(problem) => format!("`{host}` can't prove who it is: {problem}"),
                Failure::Other(problem) => format!("`{host}` could not be asked: {problem}"),
            };
            finding(&UNREACHABLE, said, "")
        }
        Answer::GivenUp(Reason::Silent) => finding(
            &UNREACHABLE,
            format!("`{host}` did not answer other questions, so this link was not followed"),
            "",
        ),
        Answer::GivenUp(Reason::Busy) => finding(
            &EXTERNAL_REFUSED,
            format!("`{host}` wants fewer requests, so this link was not followed"),
            "try again later; answers so far are remembered",
        ),
        Answer::GivenUp(Reason::Slow) => finding(
            &EXTERNAL_REFUSED,
            format!("`{host}` took too long in all, so this link was not followed"),
            "try again later; answers so far are remembered",
        ),
        // What can't be asked, or read, says nothing about the link.
        Answer::Unclear(_) => None,
    }
}

/// What a status says of a link.
fn meaning(code: u16) -> (&'static Rule, &'static str, &'static str) {
    let accept = "if it works in a browser, accept the status in `site.yaml`: `external.accept`";
    match code {
        404 => (&EXTERNAL_DEAD, "has no such page", ""),
        410 => (&EXTERNAL_DEAD, "took this page away", ""),
        300..=399 => (&EXTERNAL_DEAD, "redirects without an end", ""),
        401 | 402 | 403 | 407 | 451 => (&EXTERNAL_REFUSED, "does not show this page to anybody", accept),
        408 | 425 | 429 => (&EXTERNAL_REFUSED, "wants fewer requests", accept),
        400..=499 => (&EXTERNAL_DEAD, "does not take this address", accept),
        _ => (&EXTERNAL_REFUSED, "is out of order", accept),
    }
}

/// Whether two addresses differ only in what no author writes with care: a slash at the end, escapes, a fragment.
fn same(a: &str, b: &str) -> bool {
    let bare = |address: &str| {
        let address = address.split('#').next().unwrap_or(address).trim_end_matches('/');
        super::path::decode(address).unwrap_or_else(|| address.to_owned())
    };
    bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SourceFile, Span};

    fn found(address: &str, answer: &Answer, settings: &Settings) -> String {
        let place = Location::new(&SourceFile::new("a.md", "x"), Span::new(0, 1));
        judge(address, answer, settings, &place)
            .map_or_else(String::new, |finding| format!("{}: {}", finding.rule.name, finding.message))
    }

    fn status(code: u16) -> Answer {
        Answer::Status { code, moved: None, fragment: None }
    }

    #[test]
    fn statuses_mean_gone_or_refused() {
        let settings = Settings { accept: vec![403..=403, 500..=599], ..Settings::default() };
        for (code, expected) in [
            (200, ""),
            (204, ""),
            (302, "link/external-dead: `h.test` redirects without an end (302)"),
            (401, "link/external-refused: `h.test` does not show this page to anybody (401)"),
            (403, ""),
            (404, "link/external-dead: `h.test` has no such page (404)"),
            (410, "link/external-dead: `h.test` took this page away (410)"),
            (418, "link/external-dead: `h.test` does not take this address (418)"),
            (429, "link/external-refused: `h.test` wants fewer requests (429)"),
            (503, ""),
            (999, "link/external-refused: `h.test` is out of order (999)"),
        ] {
            assert_eq!(found("https://h.test/a", &status(code), &settings), expected, "{code}");
        }
    }

    #[test]
    fn only_a_real_move_is_one() {
        let moved = |to: &str| Answer::Status { code: 200, moved: Some(to.into()), fragment: None };
        let settings = Settings::default();
        let from = "https://h.test/a%20b";
        assert_eq!(found(from, &moved("https://h.test/a b/"), &settings), "");
        let expected = "link/external-moved: `https://h.test/a%20b` moved for good";
        assert_eq!(found(from, &moved("https://i.test/"), &settings), expected);
    }

    #[test]
    fn what_says_nothing_is_no_finding() {
        assert_eq!(found("https://h.test/", &Answer::Unclear("no".into()), &Settings::default()), "");
        let busy = found("https://h.test/", &Answer::GivenUp(Reason::Busy), &Settings::default());
        assert!(busy.starts_with("link/external-refused: "), "{busy}");
    }
}
