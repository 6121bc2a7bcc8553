//! Each rule about launches at its bounds: what just holds and what just does not, in every version that knows it.
//!
//! The models and the hardware are made up, so that each bound is reached by small numbers. (What the engine itself asserts is
//! compared with the engine in `differential`.)
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test writes a site itself")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use support::Site;

const FACTS: &str = "\
made/dense:
  architecture: dense
  parameters: 72B
  precision: bf16
  attention: { kind: gqa, heads: 40, kv_heads: 8, head_dim: 128 }
made/odd-heads:
  architecture: dense
  parameters: 1B
  precision: bf16
  attention: { kind: gqa, heads: 24, kv_heads: 6, head_dim: 128 }
made/moe:
  architecture: moe
  parameters: 72B
  precision: bf16
  attention: { kind: gqa, heads: 64, kv_heads: 4, head_dim: 128 }
  experts: { routed: 96, active: 8, shared: 0 }
made/mla:
  architecture: moe
  parameters: 287.9B
  precision: fp8
  attention: { kind: mla, heads: 128, kv_heads: 1, head_dim: 128, kv_lora_rank: 512, qk_rope_head_dim: 64 }
  experts: { routed: 256, active: 8, shared: 1 }
made/moe-without-dp-attention:
  architecture: moe
  parameters: 8B
  precision: bf16
  attention: { kind: gqa, heads: 64, kv_heads: 4, head_dim: 128 }
  experts: { routed: 64, active: 8, shared: 0 }
  dp_attention: false
made/unknown:
  parameters: 1B
";

/// A node of eight GPUs of 80 GB, and a tray of four.
const HARDWARE: &str = "\
hardware:
  Node: { vendor: Test, memory_gb: 80, gpus_per_node: 8 }
  Tray: { vendor: Test, memory_gb: 80, gpus_per_node: 4 }
";

const VERSIONS: [&str; 4] = ["0.5.6", "0.5.8", "0.5.10", "0.5.23"];

/// One rule, and launches on both sides of its condition. A launch is `attributes of its fence | YAML or arguments`.
struct Row {
    rule: &'static str,
    level: &'static str,
    /// The versions that have what the row is about.
    versions: &'static [&'static str],
    holds: &'static [&'static str],
    broken: &'static [&'static str],
}

