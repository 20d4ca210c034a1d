//! Detects crashes: a program was ended by a signal, had the exit status of a crash, or printed the text that its runtime
//! prints for an uncaught exception.

use anstream::adapter::strip_str;

use super::{
    family::signal,
    process::{Output, Termination},
};

/// Exit statuses of a Rust panic, an abort and a segmentation fault, the latter two as returned by a shell.
const ABORTED: [i32; 3] = [101, 134, 139];
/// Maximum length of an exception in the report, in bytes.
const MAX_SHOWN: usize = 200;
/// Lines that follow an exception's message in common Python libraries, and belong to it.
const MORE: [&str; 2] = ["For more information", "For further information"];
/// Lines between chained Python tracebacks.
const CHAINED: [&str; 2] = [
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
];
/// Log levels, which mark an exception that was caught and logged.
const LEVELS: [&str; 4] = ["ERROR", "CRITICAL", "WARNING", "WARN"];

/// Whether a program crashed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Crash {
    /// It did not crash.
    No,
    /// It was ended by a signal, or aborted by its runtime; how.
    Aborted(String),
    /// It was ended by an uncaught exception; which.
    Uncaught(String),
    /// It is unclear, for this reason.
    Unclear(String),
}

/// An exception on standard error.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Exception<'a> {
    /// The line that names the exception.
    line: &'a str,
    /// Whether the exception ended the program; it may have ended only a thread, or nothing.
    is_last: bool,
}

/// A runtime that prints a specific text when an exception ends a program.
struct Runtime {
    name: &'static str,
    /// The exit status in that case.
    status: i32,
    find: for<'a> fn(&[&'a str]) -> Option<Exception<'a>>,
}

const RUNTIMES: [Runtime; 7] = [
    runtime("Python", 1, python),
    runtime("Node", 1, node),
    runtime("Deno", 1, |lines| beginning(lines, &["error: Uncaught "])),
    runtime("Java", 1, java),
    runtime("Go", 2, go),
    runtime(".NET", 134, |lines| {
        beginning(lines, &["Unhandled exception. ", "Unhandled Exception: "])
    }),
    runtime("Rust", 101, rust),
];

const fn runtime(
    name: &'static str,
    status: i32,
    find: for<'a> fn(&[&'a str]) -> Option<Exception<'a>>,
) -> Runtime {
    Runtime { name, status, find }
}

impl Crash {
    /// Evaluates a program's termination and output.
    pub(crate) fn detect(output: Option<&Output>) -> Self {
        let Some(output) = output else {
            return Self::Unclear("how it ended is not known".to_owned());
        };
        // A runtime may color the text of an exception, also where nobody sees the color.
        let text = strip_str(&String::from_utf8_lossy(&output.stderr)).to_string();
        let lines: Vec<_> = text.trim_end().lines().map(str::trim_end).collect();
        let mut runtimes = RUNTIMES.iter();
        let found = runtimes.find_map(|one| Some((one, (one.find)(&lines)?)));
        let seen = found.map(|(one, exception)| {
            let line = &exception.line[..exception.line.floor_char_boundary(MAX_SHOWN)];
            format!("{} exception: {line}", one.name)
        });
        let Termination::Exited(status) = output.termination else {
            let unclear = found.filter(|(_, exception)| !exception.is_last).and(seen);
            return unclear.map_or(Self::No, |seen| {
                Self::Unclear(possible_crash(&seen, "it was stopped"))
            });
        };
        let because = seen
            .as_ref()
            .map_or(String::new(), |seen| format!(", {seen}"));
        match (status.code(), signal(status), found.zip(seen)) {
            (Some(code), ..) if ABORTED.contains(&code) => {
                Self::Aborted(format!("it crashed: exit status {code}{because}"))
            }
            (_, Some(signal), _) => {
                Self::Aborted(format!("it was killed by signal {signal}{because}"))
            }
            (Some(code), _, Some(((runtime, exception), seen)))
                if exception.is_last && code == runtime.status =>
            {
                Self::Uncaught(format!("it crashed: {seen}"))
            }
            // The program continued after an exception that it caught.
            (Some(0), _, Some(((_, exception), _))) if exception.is_last => Self::No,
            (_, _, Some((_, seen))) => Self::Unclear(possible_crash(&seen, &status.to_string())),
            (_, _, None) => Self::No,
        }
    }
}

