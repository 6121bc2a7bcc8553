//! Statements that are more than words, read by bash's grammar.
//!
//! The grammar is given a picture of the statement: of the same length, in ASCII, with all that quotes, expansions
//! and comments hold blotted out. So its offsets are ours, and nothing inside a word can lead it astray.

use brush_parser::ast::{self, SourceLocation};
use brush_parser::{ParseError, Parser, ParserOptions, SourceSpan};

use crate::text::Span;

use super::lexer::{Kind, Token};
use super::statements::Statement;

/// Compound commands nested deeper than this are refused: the grammar's time doubles with each level.
const DEEPEST: usize = 12;
/// Statements longer than this many bytes are refused.
const LONGEST: usize = 200_000;

/// A simple command as spans of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawCommand {
    /// Its assignments (`NAME=value`).
    pub assignments: Vec<Span>,
    /// Its words.
    pub words: Vec<Span>,
    /// Its redirections, except here-documents.
    pub redirections: Vec<RawRedirection>,
    /// Whether it stands in a compound command, so that it need not run, or may run several times.
    pub nested: bool,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRedirection {
    /// `>`, `>>`, `<`, `<<<`, `&>`.
    pub operator: &'static str,
    /// The file, or the text of `<<<`.
    pub target: Span,
}

/// What the grammar gives.
#[derive(Debug, Default)]
pub struct Parsed {
    /// All simple commands in order.
    pub commands: Vec<RawCommand>,
    /// Variables that are set other than by assignments (`for NAME in`).
    pub variables: Vec<String>,
}

/// The command of a statement that is plain.
pub fn plain(text: &str, statement: &Statement<'_>) -> RawCommand {
    let spans = statement.tokens.iter().map(|token| token.span);
    let mut command = RawCommand::default();
    for span in spans {
        if command.words.is_empty() && is_assignment(span.of(text)) {
            command.assignments.push(span);
        } else {
            command.words.push(span);
        }
    }
    command
}

/// Whether the grammar can be asked about a statement at all.
pub fn is_in_reach(statement: &Statement<'_>) -> bool {
    statement.depth <= DEEPEST && statement.span().len() <= LONGEST
}

/// Reads a statement by the grammar. An error is the place of the token that can't stand where it stands, or
/// `None` where the statement ends too early.
pub fn parse(text: &str, statement: &Statement<'_>) -> Result<Parsed, Option<Span>> {
    let span = statement.span();
    let base = span.start;
    let picture = picture(text, statement.tokens, span);
    // The parser is not ours and is reached with arbitrary text: a panic in it must not take the site down.
    let outcome = std::panic::catch_unwind(|| {
        Parser::new(picture.as_bytes(), &ParserOptions::default()).parse_program()
    });
    match outcome {
        Ok(Ok(program)) => {
            let mut reader = Reader { base, out: Parsed::default(), nested: false };
            for command in &program.complete_commands {
                reader.list(command);
            }
            Ok(reader.out)
        }
        Ok(Err(ParseError::ParsingNear(position))) => {
            let at = base + position.index;
            let token = statement.tokens.iter().find(|token| token.span.end > at);
            Err(token.filter(|token| token.kind != Kind::Newline).map(|token| token.span))
        }
        Ok(Err(_)) | Err(_) => Err(None),
    }
}

/// Whether a word that stands before a command's name sets a variable.
pub fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| super::scan::is_name(name.strip_suffix('+').unwrap_or(name)))
}

fn picture(text: &str, tokens: &[Token], span: Span) -> String {
    let mut picture = String::with_capacity(span.len());
    for token in tokens {
        let start = token.span.start - span.start;
        picture.extend(std::iter::repeat_n(' ', start.saturating_sub(picture.len())));
        match token.kind {
            Kind::Newline => picture.push('\n'),
            Kind::Operator if token.span.len() > 3 => blot(token.span.of(text), &mut picture),
            Kind::Operator => picture.push_str(token.span.of(text)),
            Kind::Word => draw(token.span.of(text), &mut picture),
        }
    }
    picture
}

/// `((…))` is kept as far as the grammar needs it.
fn blot(operator: &str, picture: &mut String) {
    let inside = &operator[2..operator.len() - 2];
    picture.push_str("((");
    picture.extend(inside.bytes().map(|byte| if byte == b';' { ';' } else { '1' }));
    picture.push_str("))");
}

