//! Settings as people type them: variables that are empty, the many words for yes and no, and names in any case. The judge reads
//! its variables in the same way.

use std::{
    any::TypeId,
    env::var_os,
    error::Error,
    num::{IntErrorKind, ParseIntError},
    path::PathBuf,
};

use clap::{
    Arg, Command,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
    error::{ContextKind, ContextValue},
};
use schemas::key::redact;

/// The words for `true`; help and errors show the first.
const YES: [&str; 6] = ["true", "t", "yes", "y", "on", "1"];
/// The words for `false`.
const NO: [&str; 6] = ["false", "f", "no", "n", "off", "0"];
/// How clap ends its errors.
const MORE: &str = "For more information, try '--help'";

/// Takes an empty variable as one that is not set, `1`, `yes` and `on` for `true`, `0`, `no` and `off` for `false`, and names of
/// values in any case.
pub fn lenient(command: Command) -> Command {
    command
        .mut_args(|arg| in_any_case(with_words(without_empty_variable(arg))))
        .mut_subcommands(lenient)
}

fn without_empty_variable(arg: Arg) -> Arg {
    let variable = arg.get_env().and_then(var_os);
    match variable {
        Some(value) if value.is_empty() => arg.env(None::<&str>),
        Some(_) | None => arg,
    }
}

fn with_words(arg: Arg) -> Arg {
    if arg.get_value_parser().type_id() == TypeId::of::<bool>() {
        let hidden = |word| PossibleValue::new(word).hide(word != YES[0] && word != NO[0]);
        let words = PossibleValuesParser::new(YES.into_iter().chain(NO).map(hidden));
        arg.value_parser(words.map(|word| YES.contains(&&*word.to_lowercase())))
    } else {
        arg
    }
}

fn in_any_case(arg: Arg) -> Arg {
    let takes_value = arg.get_action().takes_values();
    arg.ignore_case(takes_value)
}

/// The text of an error of the built command, with the variable that the invalid value comes from, and the page of the book with
/// all arguments, which is named like the program. Keys in misplaced arguments are masked.
pub fn usage_error(error: &clap::Error, command: &Command) -> String {
    let program = command.get_name();
    let more = format!("{MORE}, or see `{program} docs {program}`");
    let mut text = redact(&error.to_string()).replace(MORE, &more);
    let reason = error.source().and_then(|source| source.downcast_ref());
    if let Some(reason) = reason {
        text = text.replace(&ParseIntError::to_string(reason), plain(reason));
    }
    match origin(error, command) {
        None => text,
        Some(Origin {
            variable,
            hidden_flag: Some(flag),
        }) => text.replace(&format!("'{flag}'"), &format!("the variable '{variable}'")),
        Some(Origin { variable, .. }) => {
            format!("{text}\nThe value is that of the variable {variable}.\n")
        }
    }
}

/// Why a text is not a number, and what would be right.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the standard library may add kinds"
)]
fn plain(error: &ParseIntError) -> &'static str {
    match error.kind() {
        IntErrorKind::PosOverflow => "the number is too large",
        IntErrorKind::NegOverflow => "the number is too small",
        IntErrorKind::Zero => "expected a number above 0",
        _ => "expected digits only",
    }
}

/// The variable that names the file which an error is about.
pub(super) fn variable_of_file(error: &str, command: &Command) -> Option<String> {
    let named = |arg: &Arg| {
        let is_file = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        let variable = arg.get_env().filter(|_| is_file)?;
        let file = var_os(variable).filter(|file| !file.is_empty())?;
        names(error, &file.to_string_lossy()).then(|| variable.display().to_string())
    };
    let mut subcommands = command.get_subcommands();
    let own = command.get_arguments().find_map(named);
    own.or_else(|| subcommands.find_map(|command| variable_of_file(error, command)))
}

/// Whether a text has this path, and not only as a part of another one.
fn names(text: &str, path: &str) -> bool {
    let continues = |next: Option<char>| {
        next.is_some_and(|next| next.is_alphanumeric() || "/\\_-.".contains(next))
    };
    text.match_indices(path).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + path.len()..]);
        !continues(before.chars().next_back()) && !continues(after.chars().next())
    })
}

/// Where an invalid value comes from.
struct Origin {
    variable: String,
    /// The flag that stands for the variable, if no help lists it.
    hidden_flag: Option<String>,
}

fn origin(error: &clap::Error, command: &Command) -> Option<Origin> {
    let text = |kind| {
        let value = error.get(kind)?;
        if let ContextValue::String(text) = value {
            Some(text)
        } else {
            None
        }
    };
    let (shown, value) = (
        text(ContextKind::InvalidArg)?,
        text(ContextKind::InvalidValue)?,
    );
    let from = |arg: &Arg| {
        let variable = arg.get_env()?;
        let is_its_value = var_os(variable).is_some_and(|set| set == **value);
        (arg.to_string() == *shown && is_its_value).then(|| Origin {
            variable: variable.display().to_string(),
            hidden_flag: arg.is_hide_set().then(|| arg.to_string()),
        })
    };
    let subcommands = command.get_subcommands();
    command.get_arguments().find_map(from).or_else(|| {
        subcommands
            .into_iter()
            .find_map(|command| origin(error, command))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_of_a_path_is_not_its_name() {
        let error = "cannot read /etc/m/tls.pem.key: No such file";
        assert!(names(error, "/etc/m/tls.pem.key"));
        for part in ["a", "/etc/m/tls.pem", "tls.pem.key", "/etc/m/tls"] {
            assert!(!names(error, part), "{part}");
        }
    }
}
