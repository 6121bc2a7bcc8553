//! `shardbook init`: a small site that builds, checks and explains itself.

use std::fs;

use super::output::Terminal;
use super::{Failure, Outcome};
use crate::cli;

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

pub(super) fn run(options: &cli::Init, terminal: &Terminal) -> Result<Outcome, Failure> {
    let folder = &options.dir;
    let taken = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if taken {
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
