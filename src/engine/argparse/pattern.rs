//! How many words an option or a positional takes.
//!
//! argparse writes the command line as a string of `A` (argument), `O` (flag) and `-` (the word `--`), and each
//! arity as a regular expression over it. These are the same matches without an engine for expressions.

use crate::engine::option::Arity;

/// How many of the words that follow a flag are its value; none when they can't be.
pub(super) fn flag(arity: Arity, pattern: &[u8]) -> Option<usize> {
    let arguments = || pattern.iter().take_while(|&&kind| kind == b'A').count();
    let first = pattern.first() == Some(&b'A');
    let rest = || pattern.iter().take_while(|&&kind| kind != b'-').count();
    match arity {
        Arity::One => first.then_some(1),
        Arity::Optional => Some(usize::from(first)),
        Arity::Any => Some(arguments()),
        Arity::AtLeastOne => first.then(arguments),
        Arity::Exactly(count) => {
            (pattern.iter().take(count).filter(|&&kind| kind == b'A').count() == count).then_some(count)
        }
        Arity::Remainder => Some(rest()),
        Arity::Command => first.then(rest),
        Arity::Suppressed => Some(0),
    }
}

/// How many words each of the first positionals takes: of as many positionals as can be matched.
pub(super) fn positionals(arities: &[Arity], pattern: &[u8]) -> Vec<usize> {
    for length in (1..=arities.len()).rev() {
        if let Some(counts) = all(&arities[..length], pattern) {
            return counts;
        }
    }
    Vec::new()
}

/// One step of an expression.
#[derive(Clone, Copy)]
enum Atom {
    /// As many of these kinds as possible, perhaps none.
    Many(&'static [u8]),
    /// One argument, or none where that is not possible.
    Maybe,
    /// One argument.
    One,
}

fn atoms(arity: Arity, out: &mut Vec<Atom>) {
    const DASHES: Atom = Atom::Many(b"-");
    match arity {
        Arity::One => out.extend([DASHES, Atom::One, DASHES]),
        Arity::Optional => out.extend([DASHES, Atom::Maybe, DASHES]),
        Arity::Any => out.extend([DASHES, Atom::Many(b"A-")]),
        Arity::AtLeastOne => out.extend([DASHES, Atom::One, Atom::Many(b"A-")]),
        Arity::Remainder => out.push(Atom::Many(b"-AO")),
        Arity::Command => out.extend([DASHES, Atom::One, Atom::Many(b"-AO")]),
        Arity::Suppressed => out.push(DASHES),
        Arity::Exactly(count) => {
            out.push(DASHES);
            for _ in 0..count {
                out.extend([Atom::One, DASHES]);
            }
        }
    }
}

/// Matches all arities from the start of the pattern, each taking as much as lets the others match.
fn all(arities: &[Arity], pattern: &[u8]) -> Option<Vec<usize>> {
    let mut steps = Vec::new();
    let mut ends = Vec::new();
    for &arity in arities {
        atoms(arity, &mut steps);
        ends.push(steps.len());
    }
    // `from[i]` are the offsets at which step `i` may start so that the steps from there on match.
    let mut from = vec![vec![false; pattern.len() + 1]; steps.len() + 1];
    from[steps.len()].fill(true);
    for (step, atom) in steps.iter().enumerate().rev() {
        let (before, after) = from.split_at_mut(step + 1);
        let (can, then) = (&mut before[step], &after[0]);
        for at in (0..=pattern.len()).rev() {
            let next = pattern.get(at).copied();
            can[at] = match atom {
                Atom::One => next == Some(b'A') && then[at + 1],
                Atom::Maybe => then[at] || (next == Some(b'A') && then[at + 1]),
                Atom::Many(kinds) => {
                    then[at] || (next.is_some_and(|kind| kinds.contains(&kind)) && can[at + 1])
                }
            };
        }
    }
    if !from[0][0] {
        return None;
    }
    let mut at = 0;
    let mut counts = Vec::with_capacity(arities.len());
    let mut step = 0;
    for end in ends {
        let start = at;
        while step < end {
            at = greedy(steps[step], at, pattern, &from[step + 1]);
            step += 1;
        }
        counts.push(at - start);
    }
    Some(counts)
}

/// Where the longest match of one step ends that lets the next ones match.
fn greedy(atom: Atom, at: usize, pattern: &[u8], then: &[bool]) -> usize {
    let longest = match atom {
        Atom::One => 1,
        Atom::Maybe => usize::from(pattern.get(at) == Some(&b'A')),
        Atom::Many(kinds) => pattern[at..].iter().take_while(|kind| kinds.contains(kind)).count(),
    };
    (at..=at + longest).rev().find(|&end| then.get(end) == Some(&true)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row was compared with `re.match` on argparse's own expressions.
    #[test]
    fn positionals_share_what_is_there() {
        use Arity::{Any, AtLeastOne, Exactly, One, Optional, Remainder};
        let rows: [(&[Arity], &str, &[usize]); 12] = [
            (&[One, One], "AA", &[1, 1]),
            (&[One, One], "A", &[1]),
            (&[One], "O", &[]),
            (&[Optional, One], "A", &[0, 1]),
            (&[Any, One], "AAA", &[2, 1]),
            (&[AtLeastOne, Optional], "AAA", &[3, 0]),
            (&[Any], "", &[0]),
            (&[One, Any], "-AA", &[2, 1]),
            (&[Exactly(2), Any], "A-AAO", &[3, 1]),
            (&[One, Remainder], "AOAO", &[1, 3]),
            (&[Optional, Optional], "O", &[0, 0]),
            (&[Any, Any, One], "AA", &[1, 0, 1]),
        ];
        for (arities, pattern, counts) in rows {
            assert_eq!(positionals(arities, pattern.as_bytes()), counts, "{arities:?} {pattern}");
        }
    }
}
