//! From expressions to values.

use std::sync::Arc;

use super::expression::{Element, Entry, Expression, Function, Pattern};
use super::{Callable, Names, Piece, Value};

/// How many steps one evaluation takes.
const STEPS: usize = 20_000;

/// The deepest nesting of calls and expressions.
const DEEPEST: usize = 64;

/// The longest text and list.
const LONGEST: usize = 100_000;

/// One evaluation.
pub(super) struct Run<'a> {
    names: &'a Names,
    /// The names of functions that are running.
    local: Vec<(String, Value)>,
    steps: usize,
    depth: usize,
    /// Whether a list or an object may have parts that are not known.
    parts: bool,
}

impl<'a> Run<'a> {
    pub(super) fn new(names: &'a Names) -> Self {
        Self { names, local: Vec::new(), steps: 0, depth: 0, parts: false }
    }

    /// Gives lists and objects of which parts are not known.
    pub(super) fn with_parts(mut self) -> Self {
        self.parts = true;
        self
    }

    pub(super) fn value(&mut self, expression: &Expression) -> Value {
        self.steps += 1;
        if self.steps > STEPS || self.depth >= DEEPEST {
            return Value::Unknown;
        }
        self.depth += 1;
        let value = self.evaluated(expression);
        self.depth -= 1;
        value
    }

    fn evaluated(&mut self, expression: &Expression) -> Value {
        match expression {
            Expression::Value(value) => value.clone(),
            Expression::Name(name) => self.name(name),
            Expression::Template(texts, holes) => self.template(texts, holes),
            Expression::List(entries) => self.list(entries),
            Expression::Object(entries) => self.object(entries),
            Expression::Member(of, name) => {
                let of = self.value(of);
                member(&of, name)
            }
            Expression::Index(of, index) => {
                let (of, index) = (self.value(of), self.value(index));
                match index {
                    Value::Text(name) => member(&of, &name),
                    Value::Number(at) if at >= 0.0 => match of {
                        Value::List(mut items) => {
                            let at = at as usize;
                            if at < items.len() { items.swap_remove(at) } else { Value::Nothing }
                        }
                        _ => Value::Unknown,
                    },
                    _ => Value::Unknown,
                }
            }
            Expression::Call(callee, arguments) => self.call_of(callee, arguments),
            Expression::Not(inner) => match truth(&self.value(inner)) {
                Some(truth) => Value::Bool(!truth),
                None => Value::Unknown,
            },
            Expression::Negative(inner) => match self.value(inner) {
                Value::Number(number) => Value::Number(-number),
                _ => Value::Unknown,
            },
            Expression::Binary(operator, left, right) => self.binary(operator, left, right),
            Expression::Choice(parts) => match truth(&self.value(&parts[0])) {
                Some(true) => self.value(&parts[1]),
                Some(false) => self.value(&parts[2]),
                None => Value::Unknown,
            },
            Expression::Function(function) => self.closed_over(function),
            Expression::Element(element) => Value::Jsx(vec![self.element(element)]),
            Expression::Sequence => Value::Unknown,
        }
    }

