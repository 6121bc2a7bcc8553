//! For people: the source line with the offending word underlined, as compilers show it.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Shown, Patch, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Label, Level};
use crate::text::{SourceFile, Span};

/// How findings are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 140 }
    }
}

/// The finding as a framed piece of its file, with its help. Ends with an empty line.
pub fn render(finding: &Diagnostic, style: Style) -> String {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width);
    let windows = windows(finding);
    let level = match finding.level {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
        Level::Note | Level::Off => Shown::NOTE,
    };
    let mut group = level.primary_title(finding.message.as_str()).id(finding.rule.name).elements(
        windows.iter().map(|window| {
            let marks = window.labels.iter().map(|(kind, label)| {
                let span = window.local(label.location.span);
                let message = (!label.message.is_empty()).then_some(label.message.as_str());
                kind.span(span.into()).label(message)
            });
            Snippet::source(window.text)
                .path(window.source.path())
                .line_start(window.first_line)
                .fold(true)
                .annotations(marks)
        }),
    );
    for help in &finding.help {
        group = group.element(Shown::HELP.message(help.as_str()));
    }
    let mut groups = vec![group];
    groups.extend(fix(finding));
    format!("{}\n\n", renderer.render(&groups))
}

/// The proposed change as a small diff.
fn fix(finding: &Diagnostic) -> Option<Group<'_>> {
    let fix = finding.fix.as_ref()?;
    let first = &fix.edits.first()?.location;
    let same_file: Vec<_> = fix.edits.iter().filter(|edit| edit.location.source == first.source).collect();
    let all = same_file.iter().fold(first.span, |all, edit| all.to(edit.location.span));
    let (text, start, line) = lines_around(&first.source, all);
    let patches = same_file.into_iter().map(|edit| {
        let span = Span::new(edit.location.span.start - start, edit.location.span.end - start);
        Patch::new(span.into(), edit.replacement.as_str())
    });
    let snippet =
        Snippet::source(text).path(first.source.path()).line_start(line).fold(true).patches(patches);
    Some(Shown::HELP.secondary_title(fix.description.as_str()).element(snippet))
}

/// The lines of one file that a finding's labels stand on.
struct Window<'a> {
    source: &'a SourceFile,
    text: &'a str,
    start: usize,
    first_line: usize,
    labels: Vec<(AnnotationKind, &'a Label)>,
}

impl Window<'_> {
    fn local(&self, span: Span) -> Span {
        let end = self.text.len();
        Span::new((span.start - self.start).min(end), (span.end - self.start).min(end))
    }
}

/// One window for each file that the finding speaks of, the offending word's first. Only the lines between the
/// first and the last label are handed on, so that a finding in a large file costs no more than in a small one.
fn windows(finding: &Diagnostic) -> Vec<Window<'_>> {
    let mut grouped: Vec<(&SourceFile, Vec<(AnnotationKind, &Label)>)> =
        vec![(&finding.primary.location.source, vec![(AnnotationKind::Primary, &finding.primary)])];
    for label in &finding.related {
        let source = &*label.location.source;
        let entry = (AnnotationKind::Context, label);
        match grouped.iter_mut().find(|(known, _)| known.path() == source.path()) {
            Some((_, labels)) => labels.push(entry),
            None => grouped.push((source, vec![entry])),
        }
    }
    grouped
        .into_iter()
        .map(|(source, labels)| {
            let first = labels[0].1.location.span;
            let all = labels.iter().fold(first, |all, (_, label)| all.to(label.location.span));
            let (text, start, first_line) = lines_around(source, all);
            Window { source, text, start, first_line, labels }
        })
        .collect()
}

/// The whole lines that hold a span: their text, the offset where they start, and the first one's number.
fn lines_around(source: &SourceFile, span: Span) -> (&str, usize, usize) {
    let text = source.text();
    let end = span.end.min(text.len());
    let first_line = source.line_column(span.start).line;
    let start = source.line_start(first_line).unwrap_or(0).min(span.start);
    let last_line = source.line_column(end).line;
    let stop = source.line_start(last_line + 1).unwrap_or(text.len()).max(end);
    (text.get(start..stop).unwrap_or(""), start, first_line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Edit, Fix, Rule};
    use crate::text::Location;

    static RULE: Rule = Rule::new("cli/unknown-flag", Level::Error, "flags exist");

    #[test]
    fn the_word_is_underlined_and_the_fix_shown() {
        let source = SourceFile::new("content/a.md", "one\r\nserve --tp-sise 8\r\nthree\r\n");
        let word = Location::new(&source, Span::new(11, 20));
        let finding = Diagnostic::new(&RULE, word.clone(), "`--tp-sise` is not a flag of `serve`")
            .related(Location::new(&source, Span::new(0, 3)), "see here")
            .help("did you mean `--tp-size`?")
            .fix(Fix {
                description: "replace it".into(),
                edits: vec![Edit { location: word, replacement: "--tp-size".into() }],
                safe: true,
            });
        let text = render(&finding, Style::default());
        assert!(text.contains("error[cli/unknown-flag]: `--tp-sise` is not a flag of `serve`"), "{text}");
        assert!(text.contains("--> content/a.md:2:7"), "{text}");
        assert!(text.contains("help: did you mean `--tp-size`?"), "{text}");
        assert!(text.contains("^^^^^^^^^"), "{text}");
    }

    #[test]
    fn a_place_at_the_end_of_the_file_is_drawn() {
        let source = SourceFile::new("a.md", "");
        let finding = Diagnostic::new(&RULE, Location::new(&source, Span::at(0)), "nothing here");
        assert!(render(&finding, Style::default()).contains("a.md:1:1"));
    }
}
