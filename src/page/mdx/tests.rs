//! What the pass over a page gives the Markdown parser to read.

use std::collections::HashSet;

use proptest::prelude::*;

use super::reading::Part;
use super::scan::read;
use crate::page::directive::DIRECTIVE;
use crate::page::tree::{Node, NodeKind, render_plain};
use crate::page::{Page, Surroundings, parse_as};
use crate::text::{SourceFile, processor_time};
use crate::world::layout::{Anchors, Dialect, Format, Math};

fn reading(text: &str) -> String {
    read(text, 0, Dialect::Docusaurus, &[], Surroundings::default()).0.text
}

fn page(text: &str) -> Page {
    parse_as(&SourceFile::new("docs/a.mdx", text), Dialect::Docusaurus, Surroundings::default()).value
}

#[test]
fn where_a_format_says_so_a_page_is_markdown() {
    let text = "import x from 'y'\n\nA {b}, <b>c</b>, a < b.\n\n    code {d}\n\n:::note T\n\nIn {e}\n\n:::\n\n:::no such words\n\n## H {#own}\n\n> [!TIP]\n> q\n";
    let read = |path: &str, head: &str, format| {
        let around = Surroundings { format, ..Surroundings::default() };
        let source = SourceFile::new(path, format!("{head}{text}"));
        let page = parse_as(&source, Dialect::Docusaurus, around);
        let directives = page.findings.iter().filter(|finding| finding.rule == &DIRECTIVE);
        assert_eq!(directives.count(), 0, "{path}");
        assert_eq!(page.value.headings[0].anchor, "own".into());
        outline(&page.value.tree)
    };
    let markdown = "p(\"import x from 'y'\") p(\"A {b}, \" inlinehtml(\"<b>\") \"c\" inlinehtml(\"</b>\") \", a < b.\") code note(title(\"T\") p(\"In {e}\")) p(\":::no such words\") heading(0)(\"H\") blockquote(p(\"[!TIP]\" / \"q\"))";
    assert_eq!(read("docs/a.md", "", Format::Detect), markdown);
    assert_eq!(read("docs/a.mdx", "", Format::Md), markdown);
    assert_eq!(read("docs/a.md", "---\nmdx: { format: md }\n---\n", Format::Mdx), markdown);
    let mdx = outline(&page(text).tree);
    assert_ne!(mdx, markdown);
    assert_eq!(read("docs/a.mdx", "", Format::Detect), mdx);
    assert_eq!(read("docs/a.md", "", Format::Mdx), mdx);
}

#[test]
fn formulas_are_read_in_markdown() {
    let read = |math| {
        let around = Surroundings { format: Format::Md, math, ..Surroundings::default() };
        let source = SourceFile::new("docs/a.md", "A $x_{i}$ and $$y$$, $5.\n\n$$\nz\n$$\n");
        outline(&parse_as(&source, Dialect::Docusaurus, around).value.tree)
    };
    insta::assert_snapshot!([read(Math::Off), read(Math::Double), read(Math::On)].join("\n"), @r#"
    p("A $x_{i}$ and $$y$$, $5.") p("$$" / "z" / "$$")
    p("A " "$x_{i}$ and ") math { text: "y", display: true } p(", $5.") math { text: "z", display: true }
    p("A " math { text: "x_{i}", display: false } " and ") math { text: "y", display: true } p(", $5.") math { text: "z", display: true }
    "#);
}

/// The kinds of nodes, as an outline.
fn outline(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        let name = match &node.kind {
            NodeKind::Text(text) => format!("\"{text}\""),
            NodeKind::Tabs { .. } => "tabs".into(),
            NodeKind::Tab { .. } => "tab".into(),
            NodeKind::Details { .. } => "details".into(),
            NodeKind::Admonition { kind, .. } => kind.name().into(),
            NodeKind::Element(_) => "element".into(),
            NodeKind::InlineElement(_) => "inline".into(),
            NodeKind::Paragraph => "p".into(),
            NodeKind::CodeBlock(_) => "code".into(),
            NodeKind::List(_) => "list".into(),
            NodeKind::Item => "item".into(),
            NodeKind::Title => "title".into(),
            NodeKind::SoftBreak => "/".into(),
            NodeKind::Leaf(_) => "leaf".into(),
            other => format!("{other:?}").to_lowercase(),
        };
        let inner = outline(&node.children);
        let inner = if inner.is_empty() { inner } else { format!("({inner})") };
        out.push_str(&format!("{}{name}{inner}", if out.is_empty() { "" } else { " " }));
    }
    out
}

