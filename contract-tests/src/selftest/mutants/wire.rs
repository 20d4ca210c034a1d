//! Answers that are not whole, and what else happens to bytes. The judge comes to an end with each, and to a finding.

use super::{Mutant, WIRE, answers, is_list, meets, mutant};
use crate::selftest::target::Bug;

#[rustfmt::skip]
pub(super) const MUTANTS: &[Mutant] = &[
    answers("a list never ends", "PRV-WHOLE", |ask, answer| answer.endless = is_list(ask) && answer.status == 200).by(WIRE),
    meets("the connection is reset in the middle", "PRV-WHOLE", "reset;after=300"),
    meets("the connection is reset before anything is answered", "PRV-WHOLE", "reset"),
    meets("the connection is closed in the middle", "PRV-WHOLE", "close;after=300"),
    meets("the answer stops in the middle", "PRV-WHOLE", "stall;after=300"),
    meets("the answer comes a few bytes at a time", "PRV-WHOLE", "drip;bytes=400;every=1s"),
    meets("Content-Length is too long", "PRV-WHOLE", "content_length;is=too_long"),
    meets("Content-Length is too short", "PRV-SCHEMA", "content_length;is=too_short"),
    meets("Content-Length is there twice", "PRV-WHOLE", "content_length;is=conflict"),
    meets("a chunk is broken off", "PRV-WHOLE", "chunks;are=truncated"),
    meets("a chunk has no size", "PRV-WHOLE", "chunks;are=bad_size"),
    meets("the status line is none", "PRV-WHOLE", "status_line;is=garbage"),
    meets("a proxy answers with a page of HTML", "PRV-SCHEMA", "gateway;status=502"),
    meets("every call is sent to another host", "PRV-SUCCESS", "redirect;to=other_host"),
    meets("every call is sent in a circle", "PRV-SUCCESS", "redirect;to=itself"),
    meets("the body is half a JSON text", "PRV-SCHEMA", "truncate;after=40"),
    mutant("informational answers come before the answer", None, Bug::Fault("early_hints;count=3")),
];
