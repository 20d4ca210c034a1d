//! Rules about keys.

use super::super::{Judge, Rule, auth, diagnostics, secrets};
use crate::finding::Level;

pub(super) const RULES: &[Rule] = &[
    rule! {
        "CLI-AUTH-1" Must Each auth::one_bearer,
        "Each request has exactly one Authorization header, with `Bearer` and the key and nothing else.",
        because "A second or malformed header is rejected, or two servers in a chain read different credentials.",
        source "RFC 6750 §2.1; RFC 9110 §11.6.2",
        exercised by "a request with an Authorization header",
        tolerance "`Bearer` in any case",
        advice "Set the header once, on the client, and trim the key after reading it.",
    },
    rule! {
        "CLI-AUTH-2" Must Each secrets::one_method,
        "The key is sent in one place only.",
        because "Each further place is one more log, cache or proxy that gets the key.",
        source "RFC 6750 §2",
        exercised by "a request",
        tolerance "none",
        advice "Send the key in the Authorization header and nowhere else.",
    },
    rule! {
        "CLI-AUTH-3" Must Each secrets::not_in_urls,
        "The key, or a part of it, never appears in a URL.",
        because "URLs end up in server logs, browser histories and Referer headers.",
        source "RFC 9700 §4.3.2",
        exercised by "a request",
        tolerance "parts of fewer than 12 characters",
        advice "URLs end up in logs and browser histories: send the key in the Authorization header.",
    },
    rule! {
        "CLI-AUTH-4" Must Each auth::not_to_another_host,
        "The key is not sent to another host, even if a redirect points there.",
        because "Whoever controls the other host can then use the key.",
        source "RFC 9110 §15.4; CVE-2018-1000007, CVE-2025-21620",
        exercised by "a redirect to another host",
        tolerance "none",
        advice "Do not follow redirects, or drop the key when the host changes.",
    },
    rule! {
        "CLI-AUTH-5" Must Each auth::not_to_another_port,
        "The key is not sent to another port, even if a redirect points there.",
        because "Another port can belong to another service, which can then use the key.",
        source "CVE-2022-27774, CVE-2022-27776",
        exercised by "a redirect to another port",
        tolerance "none",
        advice "Do not follow redirects, or drop the key when scheme, host or port changes.",
    },
    rule! {
        "CLI-AUTH-6" Must Each auth::never_without_key,
        "No request is sent without the key.",
        because "Such a request can only return 401.",
        source "project rule: every operation needs a key",
        exercised by "a request",
        tolerance "OPTIONS",
        advice "Send the key with each attempt, and again after a redirect to the same scheme, host and port; a request \
         without it only returns 401.",
    },
    rule! {
        "CLI-AUTH-7" Must Each auth::unauthorized_is_final,
        "A request that returned 401 is not repeated with the same key.",
        because "The key does not become valid again; repeated 401s look like an attack, and hide the problem from the user.",
        source "RFC 9110 §15.5.2: repeat with new credentials only",
        exercised by "a complete 401 response; inconclusive if the program is stopped within a minute of it",
        tolerance "if the program sends identical requests at once anyway, those within 100 ms plus three times \
         this machine's timing noise: they may have been sent before the response arrived, and the rule is \
         not exercised, unless there are at least twice as many as in the control scenario",
        advice "Stop at the first 401 and report that the key is not valid; do not include 401 in the list \
         of statuses to retry.",
    },
    rule! {
        "CLI-AUTH-8" Must Each auth::forbidden_is_final,
        "A request that returned 403 is not repeated with the same key.",
        because "Asking again does not add a scope; it only uses quota.",
        source "RFC 9110 §15.5.4: SHOULD NOT repeat with the same credentials",
        exercised by "a complete 403 response; inconclusive if the program is stopped within a minute of it",
        tolerance "if the program sends identical requests at once anyway, those within 100 ms plus three times \
         this machine's timing noise: they may have been sent before the response arrived, and the rule is \
         not exercised, unless there are at least twice as many as in the control scenario",
        advice "Report the missing scope, from detail.required_scopes, and stop.",
    },
    rule! {
        "CLI-AUTH-9" Must Each auth::stops_when_revoked,
        "After the first 401 in a run, the key is not used again for anything.",
        because "A revoked key may be a stolen one: each further use looks like an attack.",
        source "project rule in the spirit of RFC 9700; the vendor revokes immediately",
        exercised by "a 401 after a successful request",
        tolerance "requests that a program with several open at once sends within 100 ms plus three times this \
         machine's timing noise; with the old access token, those during its renewal",
        advice "Let the first 401 stop all work that uses the key, not only the request that received it. If \
         the key is an access token, let all work wait for one renewal, and continue with the new one.",
    },
    rule! {
        "CLI-AUTH-10" Should Each auth::rereads_key,
        "A new key is used as soon as it is available, before the old one is revoked.",
        because "A program that reads its key once fails when the old one is revoked, and needs a restart for each rotation.",
        source "the vendor's key rotation steps",
        exercised by "a request with the new key, or {key_file} in CMD and a request after the tolerance \
         has passed",
        tolerance "5 s after the key is written to the file in {key_file} and OPENPROSPECT_API_KEY_FILE",
        advice "Read the key from its file before each request, or every few seconds; do not keep the one \
         read at startup.",
    },
    rule! {
        "CLI-AUTH-11" Must Each secrets::no_live_key,
        "No live key is sent to a test host.",
        because "A live key that has reached a test host may be in its logs, and must be replaced.",
        source "the vendor's key prefixes",
        exercised by "a request with a key",
        tolerance "none",
        advice "Use the key in OPENPROSPECT_API_KEY and no other.",
    },
    rule! {
        "CLI-AUTH-12" Must Each secrets::not_printed,
        "The key, or a part of it, is not printed; with --watch, it is not written to a file either.",
        because "Output and logs are copied, stored and read by people who must not have the key.",
        source "RFC 9700; OWASP logging",
        exercised by "a request from a program whose output is captured; for files, --watch",
        tolerance "parts of fewer than 12 characters; the key is found plain, percent-encoded, in base64 and in hexadecimal digits",
        advice "Mask the key in logs and errors: its prefix and last four characters are enough.",
    },
    rule! {
        "CLI-AUTH-13" Should Across secrets::not_on_command_lines,
        "The key, or a part of it, does not appear on the command line of a child process.",
        because "Every user of the machine can read command lines, and monitoring tools record them.",
        source "CWE-214; command lines are visible to all users of the machine",
        exercised by "a child process seen running, on Linux",
        tolerance "arguments that {api_key} in CMD expanded to; parts of fewer than 12 characters",
        advice "Pass the key to child processes in the environment, on standard input or in a file; curl \
         reads headers with -H @- and -H @FILE.",
    },
    rule! {
        "CLI-AUTH-14" Should Across diagnostics::unauthorized_and_forbidden_differ,
        "The output distinguishes an invalid key from a missing scope.",
        because "A 401 needs another key, a 403 another scope; a user who cannot tell them apart tries the wrong remedy.",
        source "RFC 6750 §3.1",
        exercised by "a 401 and a 403, each in its own trial",
        tolerance "none",
        advice "401: tell the user to check the key. 403: name the required scopes and those the key has.",
    },
];
