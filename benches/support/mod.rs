//! Sites to measure with.

#![allow(unreachable_pub, dead_code, reason = "the benchmarks share this, and each uses a part")]

use shardbook::pipeline::load::{Inputs, load};
use shardbook::world::{Disk, Memory};

/// This repository's own site.
pub fn shipped() -> Inputs {
    load(&Disk::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped site").value
}

/// A site of `count` pages: those of the guide over and over, each with a heading and commands of its own, so that
/// no two pages and no two blocks are equal.
pub fn many_pages(count: usize) -> Inputs {
    let shipped = shipped();
    let guide: Vec<_> = shipped.pages.iter().filter(|(path, _)| path.starts_with("content/guide/")).collect();
    let mut world = Memory::new();
    for number in 0..count {
        let (_, page) = guide[number % guide.len()];
        let own = format!("-{number}");
        let text = page.text().replace("8B-Instruct", &format!("8B-Instruct{own}"));
        // Links and redirects of the copies would lead nowhere; they are measured on the shipped site.
        let text = text.replace("](", "] (").replace("aliases:", "tags:");
        let text = format!(
            "{text}\n## Copy {number}\n\n```bash\npython -m sglang.launch_server --model-path m{own} --tp-size 8\n```\n"
        );
        world = world.with(format!("content/section-{}/page-{number}.md", number / 100), text);
    }
    load(&world).expect("a site").value
}

/// The shipped data, with `count` models more.
pub fn many_models(count: usize) -> Inputs {
    let mut inputs = shipped();
    let mut text = String::from(
        "vendor: deepseek-ai\ndefaults:\n  hardware: {H100: {tp: 8}, H200: {tp: 8}, B200: {tp: 8}, B300: {tp: 8}, MI300X: {tp: 8}}\n  configurations:\n",
    );
    for (name, goal, more) in [
        ("default", "balanced", ""),
        ("dp", "high-throughput", "\n      dp: 8\n      enable_dp_attention: true"),
        ("ep", "high-throughput", "\n      ep: 8"),
        ("latency", "low-latency", "\n      extra_args: [--cuda-graph-max-bs, '4']"),
    ] {
        text.push_str(&format!("    - name: {name}\n      nodes: single\n      optimization: {goal}\n      quantization: fp8{more}\n"));
    }
    text.push_str("families:\n  - name: Measured\n    description: Models to measure with\n    llm: {thinking_capability: hybrid}\n    models:\n");
    for number in 0..count {
        text.push_str(&format!("      - Measured-{number}\n"));
    }
    // With facts, so that every rule is judged and every figure is known.
    let mut facts = String::new();
    for number in 0..count {
        facts.push_str(&format!("deepseek-ai/Measured-{number}: {{ same_as: deepseek-ai/DeepSeek-V3 }}\n"));
    }
    let path = "data/models/facts/measured.yaml";
    inputs.data.insert(path.into(), shardbook::text::SourceFile::new(path, facts));
    let path = "data/models/src/v0.5.10/measured.yaml";
    inputs.data.insert(path.into(), shardbook::text::SourceFile::new(path, text));
    // The compiled files are of the shipped catalog only.
    inputs.data.retain(|path, _| !path.starts_with("data/models/generated"));
    inputs
}
