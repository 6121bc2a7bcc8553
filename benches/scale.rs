//! Time grows with the number of pages and models, not faster: compare the rows per item.

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

/// The same with every page and every file below `api/`.
#[divan::bench(args = [1_000, 10_000], sample_count = 1, sample_size = 1)]
fn models_rendered(bencher: Bencher<'_, '_>, count: usize) {
    let inputs = support::many_models(count);
    let options = Options { render: true, ..Options::default() };
    bencher.counter(ItemsCount::new(count)).bench_local(|| run(&inputs, &options, &|_| {}));
}
