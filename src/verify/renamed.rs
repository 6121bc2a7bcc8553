//! Flags that a version of the engine renamed or retired, and what says the same in it.
//!
//! The line behind each entry is where the engine itself says so. A flag stands here only when nothing has to be decided:
//! the command means the same afterwards. What the engine's data can tell (another spelling of the same option) needs no
//! entry. A fix changes the bytes of the words that it names; where those can't be told apart from what stands around
//! them, there is none.

use super::command::Parsed;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::engine::argparse::Use;
use crate::engine::option::OptionSpec;
use crate::engine::version::Version;
use crate::text::{Location, Span};

/// What says the same as a retired flag.
#[derive(Clone, Copy, Debug)]
enum Now {
    /// Another flag, with the same values.
    Flag(&'static str),
    /// These words, unless one of the flags is given that decide the same.
    Words(&'static [&'static str], &'static [&'static str]),
    /// A switch; the flag had one value only, which goes.
    Switch(&'static str),
    /// Nothing: the flag did nothing.
    Nothing,
    /// The number of attention groups has a flag of its own.
    AttentionGroups,
}

/// One retired flag.
struct Renamed {
    flag: &'static str,
    /// The versions for which it is retired: from this one on,
    from: Version,
    /// and before this one.
    before: Option<Version>,
    now: Now,
}

const V8: Version = Version::release(0, 5, 8);
const V10: Version = Version::release(0, 5, 10);
const V23: Version = Version::release(0, 5, 23);

const fn since(from: Version, flag: &'static str, now: Now) -> Renamed {
    Renamed { flag, from, before: None, now }
}

const RENAMED: [Renamed; 14] = [
    // 0.5.10 server_args.py, `DeprecatedStoreTrueAction` with the same `dest`.
    since(V10, "--stream-output", Now::Flag("--incremental-streaming-output")),
    // 0.5.23 arg_groups/parallel_hook.py:39, `handle_deprecated_dp_attention`.
    since(V23, "--enable-dp-attention", Now::AttentionGroups),
    // 0.5.23 arg_groups/serving_hook.py:339.
    since(V23, "--grpc-mode", Now::Flag("--smg-grpc-mode")),
    // 0.5.23 server_args.py:424, with the same `dest`; `amd` is its only choice.
    since(V23, "--monokernel-backend", Now::Switch("--enable-amd-monokernel")),
    // 0.5.23 arg_groups/serving_hook.py:258.
    since(
        V23,
        "--disable-fast-image-processor",
        Now::Words(&["--image-processor-backend=pil"], &["--image-processor-backend"]),
    ),
    // 0.5.23 arg_groups/serving_hook.py:285.
    since(
        V23,
        "--enable-flashinfer-allreduce-fusion",
        Now::Words(
            &["--flashinfer-allreduce-fusion-backend=auto"],
            &["--flashinfer-allreduce-fusion-backend"],
        ),
    ),
    // 0.5.23 arg_groups/cuda_graph_hook.py:55: the backends of both phases, unless something else says more.
    since(
        V23,
        "--disable-cuda-graph",
        Now::Words(
            &["--cuda-graph-backend-decode=disabled", "--cuda-graph-backend-prefill=disabled"],
            &["--cuda-graph-backend-decode", "--cuda-graph-backend-prefill", "--cuda-graph-config"],
        ),
    ),
    // 0.5.8 and 0.5.10: `DeprecatedAction` warns and keeps nothing; 0.5.23 does not have them.
    since(V8, "--prefill-round-robin-balance", Now::Nothing),
    Renamed { flag: "--enable-piecewise-cuda-graph", from: V10, before: Some(V23), now: Now::Nothing },
    // 0.5.23 arg_groups/fields/exec_.py:629 and 640: the sizes that decoding captures.
    since(V23, "--cuda-graph-max-bs", Now::Flag("--cuda-graph-max-bs-decode")),
    since(V23, "--cuda-graph-bs", Now::Flag("--cuda-graph-bs-decode")),
    // 0.5.23: the attention NSA is called DSA there; every old choice is one of the new.
    since(V23, "--nsa-prefill-backend", Now::Flag("--dsa-prefill-backend")),
    since(V23, "--nsa-decode-backend", Now::Flag("--dsa-decode-backend")),
    // 0.5.23: the same choices and default.
    since(V23, "--mamba-scheduler-strategy", Now::Flag("--mamba-radix-cache-strategy")),
];

/// The programs that resolve the attention groups of one server. The router's launcher reads `--dp-size` itself.
const ONE_SERVER: [&str; 4] =
    ["sglang.launch_server", "sglang.serve.llm", "sglang.bench_one_batch", "sglang.bench_offline_throughput"];