fn possible_crash(seen: &str, ended: &str) -> String {
    format!("it may have crashed: {seen} on standard error, and {ended}")
}

/// The last line with one of these prefixes.
fn beginning<'a>(lines: &[&'a str], with: &[&str]) -> Option<Exception<'a>> {
    let mut lines = lines.iter();
    let line = lines.rfind(|line| with.iter().any(|with| line.starts_with(with)))?;
    Some(Exception {
        line,
        is_last: true,
    })
}

/// `Traceback (most recent call last):`, lines of code, and the exception. A log level before it, or output of the program
/// after it, shows that it was caught.
fn python<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let is_head = |line: &str| {
        let line = line.trim_start_matches([' ', '+']);
        line == "Traceback (most recent call last):"
            || line == "Exception Group Traceback (most recent call last):"
    };
    let last = lines.iter().rposition(|line| is_head(line))?;
    let mut first = last;
    while let Some(before) = first
        .checked_sub(2)
        .filter(|at| CHAINED.contains(&lines[*at]))
    {
        first = lines[..before].iter().rposition(|line| is_head(line))?;
    }
    let before = first.checked_sub(1).map_or("", |at| lines[at]);
    let is_logged = before
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .any(|word| LEVELS.contains(&word));
    // Exceptions in finalizers are ignored.
    if is_logged || before.starts_with("Exception ignored") {
        return None;
    }
    let is_code = |line: &&&str| line.starts_with([' ', '\t']) || line.is_empty();
    let mut rest = lines[last + 1..].iter().skip_while(is_code);
    let line = rest.next().unwrap_or(&lines[last]);
    let mut after = rest.filter(|line| !is_code(line));
    let in_part = before.starts_with("Exception in thread") || before.starts_with("future: <Task");
    Some(Exception {
        line,
        is_last: !in_part && after.all(|line| MORE.iter().any(|more| line.starts_with(more))),
    })
}

/// The exception with its stack, then `Node.js v20.0.0` as the last line.
fn node<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let version = lines
        .iter()
        .rposition(|line| line.starts_with("Node.js v"))?;
    let stack = lines[..version]
        .iter()
        .position(|line| line.starts_with("    at "));
    let line = stack
        .unwrap_or(version)
        .checked_sub(1)
        .map_or("", |at| lines[at]);
    Some(Exception {
        line,
        is_last: version + 1 == lines.len(),
    })
}

/// `Exception in thread "main" …`. An exception in another thread does not end the program.
fn java<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    // Python prints this without quotes.
    let found = beginning(lines, &["Exception in thread \""])?;
    Some(Exception {
        is_last: found.line.starts_with("Exception in thread \"main\" "),
        ..found
    })
}

/// `panic: …`, then `goroutine 1 [running]:`.
fn go<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let is_panic = |line: &&str| line.starts_with("panic: ") || line.starts_with("fatal error: ");
    let first = lines.iter().position(is_panic)?;
    let mut after = lines[first..].iter();
    let stack = after.any(|line| line.starts_with("goroutine ") && line.ends_with("]:"));
    stack.then_some(Exception {
        line: lines[first],
        is_last: true,
    })
}

/// `thread 'main' panicked at …`. A panic in another thread does not end the program.
fn rust<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let mut panics = lines.iter().filter(|line| line.starts_with("thread '"));
    let line = panics.find(|line| line.contains(" panicked at "))?;
    Some(Exception {
        line,
        is_last: line.starts_with("thread 'main'"),
    })
}

#[cfg(test)]
mod tests {
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
        let chained = format!("{PYTHON}\n{}\n\n{PYTHON}", CHAINED[0]);
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
}
