//! JSON as Python's `json.loads` reads it.
//!
//! That is JSON, with `NaN`, `Infinity` and `-Infinity` besides, whole numbers of any length, and the last of
//! equal keys. A lone surrogate, which no Rust text can hold, becomes U+FFFD.

use std::iter::Peekable;
use std::str::CharIndices;

use indexmap::IndexMap;

use super::number;
use crate::engine::value::Value;

/// Python gives up at its recursion limit, near 1000; no option needs more than a few levels.
const DEEPEST: usize = 128;

/// What `json.loads(text)` gives; why it is no JSON otherwise.
pub(super) fn loads(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, rest: text.char_indices().peekable(), depth: 0 };
    reader.space();
    let value = reader.value()?;
    reader.space();
    match reader.rest.peek() {
        None => Ok(value),
        Some(&(at, _)) => Err(reader.wrong("the end", at)),
    }
}

struct Reader<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Value, String> {
        let at = self.at();
        match self.rest.peek().map(|&(_, c)| c) {
            Some('"') => self.string().map(Value::Text),
            Some('[') => self.nested(Self::array),
            Some('{') => self.nested(Self::object),
            Some('-' | '0'..='9') => self.number(),
            _ => {
                for (word, value) in [
                    ("null", Value::Null),
                    ("true", Value::Bool(true)),
                    ("false", Value::Bool(false)),
                    ("NaN", Value::Float(f64::NAN)),
                    ("Infinity", Value::Float(f64::INFINITY)),
                ] {
                    if self.word(word) {
                        return Ok(value);
                    }
                }
                Err(self.wrong("a value", at))
            }
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("nested deeper than {DEEPEST} levels"));
        }
        self.rest.next();
        self.space();
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        if self.take(']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.take(']') {
                return Ok(Value::List(items));
            }
            self.expect(',')?;
            self.space();
        }
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut entries = IndexMap::new();
        if self.take('}') {
            return Ok(Value::Map(entries));
        }
        loop {
            if self.rest.peek().is_none_or(|&(_, c)| c != '"') {
                let at = self.at();
                return Err(self.wrong("a key in double quotes", at));
            }
            let key = self.string()?;
            self.space();
            self.expect(':')?;
            self.space();
            let value = self.value()?;
            entries.insert(key, value);
            self.space();
            if self.take('}') {
                return Ok(Value::Map(entries));
            }
            self.expect(',')?;
            self.space();
        }
    }

    fn string(&mut self) -> Result<String, String> {
        let start = self.at();
        self.rest.next();
        let mut text = String::new();
        while let Some((at, c)) = self.rest.next() {
            match c {
                '"' => return Ok(text),
                '\\' => text.push(self.escape(at)?),
                '\0'..='\u{1f}' => return Err(self.wrong("no control character", at)),
                c => text.push(c),
            }
        }
        Err(self.wrong("the closing quote of a text", start))
    }

    fn escape(&mut self, at: usize) -> Result<char, String> {
        match self.rest.next().map(|(_, c)| c) {
            Some(c @ ('"' | '\\' | '/')) => Ok(c),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.unicode(at),
            _ => Err(self.wrong("an escape", at)),
        }
    }

    fn unicode(&mut self, at: usize) -> Result<char, String> {
        let high = self.hex(at)?;
        if !(0xd800..0xdc00).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.rest.clone();
        if self.take('\\') && self.take('u') {
            let low = self.hex(at)?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        self.rest = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self, at: usize) -> Result<u32, String> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.rest.next().and_then(|(_, c)| c.to_digit(16));
            code = code * 16 + digit.ok_or_else(|| self.wrong("four hexadecimal digits", at))?;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at();
        if self.word("-Infinity") {
            return Ok(Value::Float(f64::NEG_INFINITY));
        }
        let bytes = self.text.as_bytes();
        let digits_from =
            |at: usize| bytes[at.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
        let negative = bytes[start] == b'-';
        let first = start + usize::from(negative);
        let whole_digits = if bytes.get(first) == Some(&b'0') { 1 } else { digits_from(first) };
        if whole_digits == 0 {
            return Err(self.wrong("a value", start));
        }
        let whole_end = first + whole_digits;
        let mut end = whole_end;
        if bytes.get(end) == Some(&b'.') && digits_from(end + 1) > 0 {
            end += 1 + digits_from(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let digits = digits_from(end + 1 + signed);
            end += if digits > 0 { 1 + signed + digits } else { 0 };
        }
        self.advance_to(end);
        if end == whole_end {
            return number::whole(negative, &self.text[first..end]).ok_or_else(|| "a number too long".into());
        }
        self.text[start..end].parse().map(Value::Float).map_err(|_| self.wrong("a number", start))
    }

    fn word(&mut self, word: &str) -> bool {
        let at = self.at();
        let found = self.text[at..].starts_with(word);
        if found {
            self.advance_to(at + word.len());
        }
        found
    }

    fn advance_to(&mut self, end: usize) {
        while self.rest.next_if(|&(at, _)| at < end).is_some() {}
    }

    fn space(&mut self) {
        while self.rest.next_if(|&(_, c)| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if(|&(_, c)| c == wanted).is_some()
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.take(wanted) {
            return Ok(());
        }
        let at = self.at();
        Err(self.wrong(&format!("`{wanted}`"), at))
    }

    fn at(&mut self) -> usize {
        self.rest.peek().map_or(self.text.len(), |&(at, _)| at)
    }

    fn wrong(&self, wanted: &str, at: usize) -> String {
        let column = self.text[..at].chars().count() + 1;
        format!("expected {wanted} at character {column}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each row was compared with CPython 3.11.
    #[test]
    fn reads_what_python_reads() {
        for (text, json) in [
            (r#"{"a": [1, -2.5e3, true, null], "a": 2}"#, r#"{"a":2}"#),
            (" [ ] ", "[]"),
            (r#""\u00e9\ud83d\ude00\n""#, "\"é😀\\n\""),
            ("-0", "0"),
            ("1E2", "100.0"),
            ("NaN", "\"nan\""),
            ("-Infinity", "\"-inf\""),
            ("123456789012345678901234567890", "\"123456789012345678901234567890\""),
        ] {
            assert_eq!(loads(text).unwrap().json().to_string(), json, "{text}");
        }
        for text in [
            "",
            "{",
            "[1,]",
            "01",
            "1.",
            "'a'",
            "{a: 1}",
            "\"a\nb\"",
            "nul",
            "[1] x",
            "\"\\x\"",
            "-",
            "\u{feff}1",
        ] {
            assert!(loads(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        assert!(loads(&"[".repeat(100_000)).is_err());
    }
}
