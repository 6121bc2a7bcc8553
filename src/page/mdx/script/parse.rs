//! From text to expressions.

use std::sync::Arc;

use super::Value;
use super::expression::{Element, Entry, Expression, Function, Pattern};
use crate::page::mdx::token::{AttributeValue, TagKind, tag};

/// The deepest nesting that is read.
const DEEPEST: usize = 48;

/// How often the parser may look at a text's bytes again: parentheses may turn out to be parameters.
const LOOKS: usize = 20_000;

/// The expression that a text is.
pub(super) fn whole(text: &str) -> Option<Expression> {
    let mut parser = Parser::new(text);
    let mut expression = parser.expression()?;
    while parser.take(",") {
        parser.expression()?;
        expression = Expression::Sequence;
    }
    parser.take(";");
    parser.space();
    (parser.at == text.len()).then_some(expression)
}

/// The expression at the head of a text, and its end.
pub(super) fn head(text: &str) -> Option<(Expression, usize)> {
    let mut parser = Parser::new(text);
    let expression = parser.expression()?;
    Some((expression, text[..parser.at].trim_end().len()))
}

/// `name(…) {…}`: the name, and the function.
pub(super) fn declaration(text: &str) -> Option<(String, Function)> {
    let mut parser = Parser::new(text);
    let name = parser.name()?;
    Some((name, parser.function()?))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    looks: usize,
}

