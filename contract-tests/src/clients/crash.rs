//! Detects crashes: a program was ended by a signal, had the exit status of a crash, or printed the text that its runtime
//! prints for an uncaught exception.

mod python;
mod ruby;

use anstream::adapter::strip_str;

use super::{
    family::signal,
    process::{Output, Termination},
};

/// Exit statuses of a Rust panic, an abort and a segmentation fault, the latter two as returned by a shell.
const ABORTED: [i32; 3] = [101, 134, 139];
/// Maximum length of an exception in the report, in bytes.
const MAX_SHOWN: usize = 200;

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
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Exception<'a> {
    /// The line that names the exception.
    line: &'a str,
    /// Whether the exception ended the program; it may have ended only a thread, or nothing.
    is_last: bool,
    /// Whether the program has told of it before: then it may have caught it and printed the rest, too.
    is_explained: bool,
}

/// A runtime that prints a specific text when an exception ends a program.
struct Runtime {
    name: &'static str,
    /// The exit status in that case.
    status: i32,
    find: for<'a> fn(&[&'a str]) -> Option<Exception<'a>>,
}

const RUNTIMES: [Runtime; 12] = [
    runtime("Python", 1, python::find),
    runtime("Node", 1, node),
    runtime("Deno", 1, |lines| beginning(lines, &["error: Uncaught "])),
    runtime("Java", 1, java),
    runtime("Go", 2, go),
    runtime(".NET", 134, |lines| {
        beginning(lines, &["Unhandled exception. ", "Unhandled Exception: "])
    }),
    runtime("Rust", 101, rust),
    runtime("Ruby", 1, ruby::find),
    runtime("Elixir", 1, |lines| beginning(lines, &["** ("])),
    runtime("Haskell", 1, haskell),
    runtime("Perl", 255, perl),
    PHP,
];

const PHP: Runtime = runtime("PHP", 255, |lines| {
    beginning(
        lines,
        &["PHP Fatal error:  Uncaught ", "Fatal error: Uncaught "],
    )
});

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
        // By default, PHP prints errors on standard output.
        let printed = String::from_utf8_lossy(&output.stdout);
        let found = found.or_else(|| {
            let lines: Vec<_> = printed.lines().map(str::trim_end).collect();
            Some((&PHP, (PHP.find)(&lines)?))
        });
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
                if exception.is_last && !exception.is_explained && code == runtime.status =>
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
        ..Exception::default()
    })
}

/// Whether one of these lines has the message of an exception, or announces what follows.
fn is_explained(before: &[&str], message: &str) -> bool {
    let message = message.trim();
    let has_message = |line: &&str| !message.is_empty() && line.contains(message);
    let last = before.iter().rfind(|line| !line.is_empty());
    last.is_some_and(|line| line.ends_with(':')) || before.iter().any(has_message)
}

/// The message of `error`, then where it was called.
fn haskell<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let is_stack = |line: &&str| {
        line.starts_with("CallStack (from HasCallStack):")
            || line.starts_with("HasCallStack backtrace:")
    };
    let stack = lines.iter().rposition(is_stack)?;
    Some(Exception {
        line: lines[stack.checked_sub(1)?],
        is_last: true,
        ..Exception::default()
    })
}

/// `… at FILE line 9.`, which is also what a program prints that reports an error by `die`.
fn perl<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let line = *lines.last()?;
    let (message, number) = line.strip_suffix('.')?.rsplit_once(" line ")?;
    let is_place = message.contains(" at ") && number.parse::<u32>().is_ok();
    is_place.then_some(Exception {
        line,
        is_last: true,
        is_explained: true,
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
        ..Exception::default()
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
        ..Exception::default()
    })
}

/// `thread 'main' panicked at …`. A panic in another thread does not end the program.
fn rust<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let mut panics = lines.iter().filter(|line| line.starts_with("thread '"));
    let line = panics.find(|line| line.contains(" panicked at "))?;
    Some(Exception {
        line,
        is_last: line.starts_with("thread 'main'"),
        ..Exception::default()
    })
}

#[cfg(test)]
mod tests;
