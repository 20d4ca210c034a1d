//! Variables as CI systems set them: empty where a job lacks a secret or an optional value, and with any word for yes.

use std::process::{Command, Output};

use crate::command::text;

/// Runs the judge with these variables only.
fn with(variables: &[(&str, &str)], args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_contract-tests"))
        .args(args)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// Prints what would be sent, and sends nothing.
const PLAN: [&str; 3] = ["provider", "--safe", "--plan"];

#[test]
fn empty_variables_count_as_not_set() {
    let names = [
        "BASELINE",
        "STRICT",
        "QUIET",
        "REPORT",
        "BASE_URL",
        "CA_CERT",
        "MAX_REQUESTS",
        "OPERATION",
    ];
    let names = names.map(|name| format!("CONTRACT_TESTS_{name}"));
    let empty: Vec<_> = names.iter().map(|name| (&**name, "")).collect();
    let output = with(&empty, &PLAN);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(text(&output), text(&with(&[], &PLAN)));
}

#[test]
fn flags_take_every_common_word() {
    for (word, code) in [("yes", 0), ("1", 0), ("off", 0), ("maybe", 2)] {
        let output = with(&[("CONTRACT_TESTS_STRICT", word)], &PLAN);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{word}: {}",
            text(&output)
        );
    }
}

#[test]
fn invalid_value_names_the_variable_it_comes_from() {
    let output = with(&[("CONTRACT_TESTS_MAX_REQUESTS", "many")], &PLAN);
    assert_eq!(output.status.code(), Some(2));
    let named = "\nThe value is that of the variable CONTRACT_TESTS_MAX_REQUESTS.\n";
    assert!(text(&output).ends_with(named), "{}", text(&output));
}

/// The jobs of a fork have no secrets.
#[test]
fn empty_secret_is_reported_unless_a_flag_replaces_it() {
    let empty = [("OPENPROSPECT_API_KEY", "")];
    let warning = "warning: OPENPROSPECT_API_KEY is empty, which counts as not set: is the secret available to this job?";
    let output = with(&empty, &PLAN);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains(warning), "{}", text(&output));
    let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxflag01";
    let output = with(&empty, &[&PLAN[..], &["--key", key]].concat());
    assert!(!text(&output).contains("is empty"), "{}", text(&output));
    assert!(!text(&output).contains(key), "{}", text(&output));
}