fn draw(word: &str, picture: &mut String) {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:,%+@^-=".contains(&byte);
    let marks = |byte: u8| b"![]{}=~".contains(&byte);
    // The grammar reads a number before `<` or `>` as a descriptor, and can't read one that is too large for it.
    if word.len() > 9 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        picture.extend(std::iter::repeat_n('0', word.len()));
        return;
    }
    if word.bytes().all(safe) || word.bytes().all(marks) {
        picture.push_str(word);
        return;
    }
    let kept = if is_assignment(word) { word.find('=').map_or(0, |at| at + 1) } else { 0 };
    picture.push_str(&word[..kept]);
    picture.extend(std::iter::repeat_n('x', word.len() - kept));
}

struct Reader {
    base: usize,
    out: Parsed,
    nested: bool,
}

impl Reader {
    fn span(&self, span: &SourceSpan) -> Span {
        Span::new(self.base + span.start.index, self.base + span.end.index)
    }

    fn list(&mut self, list: &ast::CompoundList) {
        for ast::CompoundListItem(chain, _) in &list.0 {
            self.pipeline(&chain.first);
            for more in &chain.additional {
                match more {
                    ast::AndOr::And(pipeline) | ast::AndOr::Or(pipeline) => self.pipeline(pipeline),
                }
            }
        }
    }

    fn pipeline(&mut self, pipeline: &ast::Pipeline) {
        for command in &pipeline.seq {
            self.command(command);
        }
    }

    fn command(&mut self, command: &ast::Command) {
        match command {
            ast::Command::Simple(simple) => self.simple(simple),
            ast::Command::Compound(compound, _) => self.inside(|reader| reader.compound(compound)),
            ast::Command::Function(function) => self.inside(|reader| reader.compound(&function.body.0)),
            ast::Command::ExtendedTest(..) => {}
        }
    }

    fn inside(&mut self, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.nested, true);
        read(self);
        self.nested = outer;
    }

    fn compound(&mut self, compound: &ast::CompoundCommand) {
        use ast::CompoundCommand as Compound;
        match compound {
            Compound::Arithmetic(_) => {}
            Compound::ArithmeticForClause(clause) => self.list(&clause.body.list),
            Compound::BraceGroup(group) => self.list(&group.list),
            Compound::Subshell(subshell) => self.list(&subshell.list),
            Compound::ForClause(clause) => {
                self.out.variables.push(clause.variable_name.clone());
                self.list(&clause.body.list);
            }
            Compound::CaseClause(clause) => {
                clause.cases.iter().filter_map(|case| case.cmd.as_ref()).for_each(|list| self.list(list))
            }
            Compound::IfClause(clause) => {
                self.list(&clause.condition);
                self.list(&clause.then);
                for part in clause.elses.iter().flatten() {
                    part.condition.iter().for_each(|list| self.list(list));
                    self.list(&part.body);
                }
            }
            Compound::WhileClause(clause) | Compound::UntilClause(clause) => {
                self.list(&clause.0);
                self.list(&clause.1.list);
            }
            Compound::Coprocess(clause) => self.command(&clause.body),
        }
    }

    fn simple(&mut self, simple: &ast::SimpleCommand) {
        let mut command = RawCommand { nested: self.nested, ..RawCommand::default() };
        for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
            self.item(item, true, &mut command);
        }
        command.words.extend(
            simple.word_or_name.iter().filter_map(|word| word.location()).map(|span| self.span(&span)),
        );
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.item(item, false, &mut command);
        }
        self.out.commands.push(command);
    }

    fn item(&self, item: &ast::CommandPrefixOrSuffixItem, prefix: bool, command: &mut RawCommand) {
        use ast::CommandPrefixOrSuffixItem as Item;
        match item {
            Item::Word(word) | Item::AssignmentWord(_, word) => {
                let Some(span) = word.location().map(|span| self.span(&span)) else { return };
                if prefix { command.assignments.push(span) } else { command.words.push(span) }
            }
            Item::IoRedirect(redirect) => command.redirections.extend(self.redirection(redirect)),
            Item::ProcessSubstitution(..) => {}
        }
    }

    fn redirection(&self, redirect: &ast::IoRedirect) -> Option<RawRedirection> {
        use ast::IoFileRedirectKind as File;
        let (operator, word) = match redirect {
            ast::IoRedirect::File(_, kind, ast::IoFileRedirectTarget::Filename(word)) => match kind {
                File::Write | File::Clobber => (">", word),
                File::Append => (">>", word),
                File::Read | File::ReadAndWrite => ("<", word),
                File::DuplicateInput | File::DuplicateOutput => return None,
            },
            ast::IoRedirect::OutputAndError(word, _) => ("&>", word),
            ast::IoRedirect::HereString(_, word) => ("<<<", word),
            ast::IoRedirect::File(..) | ast::IoRedirect::HereDocument(..) => return None,
        };
        word.location().map(|span| RawRedirection { operator, target: self.span(&span) })
    }
}
