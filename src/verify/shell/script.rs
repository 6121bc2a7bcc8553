//! A shell script as the simple commands that it may run.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Checked, Diagnostic, Level, Rule};
use crate::text::{Excerpt, Span};

use super::grammar::{self, Parsed, RawCommand};
use super::lexer::{self, Here, Lexed};
use super::lint;
use super::printed;
use super::statements::{self, Statement};
use super::substitute::{self, Value, Variables};
use super::words::{self, ShellWord};

/// Text that no shell would read.
pub static SYNTAX: Rule = Rule::new("shell/syntax", Level::Error, "shell text is what a shell can read");

/// Scripts inside scripts (`$(…)`, `bash -c`) are followed this deep.
const DEPTH: usize = 6;

/// All commands of a script, in order; those of a substitution come behind the command that it is part of.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The simple commands.
    pub commands: Vec<Simple>,
    /// The here-documents.
    pub heredocs: Vec<Heredoc>,
}

/// A simple command: `NAME=value program word… > file`.
#[derive(Clone, Debug)]
pub struct Simple {
    /// The variables that it sets, for its program or, without a program, for the script.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments.
    pub words: Vec<ShellWord>,
    /// Its files.
    pub redirections: Vec<Redirection>,
    /// Whether the text says that words were left out: `...`, `[options]`.
    pub elided: bool,
    /// All of it.
    pub excerpt: Excerpt,
}

/// `NAME=value`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The name.
    pub name: ShellWord,
    /// The value; of an array, the text in its parentheses.
    pub value: ShellWord,
    /// The elements of an array.
    pub elements: Option<Vec<ShellWord>>,
    /// Whether it adds to what the variable has: `NAME+=value`.
    pub appends: bool,
}

/// `> file` and its like.
#[derive(Clone, Debug)]
pub struct Redirection {
    /// `>`, `>>`, `<`, `<<<` or `&>`.
    pub operator: &'static str,
    /// The file; with `<<<` the text.
    pub target: ShellWord,
}

/// A here-document.
#[derive(Clone, Debug)]
pub struct Heredoc {
    /// The file that it is written to, where the command says so (`cat > FILE <<EOF`, `tee FILE <<EOF`).
    pub target: Option<ShellWord>,
    /// The program that reads it.
    pub program: Option<ShellWord>,
    /// Its lines.
    pub excerpt: Excerpt,
}

/// Reads a script. Where a statement can't be read, the findings say so, and its lines are read one by one.
pub fn read(excerpt: &Excerpt) -> Checked<Script> {
    read_nested(excerpt, 0)
}

/// Reads a script that stands `depth` scripts deep in another.
pub fn read_nested(excerpt: &Excerpt, depth: usize) -> Checked<Script> {
    let joined;
    let excerpt = if excerpt.text().contains("\r\n") {
        joined = without_carriage_returns(excerpt);
        &joined
    } else {
        excerpt
    };
    let mut findings = Vec::new();
    let text = excerpt.text();
    let lexed = lexer::lex(text);
    let statements = statements::split(text, &lexed.tokens);
    // Behind `usage:` nobody wrote shell. What is a command there all the same is judged.
    let usage = printed::usage(text);
    let end = usage.map_or(text.len(), |usage| usage.start);
    let written = statements.partition_point(|statement| statement.span().start < end);
    lint::check(excerpt, &lexed, &statements[..written], &mut findings);
    let (commands, unstable) = raw_commands(excerpt, &lexed, &statements, written, &mut findings);
    if let Some(usage) = usage {
        let usage = excerpt.locate(usage);
        findings.retain(|finding| finding.primary.location.span.start < usage.span.start);
        let message = "from here on this is no shell script, but what a program prints about its usage";
        findings.push(printed::finding(usage, message.to_owned()));
    }
    let mut builder = Builder::new(excerpt, depth, &commands, unstable);
    for command in &commands {
        builder.command(command);
    }
    builder.heredocs(&lexed.heres, &commands);
    findings.append(&mut builder.findings);
    Checked::new(builder.script, findings)
}

