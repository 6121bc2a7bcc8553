//! The valid words nearest to a wrong one.

/// At most three of `candidates` that a writer may have meant by `word`, nearest first; none when nothing is near.
///
/// Letter case and the difference between `-` and `_` count for nothing; a candidate that the word begins or
/// ends, or that differs by transposed or few letters, is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = normal(word);
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let score = similarity(&wanted, &normal(candidate));
            (score >= 0.7).then_some((score, candidate))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by_key(|(_, candidate)| *candidate);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// `did you mean …?` for the nearest candidates, or nothing.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near: Vec<String> = nearest(word, candidates).into_iter().map(|near| format!("`{near}`")).collect();
    match near.as_slice() {
        [] => None,
        [only] => Some(format!("did you mean {only}?")),
        [head @ .., last] => Some(format!("did you mean {} or {last}?", head.join(", "))),
    }
}

fn normal(word: &str) -> String {
    word.trim_start_matches('-')
        .chars()
        .map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() })
        .collect()
}

fn similarity(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let begins_or_ends = short.len() >= 3 && (long.starts_with(short) || long.ends_with(short));
    if long.len() > 4 && !begins_or_ends && is_far(a, b) {
        return 0.0;
    }
    let edits = strsim::normalized_damerau_levenshtein(a, b);
    // One slip in a word as short as `tp` is a large part of it.
    if short.len() >= 2 && long.len() <= 4 && strsim::damerau_levenshtein(a, b) == 1 {
        return edits.max(0.7);
    }
    if begins_or_ends {
        return edits.max(0.75 + 0.2 * short.len() as f64 / long.len() as f64);
    }
    edits
}

/// Whether so many bytes stand in only one of the words that more than 0.3 edits a letter are certain. It costs a
/// hundredth of the edit distance, which only the few candidates that are left need: an edit brings at most one letter
/// and takes at most one, and a transposition none. Words that are not ASCII are never far.
fn is_far(a: &str, b: &str) -> bool {
    if !a.is_ascii() || !b.is_ascii() {
        return false;
    }
    let mut surplus = [0_i32; 128];
    for byte in a.bytes() {
        surplus[usize::from(byte)] += 1;
    }
    for byte in b.bytes() {
        surplus[usize::from(byte)] -= 1;
    }
    let (mut only_a, mut only_b) = (0_usize, 0_usize);
    for count in surplus {
        let number = count.unsigned_abs() as usize;
        if count > 0 { only_a += number } else { only_b += number }
    }
    let least_edits = only_a.max(only_b);
    1.0 - least_edits as f64 / (a.len().max(b.len()) as f64) < 0.7
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_that_is_far_is_not_near(a in "[a-e-]{1,12}", b in "[a-e-]{1,12}") {
            prop_assert!(!is_far(&a, &b) || strsim::normalized_damerau_levenshtein(&a, &b) < 0.7);
        }
    }

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(nearest("--tp-sise", ["--tp-size", "--dp-size", "--page-size"])[0], "--tp-size");
        assert_eq!(nearest("tp_size", ["tp-size", "dp-size"])[0], "tp-size");
        assert_eq!(nearest("enable_dp_atention", ["enable_dp_attention", "tp"]), ["enable_dp_attention"]);
        assert_eq!(nearest("dpp", ["tp", "dp", "enable_dp_attention"])[0], "dp");
        assert!(nearest("zebra", ["tp", "dp"]).is_empty());
    }
}
