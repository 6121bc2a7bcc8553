#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads what was written")]
//! Commands as public documentation of SGLang writes them: each is found, and nothing false is said of it.

mod support;

use serde_json::Value;
use support::Site;

/// A model whose heads do not split over 6.
const FACTS: &str = "\
made/dense:
  architecture: dense
  parameters: 8B
  precision: bf16
  attention: { kind: gqa, heads: 32, kv_heads: 8, head_dim: 128 }
";

fn verified(text: &str) -> Value {
    let run = Site::new().with("page.md", text).run(&["verify", "--format", "json", "page.md"]);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The rules that are broken in a site where a command stands, without notes.
fn found(command: &str, version: &str) -> Vec<String> {
    let site = Site::new()
        .with("data/models/facts/made.yaml", FACTS)
        .with_page("content/page.md", &format!("```bash {{version={version}}}\n{command}\n```\n"));
    let run = site.run(&["check", "--format", "json", "content/page.md"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["diagnostics"].as_array().unwrap().iter();
    let rules = findings.filter(|it| it["level"] != "note").map(|it| it["rule"].as_str().unwrap().to_owned());
    rules.filter(|rule| rule != "link/orphan-page").collect()
}

#[test]
fn launches_behind_aliases_profilers_and_folders_are_found() {
    let launches = [
        // docs/platforms/amd_gpu.md and ascend_npu.md, where another block says what `drun` is.
        "drun -p 30000:30000 \\\n    -v ~/.cache/huggingface:/root/.cache/huggingface \\\n    --env \"HF_TOKEN=<secret>\" \\\n    sglang_image \\\n    python3 -m sglang.launch_server \\\n    --model-path NousResearch/Meta-Llama-3.1-8B \\\n    --port 30000",
        "drun <image_name> \\\n    python3 -m sglang.launch_server --model-path a/b --host <PREFILL_HOST_IP>",
        // A skill of multimodal_gen, in the wheel of 0.5.10.
        "ncu --target-processes all \\\n    --launch-skip 50 --launch-count 200 \\\n    --set full \\\n    -o \"${NCU_DIR}/all_kernels\" \\\n    sglang generate \\\n      --model-path=black-forest-labs/FLUX.1-dev \\\n      --prompt=\"test\"",
        // srt/mem_cache/storage/nixl/README.md, in the wheel of 0.5.23.
        "~/ve_sgl_dev/bin/sglang serve \\\n  --model-path Qwen/Qwen3-8B \\\n  --tp-size 2",
    ];
    for launch in launches {
        let right = verified(&format!("```bash\n{launch}\n```\n"));
        assert_eq!(
            (&right["summary"]["commands"], &right["counts"]["error"]),
            (&1.into(), &0.into()),
            "{launch}"
        );
        assert_eq!(found(&format!("{launch} --no-such-flag"), "0.5.23"), ["cli/unknown-flag"]);
    }
}

#[test]
fn ranks_on_cpus_are_as_many_as_its_clusters() {
    // docs/platforms/cpu_server.md: 6 sub-NUMA clusters on two sockets; the engine pads the heads.
    for version in ["0.5.6", "0.5.23"] {
        let launch = "python -m sglang.launch_server --model-path made/dense --tp-size 6";
        assert_eq!(found(&format!("{launch} --device cpu"), version), [""; 0], "{version}");
        let on_gpus = found(&format!("{launch} --device cuda"), version);
        assert_eq!(on_gpus, ["parallelism/heads-divide", "parallelism/tp-power-of-two"], "{version}");
    }
}

#[test]
fn context_parallelism_needs_fewer_groups_than_gpus() {
    // docs/basic_usage/deepseek_v32.md: "TP_size / DP_size > 1 (to ensure CP_size > 1)".
    let launch = "python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3.2-Exp --tp-size 8";
    for version in ["0.5.6", "0.5.10"] {
        let groups = format!("{launch} --dp-size 2 --enable-dp-attention");
        let cp = format!("{groups} --enable-nsa-prefill-context-parallel");
        assert_eq!(found(&cp, version), [""; 0], "{version}");
        assert_eq!(found(&groups, version), ["parallelism/dp-attention-equals-tp"]);
    }
    let groups = format!("{launch} --attn-dp-size 2");
    for cp in ["--enable-prefill-cp", "--attn-cp-size 4 --enable-prefill-cp"] {
        assert_eq!(found(&format!("{groups} {cp} --cp-strategy zigzag"), "0.5.23"), [""; 0], "{cp}");
    }
    assert_eq!(found(&groups, "0.5.23"), ["parallelism/dp-attention-equals-tp"]);
}

#[test]
fn a_placeholder_may_hold_the_model_behind_a_flag_that_is_not_known() {
    // docs/references/production_request_trace.md, where the flag is misspelt.
    let launch = "python -m sglang.launch_server --enable-trace --oltp-traces-endpoint 0.0.0.0:4317";
    assert_eq!(found(&format!("{launch} <other option>"), "0.5.10"), ["cli/unknown-flag"]);
    assert_eq!(found(launch, "0.5.10"), ["cli/missing-required", "cli/unknown-flag"]);
}

#[test]
fn a_comment_behind_a_backslash_is_one_mistake() {
    // docs/supported_models/text_generation/diffusion_language_models.md
    let launch = "python3 -m sglang.launch_server \\\n  --model-path inclusionAI/LLaDA2.0-mini \\ # example HF/local path\n  --dllm-algorithm LowConfidence\n";
    let report = verified(&format!("```bash\n{launch}```\n"));
    let findings: Vec<_> = report["diagnostics"].as_array().unwrap().iter().collect();
    let rules: Vec<_> = findings.iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["cli/unexpected-argument", "shell/continuation"]);
    for finding in findings {
        assert!(finding["help"].to_string().contains("move the comment above the command"), "{finding}");
        assert!(finding["fixes"].as_array().is_none_or(Vec::is_empty), "{finding}");
    }
}

#[test]
fn copies_of_a_kv_cache_are_only_told_as_what_is_known() {
    // docs_new/cookbook/autoregressive/Xiaomi/MiMo-V2.5.mdx: with its 4 KV heads, two groups of 4 GPUs keep no copy.
    let launch =
        "sglang serve --model-path XiaomiMiMo/MiMo-V2.5 --tp-size 8 --dp-size 2 --enable-dp-attention";
    let report = verified(&format!("```bash\n{launch}\n```\n"));
    let said = report["diagnostics"].to_string();
    assert!(said.contains("4 copies of its KV cache if the model has one KV head"), "{said}");
}

#[test]
fn a_package_is_run_as_its_command_is() {
    // sgl-model-gateway/README.md
    assert_eq!(found("python3 -m sglang_router --version", "0.5.10"), [""; 0]);
    assert_eq!(found("python3 -m sglang_router launch --worker-urls http://a:1", "0.5.10"), [""; 0]);
    assert_eq!(found("python3 -m sglang_router launch --no-such-flag", "0.5.10"), ["cli/unknown-flag"]);
}

#[test]
fn facts_on_a_diffusion_model_do_not_make_it_a_language_model() {
    // multimodal_gen/apps/webui/README.md and docs/diffusion/api/cli.md
    for serve in [
        "sglang serve --model-path black-forest-labs/FLUX.1-dev --num-gpus 1 --webui --webui-port 2333",
        "sglang serve --model-path Wan-AI/Wan2.2-T2V-A14B-Diffusers --num-gpus 1 --webui",
        "sglang serve --model-path black-forest-labs/FLUX.2-dev --vae-path fal/FLUX.2-Tiny-AutoEncoder",
    ] {
        let report = verified(&format!("```bash\n{serve}\n```\n"));
        assert_eq!(report["counts"]["error"], 0, "{serve}: {report}");
    }
    let report = verified("```bash\nsglang serve --model-path Qwen/Qwen3-8B --num-gpus 1\n```\n");
    assert!(report["diagnostics"].to_string().contains("not a flag of `sglang.serve.llm`"), "{report}");
}

#[test]
fn generation_looks_for_the_model_itself() {
    // `sglang generate` asks `get_model_path` before it parses, which reads no file.
    for version in ["0.5.6", "0.5.8", "0.5.10", "0.5.23"] {
        for command in ["sglang generate --prompt x", "sglang generate --config a.yaml --prompt x"] {
            assert_eq!(found(command, version), ["cli/missing-required"], "{command} in {version}");
        }
        for command in [
            "sglang generate --model-path a/b --prompt x",
            "sglang generate --model-path a/b --config a.yaml",
            "sglang generate $ARGS --prompt x",
            "sglang generate --help",
        ] {
            assert!(found(command, version).is_empty(), "{command} in {version}");
        }
    }
}

#[test]
fn a_launch_is_judged_in_a_block_without_a_language() {
    let launch = "python -m sglang.launch_server --model-path a/b";
    let judged = [
        format!("# One node\n{launch} \\\n  --tp-size 2"),
        format!("$ CUDA_VISIBLE_DEVICES=0 {launch}\nINFO: started"),
        "sglang serve --model-path a/b\n\ncurl http://localhost:30000/health".to_owned(),
    ];
    let left = [
        // A synopsis, what a server says, and prose.
        format!("{launch} [OPTIONS]"),
        format!("{launch} --tp-size <GPUS>"),
        format!("[2026-01-01 10:00:00] server_args=...\n{launch}"),
        format!("usage: {launch}"),
        format!("Run this: {launch} (on each node)"),
    ];
    let page = |language: &str, blocks: &[String]| -> String {
        blocks.iter().map(|block| format!("```{language}\n{block}\n```\n\n")).collect()
    };
    let told = |text: &str| {
        let report = verified(&text.replace("--model-path a/b", "--model-path a/b --tp-sise 2"));
        (report["summary"]["commands"].as_u64().unwrap(), report["counts"]["error"].as_u64().unwrap())
    };
    assert_eq!(told(&page("", &judged)), (3, 3));
    assert_eq!(told(&page("", &left)), (0, 0));
    assert_eq!(told(&page("text", &judged)), (0, 0), "its author calls it text");
    assert_eq!(verified(&page("", &judged))["counts"]["error"], 0);
}
