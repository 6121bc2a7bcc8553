//! What the engine asserts about LoRA adapters.

use super::flags::{Flags, V0_5_23, Versions, given};
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::value::Value;

/// `check_lora_server_args`: 4120 to 4226 (0.5.6), 4977 to 5108 (0.5.8), 6238 to 6344 (0.5.10);
/// `arg_groups/lora_hook.py`, 33 to 180 (0.5.23).
pub(super) static LORA: Rule =
    Rule::new("cli/lora", Level::Error, "what is said about LoRA adapters is enough and fits together");

/// Judges the flags about LoRA.
pub(super) fn check(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    // A list that is empty does not switch LoRA on.
    let paths = flags
        .given("--lora-paths")
        .filter(|(value, _)| !matches!(value, Value::List(list) if list.is_empty()));
    let switch = flags.switch("--enable-lora");
    let Some(on) = switch.clone().or_else(|| paths.as_ref().map(|(_, place)| place.clone())) else { return };
    if paths.is_none() && flags.lacks("--lora-paths") {
        let missing: Vec<&str> = ["--max-lora-rank", "--lora-target-modules"]
            .into_iter()
            .filter(|flag| flags.lacks(flag))
            .collect();
        if !missing.is_empty() {
            let names = missing.iter().map(|flag| format!("`{flag}`")).collect::<Vec<_>>().join(" and ");
            let message = format!("`--enable-lora` without `--lora-paths` needs {names}");
            findings.push(
                Diagnostic::new(&LORA, on.clone(), message)
                    .help(format!("add {names}, or the adapters with `--lora-paths NAME=PATH`")),
            );
        }
    }
    target_modules(flags, findings);
    loaded(flags, paths.as_ref().map(|(value, _)| *value), findings);
    if flags.in_versions(Versions::before(V0_5_23)) {
        let algorithm = flags.text("--speculative-algorithm").filter(|(name, _)| *name != "NGRAM");
        if let Some((name, place)) = algorithm {
            let message = format!("LoRA can't be used with the speculative algorithm `{name}`");
            findings.push(
                Diagnostic::new(&LORA, place, message)
                    .related(on, "LoRA is asked for here")
                    .help("write `NGRAM`, or leave one of the two out"),
            );
        }
    }
}

fn target_modules(flags: &Flags<'_, '_>, findings: &mut Vec<Diagnostic>) {
    let Some((Value::List(modules), place)) = flags.given("--lora-target-modules") else { return };
    let all = modules.iter().any(|module| module.text() == Some("all"));
    // The same name twice is one name to the engine up to 0.5.10.
    if all && modules.iter().any(|module| module.text().is_some_and(|name| name != "all")) {
        let message = "`all` of `--lora-target-modules` stands with other modules";
        findings.push(Diagnostic::new(&LORA, place, message).help("write `all` alone"));
    }
}

/// The limits on adapters in memory.
fn loaded(flags: &Flags<'_, '_>, paths: Option<&Value>, findings: &mut Vec<Diagnostic>) {
    let per_batch = match flags.given("--max-loras-per-batch") {
        Some((value, _)) => value.integer(),
        None => flags.lacks("--max-loras-per-batch").then_some(8),
    };
    let overlapped = flags.holds(&given("--enable-lora-overlap-loading"));
    if let Some(place) = overlapped.filter(|_| flags.lacks("--max-loaded-loras")) {
        let message = "`--enable-lora-overlap-loading` needs `--max-loaded-loras`";
        let most = per_batch.map_or_else(String::new, |number| format!(" {}", number.saturating_mul(2)));
        findings.push(Diagnostic::new(&LORA, place, message).help(format!("add `--max-loaded-loras{most}`")));
    }
    let Some((most, place)) = flags.integer("--max-loaded-loras") else { return };
    if let Some(per_batch) = per_batch.filter(|per_batch| *per_batch > most) {
        let message =
            format!("`--max-loaded-loras` {most} is less than `--max-loras-per-batch`, which is {per_batch}");
        findings.push(
            Diagnostic::new(&LORA, place, message)
                .help(format!("write {per_batch} or more, or lower `--max-loras-per-batch`")),
        );
        return;
    }
    let count = match paths {
        Some(Value::List(paths)) => i64::try_from(paths.len()).ok(),
        _ => None,
    };
    if let Some(count) = count.filter(|count| *count > most) {
        let message = format!("`--lora-paths` has {count} adapters, but `--max-loaded-loras` is {most}");
        findings.push(Diagnostic::new(&LORA, place, message).help(format!("write {count} or more")));
    }
}
