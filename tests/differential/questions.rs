//! Random command lines, right and broken in every way that a person breaks them.

use shardbook::engine::argparse::parser::ArgumentParser;
use shardbook::engine::option::{Action, Arity, OptionSpec, ValueType};
use shardbook::engine::spec::{EngineSpec, Program};
use shardbook::engine::value::Value;

/// A small generator of random numbers, so that a seed gives the same questions everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// A number that the environment gives.
pub(crate) fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

/// The command lines for each program of an engine.
pub(crate) fn questions(spec: &EngineSpec) -> Vec<(String, Vec<String>)> {
    let mut random = Random(number("SHARDBOOK_SEED", 20_261_124));
    let count = number("SHARDBOOK_DIFFERENTIAL", 200);
    let mut questions = Vec::new();
    for (name, program) in &spec.programs {
        for _ in 0..count {
            let mut argv = Vec::new();
            // The command that chooses these programs refuses, before they parse, to go on without a model.
            let dispatched = program.module.is_none();
            if dispatched || random.chance(80) {
                argv.extend(["--model-path".to_owned(), "m".to_owned()]);
            }
            let fixed = if dispatched { argv.len() } else { 0 };
            for _ in 0..random.below(5) {
                piece(program.parser(), &mut random, &mut argv);
            }
            if random.chance(8) {
                argv.extend(random.pick(&REAL).split(' ').map(str::to_owned));
            }
            for _ in 0..[0, 0, 0, 0, 0, 1, 1, 1, 2, 4][random.below(10)] {
                disturb(&mut random, &mut argv, fixed);
            }
            questions.push((name.clone(), argv));
        }
    }
    questions
}

/// Random files for `--config`.
pub(crate) fn config_files(program: &Program) -> Vec<String> {
    const VALUES: [&str; 40] = [
        "8",
        "true",
        "false",
        "True",
        "\"true\"",
        "on",
        "no",
        "~",
        "null",
        "0.9",
        ".5",
        "1e3",
        "1.5e+3",
        "010",
        "0x10",
        "1_000",
        "1:30",
        "-1",
        "-x",
        "\"--tp-size\"",
        "a b",
        "''",
        "'8'",
        "[]",
        "[1, 2]",
        "[a, true, null, 0.50]",
        "[-1]",
        "{a: 1}",
        "{a: [1, 'x'], b: true}",
        "[{a: b}]",
        "auto",
        "none",
        "fp8",
        "ünï",
        "'{\"a\": 1}'",
        "inf",
        ".inf",
        "info",
        "2.0",
        "eagle",
    ];
    let mut random = Random(number("SHARDBOOK_SEED", 20_261_124));
    let options: Vec<&OptionSpec> = program
        .parser()
        .options()
        .iter()
        .map(AsRef::as_ref)
        .filter(|option| !option.flags.is_empty() && option.dest != "config" && option.action != Action::Help)
        .collect();
    let mut files = Vec::new();
    for _ in 0..number("SHARDBOOK_DIFFERENTIAL", 200) {
        let mut file = String::new();
        if random.chance(85) {
            file.push_str("model-path: m\n");
        }
        for _ in 0..=random.below(3) {
            let option = *random.pick(&options);
            let mut key = random.pick(&option.flags).trim_start_matches('-').to_owned();
            match random.below(12) {
                0 => key = key.replace('-', "_"),
                1 => key.truncate((2 + random.below(key.len())).min(key.len())),
                2 => key.push('x'),
                _ => {}
            }
            let value = match random.below(10) {
                0..4 => (*random.pick(&VALUES)).to_owned(),
                4..6 if option.is_switch() => "true".to_owned(),
                _ => format!("{:?}", value(option, &mut random)),
            };
            if value.is_ascii() && !value.contains("\\u") {
                file.push_str(&format!("{key}: {value}\n"));
            }
        }
        files.push(file);
    }
    files
}

const STRAY: [&str; 80] = [
    "stray",
    "8",
    "-1",
    "-1.5",
    "-.5",
    "-",
    "--",
    "",
    "-x",
    "-tp",
    "-h8",
    "-tp=8",
    "--no-such-flag",
    "--no-such=1",
    "--t",
    "--enable",
    "--=x",
    "a b",
    "--tp size",
    "-1 2",
    "--model-pat=q",
    "ünï",
    "--dp_size",
    "-5k",
    "-٣",
    "-1e5",
    "-1_0",
    "-1\n",
    "-1.\n5",
    "--no-",
    "--no",
    "--no-enable",
    "-h",
    "--help",
    "--hel",
    "-hh",
    "--help=x",
    "-é",
    "--é",
    "–tp",
    "—tp-size",
    "-\u{a0}",
    "--tp=",
    "--tp-size=",
    "--tp-size==8",
    "=",
    "-=",
    "---",
    "---tp-size",
    "-t",
    "-p",
    "-tp8",
    "-t=8",
    "- 1",
    "-1 ",
    "\t",
    "\n",
    "--\n",
    "-- ",
    "-a b",
    "--a b=c",
    "--tp-size=a b",
    "@file",
    "''",
    "$x",
    "%s",
    "-0x10",
    "-inf",
    "-nan",
    "--version",
    "-v",
    "--config-file",
    "-１２",
    "--TP-SIZE",
    "--tp-size ",
    "\u{200b}--tp",
    "true",
    "None",
    "{}",
    "[]",
];

