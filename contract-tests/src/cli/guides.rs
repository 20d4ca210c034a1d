//! Examples and exit codes of every command.

use mock_server::cli::Guide;

type Codes = &'static [(&'static str, &'static str)];

const UNREACHABLE: (&str, &str) = (
    "4",
    "the server does not respond, or its certificate is not trusted",
);
const INCONCLUSIVE: (&str, &str) = ("5", "nothing failed, but results are inconclusive");
const NOTHING_CHECKED: (&str, &str) = ("3", "nothing was checked");
const USAGE: (&str, &str) = (
    "2",
    "a flag, a variable or a file is invalid, or a report cannot be written",
);
const INVALID_CONTRACT: (&str, &str) = ("6", "the contract itself is invalid");
const INTERNAL: (&str, &str) = ("70", "internal error");
const INTERRUPTED: (&str, &str) = ("130", "interrupted; reports have the results so far");

/// A command that only prints.
const PRINTS: Codes = &[
    ("0", "printed"),
    ("2", "invalid arguments, or the output cannot be written"),
];

/// A command that judges recorded traffic.
const JUDGES_A_RECORDING: Codes = &[
    ("0", "nothing failed"),
    (
        "1",
        "a request, a response or a rule violates the contract, or the baseline is outdated",
    ),
    (
        "2",
        "a flag, a variable or a file is invalid, the recording cannot be read, or a report cannot be written",
    ),
    NOTHING_CHECKED,
    INCONCLUSIVE,
    INVALID_CONTRACT,
    INTERNAL,
];

/// The guides of all commands.
pub(crate) const GUIDES: &[Guide] = &[
    Guide {
        command: "",
        examples: &[
            "contract-tests provider",
            "contract-tests client -- ./client",
            "contract-tests explain CLI-RETRY-1",
        ],
        exit_codes: &[
            ("0", "passed"),
            ("1", "the contract is violated"),
            USAGE,
            NOTHING_CHECKED,
            ("4", "the target does not respond"),
            INCONCLUSIVE,
            INVALID_CONTRACT,
            INTERNAL,
            INTERRUPTED,
        ],
    },
    Guide {
        command: "provider",
        examples: &[
            "contract-tests provider",
            "contract-tests provider --check PRV-401-SAME --verbose",
            "contract-tests provider --base-url https://api.example.com/api/v1 --plan",
            "contract-tests provider --base-url https://api.example.com/api/v1 --keys keys.toml --report junit=report.xml",
        ],
        exit_codes: &[
            ("0", "no check failed"),
            (
                "1",
                "a check failed, the baseline is outdated, or less was seen than --min-seen",
            ),
            USAGE,
            ("3", "no check could run"),
            (
                "4",
                "the server does not respond, is not trusted, or stopped during the run",
            ),
            INCONCLUSIVE,
            INVALID_CONTRACT,
            INTERNAL,
            INTERRUPTED,
        ],
    },
    Guide {
        command: "client",
        examples: &[
            "contract-tests client -- ./client",
            "contract-tests client --scenario rate-limit-storm --trace -- python sync.py",
            "contract-tests client --oauth --report html=client.html -- node sync.mjs",
            "contract-tests client --shard 1/2 --report json=1.json -- ./client",
            "contract-tests client --attach --scenario revoked-mid-run --for 60",
        ],
        exit_codes: &[
            ("0", "no rule is violated"),
            (
                "1",
                "a rule that says MUST is violated, or the baseline is outdated",
            ),
            USAGE,
            ("3", "the program sent no request, or no rule was exercised"),
            ("4", "the program cannot be started"),
            (
                "5",
                "the program fails although nothing goes wrong, or results are inconclusive",
            ),
            INTERNAL,
            INTERRUPTED,
        ],
    },
    Guide {
        command: "har",
        examples: &[
            "contract-tests har session.har",
            "contract-tests har session.har --base-url https://api.example.com/api/v1 --report html=session.html",
        ],
        exit_codes: JUDGES_A_RECORDING,
    },
    Guide {
        command: "journal",
        examples: &[
            "contract-tests journal journal.ndjson",
            "contract-tests journal -",
        ],
        exit_codes: JUDGES_A_RECORDING,
    },
    Guide {
        command: "proxy",
        examples: &[
            "contract-tests proxy --to http://127.0.0.1:8000/api/v1",
            "contract-tests proxy --to https://api.example.com/api/v1 --for 600 --report json=traffic.json",
        ],
        exit_codes: &[
            ("0", "nothing failed"),
            (
                "1",
                "a request, a response or a rule violates the contract, or the baseline is outdated",
            ),
            (
                "2",
                "a flag, a variable or a file is invalid, the address is in use, or a report cannot be written",
            ),
            NOTHING_CHECKED,
            ("4", "the certificate of the server is not trusted"),
            INCONCLUSIVE,
            INTERNAL,
        ],
    },
    Guide {
        command: "twin",
        examples: &[
            "contract-tests twin --left http://127.0.0.1:8000/api/v1 --right https://api.example.com/api/v1 --plan",
            "contract-tests twin --left http://127.0.0.1:8000/api/v1 --right https://api.example.com/api/v1 \
             --right-keys keys.toml --learn learned.toml",
        ],
        exit_codes: &[
            ("0", "the servers do not diverge in what is documented"),
            (
                "1",
                "the servers diverge in what is documented or in a guide",
            ),
            USAGE,
            ("3", "nothing could be compared"),
            UNREACHABLE,
            INVALID_CONTRACT,
            INTERNAL,
        ],
    },
    Guide {
        command: "merge",
        examples: &[
            "contract-tests merge 1.json 2.json --report junit=junit.xml --report html=report.html",
        ],
        exit_codes: &[
            ("0", "all parts passed"),
            ("1", "a part found a violation"),
            (
                "2",
                "a file is not a report, the reports are of different runs, there is not exactly one of each part, or a report cannot be \
                 written",
            ),
            NOTHING_CHECKED,
            ("4", "the target of a part did not respond"),
            INCONCLUSIVE,
            ("130", "a part was interrupted"),
        ],
    },
    Guide {
        command: "list",
        examples: &["contract-tests list"],
        exit_codes: PRINTS,
    },
    Guide {
        command: "schema",
        examples: &["contract-tests schema", "contract-tests schema twin"],
        exit_codes: PRINTS,
    },
    Guide {
        command: "explain",
        examples: &[
            "contract-tests explain PRV-401-SAME",
            "contract-tests explain CLI-RETRY-1 --lang python",
            "contract-tests explain CLI-RETRY-1 --lang python --code",
        ],
        exit_codes: &[
            ("0", "explained"),
            (
                "2",
                "unknown check, rule or language, or the output cannot be written",
            ),
        ],
    },
    Guide {
        command: "docs",
        examples: &["contract-tests docs", "contract-tests docs judge-a-client"],
        exit_codes: &[
            ("0", "printed"),
            ("2", "unknown topic, or the output cannot be written"),
        ],
    },
    Guide {
        command: "selftest",
        examples: &[
            "contract-tests selftest",
            "contract-tests selftest --mutant retries-404",
            "contract-tests selftest --list",
        ],
        exit_codes: &[
            ("0", "every mutant was caught, and nothing else"),
            ("1", "a mutant was not caught, or something correct was"),
            USAGE,
            INTERNAL,
        ],
    },
];

