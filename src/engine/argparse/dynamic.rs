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

/// Whether the word is a flag of one of the patterns, in which `COMPONENT` stands for any name.
pub(super) fn is_flag(patterns: &[String], word: &str) -> bool {
    kind(patterns, word).is_some()
}

/// Of the words that the parser did not take, those that the flags and their values take; sorted.
///
/// Like the program, this goes through the words once for each kind of flag, and leaves out what an earlier
/// kind took.
pub(super) fn taken(patterns: &[String], words: &[Word], unknown: &[usize]) -> Vec<usize> {
    let mut taken = Vec::new();
    let mut left = unknown.to_vec();
    for takes in [Takes::Truth, Takes::Several, Takes::One] {
        let found = taken_by(takes, patterns, words, &left);
        left.retain(|index| found.binary_search(index).is_err());
        taken.extend(found);
    }
    taken.sort_unstable();
    taken
}

fn taken_by(takes: Takes, patterns: &[String], words: &[Word], unknown: &[usize]) -> Vec<usize> {
    let text = |at: usize| unknown.get(at).map(|&index| words[index].text.as_str());
    let is_value = |at: usize| text(at).is_some_and(|next| !next.starts_with('-'));
    let mut taken = Vec::new();
    let mut at = 0;
    while let Some(word) = text(at) {
        let flag = at;
        at += 1;
        if kind(patterns, word) != Some(takes) {
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

fn kind(patterns: &[String], word: &str) -> Option<Takes> {
    let flag = word.split_once('=').map_or(word, |(flag, _)| flag);
    patterns.iter().find_map(|pattern| {
        let (before, after) = pattern.split_once("COMPONENT")?;
        let takes = match before {
            "--component-direct-gpu-weight-loading." => Takes::Truth,
            "--component-quantization-ignored-layers." => Takes::Several,
            _ => Takes::One,
        };
        let underscored = format!("--{}", before.trim_start_matches('-').replace('-', "_"));
        let rest = flag.strip_prefix(before).or_else(|| flag.strip_prefix(&underscored))?;
        // The program asks for the start and the end separately, so that they may share their dash.
        let fits = flag.ends_with(after) && (takes == Takes::One || !rest.is_empty());
        fits.then_some(takes)
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
        ]
        .map(str::to_owned);
        for (line, rest) in [
            ("--vae-path x y", "y"),
            ("--vae-path=x y", "y"),
            ("--vae-path", "--vae-path"),
            ("--component_paths.vae x", ""),
            ("-path x --path x", "-path x"),
            ("--component-quantization-ignored-layers.a b c -d", "-d"),
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
