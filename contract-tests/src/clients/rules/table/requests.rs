//! Rules about requests, lists, exit statuses and the readings of the vendor's pages.

use super::super::{
    Judge, Rule, auth, diagnostics, http, ids, pages, polls, rate_limit_responses, readings,
    redirects, reuse, unfinished,
};
use crate::finding::Level;

pub(super) const RULES: &[Rule] = &[
    rule! {
        "CLI-HTTP-1" Should Each http::user_agent,
        "Requests name the program and its version.",
        because "Operators use it to find the cause of a problem, and to know whom to contact.",
        source "RFC 9110 §10.1.5",
        exercised by "a request",
        tolerance "none",
        advice "Set User-Agent: product/version.",
    },
    rule! {
        "CLI-HTTP-2" Must Each http::bodies,
        "A request has a body if the operation takes one; it is declared as JSON and valid.",
        because "The server rejects any other request, with 400, 415 or 422.",
        source "RFC 9110 §8.3; the contract's schemas",
        exercised by "a request with a body, or to an operation that takes one",
        tolerance "parameters of the media type",
        advice "Let the library serialize the body and set Content-Type: application/json, for each attempt \
         anew: a stream is at its end after the first.",
    },
    rule! {
        "CLI-HTTP-3" Should Each http::accept,
        "Requests accept JSON.",
        because "A server may return another format, or 406, to a client that does not accept JSON.",
        source "RFC 9110 §12.5.1",
        exercised by "a request with an Accept header",
        tolerance "none",
        advice "Send Accept: application/json.",
    },
    rule! {
        "CLI-HTTP-4" Must Each http::leaves_closed_connections,
        "After a response with Connection: close, nothing more is sent on its connection.",
        because "The server closes the connection, and a request on it is lost.",
        source "RFC 9112 §9.6",
        exercised by "a request after such a response",
        tolerance "requests in flight",
        advice "Let the library manage connections; drop a connection whose response says close.",
    },
    rule! {
        "CLI-HTTP-5" Must Each http::survives_idle_close,
        "A connection that was closed between two requests causes no failure.",
        because "Servers and proxies close idle connections at any time; that is not an error.",
        source "RFC 9112 §9.3.1",
        exercised by "a request after an idle connection was closed",
        tolerance "none",
        advice "Let the library open another connection and retry once if nothing was received yet.",
    },
    rule! {
        "CLI-HTTP-6" Should Each redirects::redirect_loops_end,
        "Redirects are not followed forever.",
        because "Otherwise a loop of redirects keeps the program busy forever.",
        source "RFC 9110 §15.4",
        exercised by "a redirect that was followed",
        tolerance "20 hops, or twice as many in one chain; hops that start 50 ms later belong to another \
         attempt",
        advice "Limit redirects, or follow none.",
    },
    rule! {
        "CLI-HTTP-7" Should Each redirects::redirects_keep_their_meaning,
        "A 307 or 308 redirect keeps method and body; a 303 leads to a GET.",
        because "A POST that has become a GET does nothing, and its response looks like a success.",
        source "RFC 9110 §15.4",
        exercised by "a redirected POST that was followed",
        tolerance "301 and 302, which may do either",
        advice "Let the library follow redirects, or follow none.",
    },
    rule! {
        "CLI-HTTP-8" Should Each reuse::reuses_connections,
        "Connections are reused.",
        because "Each new connection costs round trips and, with TLS, much CPU time on both sides.",
        source "RFC 9112 §9.3",
        exercised by "four requests, in the control scenario, that could use a connection on which nothing is open",
        tolerance "half of these requests; if the program may have several requests open at once, connections whose last response is at \
         most 100 ms plus three times this machine's timing noise old: they may still be in use",
        advice "Create one client and keep it.",
    },
    rule! {
        "CLI-HTTP-9" Must Each ids::are_encoded,
        "An id in a path is percent-encoded.",
        because "Otherwise an id with a slash or a question mark leads to another path.",
        source "RFC 3986 §2.4",
        exercised by "a request for an order whose id contains / ? # and %",
        tolerance "none",
        advice "Encode each path segment once, before inserting it: an id that is encoded twice is another id.",
    },
    rule! {
        "CLI-HTTP-10" Must Each http::ignores_informational,
        "Informational responses are skipped.",
        because "A program that takes a 103 for the response loses the real one.",
        source "RFC 9110 §15.2",
        exercised by "a 1xx before a response that no response in the control scenario has",
        tolerance "a failure in a run with another error",
        advice "Use a library that supports 1xx; some treat a 103 as the final response.",
    },
    rule! {
        "CLI-HTTP-11" Must Across rate_limit_responses::is_not_kept,
        "A 429 is not cached: the next attempt reaches the server.",
        because "A cached 429 keeps the program waiting although the server would admit its request.",
        source "RFC 6585 §4: responses with 429 MUST NOT be stored",
        exercised by "a 429 marked as cacheable, and a program that retries after one that is not",
        tolerance "none",
        advice "Use no cache in front of the API, or let it store successes only.",
    },
    rule! {
        "CLI-HTTP-12" Should Each http::gets_without_bodies,
        "A GET request has no body.",
        because "Servers, proxies and caches can ignore such a body, or reject the request.",
        source "RFC 9110 §9.3.1",
        exercised by "a GET request",
        tolerance "none",
        advice "Put what a GET asks for into its query; servers and proxies may drop a body, or refuse it.",
    },
    rule! {
        "CLI-PAGE-1" Must Each pages::is_read_to_its_end,
        "A paginated list is read to its end, without gaps, and not beyond.",
        because "Otherwise rows are missing from the result, without any error.",
        source "the contract: total and offset",
        exercised by "a second page of a list, or its first page again and again, in the control scenario",
        tolerance "one empty page each time that the list is read; a gap of more rows than a page has, which may be intended; rows at \
         the end, if the program reads as many of a longer list: without one, the rule is inconclusive",
        advice "Start each page at the offset plus rows of the one before, and stop when that reaches \
         total.",
    },
    rule! {
        "CLI-PAGE-2" Must Each pages::are_abandoned,
        "A list whose pages repeat forever is abandoned.",
        because "Otherwise a faulty server keeps the program reading forever.",
        source "project rule: robustness",
        exercised by "two identical pages, or a program that still requests the same page when it is stopped",
        tolerance "10 repeats; requests that are 950 ms apart wait for a change",
        advice "Stop when a page brings nothing new; a maximum number of pages alone lets the program read one page again and \
         again until then.",
    },
    rule! {
        "CLI-PAGE-3" Should Each pages::resumes,
        "A page that returned 429 is requested again, and the list continues from there.",
        because "A program that starts the list again reads the first pages each time, and may never get past the limit.",
        source "project rule: what retries are for",
        exercised by "a request for a list after a later page of it returned 429",
        tolerance "pages that were not read yet, if the rejected page follows them",
        advice "Retry the request, not the loop around it.",
    },
    rule! {
        "CLI-PAGE-4" Should Each pages::links_keep_the_key,
        "The key is not sent to another host or port that a next-page link points to.",
        because "Otherwise whoever can put a link into a response gets the key.",
        source "project rule: a link is treated like a redirect, RFC 9110 §15.4",
        exercised by "a response to an authenticated request whose `next` or Link header points to another \
         host or port",
        tolerance "none",
        advice "Request pages by limit and offset; if you follow a link, compare its scheme, host and port \
         with your base URL first.",
    },
    rule! {
        "CLI-PAGE-5" Must Each unfinished::reads_on_after_error,
        "A page that cannot be read is not treated as the end of its list.",
        because "Otherwise the result looks complete although rows are missing.",
        source "project rule: no silent data loss",
        exercised by "a later page of a list that failed or was lost, and a program that exits by itself",
        tolerance "its first row on a page that is read later",
        advice "Let a failed page fail the run, and exit with a non-zero status.",
    },
    rule! {
        "CLI-PAGE-6" May Each pages::reads_beyond_the_first_page,
        "A list that has more rows than its first page is read on.",
        because "The first page looks like the whole list until there are more rows than fit on it.",
        source "the contract: total and has_more",
        exercised by "a page with fewer rows than its list has, in the control scenario, and a program that exits with 0",
        tolerance "pages of one row, which may be all that is wanted",
        advice "Request pages until offset plus rows reaches total; ignore this if you want the first page only.",
    },
    rule! {
        "CLI-POLL-1" Should Each polls::polls_slowly,
        "An order is polled at most once per second, and not again after it has reached its final status.",
        because "Orders take a while; more requests use up the quota, and bring no result earlier.",
        source "GitHub: avoid polling",
        exercised by "an order that was requested again before its final status, or anything else after a 409; only violations \
         count if the same was read more than 10 times in a row",
        tolerance "50 ms; a single request that is too early, or one that does not directly follow the \
         final status, may belong to another job",
        advice "Poll with growing waits, and stop at COMPLETED or CANCELLED.",
    },
    rule! {
        "CLI-POLL-2" Must Each polls::cancelled_ends_the_wait,
        "A cancelled order ends the wait for it, and the program reports that.",
        because "A program that waits for COMPLETED only polls a cancelled order forever.",
        source "the contract: CANCELLED is final",
        exercised by "the status CANCELLED of an order that the program has created, or that it waits for: it has read it twice before, or \
         a second ago and nothing but orders since",
        tolerance "two more requests for the order; an exit status of 0, if the output has that word, or one that neither a response nor the \
         output of the control scenario has",
        advice "Stop at COMPLETED and at CANCELLED, and report which it was; limit the time of the wait, too.",
    },
    rule! {
        "CLI-EXIT-1" Should Each diagnostics::reports_failure,
        "The exit status shows whether the work was done.",
        because "Schedulers, scripts and CI see nothing but the exit status.",
        source "Unix",
        exercised by "a program that exits by itself, in the control scenario or after only 401 and 403 \
         responses; or one that does so in the control scenario, and was stopped in another one while it sent nothing and waited for \
         nothing that a response asked for, or while it still requested the same again and again",
        tolerance "silence of 150 s, since libraries wait up to two minutes by themselves: inconclusive; a minute after a 429 that does \
         not say how long to wait; up to four identical requests, or twice as many as in the control scenario: beyond that, the result is \
         inconclusive",
        advice "Exit with a non-zero status if the work could not be done. If the program fell silent, let every failure release its locks \
         and end its workers. If it waited on, give every wait a limit.",
    },
    rule! {
        "CLI-EXIT-2" Should Each diagnostics::exits_on_sigterm,
        "SIGTERM ends the program, even while it waits.",
        because "Containers and service managers stop programs by SIGTERM, and soon kill those that do not end, in the middle of their work.",
        source "operations",
        exercised by "a program that had to be stopped",
        tolerance "2 s",
        advice "Keep the default handling of SIGTERM, or let it end every wait.",
    },
    rule! {
        "CLI-EXIT-3" Should Each diagnostics::does_not_crash,
        "The program does not crash, whatever it receives.",
        because "A crash loses work, and a stack trace does not say what to do.",
        source "project rule: robustness",
        exercised by "a request from a program that exits by itself",
        tolerance "exceptions that were logged, and those of a program that exits with status 0; if it has told of one before its stack, \
         the rule is inconclusive",
        advice "Catch network, status and parse errors at the top level, print what went wrong, and exit \
         with a status of your own.",
    },
    rule! {
        "CLI-EXIT-4" Must Each unfinished::reports_failed_reads,
        "If something could not be read, the exit status shows it.",
        because "Otherwise data is missing, and neither a scheduler nor the next program notices: they see the exit status, not what is \
         printed.",
        source "project rule: no silent data loss; the vendor's samples raise every error",
        exercised by "a GET that returned an error other than 403, 409, 429 and 503, or an incomplete response or none, in a run in \
         which not every request was refused, and a program that exits by itself",
        tolerance "any success of the same path with the same filters or fewer, later or at the same time; a 404 or 410, unless an \
         earlier response has named the object, and nobody can delete it",
        advice "Remember what could not be read while you go on with the rest, print it, and exit with a non-zero status in the end.",
    },
    rule! {
        "CLI-EXIT-5" Must Each unfinished::reports_failed_writes,
        "If something could not be written, the exit status shows it.",
        because "Otherwise an order or a change is missing, and whoever relies on it finds out much later, if at all.",
        source "project rule: no silent data loss; the vendor's samples raise every error",
        exercised by "a POST, PUT, PATCH or DELETE that returned an error other than 403, 429 and 503, or an incomplete response or none, \
         in a run in which not every request was refused, and a program that exits by itself",
        tolerance "a later success of the same request, or of as many requests of its kind as in the control scenario, or a later \
         response that shows the object, the change or the deletion; a 4xx that the same request gets in the control scenario; if \
         only another request of its kind succeeded, and the control scenario has none: inconclusive",
        advice "Read whether it was carried out, and repeat it if it was not; otherwise print what is missing, and exit with a non-zero \
         status.",
    },
    rule! {
        "CLI-SCOPE-1" Should Each auth::does_not_probe,
        "After a 403, other operations are not tried one by one.",
        because "The response has named the missing scopes; trying other operations uses quota, and looks like an attack.",
        source "RFC 6750 §3.1",
        exercised by "a complete 403 response",
        tolerance "three other paths; requests within 100 ms plus three times this machine's timing noise, if the \
         program may have several open at once: the rule is not exercised",
        advice "Report which scopes are required, and stop.",
    },
    rule! {
        "CLI-READ-1" May Each readings::rows_in_items,
        "The rows of a list are found in `orders` and in `items`.",
        because "The vendor's pages disagree; a program that knows one form finds no rows in the other.",
        source "the vendor's pages show both",
        exercised by "a list whose rows are in `items`",
        tolerance "none",
        advice "Read `orders`, and `items` if it is missing.",
    },
    rule! {
        "CLI-READ-2" May Each readings::nested_errors,
        "An error is understood both flat and nested in `error`.",
        because "The vendor's pages disagree; a program that knows one form cannot explain the other.",
        source "the vendor's pages show both",
        exercised by "a nested 403",
        tolerance "none",
        advice "Let the status decide, and look for details in the body and in its `error`.",
    },
    rule! {
        "CLI-READ-3" May Each readings::details,
        "The details of an error are found in `detail` and in `details`.",
        because "The vendor's pages disagree; a program that knows one field cannot show what the other says.",
        source "the vendor's pages show both",
        exercised by "a 403 with `details`",
        tolerance "none",
        advice "Read `detail`, and `details` if it is missing.",
    },
    rule! {
        "CLI-READ-4" May Each readings::code_of_401,
        "A 401 is recognized with the code `AUTHENTICATION_ERROR` or `UNAUTHORIZED`.",
        because "The vendor's pages disagree; a program that compares the code does not recognize the other one.",
        source "the vendor's pages show both",
        exercised by "a 401 with `UNAUTHORIZED`",
        tolerance "none",
        advice "Let the status decide, not the code.",
    },
    rule! {
        "CLI-READ-5" May Each readings::code_of_429,
        "A 429 is recognized with the code `rate_limit_exceeded` or `RATE_LIMIT_EXCEEDED`.",
        because "The vendor's pages disagree; a program that compares the code does not recognize the other one.",
        source "the vendor's pages show both",
        exercised by "a 429 with `RATE_LIMIT_EXCEEDED`",
        tolerance "none",
        advice "Let the status decide, not the code.",
    },
    rule! {
        "CLI-READ-6" May Each readings::code_of_404,
        "A 404 is recognized with the code `ENTITY_NOT_FOUND` or `ORDER_NOT_FOUND`.",
        because "The vendor's pages disagree; a program that compares the code does not recognize the other one.",
        source "the vendor's pages show both",
        exercised by "a 404 with `ORDER_NOT_FOUND`",
        tolerance "none",
        advice "Let the status decide, not the code.",
    },
    rule! {
        "CLI-READ-7" May Each readings::status_of_invalid,
        "422 and 400 are both recognized as a validation error.",
        because "The vendor's pages disagree; a program that knows one status treats the other as unexpected.",
        source "the vendor's pages show both",
        exercised by "a 400 for every request",
        tolerance "none",
        advice "Treat 400 and 422 alike.",
    },
];
