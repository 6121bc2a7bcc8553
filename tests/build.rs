#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was built itself")]
#![expect(clippy::print_stderr, reason = "says why something was skipped")]
//! `shardbook build` as a whole: what stops it, what it leaves alone, and what it publishes.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::{Run, SITE, Site, files, program, times};

/// Publishes a site without faults, plants one, and expects that finding and the published site as it was.
#[track_caller]
fn planted(body: &str, expected: &str) {
    let site = Site::new().with_page("content/guide/page.md", "# Page\n\n## A heading\n\nText.\n");
    site.build(&[]).code(0).found("");
    let before = site.published();
    let site = site.with_page("content/guide/page.md", body);
    site.build(&[]).code(1).found(expected).mentions("nothing was published; `./public` is as it was\n");
    assert_eq!(site.published(), before, "the published site is as it was");
}

#[test]
fn a_wrong_flag_stops_the_build() {
    planted(
        "# Page\n\n- in a list:\n\n  ```bash\n  python -m sglang.launch_server \\\n    --model-path m --tp-sise 8\n  ```\n",
        "\
error[cli/unknown-flag]: `--tp-sise` is not a flag of `sglang.launch_server` in SGLang 0.5.10
  --> content/guide/page.md:12:20
   |
12 |     --model-path m --tp-sise 8
   |                    ^^^^^^^^^
   |
   = help: did you mean `--tp-size`, `--dp-size` or `--ep-size`?
help: write `--tp-size`
   |
12 -     --model-path m --tp-sise 8
12 +     --model-path m --tp-size 8
   |
",
    );
}

#[test]
fn a_repeated_key_stops_the_build() {
    planted(
        "# Page\n\n```yaml\ntp: 8\ndp: 2\ntp: 4\n```\n",
        "\
error[yaml/duplicate-key]: the key `tp` stands twice in this mapping
  --> content/guide/page.md:11:1
   |
 9 | tp: 8
   | -- first here
10 | dp: 2
11 | tp: 4
   | ^^ again here
   |
   = help: keep one of the two; alternatives belong into two blocks or into a list
",
    );
}

#[test]
fn a_degree_that_does_not_divide_stops_the_build() {
    planted(
        "# Page\n\n> ```yaml\n> tp: 8\n> ep: 3\n> ```\n",
        "\
error[parallelism/ep-divides-tp]: ep 3 does not divide tp 8: the experts' share of tensor parallelism is tp / ep
  --> content/guide/page.md:10:7
   |
 9 | > tp: 8
   |       - `tp` is set here
10 | > ep: 3
   |       ^
   |
   = help: use one of 1, 2, 4 or 8
",
    );
}

#[test]
fn a_dead_anchor_stops_the_build() {
    planted(
        "# Page\n\n## A heading\n\nBack [up](#a-heeding).\n",
        "\
error[link/broken-anchor]: this page has no heading or id `a-heeding`
  --> content/guide/page.md:10:12
   |
10 | Back [up](#a-heeding).
   |            ^^^^^^^^^
   |
   = help: did you mean `a-heading`?
",
    );
}

#[test]
fn a_dead_page_link_stops_the_build() {
    planted(
        "# Page\n\nTo the [start](../indx.md).\n",
        "\
error[link/broken-page]: there is no page `../indx.md` in the site
 --> content/guide/page.md:8:16
  |
8 | To the [start](../indx.md).
  |                ^^^^^^^^^^
  |
  = help: did you mean `../index.md`?
",
    );
}

#[test]
fn a_missing_image_stops_the_build() {
    planted(
        "# Page\n\n![A picture](pictures/one.png)\n",
        "\
error[link/missing-asset]: there is no file `pictures/one.png` in the site
 --> content/guide/page.md:8:14
  |
8 | ![A picture](pictures/one.png)
  |              ^^^^^^^^^^^^^^^^
  |
  = help: put it beside the page, or below `static/`
",
    );
}

#[test]
fn all_findings_come_at_once_in_the_order_of_the_files() {
    let site = Site::new()
        .with_page("content/b.md", "# B\n\n[a](gone.md)\n\n```yaml\ntp: eight\n```\n")
        .with_page("content/a.md", "# A\n\n[b](#gone)\n");
    let run = site.run(&["check", "--format", "concise"]).code(1);
    let places: Vec<&str> = run.stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(places, ["content/a.md:8:6:", "content/b.md:8:5:", "content/b.md:11:5:"], "{}", run.stdout);
}

#[test]
fn a_folder_that_is_none_is_named() {
    let site = Site::empty();
    site.build(&["--root", "gone"]).code(2).says("error: there is no folder `gone`");
    let run =
        site.build(&[]).code(2).mentions("there is no site here: neither `site.yaml` nor a folder `content`");
    assert!(run.stdout.is_empty());
    assert!(site.top().is_empty(), "nothing was made");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let site = Site::new().with_page("content/secret.md", "# Secret\n");
    if !lock(&site.path("content/secret.md")) {
        return eprintln!("skipped: this user may read every file");
    }
    site.build(&[]).code(2).mentions("can't read `content/secret.md`: ");
    assert!(!site.path("public").exists());
}

/// Takes away the right to read a file; gives whether that had any effect.
fn lock(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }
    fs::File::open(path).is_err()
}