/// The fix for the use of a flag that the version calls deprecated.
pub(super) fn of_use(parsed: &Parsed<'_>, used: &Use) -> Option<Fix> {
    if parsed.parse.uses.iter().filter(|other| other.option == used.option).count() > 1 {
        return None;
    }
    let place = parsed.flag_place(used);
    let last = used.values.iter().copied().fold(used.word, usize::max);
    match entry(parsed, &used.flag)? {
        Now::AttentionGroups => attention_groups(parsed, used),
        now => fix(parsed, now, &place, &used.written, used.word, last),
    }
}

/// What to write for a flag that the version does not have, where that is known, and the fix.
pub(super) fn of_unknown(
    parsed: &Parsed<'_>,
    flag: &str,
    place: &Location,
    word: Option<usize>,
) -> Option<(String, Option<Fix>)> {
    if let Some(now) = entry(parsed, flag) {
        let help = match now {
            Now::Flag(new) | Now::Switch(new) => format!("write `{new}`, as it is called there"),
            Now::Words(words, _) => format!("write `{}`", words.join(" ")),
            Now::Nothing => "leave it out: it does nothing where it is still taken".to_owned(),
            Now::AttentionGroups => return None,
        };
        let fix = word.and_then(|word| fix(parsed, now, place, flag, word, word));
        return Some((help, fix));
    }
    let new = other_spelling(parsed, flag)?;
    let fix = edit(place.clone(), flag, new).map(|edit| Fix::safe(format!("write `{new}`"), vec![edit]));
    Some((format!("write `{new}`, as it is called there"), fix))
}

fn entry(parsed: &Parsed<'_>, flag: &str) -> Option<Now> {
    let version = parsed.spec.version;
    let found = RENAMED.iter().find(|renamed| {
        renamed.flag == flag
            && renamed.from <= version
            && renamed.before.is_none_or(|before| version < before)
    })?;
    let has = |flag: &str| parsed.program.parser().find(flag).is_some();
    let fits = match found.now {
        Now::Flag(new) | Now::Switch(new) => has(new),
        Now::Words(words, _) => words.iter().all(|word| has(word.split('=').next().unwrap_or(word))),
        Now::Nothing => true,
        Now::AttentionGroups => ONE_SERVER.contains(&parsed.program.name.as_str()),
    };
    fits.then_some(found.now)
}

/// The spelling under which this version has an option that another version spells so.
fn other_spelling<'p>(parsed: &'p Parsed<'_>, flag: &str) -> Option<&'p str> {
    let alike = |a: &OptionSpec, b: &OptionSpec| {
        a.dest == b.dest && a.action == b.action && a.arity == b.arity && a.value_type == b.value_type
    };
    let parser = parsed.program.parser();
    let option = parsed.engines.specs().find_map(|spec| {
        let (_, theirs) = spec.program(&parsed.program.name)?.parser().find(flag)?;
        let mut ours = parser.options().iter().filter(|ours| alike(ours, theirs));
        let first = ours.next()?;
        ours.next().is_none().then_some(first)
    })?;
    option.flags.first().map(String::as_str)
}

/// The fix that writes `now` for the words `first` to `last`, of which the first begins with the flag at `place`.
fn fix(
    parsed: &Parsed<'_>,
    now: Now,
    place: &Location,
    written: &str,
    first: usize,
    last: usize,
) -> Option<Fix> {
    let change = |new: &str| edit(place.clone(), written, new);
    match now {
        Now::Flag(new) => Some(Fix::safe(format!("write `{new}`"), vec![change(new)?])),
        Now::Switch(new) => {
            // Joined to its flag, the value is no word of its own.
            if first == last {
                let whole = parsed.command.arguments.get(first)?;
                let text = &whole.word.text;
                return Some(Fix::safe(format!("write `{new}`"), vec![edit(whole.location(), text, new)?]));
            }
            Some(Fix::safe(format!("write `{new}`"), vec![change(new)?, removal(parsed, first + 1, last)?]))
        }
        Now::Words(words, unless) => {
            let given = |flag: &&str| {
                let option = parsed.program.parser().find(flag).map(|(index, _)| index);
                parsed.parse.uses.iter().any(|used| Some(used.option) == option)
            };
            if unless.iter().any(given) || parsed.may_have_more() {
                return None;
            }
            let text = match words {
                [word] => (*word).to_owned(),
                words => words.join(&gap(parsed, first)?),
            };
            // Several words stand where one did, so that no quote may close around them.
            let plain = place.text() == written;
            (plain || words.len() == 1)
                .then(|| Some(Fix::safe(format!("write `{}`", words.join(" ")), vec![change(&text)?])))?
        }
        Now::Nothing => Some(Fix::safe("leave it out", vec![removal(parsed, first, last)?])),
        Now::AttentionGroups => None,
    }
}

