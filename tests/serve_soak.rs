//! `shardbook serve` through a long day: random edits on disk by every kind of editor, and after each burst what is
//! served is what a fresh `build` publishes, file by file.
//!
//! `SHARDBOOK_SOAK=2000 cargo test --release --test serve_soak -- --nocapture` takes that many steps and prints the
//! memory that the server holds on the way.
#![expect(
    clippy::disallowed_methods,
    reason = "the length comes from the environment, and a test reads files itself"
)]
#![expect(clippy::print_stdout, reason = "the figures of a soak are its result")]
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::zombie_processes, reason = "the server ends when the test drops it")]

#[path = "support/dice.rs"]
mod dice;
#[path = "support/served.rs"]
mod served;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use dice::Dice;
use served::{Served, files, page, program, without_script};

const PAGES: [&str; 9] = [
    "a.md",
    "b.md",
    "guide/index.md",
    "guide/one.md",
    "guide/two.md",
    "guide/deep/three.md",
    "guide/deep/four.md",
    "other/five.md",
    "other/six words.md",
];

const FOLDERS: [&str; 5] = ["guide", "guide/deep", "other", "other/moved", "new"];

/// Who edits the site.
struct Author {
    dice: Dice,
    root: PathBuf,
    step: usize,
    /// What was done, to read when a comparison fails.
    done: Vec<String>,
}

impl Author {
    fn content(&self, path: &str) -> PathBuf {
        self.root.join("content").join(path)
    }

