//! What a block of code is, by its language.

/// The languages of fences, grouped by how they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A shell script.
    Shell,
    /// A terminal session: prompts, commands and output.
    Console,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// TOML.
    Toml,
    /// A language without a parser here.
    Other,
    /// No language, or one that says that this is text.
    Text,
}

impl Kind {
    /// The kind of a fence's language.
    pub fn of(language: &str) -> Self {
        match language.to_ascii_lowercase().as_str() {
            "bash" | "sh" | "shell" | "zsh" => Self::Shell,
            "console" | "shell-session" | "shellsession" | "terminal" => Self::Console,
            "yaml" | "yml" => Self::Yaml,
            "json" => Self::Json,
            "toml" => Self::Toml,
            "" | "text" | "txt" | "plain" | "plaintext" | "output" | "log" => Self::Text,
            _ => Self::Other,
        }
    }
}
