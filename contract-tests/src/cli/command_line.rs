//! The given command line, for the commands that reproduce findings.

use clap::{Arg, ArgAction, ArgMatches, Command, parser::ValueSource};
use contract_tests::report::CommandLine;

use super::{
    provider::KEY_VARIABLE,
    target::{KeySource, keys_of_flag},
};

/// Flags that only set where the results are written and how much is printed. `--min-seen` and `--shard` are here as well,
/// since they are about a whole run.
const OUTPUT_FLAGS: [&str; 10] = [
    "report",
    "write-baseline",
    "quiet",
    "verbose",
    "trace",
    "plan",
    "key-file",
    "max-time",
    "min-seen",
    "shard",
];
/// The target is part of the command even if it is the default.
const TARGET_FLAG: &str = "base-url";

/// The flag for keys with roles.
const KEY_FLAG: &str = "key";

/// The given command, with the flags that were set by environment variables.
pub(crate) fn command_line(command: &Command, matches: &ArgMatches) -> CommandLine {
    let given = matches.subcommand();
    let known = given.and_then(|(name, given)| Some((command.find_subcommand(name)?, given)));
    let Some((command, given)) = known else {
        return CommandLine::default();
    };
    let mut line = CommandLine::new(command.get_name());
    for argument in command.get_arguments() {
        add(&mut line, argument, given);
    }
    line
}

fn add(line: &mut CommandLine, argument: &Arg, given: &ArgMatches) {
    let id = argument.get_id().as_str();
    let name = argument.get_long().unwrap_or_default();
    let is_given = match given.value_source(id) {
        Some(ValueSource::CommandLine | ValueSource::EnvVariable) => true,
        Some(_) => name == TARGET_FLAG,
        None => false,
    };
    if !is_given || OUTPUT_FLAGS.contains(&name) {
        return;
    }
    if name == KEY_FLAG && given.value_source(id) == Some(ValueSource::CommandLine) {
        let keys = given.get_many(id).into_iter().flatten();
        add_keys(line, &keys.cloned().collect::<Vec<_>>());
    } else if let (true, Some(variable)) = (argument.is_hide_env_values_set(), argument.get_env()) {
        line.secret(name, &variable.to_string_lossy());
    } else if matches!(argument.get_action(), ArgAction::SetTrue) {
        if given.get_flag(id) {
            line.flag(name);
        }
    } else {
        let values = given.get_raw(id).into_iter().flatten();
        for value in values.map(|value| value.to_string_lossy()) {
            match (name, argument.is_last_set()) {
                ("", true) => line.program_word(&value),
                ("", false) => line.argument(&value),
                _ => line.value(name, &value),
            }
        }
    }
}

/// Adds keys by the variables that commands for curl have for them. They are not added if they are invalid: the run then ends
/// with an error that has no such command.
fn add_keys(line: &mut CommandLine, given: &[String]) {
    let source = KeySource {
        flag: "--key",
        given,
        variable: KEY_VARIABLE,
    };
    for key in keys_of_flag(source).unwrap_or_default() {
        let variable = key.variable();
        if key.variable.is_some() {
            line.secret(KEY_FLAG, &variable);
        } else {
            line.role_secret(KEY_FLAG, &key.role.to_string(), &variable);
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn given(args: &[&str]) -> String {
        let mut command = Cli::command();
        let words = ["contract-tests"].iter().chain(args);
        let matches = command.try_get_matches_from_mut(words).unwrap();
        command_line(&command, &matches).to_string()
    }

    #[test]
    fn repeats_the_arguments_that_affect_the_result_only() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxagain1";
        let keys = format!("revoked={key}");
        let line = given(&[
            "provider",
            "--quiet",
            "--report",
            "json=x",
            "--key",
            &keys,
            "--keys",
            "my keys.toml",
            "--ca-cert",
            "ca.pem",
            "--allow-writes",
            "--max-requests",
            "20",
            "--control-token",
            "secret-token",
            "--baseline",
            "known.toml",
            "--min-seen",
            "50%",
            "--check",
            "PRV-SUCCESS,PRV-SCHEMA",
        ]);
        assert_eq!(
            line,
            "contract-tests provider --base-url http://127.0.0.1:8000/api/v1 --key revoked=\"$REVOKED_KEY\" \
             --keys 'my keys.toml' --ca-cert ca.pem --max-requests 20 --allow-writes \
             --control-token \"$CONTRACT_TESTS_CONTROL_TOKEN\" --check PRV-SUCCESS --check PRV-SCHEMA \
             --baseline known.toml"
        );
        assert_eq!(
            given(&["har", "--strict", "a file.har"]),
            "contract-tests har 'a file.har' --strict"
        );
        assert_eq!(
            given(&[
                "client",
                "--max-attempts",
                "3",
                "--trace",
                "--",
                "node",
                "it's.mjs",
                "--x"
            ]),
            "contract-tests client --max-attempts 3 -- node \"it's.mjs\" --x"
        );
    }

    #[test]
    fn repeats_each_key_as_the_variable_for_its_role() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxagain1";
        let keys = format!("revoked={key}");
        assert_eq!(
            given(&[
                "provider",
                "--key",
                &format!("{key},{keys}"),
                "--key",
                &format!("limited={key}")
            ]),
            "contract-tests provider --base-url http://127.0.0.1:8000/api/v1 --key full=\"$FULL_KEY\" \
             --key revoked=\"$REVOKED_KEY\" --key limited=\"$LIMITED_KEY\""
        );
        assert_eq!(
            given(&["provider", "--key", key]),
            "contract-tests provider --base-url http://127.0.0.1:8000/api/v1 --key \"$OPENPROSPECT_API_KEY\""
        );
    }
}
