//! Rules about timeouts and responses.

use super::super::{Judge, Rule, diagnostics, ids, responses, timeouts};
use crate::finding::Level;

pub(super) const RULES: &[Rule] = &[
    rule! {
        "CLI-TIME-1" Must Each timeouts::gives_up,
        "A request that never receives a response is abandoned.",
        because "Without a timeout, one lost response blocks the program forever, and without a message.",
        source "AWS Builders' Library: timeouts",
        exercised by "a request without a response until the end of the trial",
        tolerance "--limit",
        advice "Set a timeout for the whole response; most libraries have none by default.",
    },
    rule! {
        "CLI-TIME-2" Must Each timeouts::gives_connecting_up,
        "A connection that is never established is abandoned.",
        because "A host that is down does not respond, and the system itself gives up only after minutes.",
        source "AWS Builders' Library: timeouts",
        exercised by "an attempt to connect to an address that accepts no connections, on Linux",
        tolerance "--limit, and 100 s: the system itself gives up after about two minutes",
        advice "Set a connect timeout of a few seconds: a host that is down does not respond.",
    },
    rule! {
        "CLI-TIME-3" Should Each timeouts::bounds_the_whole,
        "A response that trickles in forever is abandoned.",
        because "A timeout between two bytes never expires while single bytes arrive.",
        source "AWS Builders' Library: timeouts; slowloris",
        exercised by "a response whose bytes trickle in until the end of the trial",
        tolerance "--limit",
        advice "Set a timeout for the whole response, not only for the time between two bytes.",
    },
    rule! {
        "CLI-TIME-4" Should Each timeouts::closes,
        "The connection of an abandoned request is closed.",
        because "Connections that stay open use up the places of the server and the file descriptors of the program.",
        source "RFC 9112 §9.6",
        exercised by "a request without a response that was retried on another connection",
        tolerance "10 connections",
        advice "Drop the response body or the client when you abandon a request.",
    },
    rule! {
        "CLI-TIME-5" Must Each timeouts::bounds_memory,
        "An endless response does not use unbounded memory.",
        because "Otherwise one faulty response uses up the memory of the machine, and ends the program or others.",
        source "CWE-770; project rule: robustness",
        exercised by "a 256 MiB response that was sent beyond --max-memory or abandoned by the client, on \
         Linux",
        tolerance "--max-memory, 64 MiB by default, for the largest process, above its use in the control \
         scenario",
        advice "Read responses in chunks, and abandon those larger than any the API returns.",
    },
    rule! {
        "CLI-RESP-1" Must Each responses::tolerates_extra_fields,
        "Unknown fields are ignored.",
        because "Servers add fields without a new version; a program that rejects them fails from that day on.",
        source "must-ignore; adding a field is a compatible change",
        exercised by "a response with unknown fields",
        tolerance "none",
        advice "Do not reject unknown fields when parsing.",
    },
    rule! {
        "CLI-RESP-2" Should Each responses::tolerates_unknown_words,
        "An unknown order status causes no failure.",
        because "New statuses are added over time, and one order with an unknown status must not stop the others.",
        source "must-ignore",
        exercised by "a response with an unknown status",
        tolerance "none",
        advice "Give enums a variant for unknown values.",
    },
    rule! {
        "CLI-RESP-3" Should Each responses::tolerates_missing_fields,
        "Fields that no document promises may be null or missing.",
        because "What no document promises can be missing at any time.",
        source "the contract's schemas: fields marked assumed",
        exercised by "responses in which they are",
        tolerance "none",
        advice "Rely on id, title and status of an order, and on orders and total of a list; treat \
         everything else as optional.",
    },
    rule! {
        "CLI-RESP-4" Must Each responses::unknown_status_is_no_success,
        "An unknown status is treated as the x00 of its class.",
        because "A program that knows only some statuses takes an unknown error for a success, or for a temporary failure.",
        source "RFC 9110 §15",
        exercised by "a complete 418 response to every request",
        tolerance "none",
        advice "Check whether the status is 2xx, and treat everything else as an error; retry 429 and 5xx only.",
    },
    rule! {
        "CLI-RESP-5" Must Each responses::cut_is_no_success,
        "A truncated response is not a success.",
        because "Otherwise the missing part is lost, and nobody notices.",
        source "RFC 9112 §8",
        exercised by "responses that break off, or end in the middle of their JSON",
        tolerance "a retry that succeeds",
        advice "Treat a body shorter than its announced length as an error, and so JSON that does not \
         parse.",
    },
    rule! {
        "CLI-RESP-6" Must Each responses::odd_bodies_are_errors,
        "A response that is not JSON of the contract is handled as an error: no crash, and no success.",
        because "Proxies and captive portals return HTML with any status; a program that takes it for data loses or corrupts data.",
        source "RFC 9110 §8.3",
        exercised by "a 2xx with HTML, an empty body or an error in it, or an error that is not JSON; for \
         crashes, any response that should be JSON and is not",
        tolerance "a retry that succeeds, or a later GET for a request that is not safe to repeat; for a \
         4xx, only a crash counts",
        advice "Check the status, the media type and the fields you need, and report what arrived instead.",
    },
    rule! {
        "CLI-RESP-7" Should Each diagnostics::names_scopes,
        "The required scopes in a 403 are shown to the user, whatever its shape.",
        because "The user can then change the key at once, instead of searching for the cause.",
        source "RFC 6750 §3.1; the vendor's pages show several shapes",
        exercised by "a 403 that names scopes, and a program that exits by itself",
        tolerance "one of several scopes",
        advice "Look for required_scopes in detail, details and error, and print it.",
    },
    rule! {
        "CLI-RESP-8" Must Each responses::status_decides,
        "The status decides whether a request succeeded, not only the body.",
        because "The body of an error can look like data.",
        source "RFC 9110 §15",
        exercised by "an error status other than 401, 403 and 429 for every request, outside the control \
         scenario",
        tolerance "none",
        advice "Check the status before the body, and exit with a non-zero status if no request succeeded.",
    },
    rule! {
        "CLI-RESP-9" Should Each ids::large_numbers_survive,
        "A numeric id is sent back unchanged, however large it is.",
        because "A rounded id belongs to no object, or to another one.",
        source "RFC 8259 §6: beyond 2^53, numbers lose digits",
        exercised by "a request for an order with the id 9007199254740993",
        tolerance "none",
        advice "Keep ids as text, or read numbers into 64-bit integers.",
    },
    rule! {
        "CLI-RESP-10" Should Each responses::decodes_what_it_asks_for,
        "A requested compression is understood.",
        because "A program that asks for compression and does not understand it fails as soon as a proxy compresses.",
        source "RFC 9110 §8.4, §12.5.3",
        exercised by "gzip responses to requests that all accept gzip",
        tolerance "none",
        advice "Let the library set Accept-Encoding and decode the body; do not set the header by hand.",
    },
];
