//! Programs that are not in the table of wrappers, and still run a Python module that stands behind them: an alias of
//! `docker run`, a profiler, a script of one's own.

use super::words::ShellWord;

/// Programs that write, look for or end what stands behind them.
const SPEAKERS: &[&str] =
    &["echo", "printf", "grep", "egrep", "rg", "pgrep", "pkill", "killall", "which", "man", "git", "alias"];

/// Where `python -m NAME` begins behind an unknown program: `drun -p 80:80 IMAGE python3 -m NAME`.
///
/// Text that is no command (`now run python -m NAME to see it`) has plain words only, or ends a clause.
pub fn module_behind(words: &[ShellWord]) -> Option<usize> {
    let first = words.first().filter(|word| !SPEAKERS.contains(&word.program()))?;
    if first.is_python() || first.text.starts_with('-') {
        return None;
    }
    let starts = |three: &[ShellWord]| {
        three[0].is_python() && three[1].text == "-m" && !three[2].opaque && three[2].text.contains('.')
    };
    let at = words.windows(3).position(starts)?;
    let before = &words[..at];
    let plain = |word: &ShellWord| !word.opaque && word.text.chars().all(|c| c.is_ascii_alphabetic());
    let clause = |word: &ShellWord| word.text.ends_with([',', ':', '.', ';', '!', '?', ')']);
    (!before.iter().all(plain) && !before.iter().any(clause)).then_some(at)
}
