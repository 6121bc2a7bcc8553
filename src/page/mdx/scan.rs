//! The pass over a page: blocks line by line, tags and expressions within.

use std::collections::HashMap;

use super::blocks::{
    Block, Container, Fence, Place, fence, footnote_marker, is_heading, line_at, list_marker, skip_space,
};
use super::esm::{self, Names};
use super::math;
use super::paragraph::{Line, Paragraph};
use super::reading::{Mark, Reading};
use super::script;
use crate::page::Surroundings;
use crate::page::admonition;
use crate::page::masking::{self, Mask};
use crate::page::spanned::Spanned;
use crate::text::Span;
use crate::world::layout::{Dialect, Math};

/// How many bytes beyond the page's own length are looked through in vain for the ends of tags and expressions.
const PATIENCE: usize = 16;

/// The deepest nesting that is followed.
pub(super) const DEEPEST: usize = 64;

/// Reads a page from `body` on. `text_lines` are lines that look like directives and are none. The lines that are
/// directives come back beside the reading.
pub(crate) fn read(
    text: &str,
    body: usize,
    dialect: Dialect,
    text_lines: &[Mask],
    around: Surroundings<'_>,
) -> (Reading, Vec<Mask>) {
    let mut names = Names::default();
    let exports = around.exports;
    let mut scanner = Scanner {
        text,
        at: body,
        reading: Reading::default(),
        names: Names::default(),
        containers: Vec::new(),
        fence: None,
        unwrapped: None,
        paragraph: Paragraph::default(),
        after_blank: true,
        dialect,
        math: around.math,
        keywords: around.admonitions,
        masks: Vec::new(),
        text_lines,
        last_close: if dialect == Dialect::Docusaurus { admonition::last_close(text) } else { 0 },
        admonitions: Vec::new(),
        esm: Vec::new(),
        patience: text.len().saturating_mul(PATIENCE) + 4096,
        closed: HashMap::new(),
        comments: (1, 0),
    };
    // Names may be used before the line that gives them.
    scanner.find_esm(&mut names);
    for import in exports.iter().flat_map(|_| &names.imports) {
        if let Some(text) = exports.and_then(|exports| exports(&import.path, &import.exported)) {
            names.constants.insert(import.name.clone(), text);
        }
    }
    scanner.names = names;
    while scanner.at < text.len() {
        scanner.line();
    }
    scanner.flush();
    let Scanner { mut reading, masks, names, .. } = scanner;
    reading.marks.sort_by_key(|mark| mark.span.start);
    reading.imports = names.imports;
    reading.constants = names.constants;
    (reading, masks)
}

/// The texts of the names that a file in the site exports.
pub(crate) fn exports(text: &str) -> script::Names {
    let mut names = Names::default();
    let mut at = 0;
    while at < text.len() {
        let (_, next) = line_at(text, at);
        let end = text[at..].starts_with("export ").then(|| esm::end(text, at)).flatten();
        if let Some(end) = end {
            esm::read(text, Span::new(at, end), &mut names);
        }
        at = end.unwrap_or(next).max(next);
    }
    names.constants
}

pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) reading: Reading,
    pub(super) names: Names,
    pub(super) containers: Vec<Container>,
    fence: Option<Fence>,
    /// A code block whose fences are passed over: their character and length.
    unwrapped: Option<(u8, usize)>,
    pub(super) paragraph: Paragraph,
    pub(super) after_blank: bool,
    dialect: Dialect,
    pub(super) math: Math,
    /// The words that open an admonition, where the site names them.
    keywords: Option<&'a [String]>,
    masks: Vec<Mask>,
    text_lines: &'a [Mask],
    /// Where the last line begins that may close an admonition.
    last_close: usize,
    /// The admonitions that are open: their colons.
    admonitions: Vec<usize>,
    /// The ESM of the page.
    esm: Vec<Span>,
    pub(super) patience: usize,
    /// The last closing tag of each name that was asked for.
    pub(super) closed: HashMap<String, Option<usize>>,
    /// From where the end of a comment was looked for, and where the next one stands; the text's end where none does.
    comments: (usize, usize),
}

