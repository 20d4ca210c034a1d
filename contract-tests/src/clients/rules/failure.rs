//! How a program failed that succeeds elsewhere.

use crate::clients::{
    printed,
    process::{Output, Termination},
    trial_record::TrialRecord,
};

/// Maximum length of a shown line, in bytes.
const MAX_LINE: usize = 200;

/// That a program failed, with its exit status and the last line that it printed; `but_not`: where it did not fail. Reports mask
/// keys in it.
pub(super) fn how_it_failed(trial: &TrialRecord, but_not: &str) -> String {
    let Some(output) = &trial.output else {
        return format!("it failed, but not {but_not}");
    };
    let status = match output.termination {
        Termination::Exited(status) => status.to_string(),
        Termination::Sigterm(_) | Termination::Sigkill | Termination::MemoryLimit => {
            "it was stopped".to_owned()
        }
    };
    let printed = last_line(output).map_or_else(
        || "it printed nothing".to_owned(),
        |line| format!("the last line that it printed: {line}"),
    );
    format!("it failed, but not {but_not} ({status}; {printed})")
}

/// The last line of standard error or else of standard output. A long one ends at a space: half a key could not be recognized and
/// masked.
fn last_line(output: &Output) -> Option<String> {
    let last = |bytes| Some(printed::lines(bytes).pop()?.trim_start().to_owned());
    let line = last(&output.stderr).or_else(|| last(&output.stdout))?;
    if line.len() <= MAX_LINE {
        return Some(line);
    }
    let start = &line[..line.floor_char_boundary(MAX_LINE)];
    let (words, _) = start.rsplit_once(' ').unwrap_or_default();
    Some(format!("{words} …"))
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

    use super::*;
    use crate::clients::{example::trial, process_monitor::Observations};

    fn failed(stdout: &str, stderr: &str) -> String {
        let trial = TrialRecord {
            output: Some(Output {
                termination: Termination::Exited(ExitStatus::from_raw(3 << 8)),
                stdout: stdout.as_bytes().to_vec(),
                stderr: stderr.as_bytes().to_vec(),
                leak_scan: None,
                observations: Observations::default(),
            }),
            ..trial(Vec::new())
        };
        how_it_failed(&trial, "here")
    }

    #[test]
    fn shows_the_status_and_the_last_line() {
        let start = "it failed, but not here (exit status: 3; ";
        assert_eq!(failed("", " \n"), format!("{start}it printed nothing)"));
        let printed = |line: &str| format!("{start}the last line that it printed: {line})");
        assert_eq!(failed("42 orders\n", ""), printed("42 orders"));
        assert_eq!(
            failed(
                "42 orders\n",
                "reading\n\u{1b}[31mno field `title`\u{1b}[0m\n\n"
            ),
            printed("no field `title`")
        );
    }

    #[test]
    fn cuts_a_long_line_between_words() {
        let key = "k".repeat(100);
        let long = failed("", &format!("{key} and {key}{key}"));
        assert!(long.ends_with(&format!("{key} and …)")), "{long}");
        assert!(!failed("", &key.repeat(3)).contains('k'), "half a key");
    }
}