/// What people really type; it is broken afterwards.
const REAL: [&str; 12] = [
    r#"--model-path deepseek-ai/DeepSeek-V3 --tp 8 --trust-remote-code --enable-dp-attention --dp 8"#,
    r#"--model-path meta-llama/Llama-3.1-8B-Instruct --host 0.0.0.0 --port 30000 --mem-fraction-static 0.85"#,
    r#"--model Qwen/Qwen3-235B-A22B --tp-size=8 --ep-size=8 --reasoning-parser qwen3 --tool-call-parser qwen25"#,
    r#"--model-path m --speculative-algorithm EAGLE --speculative-num-steps 3 --speculative-eagle-topk 1 --speculative-num-draft-tokens 4"#,
    r#"--model-path m --lora-paths a=b {"lora_name":"x","lora_path":"y"} --max-loras-per-batch 2 --lora-target-modules q_proj k_proj"#,
    r#"--model-path m --disaggregation-mode prefill --disaggregation-ib-device mlx5_0 --dist-init-addr 10.0.0.1:5000 --nnodes 2 --node-rank 0"#,
    r#"--model-path m --cuda-graph-bs 1 2 4 8 16 --cuda-graph-max-bs 256 --chunked-prefill-size -1 --max-running-requests 1_024"#,
    r#"--model-path m --json-model-override-args {"a":1} --kv-cache-dtype fp8_e5m2 --attention-backend fa3 --log-level info"#,
    r#"--backend sglang --dataset-name random --random-input 4096 --random-output 1024 --num-prompts 100 --request-rate inf --host 127.0.0.1"#,
    r#"--model-path m --batch-size 1 16 64 --input-len 256 512 --output-len 32 --run-name r"#,
    r#"--model-path m --prompt a_cat --num-gpus 4 --ulysses-degree 2 --ring-degree 2 --height 480 --save-output"#,
    r#"--worker-urls http://a:1 http://b:2 --policy cache_aware --prefill http://p:1 9000 --decode http://d:1 --pd-disaggregation"#,
];

/// Appends the use of an option, often right, sometimes wrong, or a stray word.
fn piece(parser: &ArgumentParser, random: &mut Random, argv: &mut Vec<String>) {
    if !parser.dynamic_options().is_empty() && random.chance(15) {
        let flag = random.pick(parser.dynamic_options()).replace("COMPONENT", "vae2");
        return match random.below(4) {
            0 => argv.push(format!("{flag}=x")),
            1 => argv.extend([flag, "x".to_owned(), "stray".to_owned()]),
            _ => argv.extend([flag, "x".to_owned()]),
        };
    }
    if random.chance(12) {
        return argv.push((*random.pick(&STRAY)).to_owned());
    }
    let option = random.pick(parser.options());
    if option.flags.is_empty()
        || option.dest == "config"
        || (option.action == Action::Help && random.chance(90))
    {
        return;
    }
    let mut flag = random.pick(&option.flags).clone();
    match random.below(20) {
        0..4 => flag.truncate((3 + random.below(flag.len())).min(flag.len())),
        4 => flag.push('x'),
        5 => flag = flag.replace('-', "_"),
        _ => {}
    }
    let least = match option.arity {
        Arity::One | Arity::AtLeastOne => 1,
        Arity::Exactly(count) => count,
        _ => random.below(2),
    };
    let extra = match option.arity {
        Arity::Any | Arity::AtLeastOne => random.below(3),
        _ => 0,
    };
    let mut values: Vec<String> = (0..least + extra).map(|_| value(option, random)).collect();
    match random.below(20) {
        0 => values.push(value(option, random)),
        1 => drop(values.pop()),
        _ => {}
    }
    if !values.is_empty() && random.chance(25) {
        flag = format!("{flag}={}", values.remove(0));
    } else if values.is_empty() && random.chance(4) {
        flag.push_str("=true");
    } else if random.chance(3) {
        flag.push('=');
    }
    argv.push(flag);
    argv.extend(values);
}

