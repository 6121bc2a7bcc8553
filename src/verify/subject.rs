//! What the rules about parallelism judge: one server launch, whether it was written as YAML or as a command.

use crate::catalog::facts::ModelFacts;
use crate::catalog::hardware::HardwareSpec;
use crate::diagnostic::{Diagnostic, Rule};
use crate::engine::version::Version;
use crate::text::Location;

/// A number that a launch sets, leaves at its default, or takes from a placeholder.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The value; `None` when it was written as a placeholder and so can't be judged.
    pub value: Option<u64>,
    /// Where it was written; `None` when the engine's default holds.
    pub place: Option<Location>,
}

impl Setting {
    /// A number that nobody wrote.
    pub fn default_of(value: u64) -> Self {
        Self { value: Some(value), place: None }
    }
}

/// How a launch was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a YAML block of fields.
    Block,
    /// As a command that starts one server.
    Server,
    /// As a command that starts the router and its workers.
    Router,
}

/// One server launch and what is known of its surroundings.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// How it was written.
    pub form: Form,
    /// The engine version that it is judged for.
    pub version: Version,
    /// The whole block or command.
    pub whole: Location,
    /// Tensor parallelism: GPUs that share every layer.
    pub tp: Setting,
    /// Pipeline parallelism: stages.
    pub pp: Setting,
    /// Replicas, or attention groups with DP attention.
    pub dp: Setting,
    /// Expert parallelism: groups that the experts are spread over.
    pub ep: Setting,
    /// Copies of experts that the engine adds to the model's own.
    pub redundant_experts: Setting,
    /// MoE data parallelism (from 0.5.10).
    pub moe_dp: Setting,
    /// Attention context parallelism: a size from 0.5.10, or a switch whose size is not written.
    pub attention_cp: Setting,
    /// Whether the ranks are parts of CPUs, not GPUs.
    pub on_cpu: bool,
    /// Nodes.
    pub nodes: Setting,
    /// Whether DP attention is asked for, and where.
    pub dp_attention: Option<Location>,
    /// Where speculative decoding is asked for.
    pub speculative: Option<Location>,
    /// Where mixed chunks are asked for.
    pub mixed_chunk: Option<Location>,
    /// The Hugging Face path of the model, where it is known.
    pub model_path: Option<String>,
    /// The facts on that model, where there are any.
    pub facts: Option<&'a ModelFacts>,
    /// The hardware, where it is known.
    pub hardware: Option<&'a HardwareSpec>,
    /// `balanced`, `high-throughput` or `low-latency`, where a configuration says so.
    pub optimization: Option<String>,
    /// The weights' precision, where a configuration or a flag says so.
    pub quantization: Option<String>,
}

impl Subject<'_> {
    /// Where a setting was written, else the whole launch.
    pub fn place(&self, setting: &Setting) -> Location {
        setting.place.clone().unwrap_or_else(|| self.whole.clone())
    }

    /// The model in words for messages: its path, or `this model`.
    pub fn model_name(&self) -> String {
        self.model_path.as_ref().map_or_else(|| "this model".into(), |path| format!("`{path}`"))
    }

    /// GPUs that the launch takes, over all nodes: `tp × pp`, times the replicas where `dp` counts replicas.
    /// (The attention groups of DP attention live inside the TP group.)
    pub fn gpus(&self) -> Option<u64> {
        let replicas = if self.dp_attention.is_some() { 1 } else { self.dp.value? };
        self.tp.value?.checked_mul(self.pp.value?)?.checked_mul(replicas)
    }

    /// GPUs that share the heads of one attention layer: `tp`, divided by the attention groups and by the
    /// attention context parallelism.
    pub fn attention_tp(&self) -> Option<u64> {
        let groups = if self.dp_attention.is_some() { self.dp.value? } else { 1 };
        let (tp, divisor) = (self.tp.value?, groups.checked_mul(self.attention_cp.value?)?);
        (divisor != 0 && tp.is_multiple_of(divisor)).then(|| tp / divisor)
    }
}

/// Takes what the rules find, and counts what they could not judge.
#[derive(Debug, Default)]
pub struct Judge {
    /// What was found.
    pub findings: Vec<Diagnostic>,
    /// Rules that lacked a fact, with the fact.
    pub not_judged: Vec<NotJudged>,
}

/// A rule that could not be applied for want of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotJudged {
    /// The rule's name.
    pub rule: &'static str,
    /// What is not known: `the model`, `the number of routed experts`.
    pub lacks: &'static str,
}

impl Judge {
    /// Says that a rule could not be applied because `lacks` is not known.
    pub fn lacks(&mut self, rule: &'static Rule, lacks: &'static str) {
        self.not_judged.push(NotJudged { rule: rule.name, lacks });
    }

    /// Adds a finding.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }
}