    /// A page's text: whatever pages hold, and nothing that `build` refuses, whichever other pages there are.
    fn text(&mut self) -> String {
        let step = self.step;
        let mut text = format!("---\ntitle: Title {} {step}\ndescription: D\n", self.dice.below(5));
        for line in ["sidebar_position: 2", "sidebar_label: Short", "hide_search: true", "draft: true"] {
            if self.dice.below(6) == 0 {
                text.push_str(&format!("{line}\n"));
            }
        }
        text.push_str("---\n\n");
        for _ in 0..self.dice.below(6) {
            let line = match self.dice.below(8) {
                0 => format!("## Part {}\n", self.dice.below(1000)),
                1 => "A [link](/index.md) home.\n".into(),
                2 => "```yaml derive\ntp: 2\ndp: 2\n```\n".into(),
                3 => "```bash\npython -m sglang.launch_server --model-path m --tp-size 2 --dp-size 2\n```\n"
                    .into(),
                4 => "::include{file=data/note.yaml}\n".into(),
                5 => "![Picture](/picture.svg)\n".into(),
                6 => "::::tabs\n:::tab A\nx\n:::\n::::\n".into(),
                _ => format!("Word {}.\n", self.dice.below(1000)),
            };
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// Writes a file as one editor or another does it.
    fn save(&mut self, path: &Path, text: &str) {
        let Some(folder) = path.parent().filter(|folder| fs::create_dir_all(folder).is_ok()) else { return };
        if path.is_dir() {
            return;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        match self.dice.below(5) {
            // Emptied, and written in two pieces.
            0 => {
                use std::io::Write as _;
                let mut file = fs::File::create(path).unwrap();
                let (first, rest) = text.as_bytes().split_at(text.len() / 2);
                file.write_all(first).unwrap();
                std::thread::sleep(Duration::from_millis(5));
                file.write_all(rest).unwrap();
            }
            // Written beside it, and renamed over it.
            1 => {
                let temporary = folder.join(format!(".{name}.tmp"));
                fs::write(&temporary, text).unwrap();
                fs::rename(&temporary, path).unwrap();
            }
            // Vim: a probe whether files can be made here, the old file aside, the new one, the old one gone.
            2 => {
                let (probe, backup) = (folder.join("4913"), folder.join(format!("{name}~")));
                fs::write(&probe, "").unwrap();
                fs::remove_file(&probe).unwrap();
                let kept = fs::rename(path, &backup).is_ok();
                fs::write(path, text).unwrap();
                if kept {
                    fs::remove_file(&backup).unwrap();
                }
            }
            // Emacs: a lock that is a link to nothing.
            3 => {
                let lock = folder.join(format!(".#{name}"));
                let locked = std::os::unix::fs::symlink("me@here.1:2", &lock).is_ok();
                fs::write(path, text).unwrap();
                if locked {
                    fs::remove_file(&lock).unwrap();
                }
            }
            _ => fs::write(path, text).unwrap(),
        }
    }

    /// One step: any file of a site is changed, made, renamed or deleted.
    fn act(&mut self) {
        self.step += 1;
        let step = self.step;
        let (path, folder) = (self.dice.one(&PAGES), self.dice.one(&FOLDERS));
        let (path, folder) = (self.content(path), self.content(folder));
        let kind = self.dice.below(24);
        self.done.push(format!("{step}: {kind} {} {}", path.display(), folder.display()));
        match kind {
            0 => drop(fs::remove_file(&path)),
            1 => {
                let to = self.dice.one(&PAGES);
                let to = self.content(to);
                if to.parent().is_some_and(Path::is_dir) && !to.is_dir() {
                    let _ = fs::rename(&path, to);
                }
            }
            // Folders: to another name, away for good, and away and back.
            2 => {
                let to = self.dice.one(&FOLDERS);
                let to = self.content(to);
                if !to.exists() && to.parent().is_some_and(Path::is_dir) && !to.starts_with(&folder) {
                    let _ = fs::rename(&folder, to);
                }
            }
            3 => drop(fs::remove_dir_all(&folder)),
            4 => {
                let away = self.root.join("away");
                if fs::rename(&folder, &away).is_ok() {
                    std::thread::sleep(Duration::from_millis(self.dice.below(60) as u64));
                    fs::rename(&away, &folder).unwrap();
                }
            }
            5 if self.dice.below(4) == 0 => {
                let (content, away) = (self.root.join("content"), self.root.join("away"));
                fs::rename(&content, &away).unwrap();
                std::thread::sleep(Duration::from_millis(self.dice.below(600) as u64));
                fs::rename(&away, &content).unwrap();
            }
            // Links to a file and to a folder; what they lead to; gone again.
            6 => {
                let (link, target) = match self.dice.below(2) {
                    0 => (self.content("linked.md"), "../shared/note.md"),
                    _ => (self.content("linked"), "../shared/deep"),
                };
                if fs::remove_file(&link).is_err() {
                    std::os::unix::fs::symlink(target, link).unwrap();
                }
            }
            7 => {
                let target = self.dice.one(&["shared/note.md", "shared/deep/inner.md"]);
                let (target, text) = (self.root.join(target), self.text());
                self.save(&target, &text);
            }
            8 => self.save(&self.root.join("data/note.yaml"), &format!("note: {}\n", self.step % 7)),
            9 => self.save(&self.root.join("static/picture.svg"), &format!("<svg>{step}</svg>")),
            10 => {
                let style = self.root.join("static/site.css");
                if self.dice.below(2) == 0 {
                    self.save(&style, &format!("a {{ width: {step}px }}\n"));
                } else {
                    let _ = fs::remove_file(style);
                }
            }
            11 => {
                let template = self.root.join("templates/partials/toc_small.html");
                if self.dice.below(2) == 0 {
                    self.save(&template, &format!("<!-- {step} -->"));
                } else {
                    let _ = fs::remove_file(template);
                }
            }
            12 => {
                let base = self.dice.one(&["", "", "base_url: /sub/\n", "base_url: https://h.example/p/\n"]);
                self.save(&self.root.join("site.yaml"), &format!("title: Site {}\n{base}", step % 5));
            }
            13 => {
                let own = self.root.join("data/engines/sglang/0.5.10.yaml");
                if fs::remove_file(&own).is_err() {
                    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/engines/sglang/0.5.10.yaml");
                    let text = fs::read_to_string(spec).unwrap();
                    let text = text
                        .replace("flags: [--tokenizer-path]", &format!("flags: [--tokenizer-path-{step}]"));
                    self.save(&own, &text);
                }
            }
            14 => {
                let category = self.content("guide/_category_.yaml");
                self.save(&category, &format!("label: Guide {}\n", step % 3));
            }
            // What `build` refuses: a link to nowhere, a wrong command, broken YAML, a broken template, no UTF-8.
            15 => match self.dice.below(5) {
                0 => self.save(&self.content("faulty.md"), &page("[Nowhere](nowhere.md)")),
                1 => self.save(&self.content("faulty.md"), &page("```bash\nsglang serve --no-such\n```")),
                2 => self.save(&self.root.join("site.yaml"), "title: [broken"),
                3 => self.save(&self.root.join("templates/page.html"), "{% broken"),
                _ => fs::write(self.content("faulty.md"), b"# \xff\xfe\n").unwrap(),
            },
            // A branch with many more pages, and back.
            16 if self.dice.below(6) == 0 => {
                let many = self.content("many");
                if fs::remove_dir_all(&many).is_err() {
                    fs::create_dir(&many).unwrap();
                    for number in 0..150 {
                        fs::write(many.join(format!("p{number}.md")), page(&format!("{step}"))).unwrap();
                    }
                }
            }
            17 => drop(fs::write(self.content(".hidden.md"), format!("{step}"))),
            _ => {
                let text = self.text();
                self.save(&path, &text);
            }
        }
    }

    /// Takes out what `build` refuses.
    fn mend(&mut self) {
        let _ = fs::remove_file(self.content("faulty.md"));
        let _ = fs::remove_file(self.root.join("templates/page.html"));
        let site = self.root.join("site.yaml");
        if fs::read_to_string(&site).unwrap().contains("[broken") {
            fs::write(site, "title: Site\n").unwrap();
        }
    }

    /// The path that the site is published below.
    fn base(&self) -> &'static str {
        let site = fs::read_to_string(self.root.join("site.yaml")).unwrap();
        match site {
            site if site.contains("/sub/") => "/sub/",
            site if site.contains("/p/") => "/p/",
            _ => "/",
        }
    }
}

/// What differs between what is served and what is in the folder that was built; `gone` must not be there.
fn difference(served: &Served, out: &Path, base: &str, gone: &BTreeSet<String>) -> Option<String> {
    for file in files(out) {
        let path = file.strip_prefix(out).unwrap().to_str().unwrap();
        if path == ".shardbook-output" || path.starts_with("pagefind/") {
            continue;
        }
        let answer = served.get(&format!("{base}{}", path.replace(' ', "%20")));
        let known = fs::read(&file).unwrap();
        let is_page =
            path.ends_with(".html") && String::from_utf8_lossy(&answer.body).contains("/__shardbook/");
        let body = if is_page { without_script(&answer.body) } else { answer.body };
        if answer.status != 200 || body != known {
            return Some(format!(
                "`{path}`: status {}, {} bytes of {}",
                answer.status,
                body.len(),
                known.len()
            ));
        }
    }
    let still = gone.iter().find(|path| {
        !out.join(path).exists() && served.get(&format!("{base}{}", path.replace(' ', "%20"))).status != 404
    });
    still.map(|path| format!("`{path}` is still there"))
}

fn memory(process: u32) -> Option<usize> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse::<usize>().ok().map(|kilobytes| kilobytes / 1024)
}

/// How many steps, and after how many of them a comparison.
fn steps() -> (usize, usize) {
    let steps = std::env::var("SHARDBOOK_SOAK").ok().and_then(|steps| steps.parse().ok());
    steps.map_or((24, 8), |steps| (steps, 10))
}

#[test]
fn what_is_served_after_a_day_of_edits_is_what_build_publishes() {
    let served = Served::new("title: Site\n");
    served.write("data.txt", "no source");
    let root = served.root.path().to_owned();
    for folder in ["shared/deep", "data", "templates/partials"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    served.write("data/note.yaml", "note: 0\n");
    served.write("static/picture.svg", "<svg></svg>");
    served.write("shared/note.md", &page("Shared."));
    served.write("shared/deep/inner.md", &page("Inner."));
    let seed = std::env::var("SHARDBOOK_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut author =
        Author { dice: Dice::new(seed.unwrap_or(1)), root: root.clone(), step: 0, done: Vec::new() };
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("public");
    let (all, every) = steps();
    let mut seen = BTreeSet::new();
    let mut waits = Vec::new();
    while author.step < all {
        author.act();
        let pause = author.dice.below(40) as u64;
        std::thread::sleep(Duration::from_millis(pause));
        if author.step.is_multiple_of(every) {
            author.mend();
            let ended = Instant::now();
            let step = author.step;
            let built = Command::new(program())
                .args(["build", "--root"])
                .arg(&root)
                .arg("--out")
                .arg(&out)
                .output()
                .unwrap();
            assert!(built.status.success(), "step {step}: {}", String::from_utf8_lossy(&built.stderr));
            let base = author.base();
            while let Some(other) = difference(&served, &out, base, &seen) {
                let kept = format!("step {step}: {other} after {:?}", ended.elapsed());
                if ended.elapsed() > Duration::from_secs(20) {
                    let done = author.done[author.done.len().saturating_sub(2 * every)..].join("\n");
                    let said: Vec<String> = served.told.try_iter().collect();
                    let said = said[said.len().saturating_sub(40)..].join("\n");
                    panic!("{kept}\nwhat was done:\n{done}\nwhat it said:\n{said}");
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            waits.push(ended.elapsed());
            let paths = files(&out)
                .into_iter()
                .map(|path| path.strip_prefix(&out).unwrap().to_str().unwrap().to_owned());
            seen.extend(paths);
        }
        if [1, 10, 50, 100, 200, 500, 1000, 1500, 2000, 5000].contains(&author.step) || author.step == all {
            let held = memory(served.process.id()).map_or("?".into(), |megabytes| megabytes.to_string());
            println!("{} steps: {held} MB", author.step);
        }
    }
    waits.sort();
    println!(
        "{} comparisons; from the last edit to equality, build and crawl included: median {:?}, longest {:?}",
        waits.len(),
        waits[waits.len() / 2],
        waits.last()
    );
}
