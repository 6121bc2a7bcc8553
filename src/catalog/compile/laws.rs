//! What holds for every source: laws of inheritance, on random ones.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::tests::{compiled, schema};
use crate::catalog::compiled::CompiledFile;
use crate::catalog::emit::emit;
use crate::catalog::read_compiled;
use crate::diagnostic::Checked;
use crate::text::SourceFile;

const IDS: [&str; 2] = ["H100", "H200"];

/// Some of these keys, each with one of its values.
fn some_of(keys: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let fields: Vec<_> = keys
        .into_iter()
        .map(|(key, value)| {
            prop::option::weighted(0.4, value)
                .prop_map(move |value| value.map(|value| (key.to_owned(), value)))
        })
        .collect();
    fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect())).boxed()
}

fn number() -> BoxedStrategy<Value> {
    prop_oneof![4 => (1..9u64).prop_map(Value::from), 1 => Just(Value::Null)].boxed()
}

fn words() -> BoxedStrategy<Value> {
    let options = [
        json!(["--a", "1"]),
        json!(["--a=2"]),
        json!(["--b"]),
        json!(["--b", "x", "y"]),
        json!(["--c", "-1"]),
    ];
    let list = prop::collection::vec(prop::sample::select(options.to_vec()), 0..4);
    list.prop_map(|options| {
        let words = options.iter().flat_map(|option| option.as_array().cloned().unwrap_or_default());
        words.collect::<Vec<_>>().into()
    })
    .boxed()
}

fn setting_keys() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    let switch = prop::sample::select(vec![json!(true), json!(false), Value::Null]).boxed();
    let variables = prop::sample::subsequence(vec!["V", "W"], 0..=2).prop_map(|names| {
        let all = names.into_iter().map(|name| (name.to_owned(), json!("x")));
        Value::Object(all.collect())
    });
    vec![
        ("tp", number()),
        ("dp", number()),
        ("ep", number()),
        ("enable_dp_attention", switch),
        ("env_vars", variables.boxed()),
        ("extra_args", words()),
        ("nodes", prop::sample::select(vec![json!("single"), json!("multi")]).boxed()),
    ]
}

fn settings() -> BoxedStrategy<Value> {
    some_of(setting_keys())
}

fn quantization() -> BoxedStrategy<Value> {
    prop::sample::select(vec![json!("bf16"), json!("fp8")]).boxed()
}

fn configurations() -> BoxedStrategy<Value> {
    let mut keys = setting_keys();
    keys.push(("quantization", quantization()));
    keys.push(("optimization", prop::sample::select(vec![json!("low-latency")]).boxed()));
    prop::collection::vec(some_of(keys), 1..3)
        .prop_map(|all| {
            let named = all.into_iter().enumerate().map(|(index, mut one)| {
                one["name"] = format!("c{index}").into();
                one
            });
            named.collect::<Vec<_>>().into()
        })
        .boxed()
}

/// Named hardware with settings.
fn hardware() -> BoxedStrategy<Value> {
    (settings(), settings()).prop_map(|(first, second)| json!({ IDS[0]: first, IDS[1]: second })).boxed()
}

/// Hardware in any of its forms.
fn any_hardware() -> BoxedStrategy<Value> {
    prop_oneof![
        hardware(),
        prop::sample::select(IDS.to_vec()).prop_map(|id| json!([id])),
        settings().prop_map(|all| json!({ "default": all })),
        (settings(), settings()).prop_map(|(all, one)| json!({ "default": all, IDS[1]: one })),
        (settings(), configurations()).prop_map(|(mut one, own)| {
            one["configurations"] = own;
            json!({ IDS[0]: one })
        }),
    ]
    .boxed()
}

fn attributes() -> BoxedStrategy<Value> {
    some_of(vec![
        ("thinking_capability", prop::sample::select(vec![json!("hybrid"), json!("thinking")]).boxed()),
        ("tool_parser", prop::sample::select(vec![json!("qwen"), Value::Null]).boxed()),
        ("reasoning_parser", prop::sample::select(vec![json!("qwen3"), Value::Null]).boxed()),
    ])
}

/// A model that names no hardware and no configurations.
fn plain_model() -> BoxedStrategy<Value> {
    let whole = (quantization(), attributes())
        .prop_map(|(quantization, llm)| json!({ "name": "", "quantization": quantization, "llm": llm }));
    let composed = (attributes(), settings(), any::<bool>()).prop_map(|(llm, own, instruct)| {
        let capabilities = if instruct { json!(["base", "instruct"]) } else { json!(["base"]) };
        json!({
            "base_name": "",
            "quantizations": ["bf16", "fp8"],
            "capabilities": capabilities,
            "quant_overrides": { "fp8": own },
            "llm": llm,
        })
    });
    prop_oneof![Just(json!("")), whole, composed].boxed()
}

fn model() -> BoxedStrategy<Value> {
    let layer = some_of(vec![("hardware", any_hardware()), ("configurations", configurations())]);
    (plain_model(), layer).prop_map(|(model, layer)| with(&model, layer)).boxed()
}