#[test]
fn tags_on_lines_of_their_own_hold_blocks() {
    for (text, expected) in [
        (
            "<Tabs>\n  <TabItem value=\"a\">\n\n    Text\n\n  </TabItem>\n</Tabs>\n",
            "tabs(tab(title(\"a\") p(\"Text\")))",
        ),
        (
            "<Tabs items={['npm', 'yarn']}>\n<Tabs.Tab>\nOne\n</Tabs.Tab>\n<Tab>\nTwo\n</Tab>\n</Tabs>\n",
            "tabs(tab(title(\"npm\") p(\"One\")) tab(title(\"yarn\") p(\"Two\")))",
        ),
        ("<Note>Short.</Note>\n", "note(p(\"Short.\"))"),
        (
            "<Note>\n  Some *text*\n  goes on</Note>\nAfter\n",
            "note(p(\"Some \" emphasis(\"text\") / \"goes on\")) p(\"After\")",
        ),
        ("<details><summary>S</summary>\n\nB\n\n</details>\n", "element(element(\"S\") p(\"B\"))"),
        ("- a\n\n  <Tip>\n  b\n  </Tip>\n- c\n", "list(item(p(\"a\") tip(p(\"b\"))) item(p(\"c\")))"),
        ("<Tip>\n- a\n- b\n  </Tip>\nc\n", "tip(list(item(\"a\") item(\"b\"))) p(\"c\")"),
        ("<Foo>\n\nA\n\n</Foo>\n", "p(\"A\")"),
        ("<>\n\nA\n\n</>\n", "p(\"A\")"),
        ("<Note>\nA\n\nB\n", "note(p(\"A\") p(\"B\"))"),
        ("A <b>c</b> d<br/>e\n", "p(\"A \" inline(\"c\") \" d\" inline \"e\")"),
        (":::note[A *b*]\n\n<Tip>\nx\n\n:::\n", "note(title(\"A \" emphasis(\"b\")) tip(p(\"x\")))"),
        (":::my-own\n\nText\n\n:::\n", "unknowncontainer { directive: 0 }(p(\"Text\"))"),
        (":::my-own T\n\nText\n", "p(\":::my-own T\") p(\"Text\")"),
        (
            "A[^1].\n\n[^1]: One\n\n    Two\n\nB\n",
            "p(\"A\" footnotereference(\"1\") \".\") footnotedefinition(\"1\")(p(\"One\") p(\"Two\")) p(\"B\")",
        ),
        (":::unclosed\n\nText\n", "p(\":::unclosed\") p(\"Text\")"),
        (
            "```mdx-code-block\nimport A from 'a'\n\n<Tip>\n\n~~~\ncode\n~~~\n\n</Tip>\n```\nB\n",
            "tip(code) p(\"B\")",
        ),
        ("> <Note>\n> a\n> </Note>\n", "blockquote(note(p(\"a\")))"),
    ] {
        assert_eq!(outline(&page(text).tree), expected, "{text}");
    }
}

#[test]
fn code_in_elements_is_checked_as_code() {
    let text = "<CodeBlock className=\"language-bash\" title=\"T\">\n  {`sglang serve --model-path x`}\n</CodeBlock>\n\n```mdx-code-block\nimport A from 'a'\n```\n\nText `x`.\n";
    let page = page(text);
    let snippet = &page.snippets[0];
    assert_eq!((&*snippet.language.value, snippet.code.text()), ("bash", "sglang serve --model-path x"));
    assert_eq!(snippet.attributes.text("title"), Some("T"));
    assert_eq!(render_plain(&page.tree), "Text x.");
}

#[test]
fn what_mdx_would_refuse_is_text() {
    for (text, expected) in [
        ("a < b and <｜tool▁call▁end｜>\n", "a < b and <｜tool▁call▁end｜>"),
        ("Set {PORT} and {\"a\": 1}\n", "Set {PORT} and {\"a\": 1}"),
        ("Vec<String> and <placeholder> stay\n", "Vec<String> and <placeholder> stay"),
        ("<placeholder>\n\nstays\n", "<placeholder>\nstays"),
        ("`<Foo>` and `{x}`\n", "<Foo> and {x}"),
        ("\\<Foo> \\{x}\n", "<Foo> {x}"),
        ("See <https://a.example>.\n", "See https://a.example."),
        ("{unclosed and <Foo\n", "{unclosed and <Foo"),
        ("import the module first\n", "import the module first"),
    ] {
        assert_eq!(render_plain(&page(text).tree), expected, "{text}");
    }
}

