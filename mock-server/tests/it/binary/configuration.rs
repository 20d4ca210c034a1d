//! Flags, environment variables and the settings file.

use std::{fs, path::PathBuf};

use mock_server::Settings;

use super::process::{Ended, Running, command, run};

/// The vendor's own sample: one character short of a key.
const SHORT: &str = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF";

/// A file with this text.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Starts with an invalid settings file; returns the error.
#[track_caller]
fn refused(name: &str, text: &str) -> String {
    let path = file(name, text);
    let Ended {
        code,
        stdout,
        stderr,
    } = run(command(&["--port", "0", "--config"]).arg(&path));
    assert_eq!((code, &*stdout), (Some(2), ""), "{stderr}");
    let error = stderr.strip_suffix("see `mock-server docs settings-file`\n");
    let error = error.expect("the page on the file is named");
    error.replace(&path.display().to_string(), "<file>")
}

#[test]
fn invalid_file_exits_with_2_and_the_line() {
    insta::assert_snapshot!(
        refused("value.toml", "\n\nclock = 'slow'"),
        @"error: <file>:3:9: clock: `slow` is not real, frozen, frozen=2026-01-15T09:00:00Z or scale=60"
    );
    insta::assert_snapshot!(
        refused("syntax.toml", "seed = 1\nport ="),
        @"error: <file>:2:7: this is not TOML: string values must be quoted, expected literal string"
    );
    let shown = refused("unknown.toml", "seed = 1\nprot = 2");
    assert!(
        shown.starts_with(
            "error: <file>:2:1: unknown name `prot`; did you mean `port`? use one of "
        ),
        "{shown}"
    );
    insta::assert_snapshot!(
        refused("token.toml", "host = '0.0.0.0'\ncontrol_token = ''"),
        @"error: <file>:2:17: control_token: a secret cannot be empty"
    );
}

#[test]
fn invalid_learned_settings_exit_with_2() {
    let path = file("learned.toml", "[colour]\nvalue = 'red'\nevidence = 'seen'");
    let ended = run(command(&["--port", "0", "--assumptions"]).arg(&path));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    let known = "unknown name `colour`; use one of challenges, clamp_limits";
    assert!(ended.stderr.contains(known), "{}", ended.stderr);
}

#[test]
fn invalid_key_is_reported_with_its_line_and_not_shown() {
    for key in [SHORT, &SHORT[9..], &SHORT.replace('_', "-")] {
        let text = format!("seed = 1\n[[keys]]\nkey = '{key}'\norganization = 'acme01'");
        let shown = refused("key.toml", &text);
        assert!(!shown.contains(&SHORT[9..]), "{shown}");
        assert!(
            shown.starts_with("error: <file>:3:7: keys[0].key: "),
            "{shown}"
        );
    }
    let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    let text = format!("seed = 1\n[[keys]]\nkey = '{key}'\norganization = 'acme01'");
    insta::assert_snapshot!(
        refused("preset.toml", &text),
        @"error: <file>:2:1: keys[0]: lnc_test_A3mK…0dF9: set exactly one of `preset` and `scopes`"
    );
    let twice = format!("{text}\npreset = 'orders'");
    let twice = format!("{twice}\n{}", twice.trim_start_matches("seed = 1\n"));
    insta::assert_snapshot!(
        refused("twice.toml", &twice),
        @"error: <file>:6:1: keys[1]: key lnc_test_A3mK…0dF9 is twice in the configuration"
    );
}

#[test]
fn missing_file_exits_with_2() {
    let ended = run(&mut command(&["--config", "/nowhere/mock.toml"]));
    assert_eq!((ended.code, &*ended.stdout), (Some(2), ""));
    assert!(
        ended
            .stderr
            .starts_with("error: cannot read /nowhere/mock.toml: "),
        "{}",
        ended.stderr
    );
}

#[test]
fn invalid_flag_exits_with_2_and_valid_values() {
    for (arguments, right) in [
        (&["--prot", "1"][..], "--port"),
        (&["--port", "65536"], "65535"),
        (&["--clock", "slow"], "frozen=2026-01-15T09:00:00Z"),
        (&["--tier", "gold=1/1s"], "free, pro, enterprise"),
        (&["--tier", "free=0/1s"], "LIMIT/WINDOW"),
        (&["--rate-headers", "all"], "x-ratelimit"),
        (&["--validation-status", "418"], "422 or 400"),
        (&["--order-duration", "soon"], "90s"),
    ] {
        let ended = run(&mut command(arguments));
        assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{arguments:?}");
        assert!(ended.stderr.contains(right), "{}", ended.stderr);
    }
}

