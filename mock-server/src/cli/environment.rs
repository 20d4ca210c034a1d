//! Settings as people type them: variables that are empty, and the many words for yes and no.

use std::{any::TypeId, env::var_os};

use clap::{
    Arg, Command,
    builder::BoolishValueParser,
    error::{ContextKind, ContextValue},
};

/// Takes an empty variable as one that is not set, and `1`, `yes` and `on` for `true`, `0`, `no` and `off` for `false`.
pub(super) fn lenient(command: Command) -> Command {
    command
        .mut_args(|arg| with_words(without_empty_variable(arg)))
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
        arg.value_parser(BoolishValueParser::new())
    } else {
        arg
    }
}

/// The variable that an invalid value comes from, by the built command.
pub(super) fn variable_of(error: &clap::Error, command: &Command) -> Option<String> {
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
        (arg.to_string() == *shown && is_its_value).then(|| variable.display().to_string())
    };
    let subcommands = command.get_subcommands();
    command.get_arguments().find_map(from).or_else(|| {
        subcommands
            .into_iter()
            .find_map(|command| variable_of(error, command))
    })
}
