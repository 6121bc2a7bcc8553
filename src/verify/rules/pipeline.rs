//! Pipeline parallelism excludes some schedules.

use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::engine::version::Version;
use crate::verify::rules::LaunchRule;
use crate::verify::subject::{Form, Judge, Subject};

/// The engine asserts that `pp > 1` comes with `--disable-overlap-schedule` and without speculative decoding and
/// mixed chunks. Source: `check_server_args` in `sglang/srt/server_args.py`, 0.5.6 to 0.5.10.
pub static RULE: LaunchRule = LaunchRule {
    rule: &Rule::new(
        "parallelism/pipeline",
        Level::Error,
        "`pp` above 1 comes without overlap schedule, speculative decoding and mixed chunks",
    ),
    check,
};

/// The first version known not to make this assertion.
const UNTIL: Version = Version::new(0, 5, 23);

fn check(subject: &Subject<'_>, judge: &mut Judge) {
    let Some(pp) = subject.pp.value.filter(|&pp| pp > 1) else { return };
    if subject.version >= UNTIL {
        return;
    }
    // A block says nothing about the schedule; the flags that it carries in `extra_args` are judged as a command.
    if !subject.overlap_disabled && subject.form != Form::Block {
        let message = format!("pp {pp} needs `--disable-overlap-schedule`, which is not given");
        let finding = Diagnostic::new(RULE.rule, subject.place(&subject.pp), message);
        judge.report(finding.help("add `--disable-overlap-schedule`"));
    }
    for (place, what) in [(&subject.speculative, "speculative decoding"), (&subject.mixed_chunk, "mixed chunks")] {
        if let Some(place) = place {
            let message = format!("{what} can't be used with pp {pp}");
            judge.report(Diagnostic::new(RULE.rule, place.clone(), message).help("leave one of the two out"));
        }
    }
}