/// `--dp-size N --enable-dp-attention` as `--attn-dp-size N`.
fn attention_groups(parsed: &Parsed<'_>, switch: &Use) -> Option<Fix> {
    const GROUPS: &str = "--attn-dp-size";
    let parser = parsed.program.parser();
    let uses = |flag: &str| {
        let index = parser.find(flag).map(|(index, _)| index);
        parsed.parse.uses.iter().filter(move |used| Some(used.option) == index).collect::<Vec<_>>()
    };
    let gone = removal(parsed, switch.word, switch.word)?;
    if parsed.may_have_more() {
        return None;
    }
    match (uses(GROUPS).as_slice(), uses("--dp-size").as_slice()) {
        ([_], []) => Some(Fix::safe("leave it out: `--attn-dp-size` says all", vec![gone])),
        ([], [dp]) => {
            let new = edit(parsed.flag_place(dp), &dp.written, GROUPS)?;
            Some(Fix::safe("write `--attn-dp-size` for the two flags", vec![new, gone]))
        }
        _ => None,
    }
}

/// The change of a word, where the file says exactly that word at its place, in quotes or not.
pub(super) fn edit(location: Location, old: &str, new: &str) -> Option<Edit> {
    let text = location.text();
    let span = location.span;
    let inside = text
        .strip_prefix(['"', '\''])
        .and_then(|rest| rest.strip_suffix(['"', '\'']))
        .is_some_and(|inside| inside == old);
    let span = match text == old {
        true => span,
        false if inside => Span::new(span.start + 1, span.end - 1),
        false => return None,
    };
    Some(Edit { location: Location::new(&location.source, span), replacement: new.to_owned() })
}

/// Takes some words away, together with what parts them from the word before, or else from the one behind.
fn removal(parsed: &Parsed<'_>, first: usize, last: usize) -> Option<Edit> {
    let arguments = &parsed.command.arguments;
    let (start, end) = (arguments.get(first)?.location(), arguments.get(last)?.location());
    let source = &start.source;
    let before = match first.checked_sub(1) {
        Some(before) => arguments.get(before).map(super::command::Argument::location),
        None => Some(parsed.command.start.clone()),
    };
    let whole = |span: Span| Edit { location: Location::new(source, span), replacement: String::new() };
    // Words that a variable or another list holds do not stand one behind the other.
    let row = (first..last).all(|word| {
        let pair = (arguments[word].location(), arguments[word + 1].location());
        parts(source.text(), pair.0.span.end, pair.1.span.start)
    });
    if !row {
        return None;
    }
    let here = start.span.start;
    if let Some(before) = before.filter(|before| before.source == *source)
        && parts(source.text(), before.span.end, here)
    {
        return Some(whole(Span::new(before.span.end, end.span.end)));
    }
    let behind = arguments.get(last + 1)?.location();
    let fits = behind.source == *source && parts(source.text(), end.span.end, behind.span.start);
    fits.then(|| whole(Span::new(here, behind.span.start)))
}

/// What stands between a word and the one before it, or else the one behind.
fn gap(parsed: &Parsed<'_>, word: usize) -> Option<String> {
    let arguments = &parsed.command.arguments;
    let here = arguments.get(word)?.location();
    let before = match word.checked_sub(1) {
        Some(before) => arguments.get(before)?.location(),
        None => parsed.command.start.clone(),
    };
    let between = |first: &Location, second: &Location| {
        let (text, from, to) = (first.source.text(), first.span.end, second.span.start);
        (first.source == second.source && parts(text, from, to)).then(|| text[from..to].to_owned())
    };
    between(&before, &here).or_else(|| between(&here, &arguments.get(word + 1)?.location()))
}

/// Whether nothing but what parts words stands between two places: blanks, continued lines, the marks of a quotation or
/// of a list.
fn parts(text: &str, from: usize, to: usize) -> bool {
    let between = text.get(from..to).filter(|between| !between.is_empty());
    between.is_some_and(|between| between.chars().all(|c| " \t\r\n\\>,-".contains(c)))
}

/// Keeps fixes that every one of some versions makes alike; the others become suggestions. `verdicts` are the findings
/// of one command, version by version.
pub(super) fn agree(verdicts: &mut [Vec<Diagnostic>]) {
    let mine = |verdict: &[Diagnostic], fix: &Fix| {
        verdict.iter().any(|finding| finding.fix.as_ref().is_some_and(|other| other.edits == fix.edits))
    };
    let safe: Vec<Fix> = verdicts
        .iter()
        .flatten()
        .filter_map(|finding| finding.fix.clone())
        .filter(|fix| fix.safe && verdicts.iter().all(|verdict| mine(verdict, fix)))
        .collect();
    for finding in verdicts.iter_mut().flatten() {
        if let Some(fix) = &mut finding.fix {
            fix.safe &= safe.iter().any(|known| known.edits == fix.edits);
        }
    }
}
