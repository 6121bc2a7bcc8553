//! `shardbook serve`: no change of the sources is missed, none is told of twice, and what is served is what `build`
//! publishes.
#![expect(clippy::disallowed_methods, reason = "a test reads files itself")]
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::zombie_processes, reason = "the server ends when the test drops it")]

#[path = "support/served.rs"]
mod served;

use std::time::{Duration, Instant};

use served::{Served, next_event, page, same_as_build};

#[test]
fn what_is_served_is_what_build_publishes_after_every_change() {
    let served = Served::new("title: T\nbase_url: https://host.example/project/\n");
    same_as_build(&served, "/project/");
    served.write("content/index.md", &page("The second text."));
    served.until("/project/", "The second text.");
    // An atomic save, a new folder, a rename and a deletion.
    served.write("content/.index.md.tmp", &page("The third text."));
    std::fs::rename(served.path("content/.index.md.tmp"), served.path("content/index.md")).unwrap();
    std::fs::create_dir_all(served.path("content/new/deep")).unwrap();
    served.write("content/new/deep/c.md", &page("In a new folder."));
    served.until("/project/", "The third text.");
    served.until("/project/new/deep/c/", "In a new folder.");
    std::fs::rename(served.path("content/new"), served.path("content/newer")).unwrap();
    std::fs::remove_file(served.path("content/guide/a b.md")).unwrap();
    served.until("/project/newer/deep/c/", "In a new folder.");
    let started = Instant::now();
    while served.get("/project/new/deep/c/").status != 404
        || served.get("/project/guide/a%20b/").status != 404
    {
        assert!(started.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(20));
    }
    same_as_build(&served, "/project/");
    // All of it goes, and comes back.
    std::fs::rename(served.path("content"), served.path("away")).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    std::fs::rename(served.path("away"), served.path("content")).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    served.write("content/index.md", &page("The fourth text."));
    served.until("/project/", "The fourth text.");
    same_as_build(&served, "/project/");
}

/// The lines about rebuilds until nothing was said for a while.
fn rebuilds(served: &Served, quiet: Duration) -> Vec<String> {
    let lines = std::iter::from_fn(|| served.told.recv_timeout(quiet).ok());
    lines.filter(|line| line.starts_with("rebuilt in ")).collect()
}

#[test]
fn thousands_of_changes_are_one_rebuild() {
    let served = Served::new("title: T\n");
    let write = |number: usize, text: &str| {
        served.write(&format!("content/many/page-{number}.md"), &page(&format!("{text} {number}.")));
    };
    std::fs::create_dir(served.path("content/many")).unwrap();
    (0..1500).for_each(|number| write(number, "On one branch"));
    served.until("/many/page-1499/", "On one branch 1499.");
    rebuilds(&served, Duration::from_secs(3));
    // As git does it: a lock beside its index while files are replaced one by one.
    std::fs::create_dir(served.path(".git")).unwrap();
    std::fs::write(served.path(".git/index.lock"), "").unwrap();
    for number in 0..1500 {
        std::fs::remove_file(served.path(&format!("content/many/page-{number}.md"))).unwrap();
        write(number, "On another");
        if number % 300 == 0 {
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    std::fs::remove_file(served.path(".git/index.lock")).unwrap();
    served.until("/many/page-7/", "On another 7.");
    let told = rebuilds(&served, Duration::from_secs(3));
    assert_eq!(told.len(), 1, "{told:#?}");
    served.until("/many/page-1499/", "On another 1499.");
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_watched_too() {
    let served = Served::new("title: T\n");
    std::fs::create_dir_all(served.path("shared/deep")).unwrap();
    served.write("shared/note.md", &page("Of a linked file."));
    served.write("shared/deep/a.md", &page("In a linked folder."));
    std::os::unix::fs::symlink("../shared/note.md", served.path("content/note.md")).unwrap();
    std::os::unix::fs::symlink("../shared/deep", served.path("content/deep")).unwrap();
    served.until("/note/", "Of a linked file.");
    served.until("/deep/a/", "In a linked folder.");
    served.write("shared/note.md", &page("Changed behind the link."));
    served.until("/note/", "Changed behind the link.");
    served.write("shared/deep/a.md", &page("Changed in the folder."));
    served.until("/deep/a/", "Changed in the folder.");
    same_as_build(&served, "/");
}

#[test]
fn a_write_that_changes_nothing_is_no_rebuild() {
    let served = Served::new("title: T\n");
    rebuilds(&served, Duration::from_millis(600));
    served.write("content/index.md", &page("The first text."));
    served.write("content/.hidden.md", "x");
    std::fs::create_dir(served.path("public")).unwrap();
    served.write("public/index.html", "ours");
    assert_eq!(rebuilds(&served, Duration::from_secs(2)), Vec::<String>::new());
    served.write("content/index.md", &page("Another."));
    served.until("/", "Another.");
    assert_eq!(rebuilds(&served, Duration::from_secs(1)).len(), 1);
}

#[test]
fn styles_swap_in_without_a_reload() {
    let served = Served::new("title: T\n");
    let mut events = served.events("/");
    let before = next_event(&mut events);
    served.write("static/site.css", "body { color: blue }\n");
    // A write in place may be seen before it is whole; what is whole is told then.
    loop {
        let after = next_event(&mut events);
        assert_eq!(after["page"], before["page"], "the page stays");
        assert_ne!(after["styles"], before["styles"]);
        let style = served.get(after["styles"][0]["href"].as_str().unwrap()).text();
        if !style.is_empty() {
            assert!(style.contains("blue"), "{style}");
            break;
        }
    }
}

#[test]
fn what_check_finds_in_the_built_pages_is_told_after_they_are_shown() {
    let served = Served::new("title: T\n");
    let mut events = served.events("/");
    let first = next_event(&mut events);
    std::fs::create_dir_all(served.path("templates/partials")).unwrap();
    served.write("templates/partials/toc_small.html", "<a href=\"/no-such-page/\">x</a>");
    let rules = |news: &serde_json::Value| {
        let all = news["findings"].as_array().unwrap();
        all.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut last = first;
    while rules(&last) != ["link/broken-output"] {
        last = next_event(&mut events);
    }
    assert_eq!(last["findings"][0]["place"], "templates/partials/toc_small.html:1:10", "{last}");
    assert!(served.get("/").text().contains("no-such-page"), "the page is shown as it is");
    let said: Vec<String> =
        std::iter::from_fn(|| served.told.recv_timeout(Duration::from_secs(2)).ok()).collect();
    assert!(said.iter().any(|line| line.starts_with("error[link/broken-output]")), "{said:#?}");
    assert!(said.iter().any(|line| line.starts_with("followed the links of all pages in ")), "{said:#?}");
    std::fs::remove_file(served.path("templates/partials/toc_small.html")).unwrap();
    while !rules(&last).is_empty() {
        last = next_event(&mut events);
    }
}
