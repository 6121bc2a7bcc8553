//! The patience with one host: what is asked again, how long to wait, and when to stop.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

use super::client::Client;
use super::{Answer, Failure, Reason, Settings};

/// The wait before the second try; each further one waits twice as long.
const WAIT: Duration = Duration::from_secs(1);

/// How long a host may go on without one good answer.
const PATIENCE: Duration = Duration::from_secs(90);

/// One host, and what it did so far.
#[derive(Clone)]
pub(super) struct Host {
    client: Arc<Client>,
    settings: Settings,
    state: Arc<Mutex<State>>,
}

struct State {
    /// Tries in a row that nothing came of.
    silent: usize,
    /// An address that was asked often enough is still told to wait.
    busy: bool,
    /// When the last good answer came, or the first question was asked.
    good: Instant,
}

impl Host {
    pub(super) fn new(client: Arc<Client>, settings: Settings) -> Self {
        let state = State { silent: 0, busy: false, good: Instant::now() };
        Self { client, settings, state: Arc::new(Mutex::new(state)) }
    }

    /// Asks for all addresses, a few at a time, and sends each answer as it comes.
    pub(super) async fn ask(
        &self,
        questions: Vec<(usize, String)>,
        answers: &UnboundedSender<(usize, Answer)>,
    ) {
        let mut tasks = JoinSet::new();
        let lanes = self.settings.concurrency.min(questions.len());
        let queue = Arc::new(Mutex::new(questions.into_iter()));
        for _ in 0..lanes {
            let (host, queue, answers) = (self.clone(), Arc::clone(&queue), answers.clone());
            tasks.spawn(async move {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((place, address)) = next else { break };
                    let answer = host.one(&address).await;
                    // Nobody listens any more when the run was given up.
                    let _ = answers.send((place, answer));
                }
            });
        }
        while tasks.join_next().await.is_some() {}
    }

    async fn one(&self, address: &str) -> Answer {
        if let Some(reason) = self.given_up() {
            return Answer::GivenUp(reason);
        }
        let (mut wait, mut tries) = (WAIT, 0);
        loop {
            let answer = self.client.ask(address, &self.settings).await;
            let again = self.again(&answer);
            self.note(&answer, tries >= again);
            if tries >= again || self.given_up().is_some() {
                return answer;
            }
            tries += 1;
            // Who wants fewer requests says for how long, and the client waits for that before it asks.
            if !is_busy(&answer) {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
        }
    }

    /// How often to ask again after such an answer.
    fn again(&self, answer: &Answer) -> u32 {
        match answer {
            Answer::Status { code, .. } if self.settings.accepts(*code) => 0,
            Answer::Status { code: 408 | 425 | 429 | 500..=599, .. } => self.settings.retries,
            Answer::Failed(Failure::Broken | Failure::Other(_)) => self.settings.retries,
            // Each of these takes long, or is seldom better a second later.
            Answer::Failed(
                Failure::TimedOut | Failure::Refused | Failure::NoRoute | Failure::NoNameServer,
            ) => self.settings.retries.min(1),
            _ => 0,
        }
    }

    fn note(&self, answer: &Answer, is_last: bool) {
        let mut state = self.state();
        match answer {
            Answer::Status { code, .. } => {
                state.silent = 0;
                if is_busy(answer) {
                    state.busy |= is_last;
                } else if *code < 500 {
                    state.good = Instant::now();
                }
            }
            Answer::Failed(_) => state.silent += 1,
            Answer::GivenUp(_) | Answer::Unclear(_) => {}
        }
    }

    fn given_up(&self) -> Option<Reason> {
        let state = self.state();
        // More than one try for each of those that wait at the same time.
        if state.silent > self.settings.concurrency.max(2) {
            return Some(Reason::Silent);
        }
        if state.busy {
            return Some(Reason::Busy);
        }
        (state.good.elapsed() > PATIENCE).then_some(Reason::Slow)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_busy(answer: &Answer) -> bool {
    matches!(answer, Answer::Status { code: 429, .. })
}
