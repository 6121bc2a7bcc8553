//! What the engine asserts about a server's flags once they are parsed.
//!
//! Only what the words say for certain is judged: a value that the engine may change before it asserts is not.
//! Sources are `check_server_args` and the handlers before it in `sglang/srt/server_args.py` (0.5.6 to 0.5.10),
//! and `sglang/srt/arg_groups/validation_hook.py` (0.5.23).

mod balancing;
mod buckets;
mod context;
mod excludes;
mod flags;
mod lora;
mod needs;
mod speculation;
mod values;

use self::flags::{Flags, V0_5_23};
use super::command::{Parsed, engine_name};
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::text::Location;

/// Lines 3991 (0.5.6), 4823 (0.5.8), 6083 (0.5.10), 207 (0.5.23).
pub static MOE_DENSE_TP: Rule =
    Rule::new("parallelism/moe-dense-tp", Level::Error, "the dense layers' own tensor parallelism is 1");
/// Lines 3997 (0.5.6), 4829 (0.5.8), 6090 (0.5.10), 215 (0.5.23).
pub static SERVED_NAME: Rule =
    Rule::new("cli/served-model-name", Level::Error, "the name that a model is served under has no colon");
/// Lines 4027 to 4036 (0.5.6), 4859 to 4868 (0.5.8), 6115 to 6124 (0.5.10), 250 to 259 (0.5.23).
pub static PD_MULTIPLEXING: Rule = Rule::new(
    "cli/pd-multiplexing",
    Level::Error,
    "PD multiplexing comes without chunked prefill, pipeline stages and disaggregation",
);
/// Lines 1505 (0.5.6), 1943 (0.5.8), 2647 (0.5.10).
pub static DP_LM_HEAD: Rule =
    Rule::new("parallelism/dp-lm-head", Level::Error, "a data-parallel LM head comes with DP attention");
/// Lines 4063 (0.5.6), 4895 (0.5.8), 6148 (0.5.10), 282 (0.5.23).
pub static PRIORITY_POLICY: Rule = Rule::new(
    "cli/priority-policy",
    Level::Error,
    "priority scheduling comes with the policy `fcfs` or `lof`",
);

/// Lines 883 to 920 (0.5.10), `arg_groups/serving_hook.py` 50 to 87 (0.5.23); earlier versions have no such flags.
pub static TLS_FILES: Rule =
    Rule::new("cli/tls-files", Level::Error, "flags for TLS stand together with its key and its certificate");

/// The rules of this folder.
pub static RULES: [&Rule; 16] = [
    &values::OUT_OF_RANGE,
    &values::REFUSED_VALUE,
    &needs::REQUIRED_FLAG,
    &needs::WITHOUT_EFFECT,
    &excludes::INCOMPATIBLE,
    &lora::LORA,
    &speculation::SPECULATION,
    &buckets::BUCKETS,
    &balancing::EPLB,
    &context::ATTENTION_CP,
    &MOE_DENSE_TP,
    &SERVED_NAME,
    &PD_MULTIPLEXING,
    &DP_LM_HEAD,
    &PRIORITY_POLICY,
    &TLS_FILES,
];

/// The programs that make all of these assertions when they start.
const PROGRAMS: [&str; 2] = ["sglang.launch_server", "sglang.serve.llm"];

/// Judges a command of a language-model server.
pub fn check(parsed: &Parsed<'_>, findings: &mut Vec<Diagnostic>) {
    if !PROGRAMS.contains(&parsed.program.name.as_str()) {
        return;
    }
    let flags = Flags { parsed };
    // For these the engine makes almost no assertion.
    let stands_for_none = |name: &str| matches!(name.to_ascii_lowercase().as_str(), "none" | "dummy");
    if flags.text("--model-path").is_some_and(|(path, _)| stands_for_none(path)) {
        return;
    }
    values::check(&flags, findings);
    needs::check(&flags, findings);
    excludes::check(&flags, findings);
    lora::check(&flags, findings);
    speculation::check(&flags, findings);
    buckets::check(&flags, findings);
    balancing::check(&flags, findings);
    context::check(&flags, findings);
    moe_dense_tp(&flags, findings);
    served_name(&flags, findings);
    pd_multiplexing(&flags, findings);
    dp_lm_head(&flags, findings);
    priority_policy(&flags, findings);
    tls_files(&flags, findings);
}

