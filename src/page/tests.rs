//! Unusual documents, and what holds for every document.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::page::links::{HtmlAttribute, LinkKind};
use crate::page::tree::{Node, NodeKind, render_plain};
use crate::page::{Page, parse};
use crate::text::{SourceFile, Span};
use crate::world::{Disk, World};

/// The page and its findings, save those on what every page should have.
fn read(text: &str) -> (Page, Vec<Diagnostic>) {
    let checked = parse(&SourceFile::new("a.md", text));
    let common = ["content/missing-title", "content/missing-description", "content/fence-language"];
    let findings = checked.findings.into_iter().filter(|f| !common.contains(&f.rule.name)).collect();
    (checked.value, findings)
}

#[track_caller]
fn clean(text: &str) -> Page {
    let (page, findings) = read(text);
    assert!(findings.is_empty(), "{text}: {findings:#?}");
    page
}

/// Rule, offending words, message of each finding.
fn found(text: &str) -> Vec<(&'static str, String, String)> {
    let mut findings = read(text).1;
    crate::diagnostic::finding::sort(&mut findings);
    findings
        .into_iter()
        .map(|finding| (finding.rule.name, finding.primary.location.text().to_owned(), finding.message))
        .collect()
}

/// The tree as `Kind[children]`, text and code in quotes.
fn outline(nodes: &[Node]) -> String {
    let show = |node: &Node| {
        let debug = format!("{:?}", node.kind);
        let name: String = debug.chars().take_while(|c| c.is_alphanumeric()).collect();
        match &node.kind {
            NodeKind::Text(text) | NodeKind::Code(text) => format!("{text:?}"),
            _ if node.children.is_empty() => name,
            _ => format!("{name}[{}]", outline(&node.children)),
        }
    };
    nodes.iter().map(show).collect::<Vec<_>>().join(" ")
}

/// One line of code in every surrounding, and what stands in the file for all of it.
#[test]
fn code_knows_its_bytes_in_every_shape() {
    for (text, code, word, written) in [
        ("```sh\none\ntwo\n```\n", "one\ntwo\n", "one\ntwo", "one\ntwo"),
        ("```sh\r\none\r\ntwo\r\n```\r\n", "one\ntwo\n", "one\ntwo", "one\r\ntwo"),
        ("\u{feff}```sh\none\n```", "one\n", "one", "one"),
        ("- a\n  - b\n\n    ```sh\n    one\n      two\n    ```\n", "one\n  two\n", "two", "two"),
        ("> ```sh\n> one\n>two\n> ```\n", "one\ntwo\n", "one\ntwo", "one\n>two"),
        ("> - > ~~~sh\n>   > one\n>   > ~~~\n", "one\n", "one", "one"),
        ("~~~sh\n```\none\n~~~\n", "```\none\n", "one", "one"),
        ("````md\n```sh\none\n```\n````\n", "```sh\none\n```\n", "one", "one"),
        ("1. x\n\t```sh\n\tone\n\t```\n", "one\n", "one", "one"),
        ("- a\n\n\t\tone\n", "  one\n", "  one", "\tone"),
        ("-\ta\n\n\t\t\tone\n", "\tone\n", "one", "one"),
        (">\t\tone\n", "  one\n", "one", "one"),
        (">\t\tone\n", "  one\n", "  ", "\t"),
        ("    one\n\n    two\n", "one\n\ntwo\n", "two", "two"),
        ("   ```sh\n   one\n  two\n   ```\n", "one\ntwo\n", "one\ntwo", "one\n  two"),
        ("```sh\none", "one", "one", "one"),
        ("```sh\n:::note\n::fields\n```\n", ":::note\n::fields\n", ":::note\n::fields", ":::note\n::fields"),
        (":::note\n```sh\none\n```\n:::\n", "one\n", "one", "one"),
        ("1. :::note\n   ```sh\n   :::\n   ```\n   :::\n", ":::\n", ":::", ":::"),
        ("```sh\näé→\n```\n", "äé→\n", "é", "é"),
        ("```sh\na & b \\* &amp;\n```\n", "a & b \\* &amp;\n", "&amp;", "&amp;"),
    ] {
        let (page, _) = read(text);
        assert_eq!(page.snippets.len(), 1, "{text:?}");
        let excerpt = &page.snippets[0].code;
        assert_eq!(excerpt.text(), code, "{text:?}");
        let at = code.find(word).unwrap();
        let place = excerpt.locate(Span::new(at, at + word.len()));
        assert_eq!(place.text(), written, "{text:?}");
        if !text.contains(":::note\n::") {
            let wanted = text.find(written).unwrap();
            assert!(place.span.start >= wanted, "{text:?}");
        }
    }
}

