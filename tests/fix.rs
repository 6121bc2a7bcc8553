//! `--fix` rewrites what has a known replacement, exactly there, and nothing else.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was written")]

mod support;

use std::fs;

use support::Site;

const NEW: &str = "title: Test\nengine: sglang@0.5.23\n";

/// Mends a page whose body is `before` and compares it with `after`; a second run changes nothing.
#[track_caller]
fn mends(before: &str, after: &str) {
    let site = Site::new().with("site.yaml", NEW).with_page("content/a.md", before);
    let expected = fs::read_to_string(site.path("content/a.md")).unwrap().replace(before, after);
    site.run(&["check", "--fix"]);
    assert_eq!(fs::read_to_string(site.path("content/a.md")).unwrap(), expected);
    site.run(&["check", "--fix"]).mentions("0 changes in 0 files");
    assert_eq!(fs::read_to_string(site.path("content/a.md")).unwrap(), expected);
}

#[test]
fn the_old_spelling_of_attention_groups_becomes_the_new() {
    mends(
        "# A\n\n- > ```bash\n  > python -m sglang.launch_server --model-path a/b \\\n  >   --dp-size 8 \\\n  >   \
         --enable-dp-attention \\\n  >   --tp 8  # eight\n  > ```\n\nText with --enable-dp-attention.\n",
        "# A\n\n- > ```bash\n  > python -m sglang.launch_server --model-path a/b \\\n  >   --attn-dp-size 8 \\\n  >   \
         --tp 8  # eight\n  > ```\n\nText with --enable-dp-attention.\n",
    );
}

#[test]
fn line_ends_and_quotes_are_kept() {
    mends(
        "# A\r\n\r\n```bash\r\ndocker run img bash -c \"python -m sglang.launch_server --model-path a/b \
         --enable-dp-attention --tp-size 8 --dp=8 --disable-cuda-graph\"\r\n```\r\n",
        "# A\r\n\r\n```bash\r\ndocker run img bash -c \"python -m sglang.launch_server --model-path a/b --tp-size 8 \
         --attn-dp-size=8 --cuda-graph-backend-decode=disabled --cuda-graph-backend-prefill=disabled\"\r\n```\r\n",
    );
}

#[test]
fn words_of_a_list_are_mended() {
    mends(
        "# A\n\n```yaml\ntp: 8\nextra_args:\n  - --disable-cuda-graph\n  - \"--grpc-mode\"\n  - --cuda-graph-max-bs\n  - \
         '8'\n```\n",
        "# A\n\n```yaml\ntp: 8\nextra_args:\n  - --cuda-graph-backend-decode=disabled\n  - \
         --cuda-graph-backend-prefill=disabled\n  - \"--smg-grpc-mode\"\n  - --cuda-graph-max-bs-decode\n  - '8'\n```\n",
    );
}

#[test]
fn what_has_to_be_decided_is_left() {
    for line in [
        // A near miss may be another flag.
        "--tp-sise 8",
        // The number of groups is not known.
        "--enable-dp-attention",
        "--dp-size 4 --dp-size 8 --enable-dp-attention",
        // The engine is told twice.
        "--disable-fast-image-processor --image-processor-backend torchvision",
        // More flags may hide there.
        "$ARGS --dp-size 8 --enable-dp-attention",
        // A note, unless it is denied.
        "--tp 8",
    ] {
        let page = format!("# A\n\n```bash\npython -m sglang.launch_server --model-path a/b {line}\n```\n");
        mends(&page, &page);
    }
}

#[test]
fn blocks_for_several_versions_keep_what_all_of_them_take() {
    let block = |version: &str, flag: &str| {
        format!(
            "```bash version=\"{version}\"\npython -m sglang.launch_server --model-path a/b {flag}\n```\n"
        )
    };
    let (old, new) = ("--stream-output", "--incremental-streaming-output");
    mends(
        &format!("# A\n\n{}\n{}", block("0.5.10", old), block(">=0.5.8", old)),
        &format!("# A\n\n{}\n{}", block("0.5.10", new), block(">=0.5.8", old)),
    );
}

