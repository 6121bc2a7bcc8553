//! Tags of JSX and expressions in braces: where they end, and what their attributes are.
//!
//! A tokenizer for what a page can hold, not a parser of JavaScript: it knows strings, template literals, comments and
//! nested braces, which is all that is needed to find the end of an expression.

use crate::text::Span;

/// A tag: `<Tabs groupId="os">`, `</Tabs>`, `<br />`, `<>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) span: Span,
    /// The name; empty for a fragment.
    pub(crate) name: Span,
    pub(crate) kind: TagKind,
    pub(crate) attributes: Vec<Attribute>,
}

/// What a tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagKind {
    Open,
    Close,
    SelfClosing,
}

/// One attribute of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: Span,
    pub(crate) value: AttributeValue,
}

/// What stands after an attribute's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttributeValue {
    /// Nothing: the attribute is set.
    Set,
    /// The text between quotes.
    Text(Span),
    /// The expression between braces.
    Expression(Span),
}

impl Tag {
    pub(crate) fn attribute(&self, text: &str, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.of(text) == name)
    }
}

/// The tag that opens at `at`, if one does.
pub(crate) fn tag(text: &str, at: usize) -> Option<Tag> {
    let mut cursor = Cursor { text, at };
    cursor.take('<').then_some(())?;
    let closing = cursor.take('/');
    let name = cursor.name();
    let mut tag = Tag { span: Span::at(at), name, kind: TagKind::Open, attributes: Vec::new() };
    if name.is_empty() {
        cursor.take('>').then_some(())?;
    } else {
        loop {
            let before = cursor.at;
            cursor.space();
            if cursor.take('>') {
                break;
            }
            if cursor.rest().starts_with("/>") {
                cursor.at += 2;
                tag.kind = TagKind::SelfClosing;
                break;
            }
            // Attributes are set apart; a closing tag has none.
            if closing || (cursor.at == before && !cursor.rest().starts_with('{')) {
                return None;
            }
            tag.attributes.extend(cursor.attribute()?);
        }
    }
    if closing {
        tag.kind = TagKind::Close;
    }
    tag.span = Span::new(at, cursor.at);
    Some(tag)
}

