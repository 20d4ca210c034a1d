//! Variables with secrets, which a job of a CI system may lack.

use std::{
    env,
    io::{self, Write},
};

use clap::{Arg, ArgMatches, Command};

/// Warns of empty variables that would hold a secret and count as not set: the jobs of a fork, for example, have no secrets.
pub(super) fn warn_of_empty_secrets(command: &Command, matches: &ArgMatches) {
    let Some((name, given)) = matches.subcommand() else {
        return;
    };
    let arguments = command
        .find_subcommand(name)
        .into_iter()
        .flat_map(Command::get_arguments);
    for argument in arguments.filter(|argument| !is_given(argument, given)) {
        let variable = argument
            .get_env()
            .filter(|_| argument.is_hide_env_values_set());
        let empty = variable.filter(|name| env::var_os(name).is_some_and(|value| value.is_empty()));
        if let Some(name) = empty {
            let _ = writeln!(
                io::stderr(),
                "warning: {} is empty, which counts as not set: is the secret available to this job?",
                name.display()
            );
        }
    }
}

fn is_given(argument: &Arg, given: &ArgMatches) -> bool {
    given.value_source(argument.get_id().as_str()).is_some()
}
