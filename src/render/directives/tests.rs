use super::*;
use crate::catalog::Catalog;
use crate::diagnostic::{Level, Rule};
use crate::engine::Engines;
use crate::engine::fields::{self, Schema};
use crate::engine::spec::EngineSpec;
use crate::render::generated::Parts;
use crate::world::site::Site;

static RULE: Rule = Rule::new("cli/unknown-flag", Level::Error, "every flag is known, such as `--tp-size`");
static RULES: [&Rule; 1] = [&RULE];

const SCHEMA: &str = "fields:\n  dp:\n    type: integer\n    default: 1\n    summary: Replicas\n    flags:\n      \
                      - { versions: \">=0.2.0\", flag: --attn-dp-size }\n      - { flag: --dp-size }\n";

#[track_caller]
fn check(line: &str, test: impl FnOnce(&str, &[Diagnostic])) {
    let spec = |version: &str| {
        EngineSpec::read(&format!(
            "engine: x\nversion: \"{version}\"\nprograms:\n  serve:\n    options: [{{ flags: [--dp-size], dest: dp, type: int }}]\n"
        ))
        .unwrap()
    };
    let schema = Schema::read(&SourceFile::new(fields::FILE, SCHEMA)).value;
    let engines = Engines::new([spec("0.1.0"), spec("0.2.0")], schema);
    let hardware =
        SourceFile::new("data/hardware.yaml", "hardware:\n  H200: { memory_gb: 141, gpus_per_node: 8 }\n");
    let facts = SourceFile::new(
        "data/models/facts/a.yaml",
        "a/b: { layers: 2, attention: { kind: gqa, kv_heads: 8, head_dim: 128 } }\n",
    );
    let catalog = Catalog::from_files(&[hardware, facts], engines.schema()).value;
    let library = Library::new(Parts {
        catalog: &catalog,
        engines: &engines,
        default_version: "0.1.0".parse().unwrap(),
        proven: &[],
        rules: &RULES,
        rule_urls: std::iter::once(("cli/unknown-flag".to_owned(), "/rules/cli/unknown-flag/".to_owned()))
            .collect(),
        checks_url: None,
    });
    let site = SiteView::new(&Site::default(), Vec::new(), Default::default(), Vec::new());
    let source = SourceFile::new("a.md", format!("---\ntitle: T\ndescription: A page.\n---\n\n{line}\n"));
    let page = crate::page::parse(&source);
    assert_eq!(page.findings, [], "{line}");
    let found = html(&page.value.directives[0], &library, &site, &source);
    test(&found.value, &found.findings);
}

#[test]
fn fields_say_where_versions_differ() {
    check("::fields", |html, findings| {
        assert_eq!(findings, []);
        assert!(
            html.contains("<td><code>--dp-size</code><br><small>0.2.0: <code>--attn-dp-size</code>"),
            "{html}"
        );
    });
}

#[test]
fn rules_lead_to_their_pages() {
    check("::rules{group=cli}", |html, _| {
        assert!(html.contains("rules/cli/unknown-flag/\"><code>cli/unknown-flag</code></a>"), "{html}");
        assert!(html.contains("such as <code>--tp-size</code>"), "{html}");
    });
}

#[test]
fn values_that_name_nothing_are_pointed_at() {
    for (line, wrong, message) in [
        ("::rules{group=cil}", "cil", "there is no group of rules `cil`"),
        ("::fields{version=0.9.0}", "0.9.0", "there is no data for x `0.9.0`"),
        ("::flags{program=serv}", "serv", "x 0.1.0 has no program `serv`"),
        ("::presets{model=a/c}", "a/c", "the catalog has no model `a/c`"),
        ("::matrix{family=a}", "a", "the catalog has no family `a`"),
        ("::kv-cache{model=a/b tp=0}", "0", "`tp` must be a whole number from 1 to 65536, not `0`"),
        ("::kv-cache{model=a/b hardware=H20}", "H20", "there is no hardware `H20`"),
        ("::kv-cache{model=a/b tp=8 dp=3}", "3", "`dp` 3 does not divide `tp` 8"),
    ] {
        check(line, |html, findings| {
            assert_eq!(html, "", "{line}");
            assert_eq!(findings.len(), 1, "{line}");
            assert_eq!((findings[0].primary.location.text(), findings[0].message.as_str()), (wrong, message));
        });
    }
}

#[test]
fn the_kv_cache_is_arithmetic() {
    check("::kv-cache{model=a/b tp=2 hardware=H200}", |html, _| {
        // 2 × 8 heads × 128 × 2 layers × 2 bytes, divided by two GPUs; the weights are not known.
        assert!(
            html.contains("<td class=\"num\">1</td><td class=\"num\">4.1 kB</td><td class=\"num\">unknown"),
            "{html}"
        );
    });
}