#[test]
fn a_fence_says_what_it_is() {
    let text = "```bash {1,3-4} title=\"A b\" version=0.5.10 derive\nx\n```\n";
    let page = clean(text);
    let snippet = &page.snippets[0];
    assert_eq!(&*snippet.language.value, "bash");
    assert_eq!(snippet.language.span.of(text), "bash");
    assert_eq!(snippet.attributes.get("title").unwrap().span.of(text), "A b");
    assert_eq!(snippet.attributes.lines, [1..=1, 3..=4]);
    assert!(snippet.attributes.flag("derive"));
    assert_eq!(snippet.fence.of(text).trim_end(), text.trim_end());
    assert_eq!(snippet.info.of(text), "bash {1,3-4} title=\"A b\" version=0.5.10 derive");
    assert_eq!(snippet.marker.unwrap().of(text), "```");
    let page = clean("~~~ title=x\n~~~\n");
    assert_eq!(
        (&*page.snippets[0].language.value, page.snippets[0].attributes.text("title")),
        ("", Some("x"))
    );
    let wrong = found("> ```sh tilte=a version= {title=b\n> x\n> ```\n");
    let words: Vec<_> = wrong.iter().map(|(rule, text, _)| (*rule, text.as_str())).collect();
    assert_eq!(
        words,
        [
            ("page/unknown-attribute", "tilte"),
            ("page/unknown-attribute", "version"),
            ("page/unknown-attribute", "version="),
            ("page/unknown-attribute", "{"),
        ]
    );
}

#[test]
fn fences_that_nothing_closes_are_known() {
    for (text, closed) in [
        ("```sh\nx\n```\n", true),
        ("```sh\nx\n", false),
        ("```sh\nx\n``\n", false),
        ("```sh", false),
        ("```\n```", true),
        ("> ```sh\n> x\n\ny\n", false),
        ("> ```sh\n> x\n> ```\n", true),
        ("- ~~~~\n  ~~~\n  ~~~~~\n", true),
        ("    x\n", true),
    ] {
        let (page, findings) = read(text);
        assert_eq!(page.snippets[0].closed, closed, "{text:?}");
        assert_eq!(findings.iter().any(|f| f.rule.name == "content/unclosed-fence"), !closed, "{text:?}");
    }
}

#[test]
fn a_comment_holds_no_snippet() {
    let page = clean("<!--\n```sh\nx\n```\n:::note\n-->\n\n# T\n");
    assert_eq!((page.snippets.len(), page.directives.len(), page.headings.len()), (0, 0, 1));
}

#[test]
fn pairs_stand_side_by_side() {
    let follows =
        |text: &str| -> Vec<Option<usize>> { read(text).0.snippets.iter().map(|s| s.follows).collect() };
    assert_eq!(follows("```yaml\n```\n\n```sh\n```\n"), [None, Some(0)]);
    assert_eq!(follows("```yaml\n```\nSo:\n\n<!-- c -->\n\n```sh\n```\n"), [None, Some(0)]);
    assert_eq!(follows("```yaml\n```\na\n\nb\n```sh\n```\n"), [None, None]);
    assert_eq!(follows("```yaml\n```\n# H\n```sh\n```\n"), [None, None]);
    assert_eq!(follows("- ```yaml\n  ```\n  then `x`:\n  ```sh\n  ```\n"), [None, Some(0)]);
    assert_eq!(follows("- ```yaml\n  ```\n- ```sh\n  ```\n"), [None, None]);
    let long = "word ".repeat(90);
    assert_eq!(follows(&format!("```yaml\n```\n{long}\n```sh\n```\n")), [None, None]);
}

#[test]
fn comments_silence_the_block_that_follows() {
    let text = "> <!-- shardbook-silence cli/a: because -->\n> <!-- shardbook-silence cli/b: so -->\n> ```sh\n> ```\n";
    let page = clean(text);
    let rules: Vec<_> = page.snippets[0].silence.iter().map(|s| s.rule.span.of(text)).collect();
    assert_eq!(rules, ["cli/a", "cli/b"]);
    let page = clean("<!-- shardbook-silence content/x: r -->\n\nText\n");
    assert_eq!((page.silences.len(), page.silences[0].covers.len()), (1, 5));
    for (text, wrong) in [
        ("<!-- shardbook-silence cli/a: r -->\n", "cli/a"),
        ("- <!-- shardbook-silence cli/a: r -->\n\n```sh\n```\n", "cli/a"),
        ("a <!-- shardbook-silence cli/a: r --> b\n", "cli/a"),
        ("<!-- shardbook-silence nothing -->\n\n```sh\n```\n", "shardbook-silence nothing"),
    ] {
        let found = found(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].0, found[0].1.as_str()), ("page/silence", wrong), "{text}");
    }
}