#[test]
fn an_upgrade_is_made_over_pages() {
    let page = |flags: &str| {
        format!("# A\n\n```bash\npython -m sglang.launch_server --model-path a/b {flags}\n```\n")
    };
    let old = page("--tp-size 8 --dp-size 8 --enable-dp-attention --nsa-decode-backend fa3");
    let site = Site::new().with_page("content/a.md", &old).with_page("content/b.md", &old);
    let read = |name: &str| fs::read_to_string(site.path(&format!("content/{name}.md"))).unwrap();
    let before = ["a", "b"].map(read);
    site.run(&["check", "--against", "sglang@0.5.23", "--fix", "--dry-run"])
        .code(1)
        .mentions("nothing was written");
    assert_eq!(["a", "b"].map(read), before);
    site.run(&["check", "--against", "sglang@0.5.23", "--fix", "content/a.md"])
        .mentions("2 changes in 1 file");
    let new = read("a");
    assert!(new.ends_with(&page("--tp-size 8 --attn-dp-size 8 --dsa-decode-backend fa3")), "{new}");
    assert_eq!(read("b"), before[1], "not named");
}

#[test]
fn a_silenced_finding_is_not_mended() {
    let page = "# A\n\n<!-- shardbook-silence cli/deprecated-flag: shown as it was -->\n```bash\npython -m \
                sglang.launch_server --model-path a/b --grpc-mode\n```\n";
    let site = Site::new().with("site.yaml", NEW).with_page("content/a.md", page);
    site.run(&["check", "--fix"]).mentions("0 changes");
}

#[test]
fn a_file_without_a_site_is_mended() {
    let script = "set -e\r\npython -m sglang.launch_server --model-path a/b --grpc-mode\r\n";
    let site = Site::empty().with("run.sh", script);
    site.run(&["verify", "--engine", "sglang@0.5.23", "--fix", "run.sh"]).code(0).mentions("1 change");
    let new = fs::read_to_string(site.path("run.sh")).unwrap();
    assert_eq!(new, script.replace("--grpc-mode", "--smg-grpc-mode"));
    assert_eq!(site.top(), ["run.sh"], "nothing else is left there");
}

#[test]
fn the_blocks_of_a_markdown_file_are_judged() {
    let text = "# Read me\n\nRun `foo` *now*.\n\n```bash\npython -m sglang.launch_server --model-path a/b --tp-sise 8\n```\n";
    let site = Site::empty().with("README.md", text);
    let run = site.run(&["verify", "--engine", "0.5.10", "--format", "concise", "README.md"]).code(1);
    assert!(run.stdout.starts_with("README.md:6:49: error[cli/unknown-flag]"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn lines_are_arguments_of_a_program() {
    let lines = "--model-path a/b --tp-size 8\n\n--model-path a/b \\\n  --tp-sise 8\n";
    let site = Site::empty().with("lines.txt", lines);
    let arguments = ["verify", "--engine", "0.5.10", "--format", "concise", "--program"];
    let run = site.run(&[&arguments[..], &["sglang.launch_server", "lines.txt"]].concat()).code(1);
    assert!(run.stdout.starts_with("lines.txt:4:3: error[cli/unknown-flag]"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    site.run(&[&arguments[..], &["sglang.lunch_server", "lines.txt"]].concat())
        .code(2)
        .mentions("did you mean `sglang.launch_server`");
}

#[test]
fn the_old_prefix_of_variables_is_mended() {
    let line = |name: &str| {
        format!("# A\n\n```bash\n{name}=1 python -m sglang.launch_server --model-path a/b\n```\n")
    };
    mends(&line("SGL_LOG_GC"), &line("SGLANG_LOG_GC"));
    mends(&line("SGL_NO_SUCH"), &line("SGL_NO_SUCH"));
}