#[cfg(test)]
mod tests {
    use clap::Command;
    use contract_tests::finding::ExitCode;

    use super::*;
    use crate::cli;

    /// Both programs, with their guides.
    fn programs() -> [(Command, &'static [Guide]); 2] {
        [
            (cli::command(), GUIDES),
            (mock_server::cli::command(), mock_server::cli::GUIDES),
        ]
    }

    /// The commands that help lists, each by its words after the program, and that have a guide in their help.
    fn commands(command: &Command, path: &str, found: &mut Vec<String>) {
        let help = command.get_after_long_help().map(ToString::to_string);
        let help = help.unwrap_or_else(|| panic!("`{path}` has no guide"));
        assert!(
            help.contains("Examples:\n  ") && help.contains("\nExit codes:\n  "),
            "{path}"
        );
        found.push(path.to_owned());
        for subcommand in command.get_subcommands().filter(|one| !one.is_hide_set()) {
            let path = format!("{path} {}", subcommand.get_name());
            commands(subcommand, path.trim_start(), found);
        }
    }

    #[test]
    fn every_command_has_a_guide_and_no_guide_is_left_over() {
        for (program, guides) in programs() {
            let mut found = Vec::new();
            commands(&program, "", &mut found);
            let guided: Vec<_> = guides.iter().map(|guide| guide.command).collect();
            found.sort_unstable();
            let mut expected = guided.clone();
            expected.sort_unstable();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn examples_are_valid_command_lines_of_their_command() {
        for (program, guides) in programs() {
            for guide in guides {
                assert!(!guide.examples.is_empty(), "{}", guide.command);
                for example in guide.examples {
                    let begin = format!("{} {}", program.get_name(), guide.command);
                    assert!(example.starts_with(begin.trim_end()), "{example}");
                    let words = shlex::split(example).unwrap();
                    let parsed = program.clone().try_get_matches_from(words);
                    assert!(parsed.is_ok(), "{example}: {parsed:?}");
                }
            }
        }
    }

    #[test]
    fn exit_codes_of_the_judge_are_known() {
        for guide in GUIDES {
            for (code, _) in guide.exit_codes {
                let code = ExitCode::from_repr(code.parse().unwrap());
                assert!(code.is_some(), "{}: {code:?}", guide.command);
            }
        }
    }
}
