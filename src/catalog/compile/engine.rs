//! Laying settings over each other: an engine block of hardware, quantization and configuration.

use std::collections::HashMap;

use crate::catalog::compiled::{Engine, Trace};
use crate::catalog::source::Settings;
use crate::catalog::spanned::Spanned;
use crate::engine::fields::EngineBlock;
use crate::engine::fields::Schema;
use crate::text::Span;

/// Spellings of the option that switches speculative decoding on.
const SPECULATION: [&str; 2] = ["--speculative-algorithm", "--speculative-algo"];
/// Spellings of the option that names the draft model; the first is the one written.
const DRAFT_MODEL: [&str; 2] = ["--speculative-draft-model-path", "--speculative-draft-model"];

/// The settings of a configuration on a hardware; later ones win.
pub(super) struct Layers<'a> {
    pub(super) schema: &'a Schema,
    pub(super) common: [Option<&'a Settings>; 3],
    pub(super) draft: Option<&'a Spanned<String>>,
}

impl Layers<'_> {
    /// The block of a server with settings of its own; `span` is the bytes of its name.
    pub(super) fn engine(&self, own: Option<&Settings>, span: Span) -> Engine {
        let layers = || self.common.iter().copied().chain([own]).flatten();
        let trace = Trace { block: span, ..Trace::default() };
        let mut engine = Engine { block: EngineBlock::default(), trace };
        for field in self.schema.fields.keys() {
            let set = layers().filter_map(|settings| settings.fields.get(field)).next_back();
            if let Some(Spanned { value: Some(value), span }) = set {
                engine.set(field, value.clone(), *span);
            }
        }
        for (name, value) in layers().filter_map(|settings| settings.env_vars.as_ref()).flatten() {
            engine.set_env_var(name, value.value.clone(), value.span);
        }
        for word in merged(layers().filter_map(|settings| settings.extra_args.as_deref())) {
            engine.push(word.value.clone(), word.span);
        }
        self.add_draft(&mut engine);
        engine
    }

    /// Speculative decoding with a draft model needs to be told which.
    fn add_draft(&self, engine: &mut Engine) {
        let has =
            |options: [&str; 2]| engine.block.extra_args.iter().any(|word| options.contains(&flag(word)));
        if let Some(draft) = self.draft
            && has(SPECULATION)
            && !has(DRAFT_MODEL)
        {
            engine.push(DRAFT_MODEL[0].to_owned(), draft.span);
            engine.push(draft.value.clone(), draft.span);
        }
    }
}

/// The words of all layers, option by option: an option that an earlier layer has is replaced where it stands,
/// with its values; a new one comes after all others. Options repeated within one layer are kept as written.
fn merged<'a>(layers: impl Iterator<Item = &'a [Spanned<String>]>) -> Vec<&'a Spanned<String>> {
    let mut layers = layers.filter(|words| !words.is_empty());
    let Some(first) = layers.next() else { return Vec::new() };
    let Some(second) = layers.next() else { return first.iter().collect() };
    let mut all: Vec<Option<&'a [Spanned<String>]>> = Vec::new();
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for layer in [first, second].into_iter().chain(layers) {
        let mut own: HashMap<&str, Vec<usize>> = HashMap::new();
        for option in options(layer) {
            let name = flag(&option[0].value);
            let mut earlier = places.remove(name).into_iter().flatten();
            let place = earlier.next().unwrap_or(all.len());
            for replaced in earlier {
                all[replaced] = None;
            }
            match all.get_mut(place) {
                Some(known) => *known = Some(option),
                None => all.push(Some(option)),
            }
            own.entry(name).or_default().push(place);
        }
        places.extend(own);
    }
    all.into_iter().flatten().flatten().collect()
}

/// The options of a list: each word that starts with `--`, with the words up to the next one.
fn options(words: &[Spanned<String>]) -> impl Iterator<Item = &[Spanned<String>]> {
    words.chunk_by(|_, next| !next.value.starts_with("--"))
}

/// The option that a word names, without a value written after `=`.
fn flag(word: &str) -> &str {
    word.split_once('=').map_or(word, |(flag, _)| flag)
}
