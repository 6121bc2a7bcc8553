#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was written itself")]
//! `shardbook check` as the gate of a repository: its baseline, its reports, its exit codes.

mod support;

use std::fs;
use std::process::Stdio;

use serde_json::Value;
use support::{Run, Site, files, program};

/// A site with two dead links of one name, and one finding that is silenced.
fn faulty() -> Site {
    Site::new().with_page(
        "content/a.md",
        "# A\n\nTo [one](gone-page.md), and [again](gone-page.md).\n\n\
         <!-- shardbook-silence link/broken-page: comes next week -->\n\n[b](soon.md)\n",
    )
}

const BASELINE: [&str; 3] = ["check", "--baseline", "known.yaml"];

fn with_baseline(site: &Site, more: &[&str]) -> Run {
    site.run(&[&BASELINE, more].concat())
}

fn read(site: &Site, path: &str) -> String {
    fs::read_to_string(site.path(path)).unwrap()
}

#[test]
fn a_baseline_lets_known_findings_pass_and_new_ones_fail() {
    let site = faulty();
    site.run(&["check"]).code(1);
    with_baseline(&site, &["--update-baseline"])
        .code(0)
        .mentions("2 findings known from the baseline `known.yaml`");
    let expected = "\
# Findings that are known and don't fail. Written by `shardbook check --baseline FILE --update-baseline`.
format: 1
findings:
  - path: \"content/a.md\"
    rule: link/broken-page
    text: \"gone-page.md\"
    count: 2
";
    assert_eq!(read(&site, "known.yaml"), expected);
    with_baseline(&site, &["--deny", "warnings"]).code(0).found("");
    // Lines move, other words of the line change.
    let site = site.with_page(
        "content/a.md",
        "# A\n\nMore.\n\nSee [1](gone-page.md).\n\nAnd [2](gone-page.md).\n\n[c](other-page.md)\n",
    );
    let run = with_baseline(&site, &["--format", "concise"]).code(1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert!(run.stdout.starts_with("content/a.md:14:5: error[link/broken-page]"), "{}", run.stdout);
}

#[test]
fn what_was_mended_is_said_and_the_file_shrinks() {
    let site = faulty();
    with_baseline(&site, &["--update-baseline"]).code(0);
    let site = site.with_page("content/a.md", "# A\n\nSee [1](gone-page.md).\n");
    let run = with_baseline(&site, &["--format", "concise"]).code(0);
    let said =
        "known.yaml:5:11: note[baseline/mended]: `link/broken-page` is not found in `content/a.md` any more";
    assert!(run.stdout.starts_with(said), "{}", run.stdout);
    run.mentions("1 finding known from the baseline `known.yaml`, 1 mended");
    with_baseline(&site, &["--deny", "baseline/mended"]).code(1);
    let other = site.with_page("content/b.md", "# B\n\nText.\n");
    with_baseline(&other, &["content/b.md", "--deny", "baseline/mended"]).code(0);
    with_baseline(&other, &["--update-baseline", "content/b.md"]).code(0);
    assert!(read(&other, "known.yaml").contains("count: 2"), "what was not looked at stays");
    with_baseline(&other, &["--update-baseline"]).code(0);
    assert!(!read(&other, "known.yaml").contains("count"));
    let once = read(&other, "known.yaml");
    with_baseline(&other, &["--update-baseline"]).code(0);
    assert_eq!(read(&other, "known.yaml"), once, "the same findings make the same file");
}

#[test]
fn a_baseline_beside_the_site_is_named_from_the_current_folder() {
    let page = |text: &str| format!("---\ntitle: A\ndescription: D\n---\n\n# A\n\n{text}\n");
    let site = Site::empty()
        .with("docs/site.yaml", "title: T\n")
        .with("docs/content/index.md", &page("[1](gone.md)"));
    let check = |more: &[&str]| {
        let known = ["check", "--root", "docs", "--baseline", "known.yaml"];
        Run::of(program(&site.path("")).args(known).args(more))
    };
    check(&["--update-baseline"]).code(0);
    fs::write(site.path("docs/content/index.md"), page("[1](other.md)")).unwrap();
    let run = check(&["--format", "concise", "--format", "sarif", "--output", "x.sarif"]).code(1);
    let files: Vec<&str> = run.stdout.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, ["docs/content/index.md", "known.yaml"], "{}", run.stdout);
    let log: Value = serde_json::from_str(&read(&site, "x.sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let places = results.map(|it| &it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]);
    assert_eq!(places.collect::<Vec<_>>(), files);
    let run = check(&["--format", "github"]).code(1);
    assert!(run.stdout.contains("::notice file=known.yaml,"), "{}", run.stdout);
    assert!(run.stdout.contains("::error file=docs/content/index.md,"), "{}", run.stdout);
}

#[test]
fn a_baseline_that_cannot_be_read_is_named_with_its_place() {
    let site = faulty();
    with_baseline(&site, &[])
        .code(2)
        .mentions("there is no baseline `known.yaml`; `--update-baseline` writes one");
    let site = site.with("known.yaml", "format: 1\nfindings:\n  - path: a\n    rule: b/c\n    txt: x\n");
    with_baseline(&site, &[]).code(2).mentions("known.yaml:5:5: error[yaml/unknown-key]: `txt` is not a key");
    with_baseline(&site, &["--update-baseline"]).code(2).mentions("known.yaml:5:5:");
    let site = site.with("known.yaml", "<<<<<<< HEAD\nformat: 1\n");
    with_baseline(&site, &[]).code(2).mentions("the baseline can't be read:\nknown.yaml:");
    site.write("known.yaml", b"\xff");
    with_baseline(&site, &[]).code(2).mentions("the baseline is not UTF-8");
    site.run(&["check", "--update-baseline"]).code(2).mentions("--baseline <FILE>");
}

#[test]
fn several_reports_come_of_one_run() {
    let site = faulty();
    with_baseline(&site, &["--update-baseline"]).code(0);
    let site = site.with_page(
        "content/b.md",
        "# B\n\n[x](no.md)\n\n<!-- shardbook-silence link/broken-page: comes next week -->\n\n[b](soon.md)\n",
    );
    let formats = "--format human --format sarif --output x.sarif --format junit --output x.xml --format json --output x.json --format concise --output x.txt";
    let formats: Vec<&str> = formats.split(' ').collect();
    let run = with_baseline(&site, &formats).code(1);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    let run = run.mentions("--> content/b.md:8:5");
    assert!(read(&site, "x.txt").starts_with("content/b.md:8:5: error[link/broken-page]"));
    let json: Value = serde_json::from_str(&read(&site, "x.json")).unwrap();
    assert_eq!(json["counts"]["error"], 1);
    let by: Vec<&str> =
        json["suppressed"].as_array().unwrap().iter().map(|one| one["by"].as_str().unwrap()).collect();
    assert_eq!(by, ["baseline", "baseline", "silence", "silence"], "{}", run.stderr);
    let xml = read(&site, "x.xml");
    assert!(xml.contains("failures=\"1\" errors=\"0\"") && xml.matches("<skipped ").count() == 4, "{xml}");
    let sarif: Value = serde_json::from_str(&read(&site, "x.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let kinds: Vec<Option<&str>> =
        results.iter().map(|result| result["suppressions"][0]["kind"].as_str()).collect();
    assert_eq!(kinds, [None, Some("external"), Some("external"), Some("inSource"), Some("inSource")]);
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("A link without a host"), "{rule}");
    let mut prints: Vec<&str> = results
        .iter()
        .map(|result| result["partialFingerprints"]["shardbook/v1"].as_str().unwrap())
        .collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), results.len(), "every finding has a print of its own");
}

#[test]
fn an_output_belongs_to_the_format_before_it() {
    let site = faulty();
    site.run(&["check", "--output", "x.json", "--format", "json"]).code(1);
    assert!(read(&site, "x.json").starts_with('{'), "one of each belong together");
    site.run(&["check", "--output", "x.txt"]).code(1);
    assert!(
        read(&site, "x.txt").starts_with("error[link/broken-page]"),
        "`human` is the format that is not named"
    );
    let human = ["--output", "x.txt", "--format", "json", "--format", "sarif"];
    site.run(&[&["check"], &human[..]].concat()).code(2).mentions("stands before all formats");
    let twice = ["check", "--format", "json", "--output", "a", "--output", "b", "--format", "human"];
    site.run(&twice).code(2).mentions("`--format json` has two `--output`");
    let mixed = ["check", "--format", "json", "--format", "sarif"];
    site.run(&mixed).code(2).mentions("`json` and `sarif` would be mixed on standard output");
}

#[test]
fn code_hosts_get_paths_of_the_repository_and_a_summary() {
    let site = faulty();
    let above = site.path("..").canonicalize().unwrap();
    let name = site.path("").file_name().unwrap().to_str().unwrap().to_owned();
    let summary = site.path("summary.md");
    let mut command = program(&above);
    command.args(["check", "--root", &name, "--format", "github"]).env("GITHUB_STEP_SUMMARY", &summary);
    let run = Run::of(&mut command).code(1);
    assert!(run.stdout.starts_with(&format!("::error file={name}/content/a.md,line=8,")), "{}", run.stdout);
    let text = fs::read_to_string(&summary).unwrap();
    assert!(
        text.starts_with("## shardbook: 2 errors\n\n| Place | Rule | Finding |\n|---|---|---|\n"),
        "{text}"
    );
    let mut command = program(&above);
    command.args(["check", "--root", &name, "--format", "sarif"]);
    let run = Run::of(&mut command).code(1);
    assert!(run.stdout.contains(&format!("\"uri\": \"{}/content/a.md\"", name)), "{}", run.stdout);
    // A hook names files as they are seen from the repository's root.
    let mut command = program(&above);
    command.args(["check", "--root", &name, "--format", "concise", &format!("{name}/content/index.md")]);
    assert_eq!(Run::of(&mut command).code(0).stdout, "");
}

#[test]
fn what_can_not_be_done_ends_with_2() {
    let site = faulty();
    for (arguments, said) in [
        (&["check", "content/no.md"][..], "there is no file or folder `content/no.md` in the site"),
        (&["check", "/etc"], "there is no file or folder `/etc` in the site"),
        (&["check", "--output", "no/x.txt"], "can't write `no/x.txt`"),
        (&["check", "--output", "content"], "can't write `content`"),
        (&["check", "--deny", "link/brokn"], "there is no rule `link/brokn` to deny"),
        (&["check", "--against", "sglang@x"], ""),
        (&["check", "--format", "xml"], "invalid value 'xml'"),
        (&["check", "--baseline", "content"], "can't read the baseline `content`"),
        (&["check", "--root", "no"], "there is no folder `no`"),
    ] {
        let run = site.run(arguments).calm().code(2).mentions(said);
        assert!(run.stdout.is_empty(), "{arguments:?}: {}", run.stdout);
    }
    site.run(&["check", "content/index.md"]).code(0);
    site.run(&["check", "./content/"]).code(1);
    site.run(&["check", "--deny", "warnings", "content/index.md"]).code(0);
}

/// A block that shows what is wrong shows it for its own version, not for the one that the site may move to.
#[test]
fn an_upgrade_breaks_no_expectation() {
    let pipeline = "```yaml {version=0.5.10 expect=\"parallelism/pipeline\"}\npp: 2\nextra_args: [--enable-mixed-chunk]\n```\n";
    let site = Site::new().with_page("content/a.md", &format!("# A\n\n{pipeline}"));
    site.run(&["check"]).code(0);
    site.run(&["check", "--against", "sglang@0.5.23"]).code(0);
    let unmet = pipeline.replace("pp: 2", "pp: 1");
    let site = Site::new().with_page("content/a.md", &format!("# A\n\n{unmet}"));
    site.run(&["check"]).code(1).mentions("snippet/unmet-expectation");
}

#[test]
fn a_new_site_builds_and_is_not_written_twice() {
    let site = Site::empty().with(".git/HEAD", "ref: refs/heads/main\n");
    site.run(&["init", "."]).code(0).mentions("a site is in `.`");
    site.run(&["check", "--deny", "warnings"]).code(0);
    site.build(&[]).code(0);
    assert!(site.published().contains_key("index.html"));
    site.write("content/index.md", b"own");
    site.run(&["init", "."]).code(2).mentions("`.` is not empty, so nothing was written");
    assert_eq!(files(&site.path("content"))["index.md"], b"own");
}

/// The facts that come with the program hold wherever a model is named, until the site says something else of it.
#[test]
fn facts_come_with_the_program() {
    let block = "```yaml {model=deepseek-ai/DeepSeek-V3.2}\ntp: 4\nep: 4\n```\n\n```yaml {model=deepseek-ai/DeepSeek-V3.2}\ntp: 6\nep: 6\n```\n";
    let site =
        Site::new().with_page("content/a.md", &format!("# A\n\n{block}")).with("run.yaml", "tp: 6\nep: 6\n");
    let experts = "ep 6 does not divide the 256 routed experts of `deepseek-ai/DeepSeek-V3.2`";
    site.run(&["check"]).code(1).mentions(experts).mentions("content/a.md:15:5");
    site.run(&["verify", "content/a.md"]).code(1).mentions(experts).mentions("content/a.md:15:5");
    site.run(&["verify", "--model", "deepseek-ai/DeepSeek-V3.2", "run.yaml"]).code(1).mentions(experts);
    site.run(&["verify", "--model", "some/model", "run.yaml"]).code(0);
    let own = "deepseek-ai/DeepSeek-V3.2: { architecture: moe, experts: { routed: 96 } }\n";
    site.with("data/models/facts/own.yaml", own).run(&["check"]).code(0);
}

#[test]
fn a_reader_that_went_away_is_no_panic() {
    let mut body = String::from("# A\n\n");
    (0..2000).for_each(|number| body.push_str(&format!("[x](no-{number}.md)\n\n")));
    let site = Site::new().with_page("content/a.md", &body);
    let mut child = program(&site.path(""))
        .args(["check", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1), "neither a panic nor a signal");
    let mut child = program(&site.path("")).arg("check").stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[cfg(not(feature = "external-links"))]
#[test]
fn a_program_without_the_library_says_how_to_get_one() {
    let run = faulty().run(&["check", "--external"]).code(2);
    run.mentions("`cargo install --locked --path . --features external-links`");
}

#[test]
fn the_summary_says_which_facts_rules_lacked() {
    let site = Site::new().with_page(
        "content/a.md",
        "# A\n\n```bash\npython -m sglang.launch_server --model-path some/model --tp-size 8\n```\n",
    );
    let run = site.run(&["check"]);
    run.mentions("not judged in snippets, for want of a fact (")
        .mentions("1 the hardware")
        .mentions("1 the number of attention heads");
    let report: Value = serde_json::from_str(&site.run(&["check", "--format", "json"]).stdout).unwrap();
    let lacking = report["summary"]["lacking"].as_array().unwrap();
    let heads = lacking.iter().find(|lacked| lacked["rule"] == "parallelism/heads-divide").unwrap();
    assert_eq!(heads["fact"], "the number of attention heads");
    assert_eq!(heads["snippets"], 1);
    assert_eq!(heads["models"], Value::Array(Vec::new()));
}

#[test]
fn the_facts_that_configurations_lack_are_counted_with_their_models() {
    let run = Run::of(
        program(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).args(["check", "--format", "json"]),
    );
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let lacking = report["summary"]["lacking"].as_array().unwrap();
    let number = |value: &Value| value.as_u64().unwrap();
    let of_snippets: u64 = lacking.iter().map(|lacked| number(&lacked["snippets"])).sum();
    assert_eq!(of_snippets, number(&report["summary"]["snippets"]["not_judged"]));
    let mut in_configurations = 0;
    for lacked in lacking {
        let models = lacked["models"].as_array().unwrap();
        assert_eq!(models.is_empty(), lacked["configurations"] == 0, "{lacked}");
        assert!(models.len() as u64 <= number(&lacked["configurations"]), "{lacked}");
        in_configurations += number(&lacked["configurations"]);
    }
    run.mentions(&format!("{in_configurations} rules not judged in configurations, for want of a fact"));
}
