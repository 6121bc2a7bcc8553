#![expect(clippy::disallowed_methods, reason = "a chore reads the repository itself, and knows no `World`")]
//! Chores of this repository: `cargo xtask archive` makes what a release consists of.

mod archive;
mod build;
mod contents;
mod options;
#[cfg(all(test, unix))]
mod played;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use archive::Archive;
use build::Program;
use options::{Options, USAGE};

fn main() -> ExitCode {
    let outcome = match Options::read(std::env::args().skip(1)) {
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Ok(Some(options)) => run(&options),
        Err(problem) => Err(format!("{problem}\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Builds the program and packs it: the archive, and its checksum beside it.
fn run(options: &Options) -> Result<(), String> {
    let started = Instant::now();
    let root = repository();
    let time = build::time_of(&root, std::env::var("SOURCE_DATE_EPOCH").ok().as_deref())?;
    let program = Program::build(&root, options.target.as_deref())?;
    let texts = if program.runs()? {
        contents::texts(&program.path, &program.version)?
    } else {
        eprintln!(
            "note: this machine can't run a program for {}; the completions and manual pages come from a build \
             for this machine, which is made now",
            program.target
        );
        let own = Program::build(&root, Some(&build::host(&root)?))?;
        contents::texts(&own.path, &program.version)?
    };
    let mut archive = Archive::new(&format!("shardbook-{}-{}", program.version, program.target), time);
    contents::add(&mut archive, &root, &program.path, texts)?;
    let folder =
        options.out.clone().map_or_else(|| root.join("target/archives"), |out| in_current_folder(&out));
    let written = archive.write(&folder)?;
    println!("{}  {} bytes, {} files", written.path.display(), written.bytes, written.files);
    println!("{}", written.checksum.display());
    eprintln!("done in {} s", started.elapsed().as_secs());
    Ok(())
}

/// The repository that this is a part of.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn in_current_folder(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