/// Operators between two values, from loosest to tightest.
const OPERATORS: [&[&str]; 6] = [
    &["??", "||"],
    &["&&"],
    &["===", "!==", "==", "!="],
    &["<=", ">=", "<", ">"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, looks: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("/*") {
                trimmed.find("*/").map(|end| end + 2)
            } else if trimmed.starts_with("//") {
                Some(trimmed.find('\n').unwrap_or(trimmed.len()))
            } else {
                None
            };
            match comment {
                Some(length) => self.at += length,
                None => return,
            }
        }
    }

    fn take(&mut self, wanted: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn word(&mut self, wanted: &str) -> bool {
        self.space();
        let found = self.rest().strip_prefix(wanted).is_some_and(|rest| !rest.starts_with(goes_on));
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn name(&mut self) -> Option<String> {
        self.space();
        let rest = self.rest();
        let length = rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
        let name = &rest[..length];
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.at += length;
        Some(name.to_owned())
    }

    fn expression(&mut self) -> Option<Expression> {
        self.looks += 1;
        if self.depth >= DEEPEST || self.looks > LOOKS {
            return None;
        }
        self.depth += 1;
        let expression = self.choice();
        self.depth -= 1;
        expression
    }

    fn choice(&mut self) -> Option<Expression> {
        if let Some(function) = self.arrow() {
            return Some(Expression::Function(Arc::new(function)));
        }
        let condition = self.binary(0)?;
        self.space();
        if !self.rest().starts_with('?') || self.rest().starts_with("?.") {
            return Some(condition);
        }
        self.at += 1;
        let then = self.expression()?;
        if !self.take(":") {
            return None;
        }
        let otherwise = self.expression()?;
        Some(Expression::Choice(Box::new([condition, then, otherwise])))
    }

    fn binary(&mut self, level: usize) -> Option<Expression> {
        let Some(operators) = OPERATORS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            self.space();
            let rest = self.rest();
            let found = operators.iter().find(|operator| rest.starts_with(**operator));
            let Some(operator) = found.filter(|operator| !rest[operator.len()..].starts_with('=')) else {
                return Some(left);
            };
            self.at += operator.len();
            let right = self.binary(level + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
    }

    fn unary(&mut self) -> Option<Expression> {
        self.looks += 1;
        if self.depth >= DEEPEST || self.looks > LOOKS {
            return None;
        }
        self.depth += 1;
        let found = if self.take("!") {
            self.unary().map(|inner| Expression::Not(Box::new(inner)))
        } else if self.take("-") {
            self.unary().map(|inner| Expression::Negative(Box::new(inner)))
        } else {
            self.postfix()
        };
        self.depth -= 1;
        found
    }

    fn postfix(&mut self) -> Option<Expression> {
        let mut value = self.primary()?;
        for _ in 0..DEEPEST {
            self.space();
            let optional = self.take("?.");
            let rest = self.rest();
            if rest.starts_with('(') {
                self.at += 1;
                value = Expression::Call(Box::new(value), self.arguments()?);
            } else if rest.starts_with('[') {
                self.at += 1;
                let index = self.expression()?;
                if !self.take("]") {
                    return None;
                }
                value = Expression::Index(Box::new(value), Box::new(index));
            } else if optional || (rest.starts_with('.') && !rest.starts_with("...")) {
                self.at += usize::from(!optional);
                value = Expression::Member(Box::new(value), self.name()?);
            } else {
                return Some(value);
            }
        }
        None
    }

    fn arguments(&mut self) -> Option<Vec<Expression>> {
        let mut arguments = Vec::new();
        while !self.take(")") {
            arguments.push(self.expression()?);
            if !self.take(",") {
                return self.take(")").then_some(arguments);
            }
        }
        Some(arguments)
    }

    fn primary(&mut self) -> Option<Expression> {
        self.space();
        let rest = self.rest();
        match rest.chars().next()? {
            '"' | '\'' => Some(Expression::Value(Value::Text(self.string()?))),
            '`' => self.template(),
            '0'..='9' => self.number(),
            '(' => {
                self.at += 1;
                let inner = self.expression()?;
                self.take(")").then_some(inner)
            }
            '[' => self.list(),
            '{' => self.object(),
            '<' => self.element(),
            _ => {
                if self.word("function") {
                    self.name();
                    return Some(Expression::Function(Arc::new(self.function()?)));
                }
                let name = self.name()?;
                Some(match name.as_str() {
                    "true" => Expression::Value(Value::Bool(true)),
                    "false" => Expression::Value(Value::Bool(false)),
                    "null" | "undefined" => Expression::Value(Value::Nothing),
                    "new" | "typeof" | "await" | "async" | "class" | "return" | "if" | "delete" | "void"
                    | "in" | "of" | "const" | "let" | "var" => return None,
                    _ => Expression::Name(name),
                })
            }
        }
    }

    fn number(&mut self) -> Option<Expression> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(rest.len());
        let number: f64 = rest[..length].replace('_', "").parse().ok()?;
        self.at += length;
        // `0x10`, `2e3`, `7b`
        (!self.rest().starts_with(goes_on)).then_some(Expression::Value(Value::Number(number)))
    }

    fn string(&mut self) -> Option<String> {
        let quote = self.rest().chars().next()?;
        self.at += 1;
        let mut out = String::new();
        loop {
            let c = self.rest().chars().next()?;
            self.at += c.len_utf8();
            match c {
                _ if c == quote => return Some(out),
                '\\' => self.escape(&mut out)?,
                '\n' => return None,
                c => out.push(c),
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, out: &mut String) -> Option<()> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' | '\n' => {}
            'u' => {
                let (digits, behind) = match self.rest().strip_prefix('{') {
                    Some(rest) => (&rest[..rest.find('}')?], 2),
                    None => (self.rest().get(..4)?, 0),
                };
                out.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                self.at += digits.len() + behind;
            }
            other => out.push(other),
        }
        Some(())
    }

    fn template(&mut self) -> Option<Expression> {
        self.at += 1;
        let (mut texts, mut holes, mut text) = (Vec::new(), Vec::new(), String::new());
        loop {
            let rest = self.rest();
            let c = rest.chars().next()?;
            if rest.starts_with("${") {
                self.at += 2;
                holes.push(self.expression()?);
                if !self.take("}") {
                    return None;
                }
                texts.push(std::mem::take(&mut text));
                continue;
            }
            self.at += c.len_utf8();
            match c {
                '`' => {
                    texts.push(text);
                    return Some(Expression::Template(texts, holes));
                }
                '\\' => self.escape(&mut text)?,
                c => text.push(c),
            }
        }
    }

    fn list(&mut self) -> Option<Expression> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.take("]") {
            let spread = self.take("...");
            let item = self.expression()?;
            items.push(if spread { Entry::Spread(item) } else { Entry::One(item) });
            if !self.take(",") {
                return self.take("]").then_some(Expression::List(items));
            }
        }
        Some(Expression::List(items))
    }

    fn object(&mut self) -> Option<Expression> {
        self.at += 1;
        let mut entries = Vec::new();
        while !self.take("}") {
            if self.take("...") {
                entries.push((None, self.expression()?));
            } else {
                let key = match self.rest().chars().next()? {
                    '"' | '\'' => Expression::Value(Value::Text(self.string()?)),
                    '0'..='9' => match self.number()? {
                        Expression::Value(value) => Expression::Value(Value::Text(value.text()?)),
                        _ => return None,
                    },
                    '[' => {
                        self.at += 1;
                        let key = self.expression()?;
                        self.take("]").then_some(key)?
                    }
                    _ => Expression::Value(Value::Text(self.name()?)),
                };
                let value = if self.take(":") {
                    self.expression()?
                } else {
                    match &key {
                        Expression::Value(Value::Text(name)) => Expression::Name(name.clone()),
                        _ => return None,
                    }
                };
                entries.push((Some(Box::new(key)), value));
            }
            if !self.take(",") {
                return self.take("}").then_some(Expression::Object(entries));
            }
        }
        Some(Expression::Object(entries))
    }

    /// `(a, { b }) => …` or `a => …`; where there is none, nothing is read.
    fn arrow(&mut self) -> Option<Function> {
        self.space();
        let start = self.at;
        let function = self.arrow_here();
        if function.is_none() {
            self.at = start;
        }
        function
    }

    fn arrow_here(&mut self) -> Option<Function> {
        let parameters =
            if self.rest().starts_with('(') { self.parameters()? } else { vec![Pattern::Name(self.name()?)] };
        if !self.take("=>") {
            return None;
        }
        self.space();
        if self.rest().starts_with('{') {
            return self.body(parameters);
        }
        let result = self.expression()?;
        Some(Function { parameters, body: Vec::new(), result })
    }

    /// `(…) {…}`
    fn function(&mut self) -> Option<Function> {
        self.space();
        let parameters = self.parameters()?;
        self.space();
        self.body(parameters)
    }

    /// `{ const a = 1; return a }`
    fn body(&mut self, parameters: Vec<Pattern>) -> Option<Function> {
        if !self.take("{") {
            return None;
        }
        let mut body = Vec::new();
        loop {
            if self.word("return") {
                let result = self.expression()?;
                self.take(";");
                return self.take("}").then_some(Function { parameters, body, result });
            }
            let declares = self.word("const") || self.word("let");
            if !declares {
                return None;
            }
            let pattern = self.pattern()?;
            if !self.take("=") {
                return None;
            }
            body.push((pattern, self.expression()?));
            self.take(";");
        }
    }

    fn parameters(&mut self) -> Option<Vec<Pattern>> {
        if !self.take("(") {
            return None;
        }
        let mut parameters = Vec::new();
        while !self.take(")") {
            parameters.push(self.pattern()?);
            if !self.take(",") {
                return self.take(")").then_some(parameters);
            }
        }
        Some(parameters)
    }

    fn pattern(&mut self) -> Option<Pattern> {
        if self.take("[") {
            let mut names = Vec::new();
            while !self.take("]") {
                names.push(self.name()?);
                self.take(",");
            }
            return Some(Pattern::List(names));
        }
        if !self.take("{") {
            return Some(Pattern::Name(self.name()?));
        }
        let mut names = Vec::new();
        while !self.take("}") {
            let key = self.name()?;
            let name = if self.take(":") { self.name()? } else { key.clone() };
            let default = if self.take("=") { Some(self.expression()?) } else { None };
            names.push((key, name, default));
            if !self.take(",") {
                return self.take("}").then_some(Pattern::Object(names));
            }
        }
        Some(Pattern::Object(names))
    }

    fn element(&mut self) -> Option<Expression> {
        self.looks += 1;
        if self.depth >= DEEPEST || self.looks > LOOKS {
            return None;
        }
        let opening = tag(self.text, self.at).filter(|tag| tag.kind != TagKind::Close)?;
        self.at = opening.span.end;
        let name = opening.name.of(self.text).to_owned();
        let mut attributes = Vec::new();
        for attribute in &opening.attributes {
            let value = match attribute.value {
                AttributeValue::Set => Expression::Value(Value::Bool(true)),
                AttributeValue::Text(span) => Expression::Value(Value::Text(span.of(self.text).into())),
                // What can't be read is not known.
                AttributeValue::Expression(span) => {
                    whole(span.of(self.text)).unwrap_or(Expression::Value(Value::Unknown))
                }
            };
            attributes.push((Some(attribute.name.of(self.text).to_owned()), value));
        }
        let mut children = Vec::new();
        if opening.kind == TagKind::Open {
            self.depth += 1;
            children = self.children(&name)?;
            self.depth -= 1;
        }
        Some(Expression::Element(Box::new(Element { name, attributes, children })))
    }

    /// What an element holds, up to its closing tag.
    fn children(&mut self, name: &str) -> Option<Vec<Expression>> {
        let mut children = Vec::new();
        loop {
            let rest = self.rest();
            let length = rest.find(['<', '{'])?;
            let text = collapsed(&rest[..length]);
            if !text.is_empty() {
                children.push(Expression::Value(Value::Text(text)));
            }
            self.at += length;
            if self.rest().starts_with('{') {
                self.at += 1;
                if self.take("}") {
                    continue;
                }
                children.push(self.expression()?);
                if !self.take("}") {
                    return None;
                }
                continue;
            }
            if let Some(closing) = tag(self.text, self.at).filter(|tag| tag.kind == TagKind::Close) {
                self.at = closing.span.end;
                return (closing.name.of(self.text) == name).then_some(children);
            }
            children.push(self.element()?);
        }
    }
}

fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Text between tags as JSX has it: lines without the white space around them, joined by spaces.
fn collapsed(text: &str) -> String {
    let text = crate::page::mdx::value::decoded(text);
    if !text.contains('\n') {
        return text.into();
    }
    let last = text.matches('\n').count();
    let lines = text.split('\n').enumerate().map(|(index, line)| {
        let line = if index > 0 { line.trim_start() } else { line };
        if index < last { line.trim_end() } else { line }
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
