//! The anchors that platforms make of the titles of components.

use crate::page::attributes::Attribute;
use crate::page::builder::elements::Maker;
use crate::page::builder::{Builder, Built};
use crate::page::element::ElementValue;
use crate::page::headings::slug;
use crate::page::spanned::Spanned;
use crate::world::layout::Anchors;

/// What a title is the title of: an element or a directive, by index.
#[derive(Clone, Copy, Debug)]
pub(super) enum TitleOf {
    Element(usize),
    Directive(usize),
}

impl Built {
    /// Gives the anchors of titles away that no heading and no id has.
    pub(crate) fn assign_title_anchors(&mut self) {
        for (anchor, of) in std::mem::take(&mut self.title_anchors) {
            let taken = self.headings.iter().any(|heading| heading.anchor == anchor.value)
                || self.ids.iter().any(|id| id.value == anchor.value);
            if taken {
                continue;
            }
            match of {
                TitleOf::Element(index) => {
                    let id = ("id".into(), ElementValue::Text(anchor.value.clone()));
                    self.elements[index].attributes.insert(0, id);
                }
                TitleOf::Directive(index) => {
                    let key = Spanned::new("id".into(), anchor.span);
                    let (value, span) = (Some(anchor.clone()), anchor.span);
                    self.directives[index].attributes.entries.push(Attribute { key, value, span });
                }
            }
            self.ids.push(anchor);
        }
    }
}

impl Builder<'_> {
    /// Notes the anchor that platforms give a step or the like by its title; `mintlify` makes it where the site has those
    /// of Mintlify.
    pub(super) fn title_anchor(
        &mut self,
        maker: &Maker<'_>,
        attribute: &str,
        mintlify: impl Fn(&str) -> String,
        of: TitleOf,
    ) {
        let id = self.value(maker, "id");
        let is_title = id.is_none();
        let Some(title) = id.or_else(|| self.value(maker, attribute)) else { return };
        let anchor = match self.anchors {
            Anchors::Mintlify if is_title => mintlify(&title.value),
            Anchors::Mintlify => title.value.to_string(),
            Anchors::Github => slug(&title.value),
        };
        if !anchor.is_empty() {
            self.built.title_anchors.push((Spanned::new(anchor.into(), title.span), of));
        }
    }
}
