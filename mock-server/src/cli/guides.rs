//! Examples and exit codes of every command. A test of `contract-tests` holds that none lacks them, and parses the examples.

use super::guide::Guide;

/// A command that serves.
const SERVES: &[(&str, &str)] = &[
    ("0", "stopped by a signal, or by POST /_mock/shutdown"),
    ("1", "the server cannot start"),
    ("2", "a flag, a variable or a file is invalid"),
    ("3", "the port is in use"),
];

/// A command that only prints.
const PRINTS: &[(&str, &str)] = &[
    ("0", "printed"),
    ("2", "invalid arguments, or the output cannot be written"),
];

/// The guides of all commands.
pub const GUIDES: &[Guide] = &[
    Guide {
        command: "",
        examples: &[
            "mock-server",
            "mock-server --port 0 --clock frozen",
            "mock-server --scenario rate-limit-storm --log-level debug",
        ],
        exit_codes: SERVES,
    },
    Guide {
        command: "serve",
        examples: &[
            "mock-server serve --config sandbox.toml",
            "mock-server serve --port 0 --ready-json --exit-with-parent",
        ],
        exit_codes: SERVES,
    },
    Guide {
        command: "run",
        examples: &[
            "mock-server run -- pytest",
            "mock-server run --scenario rate-limit-storm -- npm test",
        ],
        exit_codes: &[
            ("N", "that of the command"),
            ("128+N", "signal N ended the command"),
            ("126", "the command cannot be executed"),
            ("127", "the command is not found"),
            ("1, 2, 3", "the sandbox cannot start: as for `serve`"),
        ],
    },
    Guide {
        command: "keys",
        examples: &[
            "mock-server keys mint --preset read-only",
            "mock-server keys explain lnc_test_ReadOnlyxxxxxxxxxxxxxxxxxxdemo01",
        ],
        exit_codes: PRINTS,
    },
    Guide {
        command: "keys mint",
        examples: &[
            "mock-server keys mint",
            "mock-server keys mint --preset orders --tier free --revoked-after 3 --organization acme01",
        ],
        exit_codes: PRINTS,
    },
    Guide {
        command: "keys explain",
        examples: &["mock-server keys explain lnc_test_OrdersFreeRevokedAfter3xxxdemo01"],
        exit_codes: &[
            ("0", "a server accepts the key"),
            ("1", "a server rejects the key"),
            ("2", "invalid arguments, or the output cannot be written"),
        ],
    },
    Guide {
        command: "scenarios",
        examples: &[
            "mock-server scenarios list",
            "mock-server scenarios show revoked-mid-run",
        ],
        exit_codes: PRINTS,
    },
    Guide {
        command: "scenarios list",
        examples: &["mock-server scenarios list"],
        exit_codes: PRINTS,
    },
    Guide {
        command: "scenarios show",
        examples: &["mock-server scenarios show revoked-mid-run"],
        exit_codes: &[
            ("0", "printed"),
            ("2", "unknown scenario, or the output cannot be written"),
        ],
    },
    Guide {
        command: "scenarios check",
        examples: &["mock-server scenarios check outage.yaml slow.json"],
        exit_codes: &[
            ("0", "all files are valid"),
            ("2", "a file is invalid or cannot be read"),
        ],
    },
    Guide {
        command: "scenarios faults",
        examples: &["mock-server scenarios faults"],
        exit_codes: PRINTS,
    },
    Guide {
        command: "scenarios schema",
        examples: &["mock-server scenarios schema"],
        exit_codes: PRINTS,
    },
    Guide {
        command: "explain",
        examples: &[
            "mock-server explain 3f81a551-da58-4ef7-8a24-375a5c08d0a6",
            "mock-server explain 3f81a551-da58-4ef7-8a24-375a5c08d0a6 --url http://sandbox:8000",
        ],
        exit_codes: &[
            ("0", "explained"),
            (
                "1",
                "the server does not respond, or does not know the request",
            ),
            ("2", "invalid arguments, or the output cannot be written"),
        ],
    },
    Guide {
        command: "openapi",
        examples: &[
            "mock-server openapi",
            "mock-server openapi --documented-only",
        ],
        exit_codes: PRINTS,
    },
    Guide {
        command: "schema",
        examples: &["mock-server schema"],
        exit_codes: PRINTS,
    },
    Guide {
        command: "docs",
        examples: &["mock-server docs", "mock-server docs rate-limits"],
        exit_codes: &[
            ("0", "printed"),
            ("2", "unknown topic, or the output cannot be written"),
        ],
    },
    Guide {
        command: "healthcheck",
        examples: &[
            "mock-server healthcheck",
            "mock-server healthcheck --port 9000",
        ],
        exit_codes: &[
            ("0", "the server is healthy"),
            ("1", "no server responds on the port, or it is not healthy"),
            ("2", "invalid arguments"),
        ],
    },
];