fn rows() -> Vec<Row> {
    let all = &VERSIONS[..];
    vec![
        Row {
            rule: "parallelism/tp-power-of-two",
            level: "warning",
            versions: all,
            holds: &["| tp: 1", "| tp: 2", "| tp: 4", "| tp: 16", "| dp: 3", "| --tp $TP", "| --tp-size 8"],
            broken: &["| tp: 3", "| tp: 6", "| tp: 12", "| --tp-size 24", "| --tp 5"],
        },
        Row {
            rule: "parallelism/ep-divides-tp",
            level: "error",
            versions: all,
            holds: &[
                "| tp: 8, ep: 1",
                "| tp: 8, ep: 2",
                "| tp: 8, ep: 8",
                "| tp: 6, ep: 3",
                "| --tp-size 8 --ep-size 4",
                "| --tp-size 8 --ep-size $EP",
                // The backend sets `ep` to `tp`.
                "| --tp-size 8 --ep-size 3 --moe-a2a-backend deepep",
                "| tp: 8, ep: 3, extra_args: [--moe-a2a-backend, deepep]",
            ],
            broken: &[
                "| tp: 8, ep: 3",
                "| tp: 8, ep: 16",
                "| ep: 2",
                "| --tp-size 8 --ep-size 5",
                "| --tp 6 --ep 4",
            ],
        },
        Row {
            rule: "parallelism/dp-attention-divides-tp",
            level: "error",
            versions: all,
            holds: &[
                "| tp: 8, dp: 8, DP",
                "| tp: 8, dp: 2, DP",
                "| tp: 8, dp: 1, DP",
                "| tp: 4, dp: 8",
                "| --tp-size 4 --dp-size 3",
                "| --tp-size 8 --dp-size $DP --enable-dp-attention",
            ],
            broken: &[
                "| tp: 8, dp: 3, DP",
                "| tp: 4, dp: 8, DP",
                "| --tp-size 8 --dp-size 5 --enable-dp-attention",
            ],
        },
        Row {
            rule: "parallelism/dp-attention-divides-tp",
            level: "error",
            versions: &["0.5.23"],
            holds: &["| --tp-size 8 --attn-dp-size 4"],
            broken: &["| --tp-size 8 --attn-dp-size 3", "| --tp-size 4 --attn-dp-size 8"],
        },
        Row {
            rule: "parallelism/dp-attention-equals-tp",
            level: "warning",
            versions: all,
            holds: &[
                "| tp: 8, dp: 8, DP",
                "| tp: 8, dp: 4",
                "| tp: 8, dp: 1, DP",
                // Four KV heads are on the four GPUs of a group once each.
                "model=made/moe | tp: 8, dp: 2, DP",
            ],
            broken: &[
                "| tp: 8, dp: 4, DP",
                "model=made/mla | tp: 8, dp: 4, DP",
                "model=made/moe | tp: 16, dp: 2, DP",
                "| --tp-size 8 --dp-size 2 --enable-dp-attention",
            ],
        },
        Row {
            rule: "parallelism/dp-attention-without-dp",
            level: "warning",
            versions: all,
            holds: &["| tp: 8, dp: 2, DP", "| tp: 8, dp: 1", "| --tp 8 --dp $DP --enable-dp-attention"],
            broken: &["| tp: 8, dp: 1, DP", "| tp: 8, DP", "| --tp-size 8 --enable-dp-attention"],
        },
        Row {
            rule: "parallelism/dp-attention-needs-moe",
            level: "warning",
            versions: all,
            holds: &[
                "model=made/moe | tp: 8, dp: 8, DP",
                "model=made/mla | tp: 8, dp: 8, DP",
                "model=made/unknown | tp: 8, dp: 8, DP",
                "model=made/dense | tp: 8, dp: 8",
                "| tp: 8, dp: 8, DP",
            ],
            broken: &[
                "model=made/dense | tp: 8, dp: 8, DP",
                "model=made/moe-without-dp-attention | tp: 8, dp: 8, DP",
                "model=made/dense | --tp-size 8 --dp-size 8 --enable-dp-attention",
            ],
        },
        Row {
            rule: "parallelism/dp-attention-low-latency",
            level: "warning",
            versions: all,
            holds: &[
                "| name: a, optimization: low-latency, tp: 8",
                "| name: a, optimization: low-latency, tp: 8, dp: 2",
                "| name: a, optimization: high-throughput, tp: 8, dp: 8, DP",
            ],
            broken: &["| name: a, optimization: low-latency, tp: 8, dp: 8, DP"],
        },
        Row {
            rule: "parallelism/ep-needs-moe",
            level: "error",
            versions: all,
            holds: &[
                "model=made/moe | tp: 8, ep: 8",
                "model=made/dense | tp: 8, ep: 1",
                "model=made/unknown | tp: 8, ep: 8",
                "| tp: 8, ep: 8",
            ],
            broken: &["model=made/dense | tp: 8, ep: 2", "model=made/dense | --tp-size 8 --ep-size 8"],
        },
        Row {
            rule: "parallelism/experts-divide",
            level: "error",
            versions: all,
            holds: &[
                "model=made/moe | tp: 32, ep: 32",
                "model=made/moe | tp: 96, ep: 96",
                "model=made/moe | tp: 64, ep: 1",
                "model=made/mla | tp: 256, ep: 256",
                "model=made/unknown | tp: 8, ep: 8",
                // 256 experts and 32 copies are 4 for each of 72 GPUs; whether a model counts them is not known.
                "model=made/mla | --tp-size 72 --ep-size 72 --ep-num-redundant-experts 32",
                "model=made/mla | --tp-size 72 --ep-size 72 --ep-num-redundant-experts $COPIES",
                "model=made/mla | --tp-size 64 --ep-size 64 --ep-num-redundant-experts 8",
                "model=made/mla | tp: 72, ep: 72, extra_args: [--ep-num-redundant-experts, '32']",
            ],
            broken: &[
                "model=made/moe | tp: 64, ep: 64",
                "model=made/mla | --tp-size 72 --ep-size 72",
                "model=made/mla | --tp-size 72 --ep-size 72 --ep-num-redundant-experts 16",
            ],
        },
        Row {
            rule: "parallelism/heads-divide",
            level: "error",
            versions: all,
            holds: &[
                "model=made/dense | tp: 8",
                "model=made/dense | tp: 40",
                "model=made/moe | tp: 64",
                "model=made/moe | tp: 2",
                "model=made/odd-heads | tp: 6",
                "model=made/odd-heads | tp: 12",
                "model=made/odd-heads | tp: 16, dp: 8, DP",
                "model=made/unknown | tp: 16",
                "| tp: 16",
            ],
            broken: &[
                "model=made/dense | tp: 16",
                "model=made/odd-heads | tp: 16",
                // 24 heads split over 4 and 8, but 6 KV heads neither split nor repeat.
                "model=made/odd-heads | tp: 4",
                "model=made/odd-heads | tp: 8",
                "model=made/odd-heads | tp: 32, dp: 2, DP",
                "model=made/dense | --tp-size 16",
            ],
        },
        Row {
            rule: "parallelism/fits-node",
            level: "error",
            versions: all,
            holds: &[
                "hardware=Node | tp: 8",
                "hardware=Node | tp: 4, dp: 2",
                "hardware=Node | tp: 8, dp: 8, DP",
                "hardware=Node | tp: 16, nnodes: 2",
                "hardware=Tray | tp: 4",
                "hardware=Node | --tp-size 4 --pp-size 2",
                "| tp: 32",
            ],
            broken: &[
                "hardware=Node | tp: 16",
                "hardware=Node | tp: 4, dp: 4",
                "hardware=Node | tp: 8, dp: 2",
                "hardware=Node | tp: 16, dp: 16, DP",
                "hardware=Tray | tp: 8",
                "hardware=Node | tp: 32, nnodes: 2",
                "hardware=Node | --tp-size 8 --pp-size 2",
            ],
        },
        Row {
            rule: "parallelism/nodes-divide",
            level: "error",
            versions: all,
            holds: &[
                "| tp: 8, nnodes: 2",
                "| tp: 8, nnodes: 1",
                "| --tp-size 2 --pp-size 3 --nnodes 3",
                "| --tp 8 --nnodes $N",
            ],
            broken: &["| tp: 8, nnodes: 3", "| --tp-size 2 --pp-size 3 --nnodes 4", "| nnodes: 2"],
        },
        Row {
            rule: "parallelism/multi-node-dp",
            level: "error",
            versions: all,
            holds: &[
                "| tp: 8, dp: 2",
                "| tp: 8, dp: 2, nnodes: 1",
                "| tp: 16, dp: 2, nnodes: 2, DP",
                "| tp: 16, dp: 1, nnodes: 2",
            ],
            broken: &["| tp: 8, dp: 2, nnodes: 2", "| --tp-size 8 --dp-size 2 --nnodes 2 --node-rank 0"],
        },
        Row {
            rule: "parallelism/pipeline",
            level: "error",
            versions: &["0.5.6", "0.5.8", "0.5.10"],
            holds: &[
                "| --pp-size 2",
                "| --pp-size 2 --disable-overlap-schedule",
                "| --pp-size 1 --enable-mixed-chunk",
                "| --speculative-algorithm EAGLE",
            ],
            broken: &[
                "| --pp-size 2 --enable-mixed-chunk",
                "| --pp-size 2 --speculative-algorithm EAGLE",
                "| pp: 2, extra_args: [--enable-mixed-chunk]",
            ],
        },
        Row {
            rule: "parallelism/moe-dp",
            level: "error",
            versions: &["0.5.10", "0.5.23"],
            holds: &[
                "| tp: 8, moe_dp: 2",
                "| tp: 8, ep: 4, moe_dp: 2",
                "| tp: 8, ep: 1, moe_dp: 8",
                "| --tp-size 8 --moe-dp-size 1 --ep-size 2",
            ],
            broken: &[
                "| tp: 8, moe_dp: 3",
                "| tp: 8, moe_dp: 16",
                "| tp: 8, ep: 8, moe_dp: 2",
                "| tp: 8, ep: 2, moe_dp: 2",
                "| --tp-size 8 --ep-size 2 --moe-dp-size 2",
            ],
        },
        Row {
            rule: "parallelism/prefer-router",
            level: "note",
            versions: all,
            holds: &["| tp: 8, dp: 8, DP", "| --tp-size 8", "| --dp-size 1", "| tp: 2, dp: 4"],
            broken: &["| --tp-size 2 --dp-size 4"],
        },
        Row {
            rule: "memory/weights-fit",
            level: "warning",
            versions: all,
            // 72 billion parameters of two bytes are 144 GB: 72 GB on each of two GPUs, which is 90 % of 80 GB. A weight
            // of fp8 has 4 bytes of scales for 16,384 of its kind: 287.9 billion just fit four GPUs.
            holds: &[
                "model=made/dense hardware=Node | tp: 2",
                "model=made/dense hardware=Node | --pp-size 2",
                "model=made/dense hardware=Tray | --quantization fp8 --pp-size 2",
                "model=made/mla hardware=Node | tp: 4",
                "model=made/dense | tp: 1",
                "hardware=Node | tp: 1",
            ],
            broken: &[
                "model=made/dense hardware=Node | tp: 1",
                "model=made/dense hardware=Node | --tp-size 1",
                "model=made/dense hardware=Node | --quantization fp8",
                "model=made/mla hardware=Node | tp: 2",
                "model=made/mla hardware=Node | --pp-size 2",
            ],
        },
    ]
}