fn moe_dense_tp(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let Some((size, place)) = flags.integer("--moe-dense-tp-size").filter(|(size, _)| *size != 1) else {
        return;
    };
    if flags.splits_context() {
        return;
    }
    let mut help = "write 1, or leave the flag out".to_owned();
    if flags.parsed.spec.version >= V0_5_23 {
        let tp = match flags.given("--tp-size") {
            Some((value, _)) => value.integer(),
            None => flags.lacks("--tp-size").then_some(1),
        };
        let Some(tp) = tp.filter(|tp| *tp != size) else { return };
        help = format!("write 1 or tp, which is {tp}, or leave the flag out");
    }
    let message =
        format!("`--moe-dense-tp-size` {size} is not supported by {}", engine_name(flags.parsed.spec));
    findings.push(Diagnostic::new(&MOE_DENSE_TP, place, message).help(help));
}

fn served_name(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let Some((name, place)) = flags.text("--served-model-name") else { return };
    // From 0.5.10 on, addresses in object stores are let through.
    if !name.contains(':') || name.contains("://") {
        return;
    }
    let message = format!("the served name `{name}` has a colon, which parts a model from its LoRA adapter");
    findings.push(
        Diagnostic::new(&SERVED_NAME, place, message).help(format!("write `{}`", name.replace(':', "-"))),
    );
}

fn pd_multiplexing(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let Some(switch) = flags.switch("--enable-pdmux") else { return };
    let mut report = |place: Location, what: String, help: &str| {
        let message = format!("`--enable-pdmux` can't be used with {what}");
        let finding = Diagnostic::new(&PD_MULTIPLEXING, place, message);
        findings.push(finding.related(switch.clone(), "PD multiplexing is asked for here").help(help));
    };
    if let Some((pp, place)) = flags.integer("--pp-size").filter(|(pp, _)| *pp > 1) {
        report(place, format!("pp {pp}"), "leave `--pp-size` out");
    }
    if let Some((mode, place)) = flags.text("--disaggregation-mode").filter(|(mode, _)| *mode != "null") {
        report(place, format!("the disaggregation mode `{mode}`"), "leave one of the two out");
    }
    match flags.integer("--chunked-prefill-size") {
        Some((size, place)) if size > 0 => {
            report(place, format!("chunks of {size} tokens"), "write `--chunked-prefill-size -1`");
        }
        None if flags.lacks("--chunked-prefill-size") => {
            report(
                switch.clone(),
                "chunked prefill, which is the default".into(),
                "add `--chunked-prefill-size -1`",
            );
        }
        _ => {}
    }
}

fn dp_lm_head(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    if flags.parsed.spec.version >= V0_5_23 || flags.splits_context() {
        return;
    }
    let Some(switch) = flags.switch("--enable-dp-lm-head") else { return };
    // With one replica the engine switches the head off by itself.
    let Some((dp, _)) = flags.integer("--dp-size").filter(|(dp, _)| *dp > 1) else { return };
    if flags.lacks("--enable-dp-attention") {
        let message = format!("`--enable-dp-lm-head` with dp {dp} needs DP attention");
        findings.push(Diagnostic::new(&DP_LM_HEAD, switch, message).help("add `--enable-dp-attention`"));
    }
}

fn priority_policy(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let Some(switch) = flags.switch("--enable-priority-scheduling") else { return };
    let policy = flags.text("--schedule-policy").filter(|(policy, _)| !matches!(*policy, "fcfs" | "lof"));
    if let Some((policy, place)) = policy {
        let message = format!("priority scheduling can't be used with the policy `{policy}`");
        findings.push(
            Diagnostic::new(&PRIORITY_POLICY, place, message)
                .related(switch, "priority scheduling is asked for here")
                .help("write `fcfs` or `lof`"),
        );
    }
}

fn tls_files(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    const PAIR: [&str; 2] = ["--ssl-keyfile", "--ssl-certfile"];
    let rest = ["--ssl-ca-certs", "--ssl-keyfile-password"];
    let needs = |flag: &str, others: &[&str], findings: &mut Vec<Diagnostic>| {
        // The engine takes an empty text for none.
        let text = flags.text(flag).filter(|(text, _)| !text.is_empty()).map(|(_, place)| place);
        let Some(place) = text.or_else(|| flags.switch(flag)) else { return };
        let missing: Vec<String> =
            others.iter().filter(|other| flags.lacks(other)).map(|other| format!("`{other}`")).collect();
        if missing.is_empty() {
            return;
        }
        let missing = missing.join(" and ");
        let message = format!("`{flag}` needs {missing}");
        findings.push(Diagnostic::new(&TLS_FILES, place, message).help(format!("add {missing}")));
    };
    needs(PAIR[0], &PAIR[1..], findings);
    needs(PAIR[1], &PAIR[..1], findings);
    // With one of the two the engine says no more than that.
    if PAIR.iter().all(|flag| flags.lacks(flag)) {
        rest.iter().for_each(|flag| needs(flag, &PAIR, findings));
    }
    needs("--enable-ssl-refresh", &PAIR, findings);
}
