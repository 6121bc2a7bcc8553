//! What components mean: those of Docusaurus and Mintlify that hold text, and the elements of HTML.

use crate::page::tree::AdmonitionKind;

/// What an element becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// An element of HTML.
    Html,
    /// Its children, and nothing beside them.
    Children,
    /// Nothing: an icon, what belongs into the head of a page.
    Nothing,
    /// A note, tip or warning.
    Admonition(AdmonitionKind),
    /// `<Admonition type="…">`.
    TypedAdmonition,
    /// Blocks that open at a click; the attribute that holds the summary.
    Details(&'static str),
    /// Tabs.
    Tabs,
    /// One tab.
    Tab,
    /// Code blocks, a tab each.
    CodeGroup,
    /// A group of this class.
    Group(&'static str),
    /// A group of this class under a title: the attributes that make the title.
    Titled(&'static str, &'static [&'static str]),
    /// A figure with a caption.
    Figure,
    /// A link: the attribute that holds the address.
    Link(&'static str),
    /// What it holds, for people or for programs that read pages.
    Visibility,
    /// A code block.
    Code,
    /// A directive without attributes.
    Directive(&'static str),
    /// A component that is not known.
    Unknown,
}

/// What a name means.
pub(crate) fn meaning(name: &str) -> Meaning {
    use AdmonitionKind as Kind;
    match name {
        "" | "React.Fragment" | "Fragment" | "BrowserOnly" | "Translate" => Meaning::Children,
        "Note" | "Callout" => Meaning::Admonition(Kind::Note),
        "Tip" | "Check" => Meaning::Admonition(Kind::Tip),
        "Info" => Meaning::Admonition(Kind::Info),
        "Warning" => Meaning::Admonition(Kind::Warning),
        "Danger" => Meaning::Admonition(Kind::Danger),
        "Admonition" => Meaning::TypedAdmonition,
        "Accordion" | "Expandable" => Meaning::Details("title"),
        "Details" => Meaning::Details("summary"),
        "Tabs" => Meaning::Tabs,
        "Tab" | "TabItem" | "Tabs.Tab" => Meaning::Tab,
        "CodeGroup" | "RequestExample" | "ResponseExample" => Meaning::CodeGroup,
        "CodeBlock" => Meaning::Code,
        "AccordionGroup" => Meaning::Group("accordions"),
        "CardGroup" | "Columns" => Meaning::Group("cards"),
        "Column" | "Panel" | "View" | "Prompt" => Meaning::Group("group"),
        "Steps" => Meaning::Group("steps"),
        "Step" => Meaning::Titled("step", &["title"]),
        "Card" | "Tile" => Meaning::Titled("card", &["title"]),
        "Update" => Meaning::Titled("update", &["label", "description"]),
        "ParamField" | "ResponseField" => Meaning::Titled(
            "field",
            &["path", "query", "body", "header", "name", "type", "required", "deprecated", "default"],
        ),
        "Frame" => Meaning::Figure,
        "Link" => Meaning::Link("to"),
        "Visibility" => Meaning::Visibility,
        "Tooltip" | "Badge" => Meaning::Children,
        "DocCardList" => Meaning::Directive("children"),
        "Icon" | "Head" | "TOCInline" | "script" | "style" | "head" => Meaning::Nothing,
        name if is_known_html(name) => Meaning::Html,
        _ => Meaning::Unknown,
    }
}

/// Elements of HTML that stand in text.
pub(crate) fn is_phrasing(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "br"
            | "button"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "input"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Elements of HTML without an end.
pub(crate) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements of HTML, and of the pictures in it.
pub(crate) fn is_known_html(name: &str) -> bool {
    is_phrasing(name)
        || is_void(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "audio"
                | "blockquote"
                | "body"
                | "canvas"
                | "caption"
                | "center"
                | "circle"
                | "colgroup"
                | "dd"
                | "defs"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "ellipse"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "g"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "head"
                | "header"
                | "hgroup"
                | "html"
                | "iframe"
                | "legend"
                | "li"
                | "line"
                | "linearGradient"
                | "main"
                | "nav"
                | "noscript"
                | "object"
                | "ol"
                | "optgroup"
                | "option"
                | "p"
                | "path"
                | "picture"
                | "polygon"
                | "polyline"
                | "pre"
                | "rect"
                | "script"
                | "section"
                | "select"
                | "stop"
                | "style"
                | "summary"
                | "svg"
                | "table"
                | "tbody"
                | "td"
                | "text"
                | "textarea"
                | "tfoot"
                | "th"
                | "thead"
                | "title"
                | "tr"
                | "ul"
                | "video"
        )
}

/// The attribute of HTML for one of JSX; `None` for those that only a program has a use for.
pub(crate) fn html_attribute(name: &str) -> Option<String> {
    Some(match name {
        "className" => "class".into(),
        "htmlFor" => "for".into(),
        "key" | "ref" | "dangerouslySetInnerHTML" | "suppressHydrationWarning" => return None,
        name if name.len() > 2 && name.starts_with("on") => return None,
        name if name.contains([':', '@', '$']) => return None,
        "viewBox" | "preserveAspectRatio" | "gradientUnits" | "gradientTransform" => name.into(),
        name if ["stroke", "fill", "clip", "stop", "font", "text"].iter().any(|word| {
            name.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        }) =>
        {
            super::style::kebab(name)
        }
        name => name.to_lowercase(),
    })
}
