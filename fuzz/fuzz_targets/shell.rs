//! Any text is read as shell text and as a terminal session.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shardbook::text::{Excerpt, SourceFile};
use shardbook::verify::shell::invocations;

fuzz_target!(|text: &str| {
    let excerpt = Excerpt::whole(&SourceFile::new("a.sh", text));
    for console in [false, true] {
        for invocation in invocations(&excerpt, console).value {
            for word in &invocation.words {
                let _ = word.origin.location().text();
            }
        }
    }
});