    fn name(&mut self, name: &str) -> Value {
        let local = self.local.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value);
        let Some(value) = local.or_else(|| self.names.get(name)) else { return Value::Unknown };
        // A value that holds itself twice, again and again, would grow without end.
        self.steps += value.weight();
        if self.steps > STEPS { Value::Unknown } else { value.clone() }
    }

    fn template(&mut self, texts: &[String], holes: &[Expression]) -> Value {
        let mut out = String::new();
        for (index, text) in texts.iter().enumerate() {
            out.push_str(text);
            let Some(hole) = holes.get(index) else { continue };
            let Some(text) = joined(&self.value(hole)) else { return Value::Unknown };
            out.push_str(&text);
            if out.len() > LONGEST {
                return Value::Unknown;
            }
        }
        Value::Text(out)
    }

    fn list(&mut self, entries: &[Entry]) -> Value {
        let mut items = Vec::new();
        for entry in entries {
            match entry {
                Entry::One(item) => items.push(self.value(item)),
                Entry::Spread(list) => match self.value(list) {
                    Value::List(more) => items.extend(more),
                    _ if self.parts => items.push(Value::Unknown),
                    _ => return Value::Unknown,
                },
            }
            if items.len() > LONGEST {
                return Value::Unknown;
            }
        }
        Value::List(items)
    }

    fn object(&mut self, entries: &[(Option<Box<Expression>>, Expression)]) -> Value {
        let mut object = Vec::new();
        for (key, value) in entries {
            match key {
                Some(key) => {
                    let Some(key) = joined(&self.value(key)) else { return Value::Unknown };
                    object.push((key, self.value(value)));
                }
                None => match self.value(value) {
                    Value::Object(more) => object.extend(more),
                    _ if self.parts => object.push((String::new(), Value::Unknown)),
                    _ => return Value::Unknown,
                },
            }
        }
        Value::Object(object)
    }

    fn binary(&mut self, operator: &str, left: &Expression, right: &Expression) -> Value {
        let first = self.value(left);
        match operator {
            "&&" => {
                return match truth(&first) {
                    Some(true) => self.value(right),
                    Some(false) => first,
                    None => Value::Unknown,
                };
            }
            "||" => {
                return match truth(&first) {
                    Some(true) => first,
                    Some(false) => self.value(right),
                    None => Value::Unknown,
                };
            }
            "??" => {
                return match first {
                    Value::Nothing => self.value(right),
                    Value::Unknown => Value::Unknown,
                    known => known,
                };
            }
            _ => {}
        }
        let second = self.value(right);
        let plain = |value: &Value| !matches!(value, Value::Unknown | Value::Function(_) | Value::Jsx(_));
        if !plain(&first) || !plain(&second) {
            return Value::Unknown;
        }
        match (operator, &first, &second) {
            ("===" | "==", a, b) => Value::Bool(a == b),
            ("!==" | "!=", a, b) => Value::Bool(a != b),
            ("+", Value::Number(a), Value::Number(b)) => Value::Number(a + b),
            ("-", Value::Number(a), Value::Number(b)) => Value::Number(a - b),
            ("*", Value::Number(a), Value::Number(b)) => Value::Number(a * b),
            ("/", Value::Number(a), Value::Number(b)) if *b != 0.0 => Value::Number(a / b),
            ("%", Value::Number(a), Value::Number(b)) if *b != 0.0 => Value::Number(a % b),
            ("<", Value::Number(a), Value::Number(b)) => Value::Bool(a < b),
            (">", Value::Number(a), Value::Number(b)) => Value::Bool(a > b),
            ("<=", Value::Number(a), Value::Number(b)) => Value::Bool(a <= b),
            (">=", Value::Number(a), Value::Number(b)) => Value::Bool(a >= b),
            ("+", a, b) if matches!(a, Value::Text(_)) || matches!(b, Value::Text(_)) => {
                match (joined(a), joined(b)) {
                    (Some(a), Some(b)) if a.len() + b.len() <= LONGEST => Value::Text(a + &b),
                    _ => Value::Unknown,
                }
            }
            _ => Value::Unknown,
        }
    }

    fn call_of(&mut self, callee: &Expression, arguments: &[Expression]) -> Value {
        let mut given: Vec<Value> = arguments.iter().map(|argument| self.value(argument)).collect();
        match callee {
            Expression::Name(name) if matches!(name.as_str(), "require" | "useBaseUrl" | "withBaseUrl") => {
                let is_text = !self.parts && matches!(given.first(), Some(Value::Text(_)));
                if is_text { given.swap_remove(0) } else { Value::Unknown }
            }
            Expression::Name(name) if name == "String" => match given.first().and_then(joined) {
                Some(text) => Value::Text(text),
                None => Value::Unknown,
            },
            Expression::Member(of, method) => {
                if let (Expression::Name(name), Some(Value::Object(entries))) = (&**of, given.first())
                    && name == "Object"
                {
                    return entries_of(entries, method);
                }
                let of = self.value(of);
                self.method(of, method, given)
            }
            other => match self.value(other) {
                Value::Function(Callable(function)) => self.call(&function, given),
                _ => Value::Unknown,
            },
        }
    }

    fn method(&mut self, of: Value, method: &str, given: Vec<Value>) -> Value {
        let text = |at: usize| match given.get(at) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        match (of, method, given.first()) {
            (Value::List(items), "map" | "flatMap" | "filter", Some(Value::Function(Callable(function)))) => {
                let mut out = Vec::new();
                for (index, item) in items.into_iter().enumerate() {
                    let result = self.call(function, vec![item.clone(), Value::Number(index as f64)]);
                    match (method, result) {
                        (_, Value::Unknown) => return Value::Unknown,
                        ("filter", result) => match truth(&result) {
                            Some(true) => out.push(item),
                            Some(false) => {}
                            None => return Value::Unknown,
                        },
                        ("flatMap", Value::List(more)) => out.extend(more),
                        (_, result) => out.push(result),
                    }
                }
                Value::List(out)
            }
            (Value::List(items), "join", _) => {
                let texts: Option<Vec<String>> = items.iter().map(joined).collect();
                texts.map_or(Value::Unknown, |texts| Value::Text(texts.join(text(0).unwrap_or(","))))
            }
            (Value::List(items), "includes", Some(wanted)) => Value::Bool(items.contains(wanted)),
            (Value::List(mut items), "concat", Some(Value::List(more))) => {
                items.extend(more.iter().cloned());
                Value::List(items)
            }
            (Value::Text(all), "includes", _) => {
                text(0).map_or(Value::Unknown, |part| Value::Bool(all.contains(part)))
            }
            (Value::Text(all), "replace", _) => match (text(0), text(1)) {
                (Some(from), Some(to)) => Value::Text(all.replacen(from, to, 1)),
                _ => Value::Unknown,
            },
            (Value::Text(all), "split", _) => {
                text(0).filter(|by| !by.is_empty()).map_or(Value::Unknown, |by| {
                    Value::List(all.split(by).map(|part| Value::Text(part.to_owned())).collect())
                })
            }
            (Value::Text(all), "toUpperCase", None) => Value::Text(all.to_uppercase()),
            (Value::Text(all), "toLowerCase", None) => Value::Text(all.to_lowercase()),
            (Value::Text(all), "trim", None) => Value::Text(all.trim().to_owned()),
            (Value::Text(all), "toString", None) => Value::Text(all),
            (Value::Number(number), "toString", None) => Value::Text(number.to_string()),
            (Value::Object(entries), method, _) => {
                let found = entries.into_iter().rev().find(|(key, _)| key == method);
                match found {
                    Some((_, Value::Function(Callable(function)))) => self.call(&function, given),
                    _ => Value::Unknown,
                }
            }
            _ => Value::Unknown,
        }
    }

    /// What a function gives for these arguments.
    pub(super) fn call(&mut self, function: &Function, given: Vec<Value>) -> Value {
        let known = self.local.len();
        let mut given = given.into_iter();
        for parameter in &function.parameters {
            self.bind(parameter, given.next().unwrap_or(Value::Nothing));
        }
        for (pattern, value) in &function.body {
            let value = self.value(value);
            self.bind(pattern, value);
        }
        let result = self.value(&function.result);
        self.local.truncate(known);
        result
    }

    fn bind(&mut self, pattern: &Pattern, value: Value) {
        match pattern {
            Pattern::Name(name) => self.local.push((name.clone(), value)),
            Pattern::List(names) => {
                let mut items = match value {
                    Value::List(items) => items.into_iter(),
                    _ => Vec::new().into_iter(),
                };
                for name in names {
                    self.local.push((name.clone(), items.next().unwrap_or_default()));
                }
            }
            Pattern::Object(names) => {
                for (key, name, default) in names {
                    let found = match &value {
                        Value::Object(_) => value.member(key).cloned().unwrap_or(Value::Nothing),
                        _ => Value::Unknown,
                    };
                    let found = match (found, default) {
                        (Value::Nothing, Some(default)) => self.value(default),
                        (found, _) => found,
                    };
                    self.local.push((name.clone(), found));
                }
            }
        }
    }

    /// A function with the names that it stands among: they are gone when it is called.
    fn closed_over(&mut self, function: &Arc<Function>) -> Value {
        let mut function = Arc::clone(function);
        self.steps += self.local.iter().map(|(_, value)| value.weight()).sum::<usize>();
        if self.steps > STEPS {
            return Value::Unknown;
        }
        if !self.local.is_empty() {
            let mut body: Vec<(Pattern, Expression)> = Vec::new();
            for (name, value) in &self.local {
                body.push((Pattern::Name(name.clone()), Expression::Value(value.clone())));
            }
            // Parameters come first and are not to be hidden by what stands around.
            let own: Vec<String> = function.parameters.iter().flat_map(Pattern::names).collect();
            body.retain(|(pattern, _)| !pattern.names().iter().any(|name| own.contains(name)));
            body.extend(function.body.iter().cloned());
            function = Arc::new(Function {
                parameters: function.parameters.clone(),
                body,
                result: function.result.clone(),
            });
        }
        Value::Function(Callable(function))
    }

    fn element(&mut self, element: &Element) -> Piece {
        let mut attributes: Vec<(String, Value)> = Vec::new();
        for (name, value) in &element.attributes {
            let value = self.value(value);
            attributes.extend(name.clone().map(|name| (name, value)));
        }
        let mut children = Vec::new();
        for child in &element.children {
            match self.value(child).pieces() {
                Some(pieces) => children.extend(pieces),
                None => children.push(Piece::Unknown),
            }
        }
        // A component of the page itself is shown as what it makes.
        let is_component = element.name.starts_with(|c: char| c.is_uppercase());
        if is_component && let Value::Function(Callable(function)) = self.name(&element.name) {
            attributes.push(("children".into(), Value::Jsx(children.clone())));
            if let Some(pieces) = self.call(&function, vec![Value::Object(attributes)]).pieces() {
                return Piece::Element { name: String::new(), attributes: Vec::new(), children: pieces };
            }
            return Piece::Element { name: element.name.clone(), attributes: Vec::new(), children };
        }
        Piece::Element { name: element.name.clone(), attributes, children }
    }
}

