//! From a word to a value: argparse's `type` functions, and those of the engine.

use super::{json, number};
use crate::engine::option::ValueType;
use crate::engine::value::Value;

/// Why a word can't be a value: a sentence of the function's own, if it says more than "invalid".
pub(super) type Rejection = Option<String>;

/// Converts one word. A function that is not known here takes every word as it is.
pub(super) fn convert(value_type: &ValueType, text: &str) -> Result<Value, Rejection> {
    match value_type {
        ValueType::Text => Ok(Value::Text(text.to_owned())),
        ValueType::Int => number::int(text).ok_or(None),
        ValueType::Float => number::float(text).map(Value::Float).ok_or(None),
        ValueType::Bool => Ok(Value::Bool(!text.is_empty())),
        ValueType::Json => json::loads(text).map_err(Some),
        ValueType::Named(name) => named(name, text),
    }
}

/// The functions of SGLang, as its wheels define them.
fn named(name: &str, text: &str) -> Result<Value, Rejection> {
    match name {
        // sglang/srt/utils/common.py
        "nullable_str" if text.is_empty() || text == "None" => Ok(Value::Null),
        "human_readable_int" => human_readable_int(text),
        "json_list_type" => strict_json(text),
        // sglang/srt/model_executor/cuda_graph_config.py
        "parse_cuda_graph_backend_arg" => cuda_graph_backend(text),
        "parse_cuda_graph_config_arg" => cuda_graph_config(text),
        // sglang/multimodal_gen/configs/pipeline_configs/base.py
        "parse_int_list" if text.is_empty() => Ok(Value::List(Vec::new())),
        "parse_int_list" => text
            .split(',')
            .map(|part| number::int(strip(part)).ok_or(None))
            .collect::<Result<_, _>>()
            .map(Value::List),
        // sglang/benchmark/serving.py
        "finite_positive_float" => finite_positive(text),
        "goodput_slo" => goodput(text),
        _ => Ok(Value::Text(text.to_owned())),
    }
}

/// What Python's `str.strip` leaves.
fn strip(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}'))
}

/// A whole number with one of the suffixes k, M, G, T (powers of 1000) or Ki, Mi, Gi, Ti (powers of 1024).
fn human_readable_int(text: &str) -> Result<Value, Rejection> {
    let text = &*number::ascii(strip(text));
    let (number, suffix) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len()));
    let power = match suffix.as_bytes().first() {
        Some(b'k') if suffix == "k" => 1,
        Some(b'K') if suffix == "Ki" => 1,
        Some(b'M') => 2,
        Some(b'G') => 3,
        Some(b'T') => 4,
        _ => 0,
    };
    if power == 0 || suffix.len() > 2 || (suffix.len() == 2 && !suffix.ends_with('i')) {
        let reason = "a suffix is one of `k`, `M`, `G`, `T`, `Ki`, `Mi`, `Gi`, `Ti`";
        return number::int(text).ok_or_else(|| Some(reason.into()));
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err(Some(format!("`{number}` is not a number")));
    }
    if suffix.len() == 2 {
        if number.contains('.') {
            return Err(Some(format!("`{suffix}` takes whole numbers only")));
        }
        let scaled = whole.parse::<i128>().ok().and_then(|number| number.checked_mul(1 << (10 * power)));
        return scaled.map(Value::Int).ok_or(None);
    }
    let places = 3 * power;
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    number::whole(false, &format!("{whole}{fraction}")).ok_or(None)
}

/// JSON without Python's additions: `json_list_type` reads with orjson.
fn strict_json(text: &str) -> Result<Value, Rejection> {
    serde_json::from_str::<serde_json::Value>(text).map_err(|error| Some(error.to_string()))?;
    json::loads(text).map_err(Some)
}

fn cuda_graph_backend(text: &str) -> Result<Value, Rejection> {
    if text == "tc_piecewise" {
        return Err(Some("`tc_piecewise` was removed; select `breakable`, `full` or `disabled`".into()));
    }
    Ok(Value::Text(text.to_owned()))
}

