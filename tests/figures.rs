//! The memory figures that the site publishes against those worked out by hand in `content/reference/memory-figures.md`:
//! every line there is evaluated here, and its results are compared with `api/catalog.json`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "a test reads the repository itself")]

use std::path::Path;

use serde_json::Value as Json;
use shardbook::pipeline::load::load;
use shardbook::pipeline::{Options, run};
use shardbook::world::Disk;

/// A configuration worked out by hand.
struct Worked {
    model: String,
    hardware: String,
    configuration: String,
    /// What each line is about, its calculation, and its result.
    lines: Vec<(String, String, f64)>,
}

impl Worked {
    fn result(&self, what: &str) -> f64 {
        let found = self.lines.iter().rfind(|(name, ..)| name == what);
        found.unwrap_or_else(|| panic!("{}: no line `{what}`", self.model)).2
    }
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/memory-figures.md");
    std::fs::read_to_string(path).unwrap()
}

fn number(text: &str) -> f64 {
    text.replace(',', "").parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

fn worked(page: &str) -> Vec<Worked> {
    let mut all: Vec<Worked> = Vec::new();
    for line in page.lines() {
        if let Some((model, rest)) = line.strip_prefix("## ").and_then(|line| line.split_once(" on ")) {
            let (hardware, configuration) = rest.split_once(": ").unwrap();
            let [model, hardware, configuration] = [model, hardware, configuration].map(str::to_owned);
            all.push(Worked { model, hardware, configuration, lines: Vec::new() });
        } else if let (Some(worked), Some((left, result))) = (all.last_mut(), line.split_once(" = ")) {
            let (what, calculation) = left.split_once("  ").unwrap();
            let calculation = calculation.trim().to_owned();
            worked.lines.push((what.to_owned(), calculation, number(result)));
        }
    }
    all
}

/// A calculation of numbers with `+ − × /` and parentheses.
struct Calculation<'a>(std::iter::Peekable<std::str::Chars<'a>>);

impl Calculation<'_> {
    fn value(text: &str) -> f64 {
        let mut all = Calculation(text.chars().peekable());
        let value = all.sum();
        assert_eq!(all.next(), None, "{text}");
        value
    }

    fn next(&mut self) -> Option<char> {
        while self.0.next_if_eq(&' ').is_some() {}
        self.0.peek().copied()
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        while let Some(sign @ ('+' | '−')) = self.next() {
            self.0.next();
            let term = self.product();
            value += if sign == '+' { term } else { -term };
        }
        value
    }

    fn product(&mut self) -> f64 {
        let mut value = self.term();
        while let Some(sign @ ('×' | '/')) = self.next() {
            self.0.next();
            let factor = self.term();
            value = if sign == '×' { value * factor } else { value / factor };
        }
        value
    }

    fn term(&mut self) -> f64 {
        if self.next() == Some('(') {
            self.0.next();
            let value = self.sum();
            assert_eq!(self.next(), Some(')'));
            self.0.next();
            return value;
        }
        let mut digits = String::new();
        while let Some(digit) = self.0.next_if(|c| c.is_ascii_digit() || matches!(c, ',' | '.')) {
            digits.push(digit);
        }
        number(&digits)
    }
}

/// The only server of a published configuration.
fn published<'a>(catalog: &'a Json, worked: &Worked) -> &'a Json {
    let models = catalog["models"].as_array().unwrap();
    let model = models.iter().find(|model| model["name"] == worked.model.as_str());
    let list =
        model.unwrap_or_else(|| panic!("no model {}", worked.model))["hardware"][&worked.hardware].as_array();
    let mut all = list.unwrap_or_else(|| panic!("{} is not on {}", worked.model, worked.hardware)).iter();
    let found = all.find(|found| found["name"] == worked.configuration.as_str());
    &found.unwrap_or_else(|| panic!("{} has no `{}`", worked.model, worked.configuration))["servers"][0]
}

fn catalog() -> Json {
    let inputs = load(&Disk::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped site").value;
    let options = Options { render: true, ..Options::default() };
    let artifact = run(&inputs, &options, &|_| {}).value.artifact;
    serde_json::from_slice(artifact.get("api/catalog.json").unwrap()).unwrap()
}

#[test]
fn ten_calculations_by_hand_are_right_and_give_the_published_figures() {
    let page = page();
    let all = worked(&page);
    assert_eq!(all.len(), 10);
    let catalog = catalog();
    for worked in &all {
        for (what, calculation, result) in &worked.lines {
            let value = Calculation::value(calculation);
            let value = if what.starts_with("tokens") { value.floor() } else { value.round() };
            assert_eq!(value, *result, "{}: {what}: {calculation}", worked.model);
        }
        let server = published(&catalog, worked);
        let figure =
            |name: &str| server[name].as_f64().unwrap_or_else(|| panic!("{}: no {name}", worked.model));
        assert_eq!(figure("weight_bytes_per_gpu"), worked.result("weights per GPU"), "{}", worked.model);
        assert_eq!(figure("kv_bytes_per_token"), worked.result("KV per token"), "{}", worked.model);
        let per_gpu = worked.result("KV per token and GPU");
        assert_eq!(figure("kv_bytes_per_token_per_gpu"), per_gpu, "{}", worked.model);
        assert_eq!(figure("kv_tokens"), worked.result("tokens that fit"), "{}", worked.model);
        let row = [
            worked.model.clone(),
            format!("{} × {}", server["gpus"], worked.hardware),
            worked.configuration.clone(),
            format!("{:.1} GB", worked.result("weights per GPU") / 1e9),
        ];
        assert!(page.contains(&format!("| {} |", row.join(" | "))), "{row:?} is not in the table");
    }
}

#[test]
fn calculations_are_read_as_written() {
    assert_eq!(Calculation::value("2 × 3 + 4"), 10.0);
    assert_eq!(Calculation::value("1,000 × (0.5 + 1 / 16) / 2"), 281.25);
    assert_eq!(Calculation::value("10 − 2 − 3"), 5.0);
}
