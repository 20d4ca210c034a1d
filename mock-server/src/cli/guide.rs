//! What the long help of a command ends with: examples and exit codes. `-h` stays short.

use std::fmt::Write;

use clap::Command;

/// Examples and exit codes of a command.
#[derive(Clone, Copy, Debug)]
pub struct Guide {
    /// The words of the command after the program, such as `keys mint`; empty for the program itself.
    pub command: &'static str,
    /// Command lines, the most common first.
    pub examples: &'static [&'static str],
    /// Exit codes, with what each means.
    pub exit_codes: &'static [(&'static str, &'static str)],
}

/// Adds the guides to the long help of a program and of its subcommands.
pub fn with_guides(program: Command, guides: &[Guide]) -> Command {
    add(program, "", guides)
}

fn add(command: Command, path: &str, guides: &[Guide]) -> Command {
    let guide = guides.iter().find(|guide| guide.command == path);
    let command = match guide {
        Some(guide) => {
            let before = command.get_after_help().map(ToString::to_string);
            command.after_long_help(guide.text(before.as_deref()))
        }
        None => command,
    };
    command.mut_subcommands(|subcommand| {
        let path = format!("{path} {}", subcommand.get_name());
        add(subcommand, path.trim_start(), guides)
    })
}

impl Guide {
    /// The end of the long help, after what the short one ends with.
    fn text(&self, before: Option<&str>) -> String {
        let mut text = before.map_or_else(String::new, |before| format!("{before}\n\n"));
        text.push_str("Examples:\n");
        for example in self.examples {
            let _ = writeln!(text, "  {example}");
        }
        text.push_str("\nExit codes:\n");
        let codes = self.exit_codes.iter();
        let width = codes.map(|(code, _)| code.len()).max().unwrap_or(0);
        for (code, meaning) in self.exit_codes {
            let _ = writeln!(text, "  {code:width$}  {meaning}");
        }
        text.trim_end().to_owned()
    }
}