impl Pattern {
    fn names(&self) -> Vec<String> {
        match self {
            Self::Name(name) => vec![name.clone()],
            Self::List(names) => names.clone(),
            Self::Object(names) => names.iter().map(|(_, name, _)| name.clone()).collect(),
        }
    }
}

/// Whether a value counts as true.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Unknown => None,
        Value::Nothing => Some(false),
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => Some(*number != 0.0),
        Value::Text(text) => Some(!text.is_empty()),
        Value::List(_) | Value::Object(_) | Value::Jsx(_) | Value::Function(_) => Some(true),
    }
}

/// The text that a value becomes when it is joined to one.
fn joined(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn member(of: &Value, name: &str) -> Value {
    match (of, name) {
        (Value::List(items), "length") => Value::Number(items.len() as f64),
        (Value::Text(text), "length") => Value::Number(text.encode_utf16().count() as f64),
        // `require('./a.png').default`
        (Value::Text(text), "default") => Value::Text(text.clone()),
        (Value::Object(_), name) => of.member(name).cloned().unwrap_or(Value::Nothing),
        _ => Value::Unknown,
    }
}

fn entries_of(entries: &[(String, Value)], method: &str) -> Value {
    let items = entries.iter().map(|(key, value)| {
        let key = Value::Text(key.clone());
        match method {
            "keys" => key,
            "values" => value.clone(),
            "entries" => Value::List(vec![key, value.clone()]),
            _ => Value::Unknown,
        }
    });
    Value::List(items.collect())
}
