//! Elements of HTML that a page writes as JSX.

/// An element: its name and attributes. What it holds are the children of its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The name: `div`.
    pub name: Box<str>,
    /// The attributes, as HTML has them.
    pub attributes: Vec<(Box<str>, ElementValue)>,
    /// Whether it has no end: `br`.
    pub is_void: bool,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementValue {
    /// None: the attribute is set.
    Set,
    /// A text.
    Text(Box<str>),
    /// An address: index into [`Page::links`](crate::page::Page::links).
    Address(usize),
}

impl Element {
    /// An element of a class.
    pub(crate) fn of_class(name: &str, class: &str) -> Self {
        let class = ("class".into(), ElementValue::Text(class.into()));
        Self { name: name.into(), attributes: vec![class], is_void: false }
    }
}
