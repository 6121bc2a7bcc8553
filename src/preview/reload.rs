//! The line to open pages: the script that every page gets, and the events that it listens to.

use std::io::{self, Write};
use std::time::Duration;

use super::notice::{StyleSheet, notice};
use super::session::Stage;

/// The address of the script.
pub const SCRIPT_PATH: &str = "/__shardbook/reload.js";

/// The address of the events.
pub const EVENTS_PATH: &str = "/__shardbook/events";

/// The script.
pub const SCRIPT: &str = include_str!("reload.js");

/// The address of the line that open pages share.
pub const LINE_PATH: &str = "/__shardbook/line.js";

/// The script of that line.
pub const LINE: &str = include_str!("line.js");

/// How often a silent line is tried, so that those of closed pages are given up.
const PULSE: Duration = Duration::from_secs(5);

/// The page with the script before its end.
pub fn inject(html: &[u8], page: &str, styles: &[StyleSheet]) -> Vec<u8> {
    let styles: Vec<&str> = styles.iter().map(|style| style.hash.as_deref().unwrap_or("-")).collect();
    let tag = format!(
        "<script src=\"{SCRIPT_PATH}\" data-page=\"{page}\" data-styles=\"{}\" defer></script>",
        styles.join(" ")
    );
    let end =
        html.windows(END.len()).rposition(|window| window.eq_ignore_ascii_case(END)).unwrap_or(html.len());
    let (before, after) = html.split_at(end);
    [before, tag.as_bytes(), after].concat()
}

const END: &[u8] = b"</body>";

/// Tells the open pages at `paths` of every build, beginning with the newest, until they go away. `output` finds a
/// page's file.
///
/// # Errors
/// When the pages went away.
pub fn tell(
    line: &mut impl Write,
    stage: &Stage,
    paths: &[String],
    output: impl Fn(&super::session::Shown, &str) -> Option<String>,
) -> io::Result<()> {
    line.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\
          X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n\r\n\
          retry: 500\n\n",
    )?;
    line.flush()?;
    let mut known = None;
    loop {
        match stage.other_than(known, PULSE) {
            Some(shown) => {
                for path in paths {
                    let news = notice(&shown, path, output(&shown, path).as_deref());
                    let text = serde_json::to_string(&news).map_err(io::Error::other)?;
                    line.write_all(format!("id: {}\ndata: {text}\n\n", shown.build).as_bytes())?;
                }
                known = Some(shown.build);
            }
            None => line.write_all(b":\n\n")?,
        }
        line.flush()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_before_the_end_of_the_body() {
        let page = String::from_utf8(inject(b"<p>&lt;/body></p></BODY></html>", "ab", &[])).unwrap();
        assert!(page.contains("defer></script></BODY></html>"), "{page}");
        assert!(String::from_utf8(inject(b"<p>", "ab", &[])).unwrap().starts_with("<p><script src="));
    }
}
