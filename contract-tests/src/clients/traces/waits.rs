//! How long a program waits, and how much memory that takes.

use super::Traces;

pub(super) const TRACES: &[Traces] = &[
    Traces::new(
        "CLI-TIME-1",
        &[
            "0 s  GET /api/v1/orders -> no response; closed after 10 s",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> no response",
            "30 s  ends by SIGTERM",
        ],
        "it was still waiting after 30000 ms",
    )
    .under("hang"),
    Traces::new(
        "CLI-TIME-2",
        &[
            "0 s  connects -> gives up after 5 s",
            "exits with 1",
        ],
        &[
            "0 s  connects -> no connection",
            "30 s  ends by SIGTERM",
        ],
        "it was still connecting after 30000 ms",
    )
    .under("connect-hangs"),
    Traces::new(
        "CLI-TIME-3",
        &[
            "0 s  GET /api/v1/orders -> 200; without end; closed after 10 s",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200; without end",
            "30 s  ends by SIGTERM",
        ],
        "it was still waiting after 30000 ms",
    )
    .under("slow-drip"),
    Traces::new(
        "CLI-TIME-4",
        &[
            "0 s  GET /api/v1/orders; connection {n} -> no response; closed after 1 s; n = 1 to 12, each 2 s later",
        ],
        &[
            "0 s  GET /api/v1/orders; connection {n} -> no response; n = 1 to 12, each 2 s later",
        ],
        "connections that were still open when their requests were retried: 11",
    )
    .under("hang"),
    Traces::new(
        "CLI-TIME-5",
        &[
            "under control:",
            "0 s  GET /api/v1/orders -> 200",
            "uses up to 20 MiB",
            "exits with 0",
            "under endless-body:",
            "0 s  GET /api/v1/orders -> 200; without end; closed after 1 s",
            "uses up to 25 MiB",
            "exits with 1",
        ],
        &[
            "under control:",
            "0 s  GET /api/v1/orders -> 200",
            "uses up to 20 MiB",
            "exits with 0",
            "under endless-body:",
            "0 s  GET /api/v1/orders -> 200; without end",
            "uses up to 90 MiB",
            "3 s  uses too much memory, and is killed",
        ],
        "it used 70 MiB more than in the control scenario",
    ),
];
