//! Elements of JSX that hold code.

use crate::page::attributes::Attributes;
use crate::page::builder::Builder;
use crate::page::builder::elements::{Maker, attribute};
use crate::page::directive::Directive;
use crate::page::snippet::{IMPORTED, Snippet};
use crate::page::spanned::Spanned;
use crate::page::tree::{Node, NodeKind};
use crate::text::Span;

impl Builder<'_> {
    /// `<CodeBlock language="bash">{`…`}</CodeBlock>`.
    pub(super) fn code_element(&mut self, maker: &Maker<'_>, children: Vec<Node>) {
        let source = self.source.text();
        let inner = Span::new(maker.tag.span.end.min(maker.span.end), maker.span.end).of(source);
        let start = maker.tag.span.end + inner.len() - inner.trim_start().len();
        let literal =
            inner.trim_start().strip_prefix("{`").or_else(|| inner.trim_start().strip_prefix("{ `"));
        let code = literal.and_then(|rest| {
            let at = start + (inner.trim_start().len() - rest.len());
            let length = rest.find('`')?;
            (!rest[..length].contains(['\\'])).then_some(Span::new(at, at + length))
        });
        // `<CodeBlock>words</CodeBlock>`
        let code = code.or_else(|| {
            let body = &inner[..inner.rfind("</")?];
            let is_plain = !body.trim().is_empty() && !body.contains(['<', '{', '&', '\\']);
            is_plain.then(|| Span::new(start, start + body.trim().len()))
        });
        let is_read = |unread: &Spanned<Box<str>>| !maker.span.contains(unread.span);
        match code {
            Some(code) => {
                self.built.unread.retain(is_read);
                let language = self.language(maker);
                let title = self.value(maker, "title");
                let snippet = Snippet::of_element(
                    self.source,
                    self.built.snippets.len(),
                    language,
                    title.map(|title| attribute("title", Some(title), maker.tag.span)),
                    code,
                    maker.span,
                );
                self.push(Node::leaf(NodeKind::CodeBlock(snippet.index), maker.span));
                self.built.snippets.push(snippet);
            }
            None => {
                let raw = maker
                    .reading
                    .imports
                    .iter()
                    .find(|import| inner.trim_start().starts_with(&format!("{{{}}}", import.name)));
                match raw {
                    Some(import) => {
                        self.built.unread.retain(is_read);
                        let path = import.path.rsplit('!').next().unwrap_or(&import.path);
                        let file = Spanned::new(Box::from(path), import.span);
                        let mut attributes = vec![("file", Some(file))];
                        // Without a title there is none, not even the file's name.
                        let title = self.value(maker, "title");
                        let title = title.or_else(|| Some(Spanned::new("".into(), import.span)));
                        for (key, value) in [("language", self.language(maker)), ("title", title)] {
                            attributes.extend(value.map(|value| (key, Some(value))));
                        }
                        let index = self.synthetic("include", maker, &attributes);
                        self.push(Node::leaf(NodeKind::Leaf(index), maker.span));
                    }
                    None => self.splice(children),
                }
            }
        }
    }

    /// The directive for a block without code that names a file, ```` ```python file=./run.py#L2-L5 ````, as the plugin
    /// `remark-code-import` reads it.
    pub(super) fn imported(&mut self, block: &Snippet) -> Option<usize> {
        if !self.dialect.is_mdx() || !block.code.text().trim().is_empty() {
            return None;
        }
        let written = block.attributes.get(IMPORTED)?;
        let (path, lines) = written.value.split_once('#').unwrap_or((&written.value, ""));
        let path = if path.starts_with(['.', '/', '@']) { path.into() } else { format!("./{path}") };
        let value = |text: String| Some(Spanned::new(text.into(), written.span));
        let title = block.attributes.text("title").unwrap_or_default();
        let mut entries = vec![
            attribute("file", value(path), written.span),
            attribute("language", Some(block.language.clone()), block.language.span),
            attribute("title", value(title.into()), written.span),
        ];
        if !lines.is_empty() {
            entries.push(attribute("lines", value(lines.replace('L', "")), written.span));
        }
        self.built.directives.push(Directive {
            name: Spanned::new("include".into(), written.span),
            attributes: Attributes { entries, lines: Vec::new() },
            label: None,
            span: block.fence,
            colons: 2,
        });
        Some(self.built.directives.len() - 1)
    }

    /// The language of a `CodeBlock`: `language="bash"` or `className="language-bash"`.
    fn language(&self, maker: &Maker<'_>) -> Option<Spanned<Box<str>>> {
        self.value(maker, "language").or_else(|| {
            let class = self.value(maker, "className")?;
            let word = class.value.split_whitespace().find_map(|word| word.strip_prefix("language-"))?;
            Some(Spanned::new(word.into(), class.span))
        })
    }
}
