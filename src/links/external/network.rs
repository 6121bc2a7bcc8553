//! Whether it is our own network that is missing: then no link is to blame.

use std::collections::BTreeSet;

use super::addresses::host;
use crate::world::external::{Answer, Failure};

/// From this number of names on, a name server that knows none of them is believed to know nobody.
const TOO_MANY: usize = 3;

/// What is wrong with the network of this machine, as far as the answers to these addresses tell.
///
/// One host that answers, whatever it says, proves that there is a network. So does a name server that says of one or
/// two hosts that there are none, and a host that refuses.
pub fn missing<'a>(answers: impl Iterator<Item = (&'a str, &'a Answer)>) -> Option<String> {
    let answers: Vec<_> = answers.collect();
    if answers.iter().any(|(_, answer)| matches!(answer, Answer::Status { .. })) {
        return None;
    }
    let hosts: BTreeSet<&str> = answers.iter().map(|(address, _)| host(address).unwrap_or(address)).collect();
    let failures = || {
        answers.iter().filter_map(|(_, answer)| match answer {
            Answer::Failed(failure) => Some(failure),
            _ => None,
        })
    };
    let first = hosts.iter().next()?;
    if failures().any(|failure| *failure == Failure::NoNameServer) {
        return Some(format!("no name server answers, as for `{first}`"));
    }
    if failures().any(|failure| *failure == Failure::NoRoute) {
        return Some(format!("no way leads out of it, as to `{first}`"));
    }
    let all = hosts.len();
    if all < TOO_MANY {
        return None;
    }
    if failures().all(|failure| *failure == Failure::NoSuchHost) {
        return failures().next().map(|_| format!("the name server knows none of {all} hosts"));
    }
    let problem = failures().find_map(|failure| match failure {
        // A proxy of our own can refuse, too: of many hosts at once it is not the hosts.
        Failure::Refused | Failure::Broken => Some("refuse or break connections"),
        Failure::Certificate(_) => Some("can't prove who they are, as behind a proxy that opens TLS"),
        Failure::TimedOut | Failure::Other(_) => Some("do not answer"),
        Failure::NoSuchHost | Failure::NoNameServer | Failure::NoRoute => None,
    });
    problem.map(|problem| format!("{all} of {all} hosts {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(answers: &[(&str, Answer)]) -> Option<String> {
        missing(answers.iter().map(|(address, answer)| (*address, answer)))
    }

    fn failed(failure: Failure) -> Answer {
        Answer::Failed(failure)
    }

    #[test]
    fn one_answer_proves_the_network() {
        let dead = failed(Failure::NoNameServer);
        assert!(judged(&[("https://a.test/", dead.clone())]).is_some());
        let alive = Answer::Status { code: 404, moved: None, fragment: None };
        assert_eq!(judged(&[("https://b.test/", alive), ("https://a.test/", dead)]), None);
        assert_eq!(judged(&[]), None);
    }

    #[test]
    fn few_dead_hosts_are_dead_and_many_are_our_network() {
        let gone = failed(Failure::NoSuchHost);
        let (a, b, c) = ("https://a.test/", "https://b.test/x", "https://c.test/");
        assert_eq!(judged(&[(a, gone.clone()), (b, gone.clone())]), None);
        let many = judged(&[(a, gone.clone()), (b, gone.clone()), (c, gone.clone())]);
        assert_eq!(many.as_deref(), Some("the name server knows none of 3 hosts"));
        let silent = failed(Failure::TimedOut);
        assert_eq!(judged(&[(a, silent.clone())]), None, "one host alone may be dead");
        assert!(judged(&[(a, silent.clone()), (b, silent.clone()), (c, silent)]).is_some());
    }

    #[test]
    fn the_order_of_the_answers_says_nothing() {
        let alive = Answer::Status { code: 200, moved: None, fragment: None };
        let none = failed(Failure::NoRoute);
        let (a, b) = ("https://a.test/", "https://b.test/");
        assert_eq!(judged(&[(a, none.clone()), (b, alive.clone())]), None);
        assert_eq!(judged(&[(b, alive), (a, none)]), None);
    }
}
