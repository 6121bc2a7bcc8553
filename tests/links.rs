//! Links of every kind on a site of broken ones: each is found once, at its place, and the sound ones are let be.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was built itself")]

mod support;

use support::Site;

const BROKEN: &str = "---
title: Links
description: Links of every kind
aliases: [/old-name/]
---

# Links

## Part {#part}

[page](gone.md) [anchor](#prat) [other](other.md#nowhere) [case](Other.md)
![picture](no.png) <a href=\"gone/\">x</a> <img alt=\"\" src=\"no.svg\">
<img alt=\"\" srcset=\"no-1.png 1x, fine.png 2x\"> <video poster=\"no.jpg\"></video>
<object data=\"no.pdf\"></object> [text][no-label] [moved](/former/)
[download](no.zip) [placeholder](https://your-host/x)

## A {#Same}

## B {#same}
";

const SOUND: &str = "
[page](other.md) [anchor](#part) [both](other.md#there) [root](/other/) [top](#top) [empty](#)
![picture](fine.png) <a href=\"other.md\">x</a> <img alt=\"\" src=\"fine.png\">
[feed](/sitemap.xml) [text][label] [mail](mailto:a@b.c) [out](https://rust-lang.org/#x) `[code](no.md)`
<!-- <a href=\"no/\">x</a> --> [by name](<other.md> \"title\")

[label]: other.md
";

fn seeded() -> Site {
    let site = Site::new()
        .with("site.yaml", "title: T\nengine: sglang@0.5.10\nbase_url: https://docs.test/sub/\n")
        .with("content/links.md", &format!("{BROKEN}{SOUND}"))
        .with(
            "content/other.md",
            "---\ntitle: Other\ndescription: Another page\naliases: [/former/]\n---\n\n# Other\n\n## There\n\nText.\n",
        )
        .with("content/lost.md", "---\ntitle: Lost\ndescription: A page\nhide_sidebar: true\n---\n\n# Lost\n\nText.\n");
    site.write("content/fine.png", b"png");
    site
}

#[test]
fn every_broken_link_is_found_once_at_its_place() {
    let run = seeded().run(&["check", "--format", "concise"]).code(1);
    let found: Vec<String> = run
        .stdout
        .lines()
        .map(|line| line.split("]: ").next().unwrap().replacen("content/", "", 1).replacen(": ", " ", 1))
        .collect();
    let expected = "\
links.md:11:8 error[link/broken-page
links.md:11:27 error[link/broken-anchor
links.md:11:50 error[link/broken-anchor
links.md:11:66 error[link/case-mismatch
links.md:12:12 error[link/missing-asset
links.md:12:29 error[link/broken-page
links.md:12:59 error[link/missing-asset
links.md:13:21 error[link/missing-asset
links.md:13:63 error[link/missing-asset
links.md:14:15 error[link/missing-asset
links.md:14:40 warning[link/undefined-reference
links.md:14:58 note[link/redirected
links.md:15:12 error[link/missing-asset
links.md:15:42 warning[content/placeholder-host
links.md:19:8 warning[content/id-case
lost.md:1:1 warning[link/orphan-page";
    assert_eq!(found.join("\n"), expected, "{}", run.stdout);
}

#[test]
fn links_in_templates_and_data_are_found_where_they_are_written() {
    let site = Site::new()
        .with("site.yaml", "title: T\nengine: sglang@0.5.10\nbase_url: https://docs.test/sub/\n")
        .with(
            "templates/404.html",
            "<p>Back to the <a href=\"/start-here/\">start</a> or <a href=\"/sub/\">up</a></p>\n",
        );
    let run = site.run(&["check", "--format", "concise"]).code(1);
    let expected = "templates/404.html:1:25: error[link/broken-output]: `/start-here/` leads to nothing in the built site";
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    let built = site.build(&[]).code(1);
    assert!(built.stderr.contains("templates/404.html:1:25"), "{}", built.stderr);
    assert!(!site.path("public").exists(), "a site with a dead link is not published");
}

#[test]
fn links_in_descriptions_of_the_catalog_are_followed() {
    let source = "vendor: v
families:
  - name: F
    description: Small, as in [the guide](/guide/) and [what is gone](/gone/), with `a<b`.
    llm: { thinking_capability: non_thinking }
    hardware: { H100: { tp: 1 } }
    configurations: [{ name: default }]
    models: [{ name: A, quantization: bf16 }]
";
    let site = Site::new()
        .with("site.yaml", "title: T\nengine: sglang@0.5.10\nbase_url: https://docs.test/sub/\n")
        .with("data/models/vendors.yaml", "vendors:\n  v: { name: V, huggingface_org: V-Org }\n")
        .with(
            "data/hardware.yaml",
            "hardware:\n  H100: { vendor: NVIDIA, memory_gb: 80, gpus_per_node: 8 }\n",
        )
        .with("data/models/src/v0.5.10/f.yaml", source)
        .with_page("content/guide/index.md", "# Guide\n\nText.\n");
    site.run(&["compile"]).code(0);
    let run = site.run(&["check", "--format", "concise"]).code(1);
    let expected =
        "data/models/src/v0.5.10/f.yaml:4:71: error[link/broken-output]: `/sub/gone/` leads to nothing";
    assert!(run.stdout.starts_with(expected), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    let mended = source.replace(" and [what is gone](/gone/)", "");
    let site = site.with("data/models/src/v0.5.10/f.yaml", &mended);
    site.run(&["compile"]).code(0);
    site.build(&[]).code(0);
    let page = String::from_utf8(site.published()["models/v/a/index.html"].clone()).unwrap();
    assert!(
        page.contains("as in <a href=\"/sub/guide/\">the guide</a>, with <code>a&lt;b</code>."),
        "{page}"
    );
}

#[test]
fn a_sub_path_breaks_nothing() {
    let site = Site::new().with_page("content/a.md", &format!("# A\n\n## Part {{#part}}\n{SOUND}")).with(
        "content/other.md",
        "---\ntitle: Other\ndescription: Another page\n---\n\n# Other\n\n## There\n\nText.\n",
    );
    site.write("content/fine.png", b"png");
    for base in ["/", "/deep/er/", "https://host.test/", "https://host.test/p/"] {
        let site_file = format!("title: T\nengine: sglang@0.5.10\nbase_url: {base}\n");
        site.write("site.yaml", site_file.as_bytes());
        let run = site.run(&["check", "--format", "concise"]);
        let wrong: Vec<&str> = run.stdout.lines().filter(|line| !line.contains("sitemap.xml")).collect();
        assert!(wrong.is_empty(), "{base}: {}", run.stdout);
    }
}
