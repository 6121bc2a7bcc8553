//! One question to another host, asked with lychee's library: `HEAD` first, `GET` where that says no or a fragment is
//! wanted.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::Arc;

use http::Method;
use lychee_lib::ratelimit::RateLimitConfig;
use lychee_lib::{ClientBuilder, ErrorKind, FragmentCheckerOptions, Redirects, Status};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::host::Host;
use super::{Answer, Failure, Settings};

/// Hosts that are asked at a time.
const HOSTS: usize = 32;

/// What hosts see in their logs.
const USER_AGENT: &str = concat!("shardbook/", env!("CARGO_PKG_VERSION"));

pub(super) fn ask(
    addresses: &[String],
    settings: &Settings,
    progress: &dyn Fn(usize),
) -> Result<Vec<Answer>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("can't ask other hosts: {error}"))?;
    runtime.block_on(all(addresses, settings, progress))
}

/// Asks all hosts at once, each with its own patience.
async fn all(
    addresses: &[String],
    settings: &Settings,
    progress: &dyn Fn(usize),
) -> Result<Vec<Answer>, String> {
    let client = Arc::new(Client::new(settings)?);
    let mut by_host: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (place, address) in addresses.iter().enumerate() {
        by_host.entry(authority(address)).or_default().push((place, address.clone()));
    }
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let turns = Arc::new(Semaphore::new(HOSTS));
    let mut tasks = JoinSet::new();
    for questions in by_host.into_values() {
        let (client, turns, sender) = (Arc::clone(&client), Arc::clone(&turns), sender.clone());
        let settings = settings.clone();
        tasks.spawn(async move {
            let _turn = turns.acquire().await;
            Host::new(client, settings).ask(questions, &sender).await;
        });
    }
    drop(sender);
    let unasked = || Answer::Unclear("it was not asked".to_owned());
    let mut answers: Vec<Answer> = addresses.iter().map(|_| unasked()).collect();
    let mut done = 0;
    while let Some((place, answer)) = receiver.recv().await {
        answers[place] = answer;
        done += 1;
        progress(done);
    }
    Ok(answers)
}

/// The host of an address and its port.
fn authority(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase()
}

/// Lychee's clients: one for each method, since each remembers what it was told.
pub(super) struct Client {
    head: lychee_lib::Client,
    get: lychee_lib::Client,
}

impl Client {
    fn new(settings: &Settings) -> Result<Self, String> {
        let client = |method: Method| {
            // Retries are our own: lychee repeats no request that was answered with 500, and does not stop at a host
            // that is silent.
            let rate = RateLimitConfig::from_options(Some(settings.concurrency), None);
            let fragments =
                FragmentCheckerOptions { check_anchor_fragments: true, check_text_fragments: false };
            let builder = ClientBuilder::builder()
                .user_agent(USER_AGENT)
                .timeout(settings.timeout)
                .max_retries(0u64)
                .rate_limit_config(rate)
                .fragment_checker_options(fragments)
                .method(method);
            builder.build().client()
        };
        let problem = |error: ErrorKind| format!("can't ask other hosts: {error}");
        let (head, get) = (client(Method::HEAD), client(Method::GET));
        Ok(Self { head: head.map_err(problem)?, get: get.map_err(problem)? })
    }

    /// Asks once.
    pub(super) async fn ask(&self, address: &str, settings: &Settings) -> Answer {
        let wants_fragment = address.split_once('#').is_some_and(|(_, fragment)| !fragment.is_empty());
        if !wants_fragment {
            let answer = check(&self.head, address).await;
            // Many hosts refuse `HEAD`, or answer it wrongly.
            let asks_again = match &answer {
                Answer::Status { code, .. } => !settings.accepts(*code) && *code != 429,
                Answer::Failed(failure) => matches!(failure, Failure::Broken | Failure::Other(_)),
                Answer::GivenUp(_) | Answer::Unclear(_) => true,
            };
            if !asks_again {
                return answer;
            }
        }
        check(&self.get, address).await
    }
}

async fn check(client: &lychee_lib::Client, address: &str) -> Answer {
    let response = match client.check(address).await {
        Ok(response) => response,
        Err(error) => return Answer::Unclear(error.to_string()),
    };
    let moved = response.redirects().and_then(permanently);
    let wants_fragment = address.contains('#');
    match response.status() {
        Status::Ok(code) | Status::UnknownStatusCode(code) => {
            Answer::Status { code: code.as_u16(), moved, fragment: wants_fragment.then_some(true) }
        }
        Status::Error(ErrorKind::RejectedStatusCode(code)) => {
            Answer::Status { code: code.as_u16(), moved: None, fragment: None }
        }
        Status::Error(ErrorKind::InvalidFragment(_)) => {
            Answer::Status { code: 200, moved, fragment: Some(false) }
        }
        Status::Error(ErrorKind::NetworkRequest(error)) => Answer::Failed(failure(error)),
        Status::Timeout(Some(code)) => Answer::Status { code: code.as_u16(), moved: None, fragment: None },
        Status::Timeout(None) => Answer::Failed(Failure::TimedOut),
        Status::Error(error) => Answer::Failed(Failure::Other(error.to_string())),
        other => Answer::Unclear(other.details()),
    }
}

/// Where redirects led in the end, when all of them were permanent ones.
fn permanently(redirects: &Redirects) -> Option<String> {
    // The list is private to the library, and written out all the same.
    let written = serde_json::to_value(redirects).ok()?;
    let hops = written.get("redirects")?.as_array()?;
    let is_permanent = |hop: &serde_json::Value| matches!(hop["code"].as_u64(), Some(301 | 308));
    let last = hops.last().filter(|_| hops.iter().all(is_permanent))?;
    last["url"].as_str().map(str::to_owned)
}

/// Why a request failed, as far as its causes tell.
fn failure(error: &(dyn Error + 'static)) -> Failure {
    let mut chain = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        match kind {
            Some(io::ErrorKind::ConnectionRefused) => return Failure::Refused,
            Some(
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof,
            ) => return Failure::Broken,
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
                return Failure::NoRoute;
            }
            Some(io::ErrorKind::TimedOut) => return Failure::TimedOut,
            _ => {}
        }
        chain.push(cause.to_string());
        next = cause.source();
    }
    let words = chain.join(": ");
    let has = |word: &str| words.contains(word);
    if has("dns error") || has("failed to lookup address") {
        // Resolvers say only in words that no name server answered: glibc, musl, macOS.
        let nobody = ["Temporary failure", "Try again", "timed out", "refused"];
        return if nobody.into_iter().any(has) { Failure::NoNameServer } else { Failure::NoSuchHost };
    }
    if has("certificate") || has("handshake") {
        return Failure::Certificate(chain.pop().unwrap_or_default());
    }
    if has("connection closed") {
        return Failure::Broken;
    }
    Failure::Other(chain.pop().unwrap_or_default())
}
