//! Writing commands: as a shell reads them, and as an SGLang `--config` file.

use std::borrow::Cow;
use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::engine::argparse::parser::{ArgumentParser, looks_like_negative_number};
use crate::engine::argparse::{Parse, Use, Word};
use crate::engine::option::{Action, OptionSpec};

/// A word as a POSIX shell reads it back: with single quotes only where it needs them.
pub fn quote(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

/// A command over several lines: environment variables first, each on a line of its own, then the program,
/// then every flag with its values on a line, indented by two spaces.
pub fn command_text(env_vars: &IndexMap<String, String>, program: &[&str], words: &[String]) -> String {
    let mut lines: Vec<String> =
        env_vars.iter().map(|(name, value)| format!("{name}={}", quote(value))).collect();
    lines.push(program.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" "));
    for word in words {
        let opens = word.starts_with('-') && !looks_like_negative_number(word);
        match lines.last_mut() {
            Some(line) if !opens => {
                line.push(' ');
                line.push_str(&quote(word));
            }
            _ => lines.push(format!("  {}", quote(word))),
        }
    }
    lines.join(" \\\n")
}

/// The YAML file that, given with `--config`, means the same as the options of a parsed command.
///
/// # Errors
/// The flags that such a file can't hold: the engine takes only options that store a value, and switches.
pub fn config_text(parser: &ArgumentParser, words: &[Word], parse: &Parse) -> Result<String, Vec<String>> {
    let mut last: IndexMap<usize, &Use> = IndexMap::new();
    let mut refused = Vec::new();
    for use_ in &parse.uses {
        if is_config_option(parser.option(use_.option)) {
            last.insert(use_.option, use_);
        } else {
            refused.push(if use_.flag.is_empty() {
                words[use_.word].text.clone()
            } else {
                use_.flag.clone()
            });
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let mut text = String::new();
    for use_ in last.values() {
        let option = parser.option(use_.option);
        let key = config_key(option, &use_.flag);
        let values = use_.texts(words);
        let value = match values.as_slice() {
            [] if option.is_switch() => "true".to_owned(),
            [only] => yaml_scalar(only).into_owned(),
            several => {
                let items: Vec<_> = several.iter().map(|value| yaml_scalar(value)).collect();
                format!("[{}]", items.join(", "))
            }
        };
        writeln!(text, "{key}: {value}").expect("a String takes all");
    }
    Ok(text)
}

/// A flag without its dashes. Some versions know a switch only by the spelling that its `dest` is made of.
fn config_key<'a>(option: &'a OptionSpec, flag: &'a str) -> &'a str {
    let names_dest = |flag: &&String| flag.trim_start_matches('-').replace('-', "_") == option.dest;
    let usual = option.flags.iter().find(names_dest).filter(|_| option.is_switch());
    usual.map_or(flag, String::as_str).trim_start_matches('-')
}

/// Whether the engine takes an option from a `--config` file.
fn is_config_option(option: &OptionSpec) -> bool {
    let switch = option.action == Action::StoreConst && option.constant.boolean() == Some(true);
    !option.is_positional() && (switch || option.action == Action::Store)
}

/// A text as YAML that Python reads back as this very text, or as a number that it writes in the same way.
fn yaml_scalar(text: &str) -> Cow<'_, str> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(number) && (number == "0" || !number.starts_with('0'));
    let fraction = number.split_once('.').is_some_and(|(whole, part)| {
        digits(whole)
            && digits(part)
            && (whole == "0" || !whole.starts_with('0'))
            && number.len() < 15
            && (part == "0" || !part.ends_with('0'))
            && (whole != "0" || !part.starts_with("0000"))
    });
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_./-".contains(c))
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    if whole || fraction || word {
        return Cow::Borrowed(text);
    }
    if text.chars().any(|c| c.is_control()) {
        return Cow::Owned(serde_json::Value::String(text.to_owned()).to_string());
    }
    Cow::Owned(format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::argparse::{parse, words};

    #[test]
    fn only_what_needs_quotes_has_them() {
        for (word, quoted) in [
            ("--tp-size", "--tp-size"),
            ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
            ("", "''"),
            ("a b", "'a b'"),
            ("{\"a\": 1}", "'{\"a\": 1}'"),
            ("it's", r"'it'\''s'"),
            ("$X", "'$X'"),
            ("*", "'*'"),
        ] {
            assert_eq!(quote(word), quoted);
        }
    }

    #[test]
    fn a_flag_and_its_values_share_a_line() {
        let env_vars = IndexMap::from([("SGLANG_X".to_owned(), "a b".to_owned())]);
        let arguments = ["--tp-size", "8", "--trust-remote-code", "--offset", "-1"].map(str::to_owned);
        assert_eq!(
            command_text(&env_vars, &["python", "-m", "sglang.launch_server"], &arguments),
            "SGLANG_X='a b' \\\npython -m sglang.launch_server \\\n  --tp-size 8 \\\n  --trust-remote-code \\\n  --offset -1"
        );
        assert_eq!(command_text(&IndexMap::new(), &["sglang", "serve"], &[]), "sglang serve");
    }

    #[test]
    fn a_configuration_file_keeps_texts_and_numbers() {
        let spec = crate::engine::spec::EngineSpec::read(
            "engine: e\nversion: '1'\nprograms: {p: {options: [{flags: [--tp-size, --tp], dest: tp, type: int},\
             {flags: [--x], dest: x, nargs: '+'}, {flags: [--on], dest: on, action: store_true},\
             {flags: [--many], dest: many, action: append}]}}",
        )
        .unwrap();
        let parser = spec.program("p").unwrap().parser();
        let text = |argv: &[&str]| {
            let words = words(argv.iter().copied());
            config_text(parser, &words, &parse(parser, &words))
        };
        let argv = ["--tp", "4", "--on", "--x", "1.50", "no", "0.5", "10", "010", "a", "--tp=8"];
        assert_eq!(text(&argv).unwrap(), "tp: 8\non: true\nx: ['1.50', 'no', 0.5, 10, '010', a]\n");
        assert_eq!(text(&["--many", "1"]), Err(vec!["--many".to_owned()]));
    }
}