/// The limit of a key of the tier `free`.
#[track_caller]
fn limit(server: &Running) -> i64 {
    let key = "lnc_test_OrdersFreexxxxxxxxxxxxxxxxdemo01";
    let request =
        format!("GET /api/v1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n");
    let answer = server
        .connect()
        .send(request)
        .answer_to("GET", "/api/v1/orders");
    answer.number("x-ratelimit-limit")
}

#[test]
fn flag_overrides_the_variable_and_the_file() {
    let path = file("tiers.toml", "[tiers]\nfree = '3/1h'");
    let arguments = ["--port", "0", "--ready-json", "--config"];
    let mut file_only = command(&arguments);
    assert_eq!(limit(&Running::of(file_only.arg(&path))), 3);
    let mut variable = command(&arguments);
    variable.arg(&path).env("MOCK_SERVER_TIER", "free=2/1h");
    assert_eq!(limit(&Running::of(&mut variable)), 2);
    assert_eq!(
        limit(&Running::of(variable.args(["--tier", "free=1/1h"]))),
        1
    );
}

#[test]
fn booleans_are_written_in_many_ways() {
    for (words, is_documented_only) in [
        (["1", "yes", "ON", "true"], true),
        (["0", "no", "Off", "false"], false),
    ] {
        for word in words {
            let mut flag = command(&["--port", "0", "--ready-json", "--documented-only", word]);
            let mut variable = command(&["--port", "0"]);
            let variables = [
                ("MOCK_SERVER_DOCUMENTED_ONLY", word),
                ("MOCK_SERVER_READY_JSON", "1"),
            ];
            for command in [&mut flag, variable.envs(variables)] {
                let server = Running::of(command);
                let mut connection = server.connect();
                let sent = connection.send("GET /_mock/health HTTP/1.1\r\nHost: a\r\n\r\n");
                let health = sent.answer_to("GET", "/_mock/health").ok();
                assert_eq!(health["documented_only"], is_documented_only, "{word}");
            }
        }
    }
}

#[test]
fn empty_variable_is_not_set() {
    let mut command = command(&["--ready-json"]);
    let empty = [
        "CLOCK",
        "CONFIG",
        "CONTROL_TOKEN",
        "DOCUMENTED_ONLY",
        "PORT",
        "TIER",
    ];
    let empty = empty.map(|name| (format!("MOCK_SERVER_{name}"), ""));
    let server = Running::of(command.envs(empty).env("PORT", "0"));
    assert_eq!(limit(&server), 100);
}

#[test]
fn invalid_variable_is_named() {
    for (variable, value) in [
        ("MOCK_SERVER_CLOCK", "slow"),
        ("MOCK_SERVER_HEAD", "maybe"),
        ("MOCK_SERVER_SEED", "x"),
    ] {
        for arguments in [&[][..], &["serve"]] {
            let ended = run(command(arguments).env(variable, value));
            assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{arguments:?}");
            let named = format!("\nThe value is that of the variable {variable}.\n");
            assert!(ended.stderr.ends_with(&named), "{}", ended.stderr);
        }
    }
    // Its flag is one that no help lists.
    let port = run(command(&[]).env("PORT", "x"));
    assert_eq!(port.stderr.matches("PORT").count(), 1, "{}", port.stderr);
    assert!(!port.stderr.contains("--fallback-port"), "{}", port.stderr);
    let flag = run(command(&["--clock", "fast"]).env("MOCK_SERVER_CLOCK", "slow"));
    assert!(
        !flag.stderr.contains("MOCK_SERVER_CLOCK"),
        "{}",
        flag.stderr
    );
}

#[test]
fn error_says_what_would_be_right() {
    for (variable, value, right) in [
        (
            "PORT",
            "abc",
            "'abc' for the variable 'PORT': expected digits only\n",
        ),
        ("MOCK_SERVER_SEED", "-1", ": expected digits only\n"),
        (
            "MOCK_SERVER_SEED",
            "99999999999999999999",
            ": the number is too large\n",
        ),
        (
            "MOCK_SERVER_DOCUMENTED_ONLY",
            "maybe",
            "[possible values: true, false]\n",
        ),
    ] {
        let ended = run(command(&[]).env(variable, value));
        assert!(ended.stderr.contains(right), "{variable}: {}", ended.stderr);
        let page = "or see `mock-server docs mock-server`.\n";
        assert!(ended.stderr.contains(page), "{variable}: {}", ended.stderr);
    }
}

#[test]
fn variable_of_a_file_that_cannot_be_used_is_named() {
    for variable in ["CONFIG", "ASSUMPTIONS", "CONTROL_TOKEN_FILE", "TLS_CERT"] {
        let variable = format!("MOCK_SERVER_{variable}");
        let ended = run(command(&["--port", "0"]).env(&variable, "/no/such/file"));
        assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{variable}");
        let named = format!("\nThe path comes from the variable {variable}.\n");
        assert!(ended.stderr.contains(&named), "{}", ended.stderr);
    }
    let flag = run(&mut command(&["--config", "/no/such/file"]));
    assert!(!flag.stderr.contains("variable"), "{}", flag.stderr);
}

