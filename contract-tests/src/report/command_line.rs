//! The command that reproduces a finding: the given one, restricted to that finding.

use std::fmt::{self, Display};

use url::Url;

use crate::finding::quoted;

/// A command line with replaceable flags. Secrets are replaced by the environment variables that hold them.
#[derive(Clone, Debug, Default)]
pub struct CommandLine {
    /// The program, its command and positional arguments.
    head: Vec<String>,
    /// Each flag by name, with its quoted value.
    flags: Vec<(String, String)>,
    /// The client program to judge, with its arguments.
    program: Vec<String>,
}

impl CommandLine {
    /// A command of `contract-tests`, such as `provider`.
    pub fn new(command: &str) -> Self {
        Self {
            head: vec!["contract-tests".to_owned(), command.to_owned()],
            ..Self::default()
        }
    }

    /// The default command for a server.
    pub(crate) fn provider(base: &Url) -> Self {
        let mut line = Self::new("provider");
        line.value("base-url", base.as_str());
        line
    }

    /// Adds a positional argument.
    pub fn argument(&mut self, value: &str) {
        self.head.push(quoted(value));
    }

    /// Adds a flag without a value.
    pub fn flag(&mut self, name: &str) {
        self.flags.push((name.to_owned(), format!("--{name}")));
    }

    /// Adds a flag with a value.
    pub fn value(&mut self, name: &str, value: &str) {
        let words = format!("--{name} {}", quoted(value));
        self.flags.push((name.to_owned(), words));
    }

    /// Adds a flag with a secret value, as the environment variable that holds it.
    pub fn secret(&mut self, name: &str, variable: &str) {
        let words = format!("--{name} \"${variable}\"");
        self.flags.push((name.to_owned(), words));
    }

    /// Adds a flag with a secret value for a role, as the environment variable that holds it.
    pub fn role_secret(&mut self, name: &str, role: &str, variable: &str) {
        let words = format!("--{name} {role}=\"${variable}\"");
        self.flags.push((name.to_owned(), words));
    }

    /// Adds a word of the client program.
    pub fn program_word(&mut self, word: &str) {
        self.program.push(quoted(word));
    }

    /// The command with other flags instead of these.
    pub(crate) fn replacing(&self, names: &[&str], others: Self) -> Self {
        let mut line = self.clone();
        line.flags.retain(|(name, _)| !names.contains(&&**name));
        line.flags.extend(others.flags);
        line
    }
}

/// Prints a line for a shell.
impl Display for CommandLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.head.join(" "))?;
        for (_, words) in &self.flags {
            write!(formatter, " {words}")?;
        }
        if !self.program.is_empty() {
            write!(formatter, " -- {}", self.program.join(" "))?;
        }
        Ok(())
    }
}

impl CommandLine {
    /// The command restricted to one scenario; unchanged without one.
    pub(crate) fn for_scenario(&self, scenario: Option<&str>) -> Self {
        let Some(scenario) = scenario else {
            return self.clone();
        };
        let mut flags = Self::default();
        flags.value("scenario", scenario);
        self.replacing(&["scenario", "sweep", "positions"], flags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_a_command_with_replaced_flags_and_no_secrets() {
        let mut line = CommandLine::new("client");
        line.value("scenario", "control");
        line.flag("strict");
        line.secret("control-token", "CONTRACT_TESTS_CONTROL_TOKEN");
        line.value("watch", "a folder");
        for word in ["sh", "-c", "echo \"it's $HOME\""] {
            line.program_word(word);
        }
        let again = line.for_scenario(Some("hang")).to_string();
        let (ours, program) = again.split_once(" -- ").unwrap();
        assert_eq!(
            ours,
            "contract-tests client --strict --control-token \"$CONTRACT_TESTS_CONTROL_TOKEN\" --watch 'a folder' \
             --scenario hang"
        );
        assert_eq!(
            shlex::split(program).unwrap(),
            ["sh", "-c", "echo \"it's $HOME\""]
        );
        assert_eq!(line.for_scenario(None).to_string(), line.to_string());
    }
}
