//! Formulas between dollars, as `remark-math` reads them: in text like spans of code, on lines of their own like fences.

use super::blocks::{Place, line_at, skip_space};
use super::reading::{Mark, MarkKind};
use super::scan::Scanner;
use crate::text::Span;
use crate::world::layout::Math;

/// The length of the fence of dollars that opens with a line's rest.
pub(super) fn fence(rest: &str) -> Option<usize> {
    let length = rest.bytes().take_while(|byte| *byte == b'$').count();
    (length >= 2 && !rest[length..].contains('$')).then_some(length)
}

/// Whether a line is the row below the head of a table.
pub(super) fn is_delimiter_row(rest: &str) -> bool {
    let rest = rest.trim();
    rest.contains('|') && rest.contains('-') && rest.bytes().all(|byte| b"|-: \t".contains(&byte))
}

/// The formula between dollars: one space at each end is not part of it, and it stands on one line.
pub(super) fn shown(written: &str) -> String {
    let written = written.replace("\r\n", " ").replace('\n', " ");
    let inner = written.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' '));
    inner.filter(|inner| !inner.trim().is_empty()).map_or_else(|| written.clone(), str::to_owned)
}

impl Scanner<'_> {
    /// The end of the formula whose dollars begin here, on this line or on a later one of its paragraph. Cells of a
    /// table keep theirs to themselves.
    pub(super) fn math_end(&mut self, at: usize, length: usize, end: usize) -> Option<usize> {
        if self.patience == 0 || (self.math == Math::Double && length < 2) {
            return None;
        }
        let (mut from, mut end) = (at + length, end);
        let is_row = self.is_row(at, end);
        if is_row {
            end = cell_end(self.text, from, end);
        }
        loop {
            while let Some(start) = self.text[from..end].find('$').map(|found| from + found) {
                let run = self.text[start..end].bytes().take_while(|byte| *byte == b'$').count();
                if run == length {
                    return Some(start + run);
                }
                from = start + run;
            }
            let next = self.text[end..].find('\n').map(|found| end + found + 1).filter(|_| !is_row);
            let Some(next) = next.filter(|next| *next < self.text.len() && !self.paragraph.is_heading) else {
                break;
            };
            let (line, _) = line_at(self.text, next);
            let (place, depth) = self.matched(Place { at: next, column: 0 }, line.end);
            let content = skip_space(self.text, place, line.end, usize::MAX);
            let rest = &self.text[content.at..line.end];
            if rest.is_empty() || self.begins_block(rest, depth) {
                break;
            }
            (from, end) = (content.at, line.end);
        }
        self.patience = self.patience.saturating_sub(end - at);
        None
    }

    fn is_row(&self, at: usize, end: usize) -> bool {
        let start = self.text[..at].rfind('\n').map_or(0, |before| before + 1);
        let line = &self.text[start..end];
        if self.paragraph.is_table || line.trim_start_matches([' ', '\t', '>']).starts_with('|') {
            return true;
        }
        let next = self.text[end..].find('\n').map(|found| end + found + 1);
        let next = next.map(|next| line_at(self.text, next).0.of(self.text));
        line.contains('|') && next.is_some_and(is_delimiter_row)
    }

    /// A formula on lines of its own. Where nothing closes it, there is none.
    pub(super) fn math_block(&mut self, head: Span, begun: &str, content: Place, end: usize) -> bool {
        let Some(length) = fence(&self.text[content.at..end]) else { return false };
        if self.patience == 0 {
            return false;
        }
        let depth = self.containers.len();
        let mut lines = vec![self.text[content.at + length..end].trim()];
        let mut at = line_at(self.text, end).1;
        while at < self.text.len() {
            let (line, next) = line_at(self.text, at);
            let (place, matched) = self.matched(Place { at, column: 0 }, line.end);
            let inner = skip_space(self.text, place, line.end, content.column.max(place.column));
            let rest = &self.text[inner.at..line.end];
            if matched < depth && !rest.trim().is_empty() {
                break;
            }
            let closing = rest.trim();
            if closing.len() >= length && closing.bytes().all(|byte| byte == b'$') {
                let span = Span::new(content.at, line.end);
                let text = lines.join("\n").trim_matches('\n').to_owned();
                self.reading.put(begun, head);
                self.reading.put("___", span);
                self.reading.put("\n", Span::at(span.end));
                self.mark(Mark { span, kind: MarkKind::Math { text, display: true } });
                self.after_blank = false;
                self.at = next;
                return true;
            }
            lines.push(rest);
            at = next;
        }
        self.patience = self.patience.saturating_sub(at - content.at);
        false
    }
}

/// The end of the cell of a table that a place is in.
fn cell_end(text: &str, from: usize, end: usize) -> usize {
    let mut escaped = false;
    let found = text[from..end].find(|c| {
        let ends = c == '|' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    found.map_or(end, |found| from + found)
}