#[test]
fn bytes_that_are_no_text_are_found() {
    let site = Site::new();
    site.write("content/guide/page.md", b"---\ntitle: A\ndescription: B\n---\n\n# A\n\nb\xffc\n");
    let expected = "\
error[site/encoding]: this file is not UTF-8: byte 0xFF begins no character
 --> content/guide/page.md:8:2
  |
8 | b\u{fffd}c
  |  ^
  |
  = help: save the file as UTF-8
";
    site.build(&[]).code(1).found(expected);
    assert!(!site.path("public").exists(), "never half a site");
}

#[test]
fn an_unknown_key_of_the_site_is_found() {
    let site = Site::new().with("site.yaml", "titel: Test\nengine: sglang@0.5.10\n");
    let expected = "\
error[yaml/unknown-key]: `titel` is not a key of `site.yaml`
 --> site.yaml:1:1
  |
1 | titel: Test
  | ^^^^^
  |
  = help: did you mean `title`?
";
    site.build(&[]).code(1).found(expected);
}

#[test]
fn bad_files_of_a_site_are_named_and_never_a_panic() {
    let bad: [(&str, &[u8]); 10] = [
        ("templates/page.html", b"{% if %}"),
        ("templates/page.html", b"{{ nothing.there }}"),
        ("templates/page.html", b"\xff"),
        ("site.yaml", b"title: [\n"),
        ("site.yaml", b"- a\n- b\n"),
        ("site.yaml", b"\xfe"),
        ("data/hardware.yaml", b"a: ["),
        ("data/schema/engine.yaml", b"fields: 3\n"),
        ("data/engines/sglang/0.5.10.yaml", b"programs: []\n"),
        ("data/models/src/v0.5.6/a.yaml", b"vendor: {"),
    ];
    for (path, bytes) in bad {
        let site = Site::new();
        site.write(path, bytes);
        site.build(&[]).calm().code(1).mentions(path);
        assert!(!site.path("public").exists(), "{path}: never half a site");
    }
}

#[test]
fn a_site_works_below_a_path() {
    let site =
        Site::new().with_page("content/guide/page.md", "# Page\n\n[start](../index.md), [there](#page)\n");
    site.build(&["--base-url", "https://host/project/"]).code(0);
    let published = site.published();
    let mut links = 0;
    for (path, bytes) in published.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        for target in attributes(&html, " href=\"").chain(attributes(&html, " src=\"")) {
            let inside = target.starts_with("/project/") || target.starts_with("https://host/project/");
            assert!(inside || target.starts_with('#'), "{path}: `{target}`");
            links += usize::from(inside);
        }
    }
    assert!(links > 10, "{links} links");
    let page = String::from_utf8_lossy(&published["guide/page/index.html"]).into_owned();
    assert!(page.contains("<a href=\"/project/\">start</a>"), "{page}");
    site.build(&["--base-url", "host"]).code(2).mentions("`host` is not a base URL");
}

fn attributes<'a>(html: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(begin).skip(1).filter_map(|rest| rest.split('"').next())
}

#[test]
fn a_foreign_folder_is_refused() {
    let site = Site::new().with("out/thesis.txt", "years of work");
    let run = site.build(&["--out", "out"]).code(2);
    run.mentions("holds files that shardbook did not write, so it is left as it is").mentions("`--force`");
    assert_eq!(fs::read(site.path("out/thesis.txt")).unwrap(), b"years of work");
    site.build(&["--out", "content", "--force"]).code(2).mentions("holds the site's sources");
    assert_eq!(site.top(), ["content", "out", "site.yaml"]);
}

