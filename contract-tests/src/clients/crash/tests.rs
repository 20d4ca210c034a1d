//! Tests of the detection of crashes.

use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

use super::*;
use crate::clients::process_monitor::Observations;

fn output(termination: Termination, stderr: &str) -> Output {
    Output {
        termination,
        stdout: Vec::new(),
        stderr: stderr.into(),
        leak_scan: None,
        observations: Observations::default(),
    }
}

/// The result for a program with this exit status and standard error.
fn exited(code: i32, stderr: &str) -> Crash {
    let ended = Termination::Exited(ExitStatus::from_raw(code << 8));
    Crash::detect(Some(&output(ended, stderr)))
}

const COLORED_PYTHON: &str = "Traceback (most recent call last):\n  File \u{1b}[35m\"a.py\"\u{1b}[0m, line \u{1b}[35m1\u{1b}[0m, in \u{1b}[35m<module>\u{1b}[0m\n    \u{1b}[31mf\u{1b}[0m()\n\u{1b}[1;35mValueError\u{1b}[0m: \u{1b}[35mno\u{1b}[0m\n";
const PYTHON: &str = "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    f()\n    ~^^\nValueError: no\n";
const NODE: &str = "file:///a.mjs:1\nnull.x\n     ^\n\nTypeError: Cannot read properties of null (reading 'x')\n    at file:///a.mjs:1:6\n\nNode.js v20.1.0\n";
const JAVA: &str = "Exception in thread \"main\" java.lang.IllegalStateException: no\n\tat A.main(A.java:3)\nCaused by: java.io.IOException\n\t... 1 more\n";
const GO: &str = "panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:4 +0x1d\n";
const DOTNET: &str =
    "Unhandled exception. System.FormatException: no\n   at Program.Main() in /a.cs:line 1\n";
const RUBY: &str =
    "a.rb:1:in 'Integer#/': divided by 0 (ZeroDivisionError)\n\tfrom a.rb:1:in '<main>'\n";
const ELIXIR: &str =
    "** (Jason.DecodeError) no\n    (jason 1.4.1) lib/jason.ex:92: Jason.decode!/2\n";
const HASKELL: &str = "a: Error in $: no\nCallStack (from HasCallStack):\n  error, called at Main.hs:7:3 in main:Main\n";
const PERL: &str = "malformed JSON string (before \"<html>\") at client.pl line 9.\n";
const PHP: &str = "PHP Fatal error:  Uncaught Exception: no in /a.php:3\nStack trace:\n#0 {main}\n  thrown in /a.php on line 3\n";
const RUST: &str = "\nthread 'main' (1) panicked at src/main.rs:2:5:\nno\n";

#[test]
fn recognizes_crashes_by_text_and_exit_status() {
    for (stderr, code, line) in [
        (PYTHON, 1, "ValueError: no"),
        (COLORED_PYTHON, 1, "ValueError: no"),
        (
            NODE,
            1,
            "TypeError: Cannot read properties of null (reading 'x')",
        ),
        (
            "error: Uncaught (in promise) TypeError: no\n",
            1,
            "error: Uncaught (in promise) TypeError: no",
        ),
        (
            JAVA,
            1,
            "Exception in thread \"main\" java.lang.IllegalStateException: no",
        ),
        (GO, 2, "panic: no"),
        (
            RUBY,
            1,
            "a.rb:1:in 'Integer#/': divided by 0 (ZeroDivisionError)",
        ),
        (ELIXIR, 1, "** (Jason.DecodeError) no"),
        (HASKELL, 1, "a: Error in $: no"),
        (
            PHP,
            255,
            "PHP Fatal error:  Uncaught Exception: no in /a.php:3",
        ),
    ] {
        let crash = exited(code, &format!("starting\n{stderr}"));
        assert!(
            matches!(&crash, Crash::Uncaught(how) if how.ends_with(line)),
            "{crash:?}"
        );
        assert!(
            matches!(exited(9, stderr), Crash::Unclear(_)),
            "a wrapper may have told it: {stderr}"
        );
        assert_eq!(exited(0, stderr), Crash::No, "{stderr}");
    }
    for (stderr, code) in [(DOTNET, 134), (RUST, 101), ("", 139)] {
        assert!(
            matches!(exited(code, stderr), Crash::Aborted(_)),
            "{stderr}"
        );
    }
    let signal = Termination::Exited(ExitStatus::from_raw(6));
    let crash = Crash::detect(Some(&output(signal, DOTNET)));
    assert!(
        matches!(&crash, Crash::Aborted(how) if how.contains("System.FormatException")),
        "{crash:?}"
    );
}