#[test]
fn dollars_hold_formulas_where_the_site_says_so() {
    let read = |text: &str, math: Math| {
        let around = Surroundings { math, ..Surroundings::default() };
        let page = parse_as(&SourceFile::new("docs/a.mdx", text), Dialect::Docusaurus, around).value;
        assert_eq!(page.unread, [], "{text}");
        outline(&page.tree)
    };
    let inline = |text: &str| format!("math {{ text: {text:?}, display: false }}").to_lowercase();
    let block = |text: &str| format!("math {{ text: {text:?}, display: true }}").to_lowercase();
    for (text, expected) in [
        ("Sum $x_{i} * y * z$.\n", format!("p(\"Sum \" {} \".\")", inline("x_{i} * y * z"))),
        ("a $$x < <b$$ $`$\n", format!("p(\"a \" {} \" \" {})", inline("x < <b"), inline("`"))),
        ("a $x\ny$ b\n", format!("p(\"a \" {} \" b\")", inline("x y"))),
        ("a \\$5 and \\$10\n", "p(\"a $5 and $10\")".into()),
        ("only $5\n\nand $10\n", "p(\"only $5\") p(\"and $10\")".into()),
        ("- $5\n- $10\n", "list(item(\"$5\") item(\"$10\"))".into()),
        ("`$a` and $HOME\n", "p(code(\"$a\") \" and $HOME\")".into()),
        ("$$\n\\begin{a}\n  x_{1}\n\\end{a}\n$$\n", block("\\begin{a}\n  x_{1}\n\\end{a}")),
        ("- a\n  $$\n  x\n  $$\n", format!("list(item(\"a\" {}))", block("x"))),
        ("$$\nx\n", "p(\"$$\" / \"x\")".into()),
    ] {
        assert_eq!(read(text, Math::On), expected, "{text}");
    }
    assert_eq!(read("$5 and $10, $$x$$\n", Math::Double), format!("p(\"$5 and $10, \" {})", inline("x")));
    assert_eq!(read("$5 and $10, $$x$$\n", Math::Off), "p(\"$5 and $10, $$x$$\")");
    let table = read("| a | b |\n|---|---|\n| $5 | $x$ |\n", Math::On);
    assert!(table.contains("\"$5\"") && table.contains(&inline("x")), "{table}");
}

#[test]
fn esm_comments_and_expressions_are_no_text() {
    let text = "import A from 'a'\n\nexport const v = '1.2'\n\n# T {/* #own */}\n\n{/* hidden */}\n\nv{v} {' '}x{f(1)} {frontMatter.title}\n\nimport B from 'b'\n\nEnd\n";
    let page = page(text);
    assert_eq!(render_plain(&page.tree), "T\nv1.2  x \nEnd");
    assert_eq!(&*page.headings[0].anchor, "own");
    assert_eq!(page.headings[0].explicit.unwrap().of(text), "own");
    assert_eq!(page.unread.len(), 2);
}

#[test]
fn a_component_with_rows_may_have_anchors_that_are_not_known() {
    let more = |text: &str| page(text).has_more_anchors;
    assert!(more("<PropertiesTable\n  content={[\n    { name: 'tp', type: 'number' },\n  ]}\n/>\n"));
    assert!(more("<APITable>\n\n| a | b |\n|---|---|\n| c | d |\n\n</APITable>\n"));
    for text in
        ["<Cross />\n", "<Box style={{ color: 'red' }}>\n\nText\n\n</Box>\n", "<List of={['a', 'b']} />\n"]
    {
        assert!(!more(text), "{text}");
    }
}

#[test]
fn indentation_is_no_code_and_code_keeps_its_own() {
    let text = "<Steps>\n    <Step title=\"A\">\n        Text\n\n        ```bash\n        a \\\n          --b\n\n\tc\n        ```\n        - x\n          - y\n    </Step>\n</Steps>\n\n      plain\n";
    let page = page(text);
    assert_eq!(page.snippets[0].code.text(), "a \\\n  --b\n\nc\n");
    let at = page.snippets[0].code.text().find("--b").unwrap();
    let place = page.snippets[0].code.locate(crate::text::Span::new(at, at + 3));
    assert_eq!((place.text(), place.start().line), ("--b", 7));
    let expected = "element(element(p(strong(\"A\")) p(\"Text\") code list(item(\"x\" list(item(\"y\")))))) p(\"plain\")";
    assert_eq!(outline(&page.tree), expected);
}

