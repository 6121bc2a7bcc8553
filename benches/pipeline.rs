//! The stages of a run on the shipped site.

mod support;

use divan::Bencher;
use shardbook::engine::argparse;
use shardbook::pipeline::{Options, engines, run, stages};

fn main() {
    divan::main();
}

#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    bencher.bench(support::shipped);
}

#[divan::bench]
fn read_engines(bencher: Bencher<'_, '_>) {
    let inputs = support::shipped();
    bencher.bench(|| engines::read(&inputs, "sglang"));
}

#[divan::bench]
fn compile_catalog(bencher: Bencher<'_, '_>) {
    let inputs = support::shipped();
    let engines = engines::read(&inputs, "sglang").value;
    bencher.bench(|| stages::catalog(&inputs, &engines));
}

#[divan::bench]
fn parse_pages(bencher: Bencher<'_, '_>) {
    let inputs = support::shipped();
    bencher.bench(|| inputs.pages.values().map(shardbook::page::parse).collect::<Vec<_>>());
}

#[divan::bench]
fn check_without_rendering(bencher: Bencher<'_, '_>) {
    let inputs = support::shipped();
    let options = Options { render: false, ..Options::default() };
    bencher.bench(|| run(&inputs, &options, &|_| {}));
}

#[divan::bench]
fn whole_run(bencher: Bencher<'_, '_>) {
    let inputs = support::shipped();
    let options = Options { render: true, ..Options::default() };
    bencher.bench(|| run(&inputs, &options, &|_| {}));
}

#[divan::bench]
fn ten_thousand_commands(bencher: Bencher<'_, '_>) {
    let inputs = support::shipped();
    let engines = engines::read(&inputs, "sglang").value;
    let program = engines.latest().and_then(|spec| spec.program("sglang.launch_server")).expect("a server");
    let words = argparse::words([
        "--model-path",
        "m",
        "--tp-size",
        "8",
        "--dp-size",
        "8",
        "--mem-fraction-static",
        "0.8",
    ]);
    bencher.bench(|| {
        (0..10_000).map(|_| argparse::parse(program.parser(), &words).problems.len()).sum::<usize>()
    });
}