/// The text with every line ended by a line feed alone, as a browser hands it to who copies it.
fn without_carriage_returns(excerpt: &Excerpt) -> Excerpt {
    let mut joined = Excerpt::empty(excerpt.source());
    let mut at = 0;
    for line in excerpt.text().split_inclusive('\n') {
        let end = at + line.len();
        if line.ends_with("\r\n") {
            words::push_exact(excerpt, &mut joined, Span::new(at, end - 2));
            words::push_exact(excerpt, &mut joined, Span::new(end - 1, end));
        } else {
            words::push_exact(excerpt, &mut joined, Span::new(at, end));
        }
        at = end;
    }
    joined
}

/// The commands of all statements, and the variables that are set in other ways than by one assignment. Nothing is said
/// about statements behind the first `written`.
fn raw_commands(
    excerpt: &Excerpt,
    lexed: &Lexed,
    statements: &[Statement<'_>],
    written: usize,
    findings: &mut Vec<Diagnostic>,
) -> (Vec<RawCommand>, BTreeSet<String>) {
    let text = excerpt.text();
    let mut commands: Vec<RawCommand> = Vec::new();
    let mut unstable = BTreeSet::new();
    let mut refused = Refused::default();
    for error in &lexed.errors {
        let at = statements.partition_point(|statement| statement.span().end <= error.span.start);
        if written < statements.len() && at >= written {
            continue;
        }
        refused.has_command |= statements.get(at).is_some_and(|found| statements::has_flag(text, found));
        refused.findings.push(Diagnostic::new(&SYNTAX, excerpt.locate(error.span), error.message.clone()));
    }
    for (index, statement) in statements.iter().enumerate() {
        let found = findings.len();
        let parsed = if statement.plain {
            Parsed { commands: vec![grammar::plain(text, statement)], variables: Vec::new() }
        } else {
            by_grammar(excerpt, lexed, statement, findings)
        };
        if let Some(finding) = findings.drain(found..).next().filter(|_| index < written) {
            refused.is_first |= index == 0;
            refused.has_command |= statements::has_flag(text, statement);
            refused.findings.push(finding);
        }
        unstable.extend(parsed.variables);
        let mut parsed = parsed.commands.into_iter();
        // The finding is made; the words are judged with the command that they were meant for.
        if lint::is_stray(text, statement)
            && let Some(last) = commands.last_mut().filter(|last| !last.words.is_empty())
            && let Some(stray) = parsed.next()
        {
            last.words.extend(stray.words);
            last.redirections.extend(stray.redirections);
        }
        commands.extend(parsed);
    }
    findings.extend(refused.findings(text, written));
    (commands, unstable)
}

/// The statements that no shell reads.
#[derive(Default)]
struct Refused {
    /// Whether the first statement is among them.
    is_first: bool,
    /// Whether one has flags, so that somebody is meant to run it.
    has_command: bool,
    findings: Vec<Diagnostic>,
}

impl Refused {
    /// A finding for each. Of a text that is no script, such as what a program printed, the first one stands for all.
    fn findings(mut self, text: &str, statements: usize) -> Vec<Diagnostic> {
        let refused = self.findings.len();
        let is_other = !self.has_command && ((self.is_first && refused > 1) || printed::is_data(text));
        if is_other && let Some(first) = self.findings.drain(..).min_by(Diagnostic::order) {
            let message = format!(
                "this is no shell script: a shell refuses {refused} of {statements} statements, this one first"
            );
            self.findings.push(printed::finding(first.primary.location, message));
        }
        self.findings
    }
}

fn by_grammar(
    excerpt: &Excerpt,
    lexed: &Lexed,
    statement: &Statement<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Parsed {
    let (text, span) = (excerpt.text(), statement.span());
    let refused = !grammar::is_in_reach(statement);
    let place = match (!refused).then(|| grammar::parse(text, statement)) {
        Some(Ok(parsed)) => return parsed,
        Some(Err(place)) => place.or_else(|| statements::stray_bracket(text, statement)),
        None => None,
    };
    // What is never closed has its own finding, and that is the cause of this one.
    if !lexed.errors.iter().any(|error| span.start <= error.span.start && error.span.start < span.end) {
        let message = match place {
            _ if refused => "this statement is too long or too deeply nested to be checked".to_owned(),
            Some(place) => format!("a shell does not expect `{}` here", place.of(text)),
            None => "the statement ends before it is complete".to_owned(),
        };
        let first = statement.tokens.first().map_or(span, |token| token.span);
        findings.push(Diagnostic::new(&SYNTAX, excerpt.locate(place.unwrap_or(first)), message));
    }
    let mut all = Parsed::default();
    for line in statements::lines(text, statement) {
        if line.plain {
            all.commands.push(grammar::plain(text, &line));
        } else if grammar::is_in_reach(&line)
            && let Ok(parsed) = grammar::parse(text, &line)
        {
            all.commands.extend(parsed.commands);
            all.variables.extend(parsed.variables);
        }
    }
    all.commands.iter_mut().for_each(|command| command.nested = true);
    all
}

struct Builder<'a> {
    excerpt: &'a Excerpt,
    text: &'a str,
    depth: usize,
    unstable: BTreeSet<String>,
    variables: Variables,
    script: Script,
    /// The index in the script of each raw command.
    indices: Vec<usize>,
    findings: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn new(
        excerpt: &'a Excerpt,
        depth: usize,
        commands: &[RawCommand],
        mut unstable: BTreeSet<String>,
    ) -> Self {
        let text = excerpt.text();
        let mut set: BTreeMap<&str, usize> = BTreeMap::new();
        for command in commands {
            for (name, how) in names(text, command) {
                if how == Set::Appended && !command.nested {
                    continue;
                }
                let sure = how == Set::Assigned && !command.nested;
                *set.entry(name).or_default() += if sure { 1 } else { 2 };
            }
        }
        unstable.extend(set.into_iter().filter(|(_, times)| *times > 1).map(|(name, _)| name.to_owned()));
        Self {
            excerpt,
            text,
            depth,
            unstable,
            variables: Variables::default(),
            script: Script::default(),
            indices: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn command(&mut self, raw: &RawCommand) {
        let mut inner = Vec::new();
        let assignments: Vec<Assignment> =
            raw.assignments.iter().map(|span| self.assignment(*span, &mut inner)).collect();
        let mut words = Vec::with_capacity(raw.words.len());
        for span in &raw.words {
            self.word(*span, &mut words, &mut inner);
        }
        let redirections = raw
            .redirections
            .iter()
            .map(|redirection| Redirection {
                operator: redirection.operator,
                target: self.single(redirection.target, &mut inner),
            })
            .collect();
        if words.is_empty() {
            assignments.iter().for_each(|assignment| self.remember(assignment));
        }
        if words.first().is_some_and(|word| sets_variables(&word.text)) {
            for span in raw.words.iter().skip(1).filter(|span| grammar::is_assignment(span.of(self.text))) {
                let assignment = self.assignment(*span, &mut Vec::new());
                self.remember(&assignment);
            }
        }
        let elided = words::take_elisions(&mut words);
        self.indices.push(self.script.commands.len());
        let excerpt = words::slice(self.excerpt, span_of(raw));
        self.script.commands.push(Simple { assignments, words, redirections, elided, excerpt });
        for span in inner {
            self.substitution(span);
        }
    }

    fn substitution(&mut self, span: Span) {
        if self.depth < DEPTH {
            let script =
                read_nested(&words::slice(self.excerpt, span), self.depth + 1).take(&mut self.findings);
            self.script.commands.extend(script.commands);
            self.script.heredocs.extend(script.heredocs);
        }
    }

    fn remember(&mut self, assignment: &Assignment) {
        if self.unstable.contains(&assignment.name.text) {
            return;
        }
        match &assignment.elements {
            Some(elements) if assignment.appends => self.variables.append(&assignment.name.text, elements),
            Some(elements) => self.variables.set(&assignment.name.text, Value::Array(elements.clone())),
            None if !assignment.value.opaque => {
                self.variables.set(&assignment.name.text, Value::Text(assignment.value.clone()));
            }
            None => {}
        }
    }

    fn word(&self, span: Span, into: &mut Vec<ShellWord>, inner: &mut Vec<Span>) {
        if words::is_plain(span.of(self.text)) {
            into.push(ShellWord::literal(words::slice(self.excerpt, span)));
            return;
        }
        let pieces = words::take_apart(self.text, span);
        inner.extend_from_slice(&pieces.commands);
        substitute::expand(self.excerpt, &pieces, &self.variables, into);
    }

    fn single(&self, span: Span, inner: &mut Vec<Span>) -> ShellWord {
        let pieces = words::take_apart(self.text, span);
        inner.extend_from_slice(&pieces.commands);
        substitute::join(self.excerpt, &pieces, &self.variables)
    }

    fn assignment(&self, span: Span, inner: &mut Vec<Span>) -> Assignment {
        let written = span.of(self.text);
        let equals = written.find('=').unwrap_or(written.len());
        let appends = written[..equals].ends_with('+');
        let name = Span::new(span.start, span.start + equals - usize::from(appends));
        let name = ShellWord::literal(words::slice(self.excerpt, name));
        let value = Span::new(span.start + (equals + 1).min(written.len()), span.end);
        let array = value.of(self.text).strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let Some(array) = array else {
            return Assignment { name, value: self.single(value, inner), elements: None, appends };
        };
        let value = Span::new(value.start + 1, value.end - 1);
        let mut elements = Vec::new();
        for token in lexer::lex(array).tokens.iter().filter(|token| token.kind == lexer::Kind::Word) {
            self.word(token.span.shift(value.start), &mut elements, inner);
        }
        Assignment {
            name,
            value: ShellWord::literal(words::slice(self.excerpt, value)),
            elements: Some(elements),
            appends,
        }
    }

    fn heredocs(&mut self, heres: &[Here], raws: &[RawCommand]) {
        for here in heres {
            let after = raws.partition_point(|raw| span_of(raw).start < here.operator.start);
            let command =
                after.checked_sub(1).and_then(|at| self.indices.get(at)).map(|&at| &self.script.commands[at]);
            let written = command.and_then(|command| {
                let file =
                    command.redirections.iter().find(|redirection| redirection.operator.starts_with('>'));
                let tee = command.words.iter().any(|word| word.text == "tee");
                let named = command
                    .words
                    .iter()
                    .skip(1)
                    .rfind(|word| tee && word.text != "tee" && !word.text.starts_with('-'));
                file.map(|file| &file.target).or(named).cloned()
            });
            let program = command.and_then(|command| command.words.first()).cloned();
            let excerpt = lines(self.excerpt, here);
            self.script.heredocs.push(Heredoc { target: written, program, excerpt });
        }
    }
}

/// The lines of a here-document, without their leading tabs where `<<-` drops them.
fn lines(excerpt: &Excerpt, here: &Here) -> Excerpt {
    if !here.tabs_dropped {
        return words::slice(excerpt, here.body);
    }
    let mut lines = Excerpt::empty(excerpt.source());
    let mut at = here.body.start;
    for line in here.body.of(excerpt.text()).split_inclusive('\n') {
        let kept = line.trim_start_matches('\t');
        words::push_exact(excerpt, &mut lines, Span::new(at + line.len() - kept.len(), at + line.len()));
        at += line.len();
    }
    lines
}

fn span_of(raw: &RawCommand) -> Span {
    let targets = raw.redirections.iter().map(|redirection| &redirection.target);
    let mut spans = raw.assignments.iter().chain(&raw.words).chain(targets).copied();
    let first = spans.next().unwrap_or_default();
    spans.fold(first, Span::to)
}

fn sets_variables(program: &str) -> bool {
    matches!(program, "export" | "declare" | "local" | "readonly" | "typeset")
}

/// How a command sets a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    /// By a single assignment.
    Assigned,
    /// By adding elements to an array.
    Appended,
    /// To what is not known.
    Unknown,
}

/// The variables that a command sets for the script.
fn names<'a>(text: &'a str, command: &RawCommand) -> Vec<(&'a str, Set)> {
    let assigned = |span: &Span| {
        let (name, value) = span.of(text).split_once('=')?;
        let appended = if value.starts_with('(') { Set::Appended } else { Set::Unknown };
        Some(name.strip_suffix('+').map_or((name, Set::Assigned), |name| (name, appended)))
    };
    match command.words.split_first() {
        None => command.assignments.iter().filter_map(assigned).collect(),
        Some((program, rest)) => match program.of(text) {
            program if sets_variables(program) => rest.iter().filter_map(assigned).collect(),
            "read" | "unset" | "mapfile" | "readarray" => {
                rest.iter().map(|span| (span.of(text), Set::Unknown)).collect()
            }
            _ => Vec::new(),
        },
    }
}