/// A launch as a fenced block.
fn block(launch: &str, version: &str) -> String {
    let (attributes, text) = launch.split_once('|').unwrap();
    let (attributes, text) = (attributes.trim(), text.trim().replace(", DP", ", enable_dp_attention: true"));
    let attributes = format!("{{version={version} {attributes}}}");
    // A text between blocks, so that none is the pair of the one before.
    if text.starts_with("--") {
        let model =
            attributes.split([' ', '}']).find_map(|word| word.strip_prefix("model=")).unwrap_or("some/model");
        return format!(
            "```bash {attributes}\npython -m sglang.launch_server --model-path {model} {text}\n```\n\nText.\n\n"
        );
    }
    format!("```yaml {attributes}\n{{ {text} }}\n```\n\nText.\n\n")
}

#[test]
fn each_rule_holds_up_to_its_bound_and_no_further() {
    let mut page = String::new();
    let mut cases = BTreeMap::new();
    for row in rows() {
        for version in row.versions {
            let launches =
                row.holds.iter().map(|it| (it, false)).chain(row.broken.iter().map(|it| (it, true)));
            for (launch, broken) in launches {
                // The page's body begins at line 6, and the block's text one line below its fence.
                let line = 6 + page.matches('\n').count() + 1;
                page += &block(launch, version);
                cases.insert(line, (row.rule, row.level, *version, *launch, broken));
            }
        }
    }
    let site = Site::new()
        .with("data/models/facts/made.yaml", FACTS)
        .with("data/hardware.yaml", HARDWARE)
        .with_page("content/cases.md", &page);
    let run = site.run(&["check", "--format", "concise", "content/cases.md"]).calm();

    let mut found: BTreeMap<usize, BTreeSet<(String, String)>> = BTreeMap::new();
    for line in run.stdout.lines() {
        let (place, rest) = line.split_once(": ").unwrap();
        let (head, _) = rest.split_once("]: ").unwrap();
        let (level, rule) = head.split_once('[').unwrap();
        let line = place.split(':').nth(1).unwrap().parse().unwrap();
        found.entry(line).or_default().insert((rule.to_owned(), level.to_owned()));
    }
    let mut wrong = String::new();
    for (line, (rule, level, version, launch, broken)) in &cases {
        let is =
            found.get(line).is_some_and(|findings| findings.contains(&((*rule).into(), (*level).into())));
        if is != *broken {
            let there = found.get(line);
            writeln!(
                wrong,
                "{rule} in {version}: `{launch}` should {} it: {there:?}",
                if *broken { "break" } else { "keep" }
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{wrong}{}", cases.len(), run.stderr);
    assert!(
        found.keys().all(|line| cases.contains_key(line)),
        "findings outside the launches: {}",
        run.stdout
    );
}
