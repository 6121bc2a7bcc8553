//! Flags that a program takes besides those of its parser: SGLang's diffusion programs look through the words
//! that their parser did not take for settings of a model's components, whose names are not known before.

use super::Word;

/// How many words such a flag takes (`_extract_component_…` in `sglang/multimodal_gen`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// One.
    One,
    /// `true` or `false`, or none.
    Truth,
    /// All up to the next word that begins with a dash, and at least one.
    Several,
}

/// The kinds of such flags in the order in which the program looks for them: how their own flags begin, how the
/// short forms end, and what they take.
const KINDS: [(&str, &str, Takes); 7] = [
    ("--component-quantizations.", "-quantization", Takes::One),
    ("--component-precisions.", "-precision", Takes::One),
    ("--component-direct-gpu-weight-loading.", "", Takes::Truth),
    ("--component-quantization-ignored-layers.", "", Takes::Several),
    ("--component-weights-paths.", "-weights-path", Takes::One),
    ("--component-paths.", "-path", Takes::One),
    ("--component-attention-backends.", "-attention-backend", Takes::One),
];

/// Whether the word is a flag of one of the patterns, in which `COMPONENT` stands for any name.
pub(super) fn is_flag(patterns: &[String], word: &str) -> bool {
    (0..KINDS.len()).any(|kind| is_of_kind(kind, patterns, word))
}

/// Of the words that the parser did not take, those that the flags and their values take; sorted.
///
/// Like the program, this goes through the words once for each kind of flag, and leaves out what an earlier
/// kind took.
pub(super) fn taken(patterns: &[String], words: &[Word], unknown: &[usize]) -> Vec<usize> {
    let mut taken = Vec::new();
    if patterns.is_empty() {
        return taken;
    }
    let mut left = unknown.to_vec();
    for kind in 0..KINDS.len() {
        let found = taken_by(kind, patterns, words, &left);
        left.retain(|index| found.binary_search(index).is_err());
        taken.extend(found);
    }
    taken.sort_unstable();
    taken
}

fn taken_by(kind: usize, patterns: &[String], words: &[Word], unknown: &[usize]) -> Vec<usize> {
    let text = |at: usize| unknown.get(at).map(|&index| words[index].text.as_str());
    let is_value = |at: usize| text(at).is_some_and(|next| !next.starts_with('-'));
    let takes = KINDS[kind].2;
    let mut taken = Vec::new();
    let mut at = 0;
    while let Some(word) = text(at) {
        let flag = at;
        at += 1;
        if !is_of_kind(kind, patterns, word) {
            continue;
        }
        let fits = match (takes, word.split_once('=')) {
            (Takes::Truth, Some((_, value))) => is_truth(value),
            (_, Some(_)) => true,
            (Takes::Truth, None) => {
                at += usize::from(text(at).is_some_and(is_truth));
                true
            }
            (Takes::One, None) => {
                at += usize::from(is_value(at));
                at > flag + 1
            }
            (Takes::Several, None) => {
                while is_value(at) {
                    at += 1;
                }
                at > flag + 1
            }
        };
        if fits {
            taken.extend_from_slice(&unknown[flag..at]);
        }
    }
    taken
}

/// Whether the word is a flag of this kind, in a program that has flags of the patterns.
fn is_of_kind(kind: usize, patterns: &[String], word: &str) -> bool {
    let flag = word.split_once('=').map_or(word, |(flag, _)| flag);
    let (own, short, takes) = KINDS[kind];
    let patterns = || patterns.iter().filter_map(|pattern| pattern.split_once("COMPONENT"));
    // 0.5.10 has `--COMPONENT-weights-path` only because it ends like a path, and finds it as one.
    let is_other = |after: &str| !after.is_empty() && after != short && short.ends_with(after);
    if !patterns().any(|(before, _)| before == own) && patterns().any(|(_, after)| is_other(after)) {
        return false;
    }
    patterns().any(|(before, after)| {
        if before == own {
            let underscored = format!("--{}", own.trim_start_matches('-').replace('-', "_"));
            let rest = flag.strip_prefix(own).or_else(|| flag.strip_prefix(&underscored));
            return rest.is_some_and(|rest| takes == Takes::One || !rest.is_empty());
        }
        // The program asks for the start and the end separately, so that they may share their dash.
        !short.is_empty() && after == short && flag.starts_with(before) && flag.ends_with(after)
    })
}

fn is_truth(word: &str) -> bool {
    word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::argparse::words;

    #[test]
    fn components_take_their_values() {
        let patterns = [
            "--component-paths.COMPONENT",
            "--COMPONENT-path",
            "--component-quantization-ignored-layers.COMPONENT",
            "--component-precisions.COMPONENT",
        ]
        .map(str::to_owned);
        for (line, rest) in [
            ("--vae-path x y", "y"),
            ("--vae-path=x y", "y"),
            ("--vae-path", "--vae-path"),
            ("--component_paths.vae x", ""),
            ("-path x --path x", "-path x"),
            ("--component-quantization-ignored-layers.a b c -d", "-d"),
            ("--component-quantization-ignored-layers.a b --component-precisions.c d e", ""),
        ] {
            let words = words(line.split(' '));
            let all: Vec<usize> = (0..words.len()).collect();
            let taken = taken(&patterns, &words, &all);
            let left: Vec<&str> = all
                .iter()
                .filter(|index| !taken.contains(index))
                .map(|&index| words[index].text.as_str())
                .collect();
            assert_eq!(left.join(" "), rest, "{line}");
        }
    }
}
