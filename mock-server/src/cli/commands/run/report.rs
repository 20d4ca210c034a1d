//! Why a command may have failed: the requests that the sandbox refused.

use std::{fmt::Write, process::ExitStatus};

use super::Ended;
use crate::{App, Refusal, Refusals, cli::terminal};

/// Maximum number of refusals that are shown.
const SHOWN: usize = 20;

/// Prints to standard error which requests of a failed command were refused.
pub(super) fn failure(program: &str, ended: Ended, app: &App) {
    let refusals = app.refusals(SHOWN);
    // The user stopped the command before it did anything: there is nothing to say.
    if refusals.received > 0 || !ended.signalled {
        terminal::note(text(program, ended.status, &refusals).trim_end());
    }
}

fn text(program: &str, status: ExitStatus, refusals: &Refusals) -> String {
    let result = result(refusals);
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

/// What came of the requests, in one sentence.
fn result(refusals: &Refusals) -> String {
    let Refusals {
        received,
        recorded,
        refused,
        ..
    } = refusals;
    let requests = if *received == 1 {
        "1 request".to_owned()
    } else {
        format!("{received} requests")
    };
    let all = u64::try_from(*recorded).is_ok_and(|recorded| recorded >= *received);
    match (received, recorded, refused) {
        (0, ..) => {
            "The sandbox received no request; does the command use OPENPROSPECT_API_URL?".to_owned()
        }
        (_, 0, _) => format!(
            "The sandbox received {requests}; the journals were deleted with their organizations."
        ),
        (.., 0) if all => format!("The sandbox refused none of {requests}."),
        (.., refused) if all => format!("The sandbox refused {refused} of {requests}:"),
        (.., 0) => format!(
            "The sandbox received {requests}; it refused none of the {recorded} that are still in a journal."
        ),
        (.., refused) => format!(
            "The sandbox received {requests}; it refused {refused} of the {recorded} that are still in a journal:"
        ),
    }
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
            received: 7,
            recorded: 7,
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
    fn says_that_journals_are_deleted_with_their_organizations() {
        let sentence = |recorded, refused| {
            result(&Refusals {
                received: 5,
                recorded,
                refused,
                shown: Vec::new(),
            })
        };
        insta::assert_snapshot!(sentence(0, 0), @"The sandbox received 5 requests; the journals were deleted with their organizations.");
        insta::assert_snapshot!(sentence(3, 0), @"The sandbox received 5 requests; it refused none of the 3 that are still in a journal.");
        insta::assert_snapshot!(sentence(3, 1), @"The sandbox received 5 requests; it refused 1 of the 3 that are still in a journal:");
        insta::assert_snapshot!(sentence(5, 0), @"The sandbox refused none of 5 requests.");
    }

    #[test]
    fn suspects_the_base_url_if_there_was_no_request() {
        let text = text("pytest", ExitStatus::from_raw(9), &Refusals::default());
        insta::assert_snapshot!(text, @"mock-server: `pytest` failed (signal: 9 (SIGKILL)). The sandbox received no request; does the command use OPENPROSPECT_API_URL?");
    }
}
