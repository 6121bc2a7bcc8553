//! `data/hardware.yaml`: the GPUs that configurations name.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::spanned::Origin;
use crate::diagnostic::Checked;
use crate::text::{Excerpt, SourceFile, Span};
use crate::world::reader::{self, INVALID_VALUE, Reader};
use crate::world::yaml::Entry;

/// The file, by its path in a site.
pub const FILE: &str = "data/hardware.yaml";

/// All known hardware.
#[derive(Clone, Debug, Default)]
pub struct HardwareTable {
    /// Hardware by name, in the order written.
    pub specs: IndexMap<String, HardwareSpec>,
    /// The file, if one was read.
    pub origin: Option<Origin>,
}

/// One kind of GPU, and the nodes that hold it.
#[derive(Clone, Debug, PartialEq)]
pub struct HardwareSpec {
    /// The name by which configurations call it: `H200`.
    pub name: String,
    /// The bytes of the name in the file.
    pub span: Span,
    /// Who makes it.
    pub vendor: String,
    /// Memory of one GPU in GB (10⁹ bytes).
    pub memory_gb: f64,
    /// GPUs that share one node.
    pub gpus_per_node: u64,
    /// The name of the chip's generation: `Hopper`.
    pub architecture: String,
}

impl HardwareSpec {
    /// Memory of one GPU in bytes.
    pub fn memory_bytes(&self) -> u64 {
        (self.memory_gb * 1e9) as u64
    }
}

const KEYS: [&str; 4] = ["vendor", "memory_gb", "gpus_per_node", "architecture"];

impl HardwareTable {
    /// Reads the file. Hardware without memory or size of a node is left out, which is a finding.
    pub fn read(file: &Arc<SourceFile>) -> Checked<Self> {
        let excerpt = Excerpt::whole(file);
        let Checked { value: documents, mut findings } = reader::documents(&excerpt);
        let mut reader = Reader::new(&excerpt);
        let mut table = Self { specs: IndexMap::new(), origin: Some(Origin::new(file)) };
        if let Some(document) = documents.first().filter(|document| !document.is_null()) {
            for entry in reader.mapping(document, "the file of hardware", &["hardware"]) {
                let Some(entries) = entry.value.entries() else {
                    reader.wrong_type(&entry.value, "`hardware`", "a mapping from names to hardware");
                    continue;
                };
                for entry in entries {
                    if let Some(spec) = spec(entry, &mut reader) {
                        table.specs.insert(entry.key.clone(), spec);
                    }
                }
            }
        }
        findings.append(&mut reader.findings);
        Checked::new(table, findings)
    }

    /// The hardware of a name.
    pub fn get(&self, name: &str) -> Option<&HardwareSpec> {
        self.specs.get(name)
    }

    /// The names in the order written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.specs.keys().map(String::as_str)
    }
}

fn spec(entry: &Entry, reader: &mut Reader<'_>) -> Option<HardwareSpec> {
    let (node, span) = (&entry.value, entry.key_span);
    let what = format!("the hardware `{}`", entry.key);
    let (mut vendor, mut architecture) = (String::new(), String::new());
    let (mut memory_gb, mut gpus_per_node) = (None, None);
    for entry in reader.mapping(node, &what, &KEYS) {
        let (value, key) = (&entry.value, format!("`{}`", entry.key));
        match entry.key.as_str() {
            "vendor" => vendor = reader.text(value, &key).unwrap_or_default(),
            "architecture" => architecture = reader.text(value, &key).unwrap_or_default(),
            "memory_gb" => {
                let number = reader.number(value, &key);
                memory_gb = number.filter(|&gb| gb > 0.0 && gb.is_finite());
                if number.is_some() && memory_gb.is_none() {
                    reader.report(&INVALID_VALUE, value.span, "`memory_gb` must be more than 0");
                }
            }
            "gpus_per_node" => {
                let number = reader.integer(value, &key);
                gpus_per_node = number.and_then(|n| u64::try_from(n).ok()).filter(|&n| n > 0);
                if number.is_some() && gpus_per_node.is_none() {
                    reader.report(&INVALID_VALUE, value.span, "`gpus_per_node` must be at least 1");
                }
            }
            _ => {}
        }
    }
    for key in ["memory_gb", "gpus_per_node"] {
        if node.entries().is_some() && node.get(key).is_none() {
            reader.report(&reader::MISSING_KEY, span, format!("{what} must have the key `{key}`"));
        }
    }
    let name = entry.key.clone();
    Some(HardwareSpec {
        name,
        span,
        vendor,
        memory_gb: memory_gb?,
        gpus_per_node: gpus_per_node?,
        architecture,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_must_be_positive() {
        let text = "hardware:\n  H200: { memory_gb: 141, gpus_per_node: 8 }\n  X: { memory_gb: -1, gpus_per_node: 0 }\n  Y: { memory_gb: 1 }\n";
        let Checked { value, findings } = HardwareTable::read(&SourceFile::new(FILE, text));
        assert_eq!(value.names().collect::<Vec<_>>(), ["H200"]);
        assert_eq!(value.get("H200").unwrap().memory_bytes(), 141_000_000_000);
        let found: Vec<_> = findings.iter().map(|f| (f.rule.name, f.primary.location.text())).collect();
        assert_eq!(
            found,
            [("yaml/invalid-value", "-1"), ("yaml/invalid-value", "0"), ("yaml/missing-key", "Y")]
        );
    }
}