#[test]
fn directives_stand_where_they_were_written() {
    for (text, tree) in [
        (":::note A *b*\nx\n:::\n", r#"Admonition[Title["A " Emphasis["b"]] Paragraph["x"]]"#),
        ("a\n:::tip\nx\n:::\nb\n", r#"Paragraph["a"] Admonition[Paragraph["x"]] Paragraph["b"]"#),
        ("> [!NOTE]\n> x\n", r#"Admonition[Paragraph["x"]]"#),
        (":::details{open} S\n- x\n:::\n- y\n", r#"Details[Title["S"] List[Item["x"]]] List[Item["y"]]"#),
        (
            "::::tabs{sync=e}\n:::tab A\n- x\n:::\n:::tab B\n- y\n:::\n::::\n",
            r#"Tabs[Tab[Title["A"] List[Item["x"]]] Tab[Title["B"] List[Item["y"]]]]"#,
        ),
        ("- a\n  :::note\n  x\n  :::\n- b\n", r#"List[Item["a" Admonition[Paragraph["x"]]] Item["b"]]"#),
        ("- ::fields\n- b\n", r#"List[Item[Leaf] Item["b"]]"#),
        ("> a\n> ::versions\n\nb\n", r#"BlockQuote[Paragraph["a"] Leaf] Paragraph["b"]"#),
        ("::::note\n:::note\nx\n:::\n::::\n", r#"Admonition[Admonition[Paragraph["x"]]]"#),
        (":::note\n:::note\nx\n:::\n:::\n", r#"Admonition[Admonition[Paragraph["x"]]]"#),
        ("::::note\r\n\r\nä\r\n::::\r\n::hardware\r\n", r#"Admonition[Paragraph["ä"]] Leaf"#),
        (":::tip # no heading\n:::\n", r##"Admonition[Title["# no heading"]]"##),
        (
            "| a |\n|---|\n| b |\n::versions\n",
            "Table[TableHead[TableCell[\"a\"]] TableRow[TableCell[\"b\"]]] Leaf",
        ),
        ("a\n2) ::fields b\n", r#"Paragraph["a" SoftBreak "2) ::fields b"]"#),
        (":::note\n<div>x</div>\n:::\n", "Admonition[HtmlBlock]"),
        ("> :::note\n> <div>x</div>\n> ::versions\n> :::\n", "BlockQuote[Admonition[HtmlBlock Leaf]]"),
        ("a[^x]\n\n[^x]: c\n", r#"Paragraph["a" FootnoteReference] FootnoteDefinition[Paragraph["c"]]"#),
        ("***\n___\n", "Rule Rule"),
    ] {
        assert_eq!(outline(&clean(text).tree), tree, "{text}");
    }
    let text = "- x\n\n  :::note A\n  y\n  :::\n";
    let page = clean(text);
    assert_eq!(page.tree[0].children[0].children[1].span.of(text), ":::note A\n  y\n  :::");
    assert_eq!(page.directives[0].label.unwrap().of(text), "A");
}

#[test]
fn what_is_wrong_with_directives_is_found() {
    for (text, wrong, message) in [
        (":::note\nx\n", ":::note", "`:::note` is not closed"),
        ("- :::note\n  x\n\ny\n", ":::note", "`:::note` is not closed"),
        ("x\n\n:::\n", ":::", "`:::` closes nothing"),
        (
            ":::note\n\n- x\n\n  :::\n:::\n",
            ":::",
            "`:::` does not close `:::note`, which was opened outside of this list or quote",
        ),
        ("::::tabs\n:::tab A\n::::\n", ":::tab", "`:::tab` is not closed"),
        (":::note\n::::\n", "::::", "`:::note` is closed by 4 colons"),
        ("::::tabs\n:::tab\n:::\n::::\n", ":::tab", "this tab has no label"),
        (":::tab A\n:::\n", ":::tab", "`:::tab` stands outside of `::::tabs`"),
        ("::::tabs\nx y\n::::\n", "x y", "this stands in `::::tabs` but in none of its tabs"),
        ("::::tabs\n::fields\n::::\n", "::fields", "`::fields` stands between tabs"),
        (":::nite\n:::\n", "nite", "`nite` is not a directive"),
        ("<div>\n::fields\n</div>\n", "::fields", "this directive stands inside raw HTML and is not read"),
        ("a\n    ::fields\n", "::fields", "this directive is indented so far that it is read as text"),
    ] {
        let found = found(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(
            (found[0].0, found[0].1.as_str(), found[0].2.as_str()),
            ("page/directive", wrong, message),
            "{text}"
        );
    }
}

#[test]
fn headings_have_anchors() {
    let text = "# Größe `x` & *y*\n\n## A\n\n## A\n\nB\n---\n\n## C {#own .k}\n\n<a id=\"a-1\"></a>\n";
    let page = clean(text);
    let anchors: Vec<&str> = page.headings.iter().map(|heading| &*heading.anchor).collect();
    assert_eq!(anchors, ["größe-x--y", "a", "a-2", "b", "own"]);
    assert_eq!(&*page.headings[0].text, "Größe x & y");
    assert_eq!(page.headings[0].content.of(text), "Größe `x` & *y*");
    assert_eq!(page.headings[4].explicit.unwrap().of(text), "own");
    assert_eq!(&*page.headings[4].text, "C");
    assert_eq!(&*page.headings[4].classes[0], "k");
    assert_eq!(page.title(), Some("Größe x & y"));
    assert!(page.has_anchor("a-1"));
}

#[test]
fn links_know_their_destinations() {
    let text = "[a](b \"t\") ![i](<c d>) [e [x]][r] [r] <https://f.g> <h@i.j> https://k.l/m_n?o=1&p=2. \
                [q]( s(t)\\) ) [no][where] m[i][j] www.u.v [https://w](x)\n\n[r]: <y z> \"t\"\n\n\
                <img src='1' alt=''><a href=\"2?a&amp;b\">https://in.html</a>\n";
    let page = clean(text);
    let found: Vec<_> =
        page.links.iter().map(|l| (l.kind, &*l.destination, l.destination_span.of(text))).collect();
    assert_eq!(
        found,
        [
            (LinkKind::Inline, "b", "b"),
            (LinkKind::Image, "c d", "c d"),
            (LinkKind::Reference, "y z", "y z"),
            (LinkKind::Reference, "y z", "y z"),
            (LinkKind::Autolink, "https://f.g", "https://f.g"),
            (LinkKind::Email, "h@i.j", "h@i.j"),
            (LinkKind::Bare, "https://k.l/m_n?o=1&p=2", "https://k.l/m_n?o=1&p=2"),
            (LinkKind::Inline, "s(t))", "s(t)\\)"),
            (LinkKind::Bare, "http://www.u.v", "www.u.v"),
            (LinkKind::Inline, "x", "x"),
            (LinkKind::Html(HtmlAttribute::Src), "1", "1"),
            (LinkKind::Html(HtmlAttribute::Href), "2?a&b", "2?a&amp;b"),
            (LinkKind::UndefinedReference, "where", "where"),
        ]
    );
    assert_eq!(page.links[0].title.as_deref(), Some("t"));
    let text = "> [a b\n> c](\n> d)\n>\n> [`](`](e)\n>\n> <https://f/?a=1&amp;b=2>\n";
    let spans: Vec<_> = clean(text).links.iter().map(|l| l.destination_span.of(text).to_owned()).collect();
    assert_eq!(spans, ["d", "e", "https://f/?a=1&amp;b=2"]);
}

#[test]
fn content_rules_point_at_words() {
    for (text, rule, wrong) in [
        ("# A\n\n### B *c*\n", "content/heading-skip", "B *c*"),
        ("# A\n\n# B\n", "content/second-title", "B"),
        ("![](a.png)\n", "content/image-alt", "![](a.png)"),
        ("<img src=a>\n", "content/image-alt", "<img"),
        ("# A {#x}\n\n<b id=x>c</b>\n", "content/duplicate-id", "x"),
        ("", "content/empty-page", ""),
        ("---\ntitle: a\n---\n", "content/empty-page", "---"),
    ] {
        let found = found(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].0, found[0].1.as_str()), (rule, wrong), "{text}");
    }
    let all = parse(&SourceFile::new("a.md", "```\nx\n```\n")).findings;
    let rules: Vec<_> = all.iter().map(|finding| finding.rule.name).collect();
    assert_eq!(rules, ["content/fence-language", "content/missing-title", "content/missing-description"]);
    assert_eq!(all[0].primary.location.text(), "```");
}

#[test]
fn plain_text_has_words_only() {
    let page = clean(
        "# A *b*\n\nc `d`\ne &amp; \\*f ![g](h) <b>i</b>\n\n| j | k |\n|---|---|\n| l | m |\n\n- n\n- o\n",
    );
    assert_eq!(render_plain(&page.tree), "A b\nc d e & *f g i\nj\nk\nl\nm\nn\no");
}

/// The document that the project began with, where it is at hand.
#[test]
#[expect(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn the_first_guide_is_read_whole() {
    const GUIDE: &str = "shared/seed/parallelism-guide.md";
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let Some(bytes) = above.find_map(|folder| Disk::new(folder).read(GUIDE).ok()) else {
        return eprintln!("skipped: there is no {GUIDE} above this crate");
    };
    let text = String::from_utf8(bytes).expect("UTF-8");
    let page = clean(&text);
    let mut tables = 0;
    page.tree.iter().for_each(|node| {
        node.walk(&mut |node| {
            tables += usize::from(matches!(node.kind, NodeKind::Table(_)));
        })
    });
    assert_eq!((page.snippets.len(), page.headings.len(), tables), (17, 16, 2));
    let pairs: Vec<_> = page.snippets.iter().filter_map(|s| Some((s.follows?, s.index))).collect();
    assert_eq!(pairs[..4], [(0, 1), (2, 3), (4, 5), (6, 7)]);
}

/// What holds for every page, however it is written.
fn holds(text: &str) {
    let source = SourceFile::new("a.md", text);
    let checked = parse(&source);
    let page = checked.value;
    let fits = |span: Span| assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text:?}");
    for node in &page.tree {
        node.walk(&mut |node| {
            fits(node.span);
            for child in &node.children {
                assert!(node.span.contains(child.span), "{child:?} in {node:?} of {text:?}");
            }
        });
    }
    for finding in &checked.findings {
        fits(finding.primary.location.span);
        finding.related.iter().for_each(|label| fits(label.location.span));
    }
    for link in &page.links {
        fits(link.span);
        fits(link.destination_span);
    }
    for heading in &page.headings {
        fits(heading.span);
        fits(heading.content);
        fits(heading.explicit.unwrap_or_default());
    }
    for snippet in &page.snippets {
        fits(snippet.fence);
        fits(snippet.info);
        agrees(snippet, text);
    }
    page.ids.iter().for_each(|id| fits(id.span));
    assert!(Arc::ptr_eq(&page.source, &source));
}

/// Every character of the code is the file's at its origin, save what is left of a tab and normal line breaks.
fn agrees(snippet: &crate::page::snippet::Snippet, text: &str) {
    for (at, c) in snippet.code.text().char_indices() {
        let origin = snippet.code.origin(Span::new(at, at + c.len_utf8()));
        let written = text.get(origin.start..origin.end);
        let tab = c == ' ' && written == Some("\t");
        assert!(
            tab || written.is_some_and(|written| written.chars().eq([c])),
            "{c:?} {written:?} in {text:?}"
        );
        assert!(snippet.fence.contains(origin), "{origin:?} of {text:?}");
    }
}

fn fragments() -> impl Strategy<Value = String> {
    let parts = [
        "```",
        "~~~~",
        "sh title=\"",
        "\n",
        "\r\n",
        "\n\n",
        "    ",
        "\t",
        "> ",
        "- ",
        "1. ",
        ":::",
        "::::",
        "::fields",
        ":::note ",
        ":::tab x",
        "::::tabs",
        "{a=b",
        "}",
        "# ",
        "---",
        "ä",
        "\u{feff}",
        "<!-- ",
        "-->",
        "[a]",
        "(b)",
        "[a]: b",
        "![",
        "](",
        "<a href='",
        "<img>",
        "https://a.b/",
        "www.",
        "`",
        "*",
        "_",
        "\\",
        "&amp;",
        "|",
        "|-|",
        "shardbook-silence a/b: c",
        "title: x",
        "[^a]",
        "[^a]: ",
        "<div>",
        "[!NOTE]",
        "{#id}",
        "a",
        " ",
        "\r",
        "\0",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..40)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_markdown_is_read(text in fragments()) {
        holds(&text);
    }
}

#[test]
fn deep_nesting_is_read() {
    holds(&"> ".repeat(3000));
    holds(&"- ".repeat(2000));
    holds(&format!("{}x", "*a ".repeat(3000)));
    holds(&"[".repeat(5000));
    holds(&":::note\n".repeat(2000));
    holds(&format!("{}x{}", "![".repeat(2000), "](y)".repeat(2000)));
    holds(&"<script".repeat(3000));
    holds(&"https://".repeat(3000));
}