#[test]
fn positions_survive() {
    let text = "<Card title=\"T\" href=\"./b.md\">\n  ![x](./i.png) and [y](<./c d.md>)\n</Card>\n\n<img src={require('./p.png').default} />\n";
    let page = page(text);
    let written: Vec<_> = page.links.iter().map(|link| link.destination_span.of(text)).collect();
    assert_eq!(written, ["./i.png", "./c d.md", "./b.md", "require('./p.png').default"]);
    let destinations: Vec<_> = page.links.iter().map(|link| &*link.destination).collect();
    assert_eq!(destinations, ["./i.png", "./c d.md", "./b.md", "./p.png"]);
}

/// The words of a page, without those of ESM, tags and expressions.
const PIECES: [&str; 34] = [
    "word",
    " ",
    "\n",
    "\n\n",
    "<Foo>",
    "</Foo>",
    "<Foo a=\"b\" />",
    "<b>",
    "</b>",
    "<br>",
    "{x}",
    "{",
    "}",
    "`",
    "```\n",
    "~~~",
    "- ",
    "1. ",
    "> ",
    "    ",
    "\t",
    "# ",
    ":::note\n",
    ":::\n",
    "<!--",
    "-->",
    "{/*",
    "*/}",
    "import a from 'a'\n",
    "|",
    "*",
    "[a](b)",
    "<",
    "é",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_every_part_has_its_place(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        for dialect in [Dialect::Docusaurus, Dialect::Mdx] {
            let (reading, _) = read(&text, 0, dialect, &[], Surroundings::default());
            for part in reading.parts(&(0..reading.text.len())) {
                let (Part::Text(_, span) | Part::Mark(span)) = part;
                prop_assert!(text.get(span.start..span.end).is_some());
            }
            let source = SourceFile::new("a.mdx", text.as_str());
            let plain = Surroundings::default();
            let markdown =
                Surroundings { format: Format::Md, math: Math::On, anchors: Anchors::Mintlify, ..plain };
            for around in [plain, Surroundings { math: Math::On, anchors: Anchors::Mintlify, ..plain }, markdown] {
                let page = parse_as(&source, dialect, around).value;
                for node in &page.tree {
                    node.walk(&mut |node| assert!(text.get(node.span.start..node.span.end).is_some()));
                }
                let made: Vec<_> = page.headings.iter().filter(|heading| heading.explicit.is_none()).collect();
                let anchors: HashSet<_> = made.iter().map(|heading| &heading.anchor).collect();
                prop_assert_eq!(anchors.len(), made.len());
            }
        }
    }

    #[test]
    fn prose_loses_no_word(words in proptest::collection::vec("[a-z]{3,8}", 1..30), joints in proptest::collection::vec(0..8usize, 30)) {
        let joints = joints.iter().map(|joint| [" ", "\n", "\n\n", "\n- ", "\n\n> ", " <b>bold</b> ", "\n<Foo>\n", "\n</Foo>\n"][*joint]);
        let mut text = String::new();
        for (word, joint) in words.iter().zip(joints) {
            text.push_str(word);
            text.push_str(joint);
        }
        let plain = render_plain(&page(&text).tree);
        for word in &words {
            prop_assert!(plain.contains(word.as_str()), "{word} in {text:?}: {plain:?}");
        }
    }
}

#[test]
fn long_pages_of_nothing_but_openings_end() {
    for piece in [
        "<a ",
        "<a x={",
        "{",
        "`",
        "<A>",
        "<!--",
        "<a x=\"",
        "``",
        "> ",
        "- ",
        "<Foo>\n",
        "export const a = {\n",
    ] {
        assert!(
            (0..20).any(|_| grows_evenly(piece)),
            "four times {piece:?} takes far more than four times as long"
        );
    }
}

/// Whether four times the text takes the processor about four times as long. The first runs may be slow for other
/// reasons, so that the answer counts only when it is yes; what grows with the square takes sixteen times as long,
/// whenever it is asked.
fn grows_evenly(piece: &str) -> bool {
    let time = |count: usize| {
        let text = piece.repeat(count);
        let started = processor_time();
        let _ = reading(&text);
        processor_time() - started
    };
    time(20_000) < time(5_000) * 10
}
