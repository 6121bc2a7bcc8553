//! Pipeline parallelism excludes some schedules.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::version::Version;
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Judge, Subject};

/// The engine asserts that `pp > 1` comes without speculative decoding and mixed chunks. Source:
/// `check_server_args` in `sglang/srt/server_args.py`, 0.5.6 to 0.5.10. (The overlap schedule, which the same
/// assertion names, is switched off before by `_handle_pipeline_parallelism`.)
pub(super) static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/pipeline",
        Level::Error,
        "`pp` above 1 comes without speculative decoding and mixed chunks",
    ),
    check,
};

/// The first version known not to make this assertion.
const UNTIL: Version = Version::release(0, 5, 23);

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(pp) = subject.pp.value.filter(|&pp| pp > 1) else { return };
    if subject.version >= UNTIL {
        return;
    }
    for (place, what) in
        [(&subject.speculative, "speculative decoding"), (&subject.mixed_chunk, "mixed chunks")]
    {
        if let Some(place) = place {
            let message = format!("{what} can't be used with pp {pp}");
            judge.report(Diagnostic::new(RULE.rule, place.clone(), message).help("leave one of the two out"));
        }
    }
}