#[test]
fn finds_exceptions_of_php_on_standard_output() {
    let ended = Termination::Exited(ExitStatus::from_raw(255 << 8));
    let printed = Output {
        stdout: format!(
            "\n{}",
            PHP.strip_prefix("PHP ").unwrap().replace(":  ", ": ")
        )
        .into(),
        ..output(ended, "")
    };
    assert!(matches!(Crash::detect(Some(&printed)), Crash::Uncaught(_)));
}

/// A program that explains an error by `die` ends like one that does not catch it.
#[test]
fn is_undecided_about_perl() {
    assert!(matches!(exited(255, PERL), Crash::Unclear(_)));
    assert_eq!(exited(0, PERL), Crash::No);
    for other in [
        "no response at line 9",
        "order 7 failed at line x.",
        "line 9.",
    ] {
        assert_eq!(exited(255, other), Crash::No, "{other}");
    }
}

#[test]
fn is_undecided_if_the_program_has_told_of_the_exception_before() {
    for before in [
        "The sync has failed (no).",
        "Details for the support:",
        "Details for the support:\n",
    ] {
        for text in [PYTHON, RUBY] {
            let text = text.replace("divided by 0", "no");
            let told = format!("starting\n{before}\n{text}");
            assert!(matches!(exited(1, &told), Crash::Unclear(_)), "{told}");
            assert_eq!(exited(0, &told), Crash::No, "{told}");
        }
    }
    let other = format!("42 orders are to be read\n{PYTHON}");
    assert!(matches!(exited(1, &other), Crash::Uncaught(_)));
}

#[test]
fn ignores_caught_exceptions() {
    assert_eq!(exited(1, ""), Crash::No);
    assert_eq!(exited(1, "error: 404 Not Found\n"), Crash::No);
    for before in [
        "ERROR:root:sync failed",
        "2026-01-01 10:00:00 [ERROR] sync failed",
        "Exception ignored in: <f>",
    ] {
        assert_eq!(
            exited(1, &format!("{before}\n{PYTHON}")),
            Crash::No,
            "{before}"
        );
    }
    assert_eq!(
        exited(1, "panic: no\n"),
        Crash::No,
        "no stack, so that the program says it"
    );
    assert_eq!(exited(1, "thread 'main' waits\n"), Crash::No);
}

#[test]
fn reads_a_traceback_of_several_parts_as_one_crash() {
    let chained = format!("{PYTHON}\n{}\n\n{PYTHON}", python::CHAINED[0]);
    assert!(matches!(exited(1, &chained), Crash::Uncaught(_)));
    assert_eq!(exited(1, &format!("ERROR x\n{chained}")), Crash::No);
    let group = "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 1\n  | ExceptionGroup: no (1 sub-exception)\n";
    assert!(matches!(exited(1, group), Crash::Uncaught(_)));
    for more in [
        "For more information check: https://x\n",
        "  Field required\n    For further information visit https://x\n",
    ] {
        assert!(
            matches!(exited(1, &format!("{PYTHON}{more}")), Crash::Uncaught(_)),
            "{more}"
        );
    }
}

#[test]
fn is_undecided_if_only_a_thread_may_have_crashed() {
    let thread = format!("Exception in thread Thread-1 (run):\n{PYTHON}");
    let pool = JAVA.replace("main", "pool-1");
    let worker = RUST.replace("'main'", "'worker'");
    for stderr in [&thread, &pool, &worker] {
        assert!(matches!(exited(0, stderr), Crash::Unclear(_)), "{stderr}");
        assert!(matches!(exited(1, stderr), Crash::Unclear(_)), "{stderr}");
        let stopped = Crash::detect(Some(&output(Termination::Sigkill, stderr)));
        assert!(matches!(stopped, Crash::Unclear(_)), "{stderr}");
    }
    assert!(matches!(
        exited(1, &format!("{PYTHON}giving up\n")),
        Crash::Unclear(_)
    ));
    assert!(matches!(
        exited(1, &format!("{NODE}npm error\n")),
        Crash::Unclear(_)
    ));
    assert_eq!(
        Crash::detect(Some(&output(Termination::Sigkill, PYTHON))),
        Crash::No
    );
    assert!(matches!(Crash::detect(None), Crash::Unclear(_)));
}