/// A mapping with the keys of another over its own; a bare name stays one.
fn with(base: &Value, over: Value) -> Value {
    let mut all = base.clone();
    if let (Some(all), Value::Object(over)) = (all.as_object_mut(), over) {
        all.extend(over);
    }
    all
}

fn family(model: BoxedStrategy<Value>, layered: bool) -> BoxedStrategy<Value> {
    let keys = if layered {
        vec![("hardware", any_hardware()), ("configurations", configurations())]
    } else {
        Vec::new()
    };
    (attributes(), some_of(keys), prop::collection::vec(model, 1..3))
        .prop_map(|(llm, layer, models)| {
            let suffixes = json!({ "instruct": "-Instruct" });
            with(&json!({ "name": "", "llm": llm, "model_name_suffix": suffixes, "models": models }), layer)
        })
        .boxed()
}

/// A file whose families and models have names of their own.
fn file(defaults: &Value, families: &[Value]) -> Value {
    let families: Vec<Value> = families
        .iter()
        .enumerate()
        .map(|(index, family)| {
            let mut family = family.clone();
            let models = family["models"].as_array().into_iter().flatten().enumerate();
            let named = models.map(|(number, model)| {
                let name = format!("M{index}-{number}");
                match model {
                    Value::Object(_) if model.get("base_name").is_some() => {
                        with(model, json!({ "base_name": name }))
                    }
                    Value::Object(_) => with(model, json!({ "name": name })),
                    _ => name.into(),
                }
            });
            family["models"] = named.collect::<Vec<_>>().into();
            family["name"] = format!("F{index}").into();
            family
        })
        .collect();
    json!({ "vendor": "qwen", "defaults": defaults, "families": families })
}

/// JSON is YAML.
fn compile(file: &Value) -> CompiledFile {
    compiled(&file.to_string()).value
}

fn defaults(hardware: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    (hardware, configurations())
        .prop_map(
            |(hardware, configurations)| json!({ "hardware": hardware, "configurations": configurations }),
        )
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_source_compiles_to_what_is_read_back(
        defaults in defaults(any_hardware()),
        families in prop::collection::vec(family(model(), true), 1..3),
    ) {
        let source = file(&defaults, &families);
        let compiled = compile(&source);
        let text = emit(&compiled, &schema());
        let Checked { value, findings } = read_compiled::read(&SourceFile::new("c.yaml", text.as_str()), &schema());
        prop_assert!(findings.is_empty(), "{findings:#?}\n{text}");
        prop_assert!(value == compiled, "{source}\n{text}");
    }

    #[test]
    fn families_do_not_touch_each_other(
        defaults in defaults(any_hardware()),
        families in prop::collection::vec(family(model(), true), 2..4),
    ) {
        let whole = file(&defaults, &families);
        let compiled = compile(&whole);
        let mut turned = whole.clone();
        if let Some(list) = turned["families"].as_array_mut() {
            list.reverse();
        }
        let mut backward = compile(&turned).families;
        backward.reverse();
        prop_assert!(backward == compiled.families);
        for (index, family) in compiled.families.iter().enumerate() {
            let mut alone = whole.clone();
            alone["families"] = json!([whole["families"][index]]);
            prop_assert!(compile(&alone).families == [family.clone()]);
        }
    }

    #[test]
    fn defaults_written_into_each_family_or_model_give_the_same(
        defaults in defaults(hardware()),
        families in prop::collection::vec(family(plain_model(), false), 1..3),
    ) {
        let inherited = compile(&file(&defaults, &families));
        let of_family: Vec<Value> = families.iter().map(|family| with(family, defaults.clone())).collect();
        let by_family = compile(&file(&Value::Object(Map::new()), &of_family));
        prop_assert!(by_family == inherited);
        let of_model: Vec<Value> = families
            .iter()
            .map(|family| {
                let mut family = family.clone();
                let models = family["models"].as_array().into_iter().flatten();
                let models = models.map(|model| match model {
                    Value::Object(_) => with(model, defaults.clone()),
                    _ => with(&json!({ "name": "" }), defaults.clone()),
                });
                family["models"] = models.collect::<Vec<_>>().into();
                family
            })
            .collect();
        let by_model = compile(&file(&Value::Object(Map::new()), &of_model));
        prop_assert!(by_model == inherited);
    }

    #[test]
    fn saying_again_what_is_inherited_changes_nothing(
        defaults in defaults(hardware()),
        families in prop::collection::vec(family(plain_model(), false), 1..3),
        keep in any::<[bool; 2]>(),
    ) {
        let inherited = compile(&file(&defaults, &families));
        let mut again = Map::new();
        for (key, _) in ["hardware", "configurations"].into_iter().zip(keep).filter(|(_, keep)| *keep) {
            again.insert(key.to_owned(), defaults[key].clone());
        }
        let repeated: Vec<Value> =
            families.iter().map(|family| with(family, Value::Object(again.clone()))).collect();
        prop_assert!(compile(&file(&defaults, &repeated)) == inherited);
        let listed = json!({ "hardware": IDS });
        let named: Vec<Value> = families.iter().map(|family| with(family, listed.clone())).collect();
        prop_assert!(compile(&file(&defaults, &named)) == inherited, "a list names hardware without changing it");
    }
}
