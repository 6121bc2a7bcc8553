//! Expressions as a tree.

use std::sync::Arc;

use super::Value;

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Value(Value),
    Name(String),
    /// Texts, and the expressions between them.
    Template(Vec<String>, Vec<Expression>),
    List(Vec<Entry>),
    Object(Vec<(Option<Box<Expression>>, Expression)>),
    Member(Box<Expression>, String),
    Index(Box<Expression>, Box<Expression>),
    Call(Box<Expression>, Vec<Expression>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    Choice(Box<[Expression; 3]>),
    Function(Arc<Function>),
    Element(Box<Element>),
    /// `a, b`, which is prose where it stands in a page.
    Sequence,
}

/// An item of a list or an argument.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    One(Expression),
    /// `...items`
    Spread(Expression),
}

/// A function whose body declares names and gives back one value.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(super) parameters: Vec<Pattern>,
    pub(super) body: Vec<(Pattern, Expression)>,
    pub(super) result: Expression,
}

/// What a value is bound to.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Name(String),
    /// `{ key: name = default }`
    Object(Vec<(String, String, Option<Expression>)>),
    /// `[a, b]`
    List(Vec<String>),
}

/// An element of JSX.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) name: String,
    /// Attributes; without a name, a spread.
    pub(super) attributes: Vec<(Option<String>, Expression)>,
    pub(super) children: Vec<Expression>,
}