fn cuda_graph_config(text: &str) -> Result<Value, Rejection> {
    const DECODE: [&str; 3] = ["backend", "max_bs", "bs"];
    const PREFILL: [&str; 7] = [
        "backend",
        "max_bs",
        "bs",
        "max_context_size",
        "full_prefill_max_req",
        "full_prefill_prefix_chunk_tokens",
        "max_seq_len",
    ];
    let Value::Map(phases) = json::loads(text).map_err(Some)? else {
        return Err(Some("the outermost value must be a JSON object".into()));
    };
    for (phase, settings) in &phases {
        let keys: &[&str] = match phase.as_str() {
            "decode" => &DECODE,
            "prefill" => &PREFILL,
            _ => {
                return Err(Some(format!("`{phase}` is not a phase; the phases are `decode` and `prefill`")));
            }
        };
        let Value::Map(settings) = settings else {
            return Err(Some(format!("the settings of `{phase}` must be a JSON object")));
        };
        if settings.get("backend").and_then(Value::text) == Some("tc_piecewise") {
            cuda_graph_backend("tc_piecewise")?;
        }
        if let Some(key) = settings.keys().find(|key| !keys.contains(&key.as_str())) {
            return Err(Some(format!("`{key}` is not a setting of `{phase}`")));
        }
    }
    Ok(Value::Map(phases))
}

fn finite_positive(text: &str) -> Result<Value, Rejection> {
    let wrong = || Some("it must be a finite number above zero".to_owned());
    number::float(text)
        .filter(|number| number.is_finite() && *number > 0.0)
        .map(Value::Float)
        .ok_or_else(wrong)
}

fn goodput(text: &str) -> Result<Value, Rejection> {
    let (name, limit) = text.split_once(':').unwrap_or((text, ""));
    if !["ttft", "tpot", "e2el"].contains(&name) {
        return Err(Some(format!("`{name}` is not one of `ttft`, `tpot`, `e2el`")));
    }
    Ok(Value::List(vec![Value::Text(name.into()), finite_positive(limit)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named_value(name: &str, text: &str) -> Option<String> {
        convert(&ValueType::Named(name.into()), text).ok().map(|value| value.json().to_string())
    }

    #[test]
    fn numbers_with_suffixes() {
        for (text, value) in [
            ("25.6k", Some("25600")),
            (" 1M ", Some("1000000")),
            ("\u{1f}١k", Some("1000")),
            ("1Ki", Some("1024")),
            ("2Ti", Some("2199023255552")),
            ("1.2345k", Some("1234")),
            ("4096", Some("4096")),
            ("1_000", Some("1000")),
            ("1.5Ki", None),
            ("1K", None),
            ("1kB", None),
            ("1.k", None),
            (".5k", None),
            ("-1k", None),
            ("k", None),
            ("1Mb", None),
        ] {
            assert_eq!(named_value("human_readable_int", text).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn functions_of_the_engine() {
        assert_eq!(named_value("nullable_str", "None").as_deref(), Some("null"));
        assert_eq!(named_value("nullable_str", "x").as_deref(), Some("\"x\""));
        assert_eq!(named_value("parse_int_list", "1, 2").as_deref(), Some("[1,2]"));
        assert_eq!(named_value("parse_int_list", "1,"), None);
        assert_eq!(named_value("json_list_type", "[NaN]"), None);
        assert_eq!(named_value("finite_positive_float", "inf"), None);
        assert_eq!(named_value("goodput_slo", "ttft:200").as_deref(), Some("[\"ttft\",200.0]"));
        assert_eq!(named_value("goodput_slo", "ttf:200"), None);
        assert!(named_value("parse_cuda_graph_config_arg", r#"{"decode": {"bs": [1]}}"#).is_some());
        assert_eq!(named_value("parse_cuda_graph_config_arg", r#"{"decode": {"max_seq_len": 1}}"#), None);
        assert_eq!(named_value("something_new", "x").as_deref(), Some("\"x\""));
    }
}