impl Scanner<'_> {
    /// The end of the HTML comment that begins here. However many begin, the text is searched once.
    pub(super) fn comment_end(&mut self, at: usize) -> Option<usize> {
        let (from, found) = self.comments;
        if !(from..=found).contains(&at) {
            let found = self.text[at..].find("-->").map_or(self.text.len(), |close| at + close);
            self.comments = (at, found);
        }
        let close = self.comments.1 + 3;
        (close <= self.text.len()).then_some(close)
    }

    /// The column of the file and of the read text at which content begins within the first `depth` blocks.
    pub(super) fn columns(&self, depth: usize) -> (usize, usize) {
        let mut column = 0;
        let mut read_column = 0;
        for container in self.containers.iter().take(depth) {
            column = container.column.unwrap_or(column);
            read_column = container.read_column;
        }
        (column, read_column)
    }

    /// What stands at the head of a read line within the first `depth` blocks, and `extra` spaces.
    pub(super) fn prefix(&self, depth: usize, extra: usize) -> String {
        let mut prefix = String::new();
        for container in self.containers.iter().take(depth) {
            if container.block == Block::Quote {
                let column = container.read_column - 2;
                prefix.extend(std::iter::repeat_n(' ', column.saturating_sub(prefix.len())));
                prefix.push_str("> ");
            }
        }
        let (_, read_column) = self.columns(depth);
        prefix.extend(std::iter::repeat_n(' ', (read_column + extra).saturating_sub(prefix.len())));
        prefix
    }

    /// Reads the line that begins here, or the block that does.
    fn line(&mut self) {
        let start = self.at;
        let (line, next) = line_at(self.text, start);
        let (place, depth) = self.matched(Place { at: start, column: 0 }, line.end);
        // Behind an empty line, it ends the lists and quotes before it.
        if depth == 0 && self.fence.is_none() && self.after_blank && self.esm() {
            return self.containers.clear();
        }
        let content = skip_space(self.text, place, line.end, usize::MAX);
        let rest = Span::new(content.at, line.end).of(self.text);
        if let Some(fence) = self.fence.clone() {
            if fence.depth <= depth {
                return self.in_fence(&fence, start, place, line.end, next);
            }
            self.fence = None;
        }
        if rest.is_empty() {
            self.flush();
            let prefix = self.prefix(depth, 0);
            self.reading.put(prefix.trim_end(), Span::new(start, content.at));
            self.reading.copy(self.text, Span::new(line.end, next));
            self.after_blank = true;
            self.at = next;
            return;
        }
        if let Some((mark, length)) = self.unwrapped {
            let closing = rest.trim_end();
            if closing.len() >= length && closing.bytes().all(|byte| byte == mark) {
                self.flush();
                self.unwrapped = None;
                self.reading.copy(self.text, Span::new(line.end, next));
                self.after_blank = true;
                self.at = next;
                return;
            }
        }
        let begins = self.begins_block(rest, depth);
        if !self.paragraph.is_empty() {
            if begins {
                // What is flushed may open or close elements, so that the line is looked at anew.
                return self.flush();
            }
            if depth < self.containers.len() {
                // A line of a paragraph may lack what it stands in.
                let prefix = self.prefix(depth, 0);
                return self.text_line(start, prefix, content, line.end, next);
            }
        }
        self.containers.truncate(depth);
        self.block(start, content, line.end, next);
    }

    /// How many open blocks a line goes on with, and where their marks end.
    pub(super) fn matched(&self, from: Place, end: usize) -> (Place, usize) {
        let mut place = from;
        for (depth, container) in self.containers.iter().enumerate() {
            let content = skip_space(self.text, place, end, usize::MAX);
            match container.block {
                Block::Element(_) => {}
                Block::Quote => {
                    if !self.text[content.at..end].starts_with('>') {
                        return (place, depth);
                    }
                    place = Place { at: content.at + 1, column: content.column + 1 };
                    place = skip_space(self.text, place, end, place.column + 1);
                }
                Block::Item | Block::Footnote => {
                    let goes_on = content.at == end || content.column >= container.column.unwrap_or(0);
                    if !goes_on {
                        return (place, depth);
                    }
                }
            }
        }
        (place, self.containers.len())
    }

    /// Finds all `import` and `export` lines that stand in no block of code.
    fn find_esm(&mut self, names: &mut Names) {
        let mut at = self.at;
        let mut open: Option<(u8, usize)> = None;
        while at < self.text.len() {
            let (line, next) = line_at(self.text, at);
            let rest = line.of(self.text).trim_start_matches([' ', '\t', '>']);
            if let Some((mark, length)) = open {
                let closing = rest.trim_end();
                if closing.len() >= length && closing.bytes().all(|byte| byte == mark) {
                    open = None;
                }
            } else if let Some((mark, length)) = fence(rest) {
                let is_code = rest[length..].trim() != "mdx-code-block";
                open = is_code.then_some((mark, length));
            } else if self.patience > 0 && self.text[at..].starts_with(['i', 'e']) {
                if let Some(end) = esm::end(self.text, at) {
                    esm::read(self.text, Span::new(at, end), names);
                    self.esm.push(Span::new(at, end));
                    at = end.max(next);
                    continue;
                }
                if ["import", "export"].iter().any(|word| self.text[at..].starts_with(word)) {
                    self.patience = self.patience.saturating_sub(self.text.len() - at);
                }
            }
            at = next;
        }
    }

    /// `import` and `export` at the head of a page or after an empty line.
    fn esm(&mut self) -> bool {
        let Ok(index) = self.esm.binary_search_by_key(&self.at, |span| span.start) else { return false };
        self.at = self.esm[index].end;
        true
    }

    /// Whether a line's rest begins a block, so that a paragraph before it ends.
    pub(super) fn begins_block(&self, rest: &str, depth: usize) -> bool {
        if is_heading(rest) || fence(rest).is_some() || rest.starts_with('>') || rest.starts_with("<!--") {
            return true;
        }
        if self.directive(rest, 0).is_some() || (self.math != Math::Off && math::fence(rest).is_some()) {
            return true;
        }
        match list_marker(rest) {
            // In a paragraph, only what is surely a list begins one.
            Some((length, number)) if depth == self.containers.len() => {
                number.is_none_or(|number| number == 1) && !rest[length..].trim().is_empty()
            }
            Some(_) => true,
            None => false,
        }
    }

    /// A line that begins no part of an open paragraph.
    fn block(&mut self, start: usize, content: Place, end: usize, next: usize) {
        let mut content = content;
        let mut from = start;
        if let Some(container) = self.containers.last_mut()
            && container.column.is_none()
        {
            container.column = Some(content.column);
        }
        let depth = self.containers.len();
        let (column, _) = self.columns(depth);
        let extra = match content.column.saturating_sub(column) {
            extra @ 0..=3 => extra,
            // There is no indented code in MDX.
            _ => 0,
        };
        let mut head = self.prefix(depth, extra);
        let mut read_column = head.len();
        // Quotes and items that begin on this line.
        while self.containers.len() < DEEPEST {
            let rest = &self.text[content.at..end];
            let (length, block) = match list_marker(rest) {
                Some((length, _)) => (length, Block::Item),
                None if rest.starts_with('>') => (1, Block::Quote),
                None => match footnote_marker(rest) {
                    Some(length) => (length, Block::Footnote),
                    None => break,
                },
            };
            let marker = Span::new(content.at, content.at + length);
            self.reading.put(&head, Span::new(from, content.at));
            self.reading.copy(self.text, marker);
            let behind = Place { at: marker.end, column: content.column + length };
            let inner = skip_space(self.text, behind, end, usize::MAX);
            let empty = inner.at == end;
            if block == Block::Footnote {
                // What goes on with a footnote stands four columns further in.
                let (_, above) = self.columns(self.containers.len());
                self.containers.push(Container {
                    block: Block::Item,
                    column: Some(content.column + 4),
                    read_column: above.max(read_column) + 4,
                });
                head = " ".to_owned();
                read_column += length + 1;
                from = marker.end;
                content = inner;
                if empty {
                    self.after_blank = false;
                    return self.end_line(end, next);
                }
                continue;
            }
            let gap = if empty || block == Block::Quote { 1 } else { inner.column - behind.column };
            // More than four columns would be code, which there is none of.
            let read_gap = if gap > 4 { 1 } else { gap };
            read_column += length + read_gap;
            self.containers.push(Container { block, column: Some(behind.column + gap), read_column });
            head = " ".repeat(read_gap);
            from = marker.end;
            content = inner;
            if empty {
                self.after_blank = false;
                return self.end_line(end, next);
            }
        }
        if !self.leaf(from, &head, content, end, next) {
            self.text_line(from, head, content, end, next);
        }
    }

    /// A fence, a heading, a comment or a directive; `begun` is what the read line begins with.
    fn leaf(&mut self, from: usize, begun: &str, content: Place, end: usize, next: usize) -> bool {
        let rest = &self.text[content.at..end];
        let depth = self.containers.len();
        let head = Span::new(from, content.at);
        if let Some((mark, length)) = fence(rest) {
            if self.dialect == Dialect::Docusaurus && rest[length..].trim() == "mdx-code-block" {
                // Docusaurus reads what such a block holds as if the block were not there.
                self.unwrapped = Some((mark, length));
                self.reading.put(begun, head);
                self.end_line(content.at, next);
                self.after_blank = true;
                return true;
            }
            let prefix = self.prefix(depth, 0);
            // Behind a marker, the line has its place.
            let prefix = if begun.len() < prefix.len() { begun } else { prefix.as_str() };
            self.reading.put(prefix, head);
            self.reading.copy(self.text, Span::new(content.at, next));
            self.fence = Some(Fence { mark, length, column: content.column, depth });
            self.after_blank = false;
            self.at = next;
            return true;
        }
        if self.math != Math::Off && self.math_block(head, begun, content, end) {
            return true;
        }
        if let Some(mask) = self.directive(rest, content.at) {
            if rest.trim_end().len() == mask.colons {
                self.admonitions.pop();
            } else {
                self.admonitions.push(mask.colons);
            }
            self.masks.push(mask);
            self.reading.put(begun, head);
            self.reading.put("___", mask.span);
            self.end_line(mask.span.end, next);
            return true;
        }
        if rest.starts_with("<!--")
            && let Some(close) = self.comment_end(content.at)
        {
            self.reading.put(begun, head);
            self.reading.copy(self.text, Span::new(content.at, close));
            self.at = close;
            // What stands behind the comment on its line is a line of its own.
            let (line, next) = line_at(self.text, close);
            if line.of(self.text).trim().is_empty() {
                self.end_line(line.start, next);
            } else {
                self.reading.put("\n", Span::at(close));
                self.after_blank = true;
            }
            return true;
        }
        if self.dialect == Dialect::Docusaurus && rest.starts_with(":::") {
            self.note_unread(content.at, end);
        }
        if is_heading(rest) {
            self.paragraph.is_heading = true;
            self.text_line(from, begun.to_owned(), content, end, next);
            self.flush();
            return true;
        }
        false
    }

    /// Notes a line that looks like an admonition and is text.
    fn note_unread(&mut self, at: usize, end: usize) {
        let rest = &self.text[at..end];
        let colons = rest.bytes().take_while(|byte| *byte == b':').count();
        let gap = rest[colons..].len() - rest[colons..].trim_start().len();
        let name = masking::name(&rest[colons + gap..]);
        if !name.is_empty() {
            let span = Span::new(at + colons + gap, at + colons + gap + name.len());
            self.reading.unread.push(Spanned::new(format!(":::{name}").into(), span));
        }
    }

    fn end_line(&mut self, end: usize, next: usize) {
        self.reading.put("\n", Span::new(end.min(next), next));
        self.after_blank = false;
        self.at = next;
    }

    /// A directive of Docusaurus: an admonition, or the end of one.
    fn directive(&self, rest: &str, at: usize) -> Option<Mask> {
        if self.dialect != Dialect::Docusaurus {
            return None;
        }
        let content = rest.trim_end();
        let colons = content.bytes().take_while(|byte| *byte == b':').count();
        if colons < 3 || self.text_lines.iter().any(|mask| mask.span.start == at) {
            return None;
        }
        let mask = Mask { span: Span::new(at, at + content.len()), colons };
        let closes = content.len() == colons && self.admonitions.iter().any(|open| *open <= colons);
        (closes || admonition::opens(content, colons, at < self.last_close, self.keywords)).then_some(mask)
    }

    fn in_fence(&mut self, fence: &Fence, start: usize, place: Place, end: usize, next: usize) {
        let prefix = self.prefix(fence.depth, 0);
        let content = skip_space(self.text, place, end, fence.column.max(place.column));
        let mut prefix = prefix;
        // A part of a tab is spaces.
        if content.column < fence.column && self.text[content.at..end].starts_with('\t') {
            let spaces = (content.column / 4 * 4 + 4) - fence.column;
            prefix.push_str(&" ".repeat(spaces));
            self.reading.put(&prefix, Span::new(start, content.at + 1));
            self.reading.copy(self.text, Span::new(content.at + 1, next));
        } else {
            self.reading.put(&prefix, Span::new(start, content.at));
            let rest = self.text[content.at..end].trim();
            let closes = rest.len() >= fence.length && rest.bytes().all(|byte| byte == fence.mark);
            if closes {
                let mark = skip_space(self.text, content, end, usize::MAX);
                self.reading.copy(self.text, Span::new(mark.at, next));
                self.fence = None;
            } else {
                self.reading.copy(self.text, Span::new(content.at, next));
            }
        }
        self.at = next;
    }

    /// A line of text; `prefix` is what the read line begins with.
    fn text_line(&mut self, start: usize, prefix: String, content: Place, end: usize, next: usize) {
        self.paragraph.is_table |= math::is_delimiter_row(&self.text[content.at..end]);
        let depth = self.containers.len();
        self.paragraph.begin(Line { head: Span::new(start, content.at), prefix, depth });
        self.inline(content.at, end, next);
    }

    /// Reads the text of a line and, where a tag or an expression goes on, of the lines up to its end.
    fn inline(&mut self, from: usize, end: usize, next: usize) {
        let (end, next) = self.tokens(from, end, next);
        self.paragraph.end_line(Span::new(end, next));
        self.after_blank = false;
        self.at = next;
        if self.is_flow_line() {
            self.flush_flow_line();
        }
    }

    pub(super) fn mark(&mut self, mark: Mark) {
        self.reading.marks.push(mark);
    }
}
