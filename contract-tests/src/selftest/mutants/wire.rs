//! Incomplete responses, and other faults of bytes. The judge must end and report a finding for each.

use super::{Mutant, WIRE, is_list, mutant, patch_response, with_fault};
use crate::selftest::target::Bug;

pub(super) const MUTANTS: &[Mutant] = &[
    patch_response("a list never ends", "PRV-WHOLE", |request, response| {
        response.endless = is_list(request) && response.status == 200;
    })
    .by(WIRE),
    with_fault(
        "the connection is reset within the response",
        "PRV-WHOLE",
        "reset;after=300",
    ),
    with_fault(
        "the connection is reset before the response",
        "PRV-WHOLE",
        "reset",
    ),
    with_fault(
        "the connection is closed within the response",
        "PRV-WHOLE",
        "close;after=300",
    ),
    with_fault("the response stalls", "PRV-WHOLE", "stall;after=300"),
    with_fault(
        "the response is sent a few bytes at a time",
        "PRV-WHOLE",
        "drip;bytes=400;every=1s",
    ),
    with_fault(
        "Content-Length is too long",
        "PRV-WHOLE",
        "content_length;is=too_long",
    ),
    with_fault(
        "Content-Length is too short",
        "PRV-SCHEMA",
        "content_length;is=too_short",
    ),
    with_fault(
        "Content-Length is duplicated",
        "PRV-WHOLE",
        "content_length;is=conflict",
    ),
    with_fault("a chunk is truncated", "PRV-WHOLE", "chunks;are=truncated"),
    with_fault("a chunk has no size", "PRV-WHOLE", "chunks;are=bad_size"),
    with_fault(
        "the status line is malformed",
        "PRV-WHOLE",
        "status_line;is=garbage",
    ),
    with_fault(
        "a proxy returns an HTML page",
        "PRV-SCHEMA",
        "gateway;status=502",
    ),
    with_fault(
        "every request is redirected to another host",
        "PRV-SUCCESS",
        "redirect;to=other_host",
    ),
    with_fault(
        "every request is redirected in a loop",
        "PRV-SUCCESS",
        "redirect;to=itself",
    ),
    with_fault(
        "the body is truncated JSON",
        "PRV-SCHEMA",
        "truncate;after=40",
    ),
    mutant(
        "informational responses precede the response",
        None,
        Bug::Fault("early_hints;count=3"),
    ),
];
