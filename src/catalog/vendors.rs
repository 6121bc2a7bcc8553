//! `data/models/vendors.yaml`: who publishes models, by id.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::catalog::spanned::{Origin, Spanned};
use crate::diagnostic::Checked;
use crate::text::{Excerpt, SourceFile};
use crate::world::reader::{self, Reader};
use crate::world::yaml::Node;

/// The file, by its path in a site.
pub const FILE: &str = "data/models/vendors.yaml";

/// All vendors.
#[derive(Clone, Debug, Default)]
pub struct Vendors {
    /// Vendors by id, in the order written.
    pub vendors: IndexMap<String, Vendor>,
    /// The file, if one was read.
    pub origin: Option<Origin>,
}

/// One vendor.
#[derive(Clone, Debug, PartialEq)]
pub struct Vendor {
    /// The id, which sources name.
    pub id: Spanned<String>,
    /// The name that people read.
    pub name: String,
    /// The organisation on Hugging Face: the first half of its model paths.
    pub huggingface_org: String,
}

impl Vendors {
    /// Reads the file.
    pub fn read(file: &Arc<SourceFile>) -> Checked<Self> {
        let excerpt = Excerpt::whole(file);
        let Checked { value: documents, mut findings } = reader::documents(&excerpt);
        let mut reader = Reader::new(&excerpt);
        let mut vendors = Self { vendors: IndexMap::new(), origin: Some(Origin::new(file)) };
        if let Some(document) = documents.first().filter(|document| !document.is_null()) {
            for entry in reader.mapping(document, "the file of vendors", &["vendors"]) {
                let Some(entries) = entry.value.entries() else {
                    reader.wrong_type(&entry.value, "`vendors`", "a mapping from ids to vendors");
                    continue;
                };
                for entry in entries {
                    let id = Spanned::new(entry.key.clone(), entry.key_span);
                    let vendor = vendor(id, &entry.value, &mut reader);
                    vendors.vendors.insert(entry.key.clone(), vendor);
                }
            }
        }
        findings.append(&mut reader.findings);
        Checked::new(vendors, findings)
    }

    /// The vendor of an id.
    pub fn get(&self, id: &str) -> Option<&Vendor> {
        self.vendors.get(id)
    }

    /// The ids in the order written.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.vendors.keys().map(String::as_str)
    }
}

/// One vendor; a key that is missing is reported and stands for the id itself.
fn vendor(id: Spanned<String>, node: &Node, reader: &mut Reader<'_>) -> Vendor {
    let what = format!("the vendor `{}`", id.value);
    let mut vendor = Vendor { name: id.value.clone(), huggingface_org: id.value.clone(), id };
    let entries = reader.mapping(node, &what, &["name", "huggingface_org"]);
    for entry in entries {
        let text = reader.text(&entry.value, &format!("`{}`", entry.key));
        match (entry.key.as_str(), text) {
            ("name", Some(text)) => vendor.name = text,
            ("huggingface_org", Some(text)) => vendor.huggingface_org = text,
            _ => {}
        }
    }
    for key in ["name", "huggingface_org"] {
        if node.entries().is_some() && node.get(key).is_none() {
            let message = format!("{what} must have the key `{key}`");
            reader.report(&reader::MISSING_KEY, vendor.id.span, message);
        }
    }
    vendor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_without_an_organisation_is_found_and_stands_for_its_id() {
        let text = "vendors:\n  qwen: { name: Qwen, huggingface_org: Qwen }\n  zai-org:\n    nam: Zhipu\n";
        let Checked { value, findings } = Vendors::read(&SourceFile::new(FILE, text));
        assert_eq!(value.get("qwen").unwrap().huggingface_org, "Qwen");
        assert_eq!(value.get("zai-org").unwrap().huggingface_org, "zai-org");
        let found: Vec<_> = findings.iter().map(|f| (f.rule.name, f.primary.location.text())).collect();
        assert_eq!(
            found,
            [("yaml/unknown-key", "nam"), ("yaml/missing-key", "zai-org"), ("yaml/missing-key", "zai-org")]
        );
        assert_eq!(findings[0].help, ["did you mean `name`?"]);
    }
}
