//! The code for clients.

use super::{Recipe, Use, recipe};

/// A recipe whose code for httpx is another than that for requests, or which needs neither.
macro_rules! client {
    ($name:literal, $title:literal, $($rule:literal),+) => {
        recipe!(in "client", $name, "httpx", $title, &[$(Use { id: $rule, fix: None }),+])
    };
    ($name:literal without a library, $title:literal, $($rule:literal),+) => {
        recipe!(in "client", $name, "python", $title, &[$(Use { id: $rule, fix: None }),+])
    };
}

/// Every rule, with the code that follows it.
#[rustfmt::skip]
pub(super) static RECIPES: &[Recipe] = &[
    client!("client", "One client for the program", "CLI-AUTH-1", "CLI-AUTH-2", "CLI-AUTH-3", "CLI-AUTH-6", "CLI-AUTH-11", "CLI-HTTP-1", "CLI-HTTP-3", "CLI-HTTP-8"),
    client!("keys", "Read the key for each request", "CLI-AUTH-10"),
    client!("redirects", "Follow no redirect", "CLI-AUTH-4", "CLI-AUTH-5", "CLI-HTTP-6", "CLI-HTTP-7"),
    client!("refusals" without a library, "Stop at 401 and 403, and say why", "CLI-AUTH-7", "CLI-AUTH-8", "CLI-AUTH-14", "CLI-SCOPE-1", "CLI-RESP-7"),
    client!("stopping" without a library, "Let a 401 stop all work", "CLI-AUTH-9"),
    client!("masking" without a library, "Mask the key", "CLI-AUTH-12"),
    client!("children" without a library, "Pass the key to a child process", "CLI-AUTH-13"),
    client!("sessions", "Refresh an access token once for all", "CLI-OAUTH-1", "CLI-OAUTH-2", "CLI-OAUTH-3", "CLI-OAUTH-4", "CLI-OAUTH-5", "CLI-OAUTH-12"),
    client!("refreshes", "Refresh while the authorization server fails", "CLI-OAUTH-10", "CLI-OAUTH-11"),
    client!("sign_in", "Sign in", "CLI-OAUTH-6", "CLI-OAUTH-7", "CLI-OAUTH-8", "CLI-OAUTH-9", "CLI-OAUTH-13"),
    client!("retries", "Retry 429, 5xx and lost connections", "CLI-RETRY-1", "CLI-RETRY-2", "CLI-RETRY-6", "CLI-RETRY-7", "CLI-RETRY-9", "CLI-RETRY-10", "CLI-RETRY-13", "CLI-RETRY-17"),
    client!("retry_after" without a library, "Read Retry-After", "CLI-RETRY-3", "CLI-RETRY-4", "CLI-RETRY-5"),
    client!("pace" without a library, "Share pauses and retries between workers", "CLI-RETRY-8", "CLI-RETRY-14", "CLI-RETRY-15"),
    client!("quota" without a library, "Wait for the quota to reset", "CLI-RETRY-16"),
    client!("lost_posts", "Repeat a POST only if it was not carried out", "CLI-RETRY-11"),
    client!("idempotency" without a library, "One Idempotency-Key for each request", "CLI-RETRY-12"),
    client!("time_outs", "Limit the time", "CLI-TIME-1", "CLI-TIME-2", "CLI-TIME-3", "CLI-TIME-4"),
    client!("sizes", "Limit the size", "CLI-TIME-5"),
    client!("responses", "Accept a response only if all of it is right", "CLI-RESP-4", "CLI-RESP-5", "CLI-RESP-6", "CLI-RESP-8"),
    client!("parsing" without a library, "Parse tolerantly", "CLI-RESP-1", "CLI-RESP-2", "CLI-RESP-3"),
    client!("ids" without a library, "Keep ids unchanged", "CLI-RESP-9"),
    client!("compression", "Let the library decompress", "CLI-RESP-10"),
    client!("readings" without a library, "Understand what the vendor's pages disagree on", "CLI-READ-1", "CLI-READ-2", "CLI-READ-3", "CLI-READ-4", "CLI-READ-5", "CLI-READ-6", "CLI-READ-7"),
    client!("requests_of_operations", "A method for each operation", "CLI-HTTP-2", "CLI-HTTP-12", "TRF-OPERATION", "TRF-QUERY"),
    client!("connections", "Survive closed connections", "CLI-HTTP-4", "CLI-HTTP-5"),
    client!("paths" without a library, "Escape ids in paths", "CLI-HTTP-9"),
    client!("informational", "Skip informational responses", "CLI-HTTP-10"),
    client!("caching" without a library, "Cache successes only", "CLI-HTTP-11"),
    client!("list_pages" without a library, "Read a list to its end", "CLI-PAGE-1", "CLI-PAGE-2", "CLI-PAGE-3", "CLI-PAGE-5", "CLI-PAGE-6"),
    client!("links" without a library, "Check links before they are followed", "CLI-PAGE-4"),
    client!("polling" without a library, "Poll an order", "CLI-POLL-1", "CLI-POLL-2"),
    client!("exit_status" without a library, "Show in the exit status what was not done", "CLI-EXIT-1", "CLI-EXIT-3", "CLI-EXIT-4", "CLI-EXIT-5", "CLI-RETRY-18"),
    client!("signals" without a library, "End at SIGTERM", "CLI-EXIT-2"),
];