fn value(option: &OptionSpec, random: &mut Random) -> String {
    const NUMBERS: [&str; 33] = [
        "8",
        "0",
        "-1",
        " 7 ",
        "1_000",
        "+3",
        "007",
        "256",
        "257",
        "-5",
        "1__0",
        "99999999999999999999",
        "",
        "8.0",
        "٣",
        "１２",
        "\u{a0}8",
        "1e3",
        "0x10",
        "0b1",
        "1 000",
        "۱_۲",
        "𝟘",
        "-٣",
        "8\n",
        "True",
        "3.",
        "--8",
        "+-1",
        "0_0",
        "\u{1c}8",
        "é8",
        "8\0",
    ];
    const FLOATS: [&str; 32] = [
        "0.9",
        ".5",
        "5.",
        "1e3",
        "inf",
        "-inf",
        "nan",
        "1_0.5",
        "1e999",
        "x",
        "1,5",
        "-0.0",
        "-1e-3",
        "٣.٥",
        "１e３",
        " nan ",
        "+inf",
        "-nan",
        "infinity",
        "Infinity",
        "1._5",
        "0x1p3",
        "1e",
        "1e5_0",
        "1_e5",
        "\u{2007}8.5",
        "-٠.٥",
        "-1_0.5",
        "1e-400",
        "1d5",
        "None",
        "ⅷ",
    ];
    const JSONS: [&str; 29] = [
        "{}",
        "[1, 2]",
        "{\"a\": NaN}",
        "01",
        "\"x\"",
        "{a: 1}",
        "null",
        "[1,]",
        "{\"decode\": {\"bs\": [1]}}",
        " {} ",
        "[1e400]",
        "-0",
        "1E5",
        "tru",
        "[",
        "-Infinity",
        "123456789012345678901234567890",
        "{\"a\":1,\"a\":2}",
        "\u{a0}{}",
        "\u{feff}{}",
        "[1] x",
        "{\"prefill\": {\"backend\": \"full\"}}",
        "{\"decode\": 1}",
        "{\"a\": [[{}]]}",
        "1.0",
        "\t1\n",
        "٣",
        "",
        "{\"lora_name\": \"a\", \"lora_path\": \"b\"}",
    ];
    const SUFFIXED: [&str; 25] = [
        "8",
        "25.6k",
        "1Ki",
        "1.5Ki",
        "1K",
        "2M",
        " 1k ",
        "-1k",
        "x",
        "1Ti",
        "١k",
        "1_0k",
        "1.5M",
        "0.0001k",
        "1.0005k",
        "+1k",
        "1ki",
        "1k ",
        "1 k",
        "",
        "k",
        "99999999999999999999T",
        "1e3",
        "1.",
        "1.5",
    ];
    const TEXTS: [&str; 33] = [
        "x",
        "true",
        "False",
        "None",
        "",
        "a b",
        "-x",
        "{\"lora_name\": \"a\"}",
        "ttft:200",
        "1,2",
        "tc_piecewise",
        "none",
        "-",
        "--",
        "-1",
        "- a",
        "-a b",
        "1, 2,",
        "٣,4",
        "=",
        "a=b",
        "{}",
        "[]",
        "ünï",
        "name=path",
        "{a}",
        "tpot:0",
        "e2el:nan",
        "ttft",
        "TRUE",
        "1",
        " None",
        "x\n",
    ];
    if let Some(choices) = option.choices.as_ref().filter(|choices| !choices.is_empty())
        && random.chance(85)
    {
        return match random.pick(choices) {
            Value::Text(text) => text.clone(),
            other => other.json().to_string(),
        };
    }
    let words: &[&str] = match &option.value_type {
        ValueType::Int => &NUMBERS,
        ValueType::Float => &FLOATS,
        ValueType::Json => &JSONS,
        ValueType::Named(name) if name.contains("json") || name.contains("config") => &JSONS,
        ValueType::Named(name) if name == "human_readable_int" => &SUFFIXED,
        ValueType::Named(name) if name.contains("float") => &FLOATS,
        _ => &TEXTS,
    };
    (*random.pick(words)).to_owned()
}

/// Breaks a command line: drops, doubles, swaps, joins, splits, adds or misspells a word.
fn disturb(random: &mut Random, argv: &mut Vec<String>, fixed: usize) {
    if argv.len() <= fixed {
        return;
    }
    let at = fixed + random.below(argv.len() - fixed);
    match random.below(9) {
        0 => drop(argv.remove(at)),
        1 => argv.insert(at, argv[at].clone()),
        2 => argv.insert(at, (*random.pick(&STRAY)).to_owned()),
        3 => {
            let other = fixed + random.below(argv.len() - fixed);
            argv.swap(at, other);
        }
        4 if at + 1 < argv.len() => {
            let value = argv.remove(at + 1);
            let between = *random.pick(&["=", "", " ", "=="]);
            argv[at] = format!("{}{between}{value}", argv[at]);
        }
        5 => {
            if let Some((flag, value)) = argv[at].split_once('=') {
                let (flag, value) = (flag.to_owned(), value.to_owned());
                argv[at] = flag;
                argv.insert(at + 1, value);
            }
        }
        _ => misspell(random, &mut argv[at]),
    }
}

/// Changes one character of a word.
fn misspell(random: &mut Random, word: &mut String) {
    const OTHERS: [char; 16] =
        ['-', '_', '=', ' ', '.', '0', '9', 'é', '٣', '\n', '"', 'x', 'T', ',', '{', '\u{2013}'];
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len() + 1);
    let other = *random.pick(&OTHERS);
    match random.below(4) {
        0 if at < letters.len() => drop(letters.remove(at)),
        1 if at < letters.len() => letters[at] = other,
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.insert(at, other),
    }
    *word = letters.into_iter().collect();
}