#[test]
fn unchanged_files_keep_their_time() {
    let site =
        Site::new().with_page("content/a.md", "# A\n\nOne.\n").with_page("content/b.md", "# B\n\nTwo.\n");
    site.build(&[]).code(0);
    let (before, old) = (times(&site.path("public")), site.published());
    sleep(Duration::from_millis(20));
    site.build(&[]).code(0).mentions(" 0 changed\n");
    assert_eq!(times(&site.path("public")), before);
    let site = site.with_page("content/a.md", "# A\n\nThree.\n");
    site.build(&[]).code(0);
    let (after, new) = (times(&site.path("public")), site.published());
    assert!(after["a/index.html"] > before["a/index.html"]);
    for (path, bytes) in &new {
        if old.get(path) == Some(bytes) {
            assert_eq!(after[path], before[path], "{path}");
        }
    }
    assert_eq!(old["b/index.html"], new["b/index.html"], "another page's text is not on this one");
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let build = |threads: &str| {
        let out = folder.path().join(threads);
        let mut command = program(repository);
        command.args(["build", "--no-cache", "--out"]).arg(&out).env("RAYON_NUM_THREADS", threads);
        let run = Run::of(&mut command).code(0);
        (files(&out), run.findings().to_owned())
    };
    let (one, four) = (build("1"), build("4"));
    assert_eq!(one.1, four.1, "the findings");
    assert_eq!(one.0.keys().collect::<Vec<_>>(), four.0.keys().collect::<Vec<_>>());
    let different: Vec<&String> =
        one.0.iter().filter(|(path, bytes)| four.0[*path] != **bytes).map(|(p, _)| p).collect();
    assert!(different.is_empty(), "{different:?}");
    assert!(one.0.len() > 100);
}

/// Writes all pages in one of two wordings of equal length.
fn word_all(site: &Site, word: &str) {
    for number in 0..40 {
        let text = format!(
            "---\ntitle: Page {number}\ndescription: D\n---\n\n# Page {number}\n\n{word} {number}.\n"
        );
        site.write(&format!("content/page-{number}.md"), text.as_bytes());
    }
}

#[test]
fn a_killed_build_leaves_the_old_site_whole() {
    let site = Site::empty().with("site.yaml", SITE).with_page("content/index.md", "# Start\n");
    word_all(&site, "wording-a");
    site.build(&[]).code(0);
    let old = site.published();
    word_all(&site, "wording-b");
    let started = Instant::now();
    site.build(&[]).code(0);
    let whole = started.elapsed();
    let new = site.published();
    assert_ne!(old, new);
    let mut sites = 0;
    for attempt in 0..15_u32 {
        let (word, next) = if site.published() == old { ("wording-b", &new) } else { ("wording-a", &old) };
        let before = site.published();
        word_all(&site, word);
        let mut build = site.start_build();
        sleep(whole * (attempt + 1) / 16);
        build.kill().unwrap();
        build.wait().unwrap();
        let after = site.published();
        assert!(after == before || after == *next, "attempt {attempt}: neither the old site nor the new one");
        sites += usize::from(after == before);
    }
    assert!(sites > 0, "no build was killed before it had published");
    site.build(&[]).code(0);
    assert_eq!(
        site.top(),
        [".shardbook", "content", "public", "site.yaml"],
        "what killed builds left is gone"
    );
}

/// The guide that this project began with, if it lies beside the repository.
fn first_guide() -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    above.map(|folder| folder.join("shared/seed/parallelism-guide.md")).find(|path| path.is_file())
}

#[test]
fn the_first_guide_has_its_real_faults_found_and_builds_without_them() {
    let Some(path) = first_guide() else {
        return eprintln!("skipped: the guide that the project began with is not beside the repository");
    };
    let text = fs::read_to_string(path).unwrap();
    let site = Site::new().with("content/guide.md", &text);
    let run = site.run(&["check", "--format", "concise"]).code(1);
    let errors: Vec<&str> = run.stdout.lines().filter(|line| line.contains("error[")).collect();
    let expected = ["content/guide.md:198:1:", "content/guide.md:209:1:"];
    assert_eq!(errors.len(), expected.len(), "{}", run.stdout);
    for (error, place) in errors.iter().zip(expected) {
        assert!(error.starts_with(place) && error.contains("error[yaml/duplicate-key]"), "{error}");
    }
    let mended = site.with("site.yaml", &format!("{SITE}rules:\n  yaml/duplicate-key: note\n"));
    mended.build(&[]).code(0);
    let html = String::from_utf8(mended.published()["guide/index.html"].clone()).unwrap();
    let count = |part: &str| html.matches(part).count();
    let lines = |begin: &str| text.lines().filter(|line| line.starts_with(begin)).count();
    assert_eq!(count("<h1"), 1);
    assert!(!html.contains("sidebar_position"), "front matter is not content");
    assert_eq!(count("<table"), text.lines().filter(|line| line.starts_with("|--")).count());
    assert_eq!(count("<pre"), text.matches("```").count() / 2, "every block, those in lists, too");
    assert!(count("<h2") >= lines("## "), "every heading");
    assert!(!html.contains("```"), "no fence is left over");
}
