//! The lines that open and close admonitions of Docusaurus: `:::note Title` and `:::`.

use crate::page::masking::{self, Mask};
use crate::page::tree::AdmonitionKind;

/// The lines from `body` on that open and close admonitions.
pub(crate) fn masks(text: &str, body: usize, keywords: Option<&[String]>) -> Vec<Mask> {
    let mut open: Vec<usize> = Vec::new();
    let last = last_close(text);
    let mut found = masking::masks(text, body);
    found.retain(|mask| {
        let line = mask.span.of(text);
        if line.len() == mask.colons {
            let closes = open.iter().any(|colons| *colons <= mask.colons);
            if closes {
                open.pop();
            }
            return closes;
        }
        let opens = mask.colons > 2 && opens(line, mask.colons, mask.span.start < last, keywords);
        open.extend(opens.then_some(mask.colons));
        opens
    });
    found
}

/// Where the last line begins that may close an admonition; 0 where none does.
pub(crate) fn last_close(text: &str) -> usize {
    let mut end = text.len();
    for line in text.rsplit('\n') {
        let start = end - line.len();
        let inner = line.trim_matches([' ', '\t', '>', '\r']);
        if inner.len() >= 3 && inner.bytes().all(|byte| byte == b':') {
            return start;
        }
        end = start.saturating_sub(1);
    }
    0
}

/// Whether a line opens an admonition, or a container of another name, alone or with a `[label]`, that a later line
/// closes. With words behind its name, a container is text for Docusaurus.
pub(crate) fn opens(line: &str, colons: usize, is_closed: bool, keywords: Option<&[String]>) -> bool {
    let tail = line[colons..].trim_start();
    let name = masking::name(tail);
    if AdmonitionKind::written(name, keywords).is_some() {
        return true;
    }
    let after = &tail[name.len()..];
    let is_plain = after.is_empty() || (after.starts_with(['[', '{']) && after.ends_with([']', '}']));
    is_closed && is_plain && !name.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_of_admonitions_are_taken() {
        let text =
            "::leaf\n:::note Title\n:::mine words\n:::own\n:::\n:::\n:::\n::::tip\n:::\n::::\n:::last\n";
        let found =
            |keywords| masks(text, 0, keywords).iter().map(|mask| mask.span.of(text)).collect::<Vec<_>>();
        assert_eq!(found(None), [":::note Title", ":::own", ":::", ":::", "::::tip", "::::"]);
        let keywords = ["mine".to_owned()];
        assert_eq!(found(Some(&keywords)), [":::mine words", ":::own", ":::", ":::", "::::tip", "::::"]);
    }
}
