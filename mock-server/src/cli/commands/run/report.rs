//! Why a command may have failed: the requests that the sandbox refused.

use std::{fmt::Write, process::ExitStatus};

use crate::{App, Refusal, Refusals, cli::terminal};

/// Maximum number of refusals that are shown.
const SHOWN: usize = 20;

/// Prints to standard error which requests of a failed command were refused.
pub(super) fn failure(program: &str, status: ExitStatus, app: &App) {
    terminal::note(text(program, status, &app.refusals(SHOWN)).trim_end());
}

fn text(program: &str, status: ExitStatus, refusals: &Refusals) -> String {
    let requests = counted(refusals.requests, "request");
    let result = match (refusals.requests, refusals.refused) {
        (0, _) => {
            "The sandbox received no request; does the command use OPENPROSPECT_API_URL?".to_owned()
        }
        (_, 0) => format!("The sandbox refused none of {requests}."),
        (_, refused) => format!("The sandbox refused {refused} of {requests}:"),
    };
    let mut text = format!("mock-server: `{program}` failed ({status}). {result}\n");
    for refusal in &refusals.shown {
        line(&mut text, refusal);
    }
    let shown: usize = refusals.shown.iter().map(|refusal| refusal.times).sum();
    if refusals.refused > shown {
        let more = refusals.refused - shown;
        writeln!(text, "  … and {more} more").expect("a string takes all text");
    }
    text
}

fn line(text: &mut String, refusal: &Refusal) {
    let Refusal {
        times,
        method,
        target,
        status,
        code,
        reason,
    } = refusal;
    let status = status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
    let code = code.map_or(String::new(), |code| format!(" {}", code.as_str()));
    let times = if *times == 1 {
        String::new()
    } else {
        format!(" ({times} times)")
    };
    let line = terminal::harmless(&format!("{status}{code}  {method} {target}{times}"));
    let reason = terminal::harmless(reason);
    writeln!(text, "  {line}\n      {reason}").expect("a string takes all text");
}

/// A number of things, in words.
fn counted(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        number => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use schemas::ErrorCode;

    use super::*;

    #[test]
    fn shows_what_was_refused_and_why() {
        let refusal = |times, reason: &str| Refusal {
            times,
            method: "POST".to_owned(),
            target: "/api/v1/orders\u{1b}".to_owned(),
            status: Some(403),
            code: Some(ErrorCode::AuthorizationError),
            reason: reason.to_owned(),
        };
        let refusals = Refusals {
            requests: 7,
            refused: 6,
            shown: vec![
                refusal(1, "the operation needs orders:write"),
                refusal(2, "another reason"),
            ],
        };
        insta::assert_snapshot!(text("pytest", ExitStatus::from_raw(256), &refusals), @r"
        mock-server: `pytest` failed (exit status: 1). The sandbox refused 6 of 7 requests:
          403 AUTHORIZATION_ERROR  POST /api/v1/orders�
              the operation needs orders:write
          403 AUTHORIZATION_ERROR  POST /api/v1/orders� (2 times)
              another reason
          … and 3 more
        ");
    }

    #[test]
    fn suspects_the_base_url_if_there_was_no_request() {
        let text = text("pytest", ExitStatus::from_raw(9), &Refusals::default());
        insta::assert_snapshot!(text, @"mock-server: `pytest` failed (signal: 9 (SIGKILL)). The sandbox received no request; does the command use OPENPROSPECT_API_URL?");
    }
}
