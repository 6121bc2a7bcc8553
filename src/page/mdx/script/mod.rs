//! The part of JavaScript that pages are written with: texts, lists and objects, templates, choices, functions that give
//! back one value, and JSX. It is evaluated where nothing in it depends on a program; the rest is [`Value::Unknown`].
//!
//! Nothing here loops: steps, depth and sizes have limits, behind which a value is not known.

mod expression;
mod parse;
mod run;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use expression::Function;

/// The names that a page knows, and what they stand for.
pub(crate) type Names = BTreeMap<String, Value>;

/// What an expression gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// What only a program can say.
    #[default]
    Unknown,
    /// `undefined` and `null`, which show nothing.
    Nothing,
    /// `true` and `false`, which show nothing.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Names and values, in the order written.
    Object(Vec<(String, Value)>),
    /// Pieces of JSX.
    Jsx(Vec<Piece>),
    /// A function.
    Function(Callable),
}

/// A function that can be called.
#[derive(Clone, Debug)]
pub struct Callable(Arc<Function>);

impl PartialEq for Callable {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// A piece of JSX.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// An element.
    Element {
        /// Its name; empty for a fragment.
        name: String,
        /// Its attributes.
        attributes: Vec<(String, Value)>,
        /// What it holds.
        children: Vec<Piece>,
    },
    /// What stands between the tags of the component that is shown.
    Children,
    /// What only a program can say.
    Unknown,
}

impl Value {
    /// The text that it is as an attribute; a flag has an empty one.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Nothing | Self::Bool(_) => Some(String::new()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Jsx(pieces) => {
                let mut words = String::new();
                pieces.iter().for_each(|piece| piece.words(&mut words));
                Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Self::Unknown | Self::List(_) | Self::Object(_) | Self::Function(_) => None,
        }
    }

    /// What it shows where it stands for a child of an element; `None` for what is no child.
    pub(crate) fn pieces(self) -> Option<Vec<Piece>> {
        match self {
            Self::Nothing | Self::Bool(_) => Some(Vec::new()),
            Self::Number(number) => Some(vec![Piece::Text(number.to_string())]),
            Self::Text(text) => Some(vec![Piece::Text(text)]),
            Self::Jsx(pieces) => Some(pieces),
            Self::List(items) => {
                let mut pieces = Vec::new();
                for item in items {
                    pieces.extend(item.pieces()?);
                }
                Some(pieces)
            }
            Self::Unknown | Self::Object(_) | Self::Function(_) => None,
        }
    }

    /// The value behind a name of an object.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => {
                entries.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

impl Value {
    /// How much it holds: what a copy of it costs.
    fn weight(&self) -> usize {
        match self {
            Self::Unknown | Self::Nothing | Self::Bool(_) | Self::Number(_) | Self::Function(_) => 1,
            Self::Text(text) => 1 + text.len() / 16,
            Self::List(items) => 1 + items.iter().map(Self::weight).sum::<usize>(),
            Self::Object(entries) => 1 + entries.iter().map(|(_, value)| value.weight()).sum::<usize>(),
            Self::Jsx(pieces) => 1 + pieces.iter().map(Piece::weight).sum::<usize>(),
        }
    }
}

impl Piece {
    fn weight(&self) -> usize {
        match self {
            Self::Text(text) => 1 + text.len() / 16,
            Self::Children | Self::Unknown => 1,
            Self::Element { attributes, children, .. } => {
                let attributes = attributes.iter().map(|(_, value)| value.weight());
                1 + attributes.chain(children.iter().map(Self::weight)).sum::<usize>()
            }
        }
    }

    fn words(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Element { children, .. } => {
                children.iter().for_each(|child| child.words(out));
            }
            Self::Children | Self::Unknown => {}
        }
    }
}

/// Evaluates an expression; `None` where the text is none.
pub(crate) fn evaluate(text: &str, names: &Names) -> Option<Value> {
    let expression = parse::whole(text)?;
    Some(run::Run::new(names).value(&expression))
}

/// Evaluates the expression at the head of a text, and gives the length of it.
pub(crate) fn evaluate_head(text: &str, names: &Names) -> Option<(Value, usize)> {
    let (expression, end) = parse::head(text)?;
    Some((run::Run::new(names).value(&expression), end))
}

/// The same, where a list or an object of which parts are not known is given with them as [`Value::Unknown`].
pub(crate) fn evaluate_parts(text: &str, names: &Names) -> Option<(Value, usize)> {
    let (expression, end) = parse::head(text)?;
    Some((run::Run::new(names).with_parts().value(&expression), end))
}

/// The function that the declaration `name(…) {…}` at the head of a text makes: its name, and it.
pub(crate) fn declared(text: &str) -> Option<(String, Value)> {
    let (name, function) = parse::declaration(text)?;
    Some((name, Value::Function(Callable(Arc::new(function)))))
}

/// What a component shows for these properties.
pub(crate) fn call(component: &Callable, properties: Vec<(String, Value)>, names: &Names) -> Value {
    run::Run::new(names).call(&component.0, vec![Value::Object(properties)])
}

#[cfg(test)]
mod tests;
