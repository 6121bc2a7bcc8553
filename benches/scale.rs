//! Time grows with the number of pages and models, not faster: compare the rows per item.
#![expect(clippy::print_stderr, reason = "says how large the files are")]

mod support;

use divan::Bencher;
use divan::counter::ItemsCount;
use shardbook::pipeline::{Options, run};

fn main() {
    divan::main();
}

#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn pages(bencher: Bencher<'_, '_>, count: usize) {
    let inputs = support::many_pages(count);
    let options = Options { render: true, ..Options::default() };
    bencher.counter(ItemsCount::new(count)).bench_local(|| run(&inputs, &options, &|_| {}));
}

#[divan::bench(args = [1_000, 10_000], sample_count = 1, sample_size = 1)]
fn models(bencher: Bencher<'_, '_>, count: usize) {
    let inputs = support::many_models(count);
    let options = Options { render: false, ..Options::default() };
    bencher.counter(ItemsCount::new(count)).bench_local(|| run(&inputs, &options, &|_| {}));
}

/// The same with every page and every file below `api/`, and with what is large in them: a page or a file that readers
/// load must not grow with the number of models.
#[divan::bench(args = [1_000, 10_000], sample_count = 1, sample_size = 1)]
fn models_rendered(bencher: Bencher<'_, '_>, count: usize) {
    let inputs = support::many_models(count);
    let options = Options { render: true, ..Options::default() };
    let mut built = None;
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        built = Some(run(&inputs, &options, &|_| {}).value.artifact);
    });
    let Some(artifact) = built else { return };
    let all: usize = artifact.files().map(|(_, bytes)| bytes.len()).sum();
    eprintln!("\n{count} models more: {} files, {:.0} MB", artifact.files().count(), all as f64 / 1e6);
    for ending in [".html", ".md", "builder.json", "catalog.json", ".xml", ".txt"] {
        let files = artifact.files().filter(|(path, _)| path.ends_with(ending));
        if let Some((path, bytes)) = files.max_by_key(|(_, bytes)| bytes.len()) {
            eprintln!("  the largest *{ending}: {path}, {:.1} MB", bytes.len() as f64 / 1e6);
        }
    }
}
