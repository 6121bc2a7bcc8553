//! Directives in the tree: what opens, what closes, and what does so in the wrong place.

use crate::page::builder::{Builder, Frame, Open};
use crate::page::directive::{self, Directive};
use crate::page::masking::Mask;
use crate::page::spanned::Spanned;
use crate::page::tree::{Node, NodeKind};
use crate::text::{Excerpt, Span};

impl Builder<'_> {
    /// A thematic break: one of the page's own, or a directive.
    pub(super) fn rule(&mut self, span: Span) {
        if let Some(reading) = self.reading.filter(|reading| reading.mark_at(span).is_some()) {
            return self.mark(reading, span, false);
        }
        self.masks_before(span.start);
        let mask = self.masks.get(self.next_mask).copied().filter(|mask| span.contains(mask.span));
        let Some(mask) = mask else { return self.push(Node::leaf(NodeKind::Rule, span)) };
        self.next_mask += 1;
        self.directive(mask);
    }

    pub(super) fn directive(&mut self, mask: Mask) {
        let read = if self.dialect.is_mdx() {
            Directive::read_foreign(self.source, mask, self.admonitions.as_deref())
        } else {
            Directive::read(self.source, mask, &mut self.built.findings)
        };
        match read {
            Some(directive) => {
                if self.dialect.is_mdx() && directive.name.value.is_empty() {
                    // What the site's own program makes of it is not known.
                    let written = directive.name.span.of(self.source.text());
                    let unread = Spanned::new(format!(":::{written}").into(), directive.name.span);
                    self.built.unread.push(unread);
                }
                self.open_or_put(directive);
            }
            None => {
                // Elements that were opened since the directive end with it.
                let within = self.frames.iter().rev();
                let mut within = within
                    .take_while(|frame| matches!(frame.open, Open::Directive(_) | Open::Element { .. }));
                if within.any(|frame| matches!(frame.open, Open::Directive(_))) {
                    while self.is_element_open() {
                        self.close_element(mask.span.start);
                    }
                }
                self.close(mask);
            }
        }
    }

    /// Passes the masks before an offset: the parser took them for text.
    pub(super) fn masks_before(&mut self, offset: usize) {
        while let Some(&mask) = self.masks.get(self.next_mask).filter(|mask| mask.span.start < offset) {
            self.built.misread.push(mask);
            self.next_mask += 1;
        }
    }

    /// Passes the masks in a block of code or raw HTML, where they are none.
    pub(super) fn masks_in(&mut self, span: Span) -> Vec<Mask> {
        self.masks_before(span.start);
        let rest = &self.masks[self.next_mask..];
        let inside = &rest[..rest.partition_point(|mask| mask.span.start < span.end)];
        self.next_mask += inside.len();
        inside.to_vec()
    }

    /// The directives that end a block of raw HTML, which the parser takes for a part of it up to the next empty
    /// line, and the HTML before them.
    pub(super) fn last_directives(&mut self, html: &Excerpt, span: Span) -> (Box<str>, Vec<Mask>) {
        let source = self.source.text();
        let mut masks = self.masks_in(span);
        let mut text = html.text();
        let opens = text.trim_start().get(..9).unwrap_or(text.trim_start()).to_ascii_lowercase();
        if ["<!", "<?", "<pre", "<script", "<style", "<textarea"].iter().any(|open| opens.starts_with(open)) {
            return (text.into(), Vec::new());
        }
        let mut first = masks.len();
        while let Some(mask) = first.checked_sub(1).map(|before| masks[before])
            && let Some(before) = text.trim_end().strip_suffix(mask.span.of(source))
        {
            text = before.trim_end_matches([' ', '\t']);
            first -= 1;
        }
        let last = masks.split_off(first);
        for mask in masks.into_iter().filter(|mask| directive::is_meant(source, *mask)) {
            self.report(mask.span, "this directive stands inside raw HTML and is not read")
                .help
                .push("leave an empty line before it".into());
        }
        (text.into(), last)
    }

    /// The innermost directive, if nothing else was opened after it.
    pub(super) fn open_directive(&self) -> Option<usize> {
        match self.frames.last()?.open {
            Open::Directive(index) => Some(index),
            _ => None,
        }
    }

    /// Ends a directive that nothing closes.
    pub(super) fn unclosed(&mut self, index: usize, end: usize) {
        let directive = &self.built.directives[index];
        let (span, colons) = (Span::new(directive.span.start, directive.name.span.end), directive.colons);
        let message = format!("`{}` is not closed", directive.written());
        let help = format!("add a line of `{}` where it ends", ":".repeat(colons));
        self.report(span, message).help.push(help);
        self.close_top(end);
    }

    fn open_or_put(&mut self, directive: Directive) {
        let index = self.built.directives.len();
        if let Some(id) = directive.attributes.get("id") {
            self.built.ids.push(Spanned::new(id.value.clone(), id.span));
        }
        self.check_place(&directive);
        let (span, container) = (directive.span, directive.is_container());
        self.built.directives.push(directive);
        if container && self.is_deep() {
            self.report(span, "this directive is nested too deep")
                .help
                .push("close what is open before it".into());
        } else if container {
            self.open(Open::Directive(index), span.start);
            self.title(index);
        } else {
            self.push(Node::leaf(NodeKind::Leaf(index), span));
        }
    }

    /// `:::tab` stands in `::::tabs`, and nothing else does.
    fn check_place(&mut self, directive: &Directive) {
        let parent = self.open_directive().map(|index| &self.built.directives[index]);
        let in_tabs = parent.is_some_and(|parent| &*parent.name.value == "tabs");
        let is_tab = &*directive.name.value == "tab";
        let opening = Span::new(directive.span.start, directive.name.span.end);
        if is_tab && !in_tabs {
            self.report(opening, "`:::tab` stands outside of `::::tabs`")
                .help
                .push("write `::::tabs` before the first tab and `::::` after the last one".into());
        } else if in_tabs && !is_tab {
            let message = format!("`{}` stands between tabs", directive.written());
            self.report(opening, message).help.push("put it into a `:::tab Label`".into());
        }
    }

    /// Reads the label of a container as inline Markdown.
    fn title(&mut self, index: usize) {
        let Some(span) = self.built.directives[index].label else { return };
        let children = self.inline(span);
        self.push(Node { kind: NodeKind::Title, span, children });
    }

    /// Ends the container that a line of colons closes.
    fn close(&mut self, mask: Mask) {
        let reach =
            self.frames.iter().rev().take_while(|frame| matches!(frame.open, Open::Directive(_))).count();
        let first = self.frames.len() - reach;
        let colons = |frame: &Frame| match frame.open {
            Open::Directive(index) => self.built.directives[index].colons,
            _ => 0,
        };
        let within = &self.frames[first..];
        let equal = within.iter().rposition(|frame| colons(frame) == mask.colons);
        let Some(at) = equal.or_else(|| within.iter().rposition(|frame| colons(frame) < mask.colons)) else {
            return self.closes_nothing(mask, first);
        };
        let depth = first + at + 1;
        while self.frames.len() > depth
            && let Some(index) = self.open_directive()
        {
            self.unclosed(index, mask.span.start);
        }
        if equal.is_none()
            && let Some(index) = self.open_directive()
        {
            let opened = &self.built.directives[index];
            let message = format!("`{}` is closed by {} colons", opened.written(), mask.colons);
            let help = format!("write `{}`", ":".repeat(opened.colons));
            self.report(mask.span, message).help.push(help);
        }
        self.close_top(mask.span.end);
    }

    fn closes_nothing(&mut self, mask: Mask, below: usize) {
        let outer = self.frames[..below].iter().rev().find_map(|frame| match frame.open {
            Open::Directive(index) => Some(&self.built.directives[index]),
            _ => None,
        });
        let written = ":".repeat(mask.colons);
        match outer.map(Directive::written) {
            Some(outer) => {
                let message = format!(
                    "`{written}` does not close `{outer}`, which was opened outside of this list or quote"
                );
                self.report(mask.span, message).help.push("indent it as the line that opens it".into());
            }
            None => drop(self.report(mask.span, format!("`{written}` closes nothing"))),
        }
    }

    fn close_top(&mut self, end: usize) {
        let Some(index) = self.open_directive() else { return };
        let Some(frame) = self.frames.pop() else { return };
        self.silences_left(&frame.silences);
        if &*self.built.directives[index].name.value == "tabs" {
            self.only_tabs(&frame.children);
        }
        let kind = self.built.directives[index].container_kind(index);
        let children = with_paragraphs(frame.children);
        let end = children.last().map_or(end, |last| last.span.end.max(end));
        self.push(Node { kind, span: Span::new(frame.start, end), children });
    }

    /// Reports what stands in `::::tabs` beside its tabs, save comments.
    fn only_tabs(&mut self, children: &[Node]) {
        let stray = children.iter().find(|child| match &child.kind {
            NodeKind::Tab { .. } => false,
            NodeKind::HtmlBlock(html) => !html.trim_start().starts_with("<!--"),
            // Directives were reported when they came.
            NodeKind::Leaf(_)
            | NodeKind::Admonition { directive: Some(_), .. }
            | NodeKind::Details { .. }
            | NodeKind::Tabs { .. }
            | NodeKind::UnknownContainer { .. } => false,
            _ => true,
        });
        if let Some(stray) = stray {
            let line = stray.span.of(self.source.text()).lines().next().unwrap_or_default().trim_end();
            let span = Span::new(stray.span.start, stray.span.start + line.len());
            self.report(span, "this stands in `::::tabs` but in none of its tabs")
                .help
                .push("put it into a `:::tab Label`".into());
        }
    }
}

/// Blocks as they are, and runs of inline elements as paragraphs: in a tight item text comes without them.
pub(super) fn with_paragraphs(children: Vec<Node>) -> Vec<Node> {
    if !children.iter().any(|child| child.kind.is_inline()) {
        return children;
    }
    let mut blocks: Vec<Node> = Vec::new();
    let mut open = false;
    for child in children {
        let inline = child.kind.is_inline();
        match blocks.last_mut().filter(|_| inline && open) {
            Some(paragraph) => {
                paragraph.span = paragraph.span.to(child.span);
                paragraph.children.push(child);
            }
            None if inline => {
                blocks.push(Node { kind: NodeKind::Paragraph, span: child.span, children: vec![child] });
            }
            None => blocks.push(child),
        }
        open = inline;
    }
    blocks
}