/// The end of the expression whose brace opens at `at`, behind the closing brace.
pub(crate) fn braces(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    // The braces that are open; a template literal's `${` knows that the literal goes on behind its end.
    let mut open: Vec<bool> = vec![false];
    let mut at = at + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' => open.push(false),
            b'}' => {
                let in_template = open.pop()?;
                if open.is_empty() {
                    return Some(at + 1);
                }
                if in_template {
                    at = template(bytes, at + 1, &mut open)?;
                    continue;
                }
            }
            b'`' => {
                at = template(bytes, at + 1, &mut open)?;
                continue;
            }
            b'"' | b'\'' => at = string(bytes, at).unwrap_or(at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = at + 2 + text[at + 2..].find("*/")? + 1,
            b'/' if bytes.get(at + 1) == Some(&b'/') && !matches!(bytes[at - 1], b':' | b'/') => {
                at += text[at..].find('\n')?;
            }
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Goes to the end of a template literal, or into its next `${`.
fn template(bytes: &[u8], mut at: usize, open: &mut Vec<bool>) -> Option<usize> {
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'`' => return Some(at + 1),
            b'\\' => at += 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                open.push(true);
                return Some(at + 2);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The closing quote of the string that opens at `at`; an apostrophe in text has none on its line.
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes[at];
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\n' => return None,
            b'\\' => end += 1,
            byte if byte == quote => return Some(end),
            _ => {}
        }
        end += 1;
    }
    None
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    fn take_while(&mut self, goes_on: impl Fn(char) -> bool) -> Span {
        let start = self.at;
        self.at += self.rest().find(|c| !goes_on(c)).unwrap_or(self.rest().len());
        Span::new(start, self.at)
    }

    fn space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// `Tabs`, `Foo.Bar`, `svg:a`, `my-element`; empty where no name begins.
    fn name(&mut self) -> Span {
        let start = self.at;
        let starts = |c: char| c.is_alphabetic() || c == '_' || c == '$';
        if self.rest().starts_with(starts) {
            loop {
                self.take_while(|c| c.is_alphanumeric() || "_$-".contains(c));
                let mut next = self.rest().chars();
                let joins = matches!(next.next(), Some('.' | ':')) && next.next().is_some_and(starts);
                if !joins {
                    break;
                }
                self.at += 1;
            }
        }
        Span::new(start, self.at)
    }

    /// One attribute; `Some(None)` for a spread, `None` where there is no attribute.
    #[expect(clippy::option_option, reason = "a spread is an attribute that says nothing to us")]
    fn attribute(&mut self) -> Option<Option<Attribute>> {
        if self.rest().starts_with('{') {
            self.at = braces(self.text, self.at)?;
            return Some(None);
        }
        let first = |c: char| c.is_alphabetic() || "_$@:".contains(c);
        if !self.rest().starts_with(first) {
            return None;
        }
        let name = self.take_while(|c| c.is_alphanumeric() || "_$-:.@".contains(c));
        let behind = self.at;
        self.space();
        if !self.take('=') {
            self.at = behind;
            return Some(Some(Attribute { name, value: AttributeValue::Set }));
        }
        self.space();
        let value = match self.rest().chars().next()? {
            quote @ ('"' | '\'') => {
                self.at += 1;
                let inside = self.take_while(|c| c != quote);
                self.take(quote).then_some(())?;
                AttributeValue::Text(inside)
            }
            '{' => {
                let end = braces(self.text, self.at)?;
                let inside = Span::new(self.at + 1, end - 1);
                self.at = end;
                AttributeValue::Expression(inside)
            }
            _ => {
                // Only HTML has values without quotes.
                let word = self.take_while(|c| !c.is_whitespace() && !"\"'=<>`{}".contains(c));
                let word = if self.rest().starts_with('>') && word.of(self.text).ends_with('/') {
                    self.at -= 1;
                    Span::new(word.start, word.end - 1)
                } else {
                    word
                };
                (!word.is_empty()).then_some(AttributeValue::Text(word))?
            }
        };
        Some(Some(Attribute { name, value }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_end_where_they_end() {
        for (text, name, kind, attributes) in [
            ("<Tabs groupId=\"a > b\" lazy>", "Tabs", TagKind::Open, 2),
            ("<Tab\n  title='x'\n  icon={<b a=\"}\"/>}\n/>", "Tab", TagKind::SelfClosing, 2),
            ("</Tabs >", "Tabs", TagKind::Close, 0),
            ("<>", "", TagKind::Open, 0),
            ("</>", "", TagKind::Close, 0),
            ("<A.B c={`}${\"}\" + `${1}`}`} {...rest}/>", "A.B", TagKind::SelfClosing, 1),
            ("<img src=a.png width=20/>", "img", TagKind::SelfClosing, 2),
            ("<Card title={'it\\'s } '} />", "Card", TagKind::SelfClosing, 1),
            ("<X a={/* } */ 1} b={\n// }\n2}>", "X", TagKind::Open, 2),
            ("<ф-1>", "ф-1", TagKind::Open, 0),
        ] {
            let found = tag(text, 0).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.span.of(text), text);
            let is = (found.name.of(text), found.kind, found.attributes.len());
            assert_eq!(is, (name, kind, attributes), "{text}");
        }
    }

    #[test]
    fn angle_brackets_that_are_no_tags_are_none() {
        for text in [
            "<｜tool▁call▁end｜>",
            "< b",
            "<https://a.example>",
            "<1>",
            "<|im_start|>",
            "<a@b.example>",
            "<a <b>",
            "<a b=>",
            "<a b=\"c>",
            "<A b={c>",
            "<a\"b\">",
            "</a b>",
            "<",
            "<a",
        ] {
            assert_eq!(tag(text, 0), None, "{text}");
        }
    }

    #[test]
    fn expressions_know_their_strings() {
        for (text, expected) in [
            ("{a} b", "{a}"),
            ("{'}'}", "{'}'}"),
            ("{`}`}", "{`}`}"),
            ("{`${a + `}` + {b: 1}}`}", "{`${a + `}` + {b: 1}}`}"),
            ("{/* } */}", "{/* } */}"),
            ("{a && <p>don't</p>}", "{a && <p>don't</p>}"),
            ("{'https://a'}", "{'https://a'}"),
        ] {
            assert_eq!(braces(text, 0).map(|end| &text[..end]), Some(expected));
        }
        assert_eq!(braces("{a", 0), None);
        assert_eq!(braces("{`a", 0), None);
    }
}
