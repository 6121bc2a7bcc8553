//! From the words of a command line to a configuration's fields.

use crate::engine::argparse::parser::ArgumentParser;
use crate::engine::argparse::{Parse, Use, Word};
use crate::engine::fields::{EngineBlock, Field, FieldType, FieldValue, FlagSpelling, Schema};
use crate::engine::version::Version;

/// The engine block that a parsed command line stands for.
///
/// Options that are a field's become that field, the last use of an option counting, as in argparse. All other
/// options become `extra_args`: spelt out, value apart from flag, in the order written. Those that the schema
/// calls outside of a block (the model, the address) are left out. A field whose value is a placeholder, or none
/// of its type, stays among the `extra_args`.
pub fn lift(
    schema: &Schema,
    version: Version,
    parser: &ArgumentParser,
    words: &[Word],
    parse: &Parse,
) -> EngineBlock {
    let mut block = EngineBlock::default();
    let mut rest: Vec<(usize, Vec<String>)> = Vec::new();
    for use_ in &parse.uses {
        if use_.flag.is_empty() {
            rest.push((use_.word, texts(use_, words)));
            continue;
        }
        let spellings = &parser.option(use_.option).flags;
        if spellings.iter().any(|flag| schema.outside.contains(flag)) {
            continue;
        }
        if let Some((field, spelling)) = schema.field_of_flag(&use_.flag, version)
            && let Some(value) = value(field, spelling, use_, words)
        {
            block.fields.insert(field.name.clone(), value);
            for (name, value) in &spelling.implies {
                block.fields.insert(name.clone(), value.clone());
            }
            continue;
        }
        let mut flag = vec![use_.flag.clone()];
        flag.extend(texts(use_, words));
        rest.push((use_.word, flag));
    }
    rest.extend(parse.unknown.iter().map(|&index| (index, vec![words[index].text.clone()])));
    rest.sort_by_key(|(word, _)| *word);
    block.extra_args = rest.into_iter().flat_map(|(_, words)| words).collect();
    // In the schema's order, so that equal blocks are written alike.
    block.fields.sort_by(|a, _, b, _| schema.fields.get_index_of(a).cmp(&schema.fields.get_index_of(b)));
    block
}

fn value(field: &Field, spelling: &FlagSpelling, use_: &Use, words: &[Word]) -> Option<FieldValue> {
    if field.field_type == FieldType::Boolean {
        return Some(FieldValue::Bool(spelling.off.as_deref() != Some(&use_.flag)));
    }
    let index = use_.values.first()?;
    let text = *use_.texts(words).first()?;
    if words[*index].opaque { None } else { field.field_type.value_of_word(text) }
}

fn texts(use_: &Use, words: &[Word]) -> Vec<String> {
    use_.texts(words).into_iter().map(str::to_owned).collect()
}