#[test]
fn names_of_values_are_written_in_any_case() {
    let mut command = command(&["--port", "0", "--ready-json", "--capture", "BODIES"]);
    let variables = [
        ("MOCK_SERVER_LOG_LEVEL", "INFO"),
        ("MOCK_SERVER_LOG_FORMAT", "Pretty"),
    ];
    let server = Running::of(command.envs(variables));
    assert_eq!(limit(&server), 100);
}

#[test]
fn port_is_a_fallback_below_the_file() {
    let path = file("port.toml", "port = 0");
    let mut command = command(&["--ready-json", "--config"]);
    // Nobody may listen on port 1 here, so the server would not start.
    let server = Running::of(command.arg(path).env("PORT", "1"));
    assert_ne!(server.address().port(), 1);
}

#[test]
fn variable_names_the_file_which_may_contain_keys() {
    let text = "port = 0\n[[keys]]\nkey = 'lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9'\norganization = 'acme01'\npreset = 'orders'";
    let mut command = command(&["--ready-json"]);
    let server = Running::of(command.env("MOCK_SERVER_CONFIG", file("keys.toml", text)));
    let request = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9\r\n\r\n";
    server
        .connect()
        .send(request)
        .answer_to("GET", "/api/v1/orders")
        .ok();
}

#[test]
fn help_lists_every_setting_with_its_variable_and_every_exit_code() {
    // The error for an unknown setting lists all settings.
    let error = toml::from_str::<Settings>("nothing = 1").unwrap_err();
    let settings: Vec<_> = error
        .message()
        .split('`')
        .skip(3)
        .step_by(2)
        .filter(|name| !["keys", "oauth"].contains(name))
        .collect();
    assert!(settings.len() > 10, "{settings:?}");
    for arguments in [&["--help"][..], &["serve", "--help"]] {
        let help = run(&mut command(arguments));
        assert_eq!((help.code, &*help.stderr), (Some(0), ""));
        for name in settings.iter().copied().chain(["config", "ready_json"]) {
            let name = match name {
                "tiers" => "tier",
                "tls_names" => "tls_name",
                other => other,
            };
            let (flag, variable) = (
                format!("--{}", name.replace('_', "-")),
                format!("MOCK_SERVER_{}", name.to_uppercase()),
            );
            assert!(
                help.stdout.contains(&flag) && help.stdout.contains(&variable),
                "{flag} {variable}"
            );
        }
    }
    let help = run(&mut command(&["--help"])).stdout;
    let (_, end) = help.split_once("Examples:\n").unwrap();
    insta::assert_snapshot!(end, @r"
      mock-server
      mock-server --port 0 --clock frozen
      mock-server --scenario rate-limit-storm --log-level debug

    Exit codes:
      0  stopped by a signal, or by POST /_mock/shutdown
      1  the server cannot start
      2  a flag, a variable or a file is invalid
      3  the port is in use
    ");
    let short = run(&mut command(&["-h"])).stdout;
    assert!(
        !short.contains("Examples:") && !short.contains("Exit codes:"),
        "{short}"
    );
}

#[test]
fn reads_the_control_token_from_a_file() {
    let path = file("control-token", "open sesame\n");
    let arguments = ["--port", "0", "--ready-json"];
    let call = |server: &Running, token: &str| {
        let request = format!(
            "GET /_mock/organizations HTTP/1.1\r\nHost: a\r\nX-Control-Token: {token}\r\n\r\n"
        );
        let answer = server
            .connect()
            .send(request)
            .answer_to("GET", "/_mock/organizations");
        answer.status.as_u16()
    };
    let setting = format!("control_token_file = '{}'", path.display());
    for server in [
        Running::of(command(&arguments).arg("--control-token-file").arg(&path)),
        Running::of(command(&arguments).env("MOCK_SERVER_CONTROL_TOKEN_FILE", &path)),
        Running::of(
            command(&arguments)
                .arg("--config")
                .arg(file("token-file.toml", &setting)),
        ),
    ] {
        assert_eq!(
            (call(&server, "open sesame"), call(&server, "open")),
            (200, 401)
        );
    }
    for text in ["", "\n", "two\nlines"] {
        let empty = file("no-token", text);
        let ended = run(command(&arguments).arg("--control-token-file").arg(&empty));
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(
            ended
                .stderr
                .contains("write one line with the secret into it")
        );
    }
    let both = ["--control-token", "x", "--control-token-file", "y"];
    assert_eq!(run(command(&arguments).args(both)).code, Some(2));
    let help = run(&mut command(&["--help"])).stdout;
    assert!(
        help.contains("arguments in the list of processes"),
        "{help}"
    );
}
