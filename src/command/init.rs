//! `shardbook init`: a small site that builds, checks and explains itself.

use std::fs;
use std::path::Path;

use super::output::Terminal;
use super::{Failure, Outcome};
use crate::cli;
use crate::diagnostic::report::plural;
use crate::world::Disk;
use crate::world::layout::Dialect;
use crate::world::site;

/// The files of a new site.
const FILES: [(&str, &str); 3] = [
    (
        "site.yaml",
        "title: Serving models\ndescription: Commands that were checked before they were published\nengine: sglang@0.5.10\n",
    ),
    (
        "content/index.md",
        "---\ntitle: Serving models\ndescription: Commands that were checked before they were published\n---\n\n\
         Every command on these pages was parsed as the engine's own parser parses it. Read the [first page](first-page.md).\n",
    ),
    (
        "content/first-page.md",
        "---\ntitle: First page\ndescription: A block of YAML, the command that it becomes, and a mistake\n---\n\n\
         ## A launch\n\nWrite the fields; the page shows the command of every engine version.\n\n\
         ```yaml {derive model=\"Qwen/Qwen3-8B\"}\ntp: 2\n```\n\n\
         Or write the command itself.\n\n\
         ```bash\npython -m sglang.launch_server --model-path Qwen/Qwen3-8B --tp-size 2\n```\n\n\
         ## A mistake\n\nChange `--tp-size` to `--tp-sise`, save, and run `shardbook check`.\n",
    ),
];

/// Writes a `site.yaml` beside documentation that was written for another generator.
fn adopt(folder: &Path, from: cli::From, force: bool, terminal: &Terminal) -> Result<Outcome, Failure> {
    let dialect = match from {
        cli::From::Docusaurus => Dialect::Docusaurus,
        cli::From::Mdx => Dialect::Mdx,
    };
    if !folder.is_dir() {
        return Err(format!("there is no folder `{}`", folder.display()));
    }
    let path = folder.join(site::FILE);
    if path.exists() && !force {
        return Err(format!("`{}` is there already; `--force` replaces it", path.display()));
    }
    let proposal = super::adopt::look(&Disk::new(folder), dialect)?;
    fs::write(&path, proposal.yaml())
        .map_err(|error| format!("can't write `{}`: {error}", path.display()))?;
    let folders = plural(proposal.folders(), "folder");
    let mut said = format!("wrote `{}` for {folders} of pages, and nothing else\n", path.display());
    for left_out in &proposal.left_out {
        said.push_str(&format!("not read: {left_out}\n"));
    }
    said.push_str(&format!("`shardbook check --root {}` checks them\n", folder.display()));
    terminal.say(&said);
    Ok(Outcome::Clean)
}

pub(super) fn run(options: &cli::Init, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = &options.dir;
    if let Some(from) = options.from {
        return adopt(folder, from, options.force, terminal);
    }
    // A new repository is as good as an empty folder.
    let mut entries = folder.read_dir().into_iter().flatten().flatten();
    if entries.any(|entry| entry.file_name() != ".git") {
        return Err(format!("`{}` is not empty, so nothing was written", folder.display()));
    }
    for (path, text) in FILES {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("can't write `{}`: {error}", path.display()))?;
    }
    terminal.say(&format!(
        "a site is in `{0}`; `shardbook build --root {0}` publishes it to `{0}/public`\n",
        folder.display()
    ));
    Ok(Outcome::Clean)
}
