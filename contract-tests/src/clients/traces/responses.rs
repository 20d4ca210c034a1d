//! Which responses are a success.

use super::Traces;

pub(super) const TRACES: &[Traces] = &[
    Traces::new(
        "CLI-RESP-1",
        &[
            "0 s  GET /api/v1/orders -> 200; {\"orders\":[],\"total\":0,\"new_field\":1}",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200; {\"orders\":[],\"total\":0,\"new_field\":1}",
            "exits with 1",
        ],
        "it failed, but not in the control scenario (exit status: 1; it printed nothing)",
    )
    .under("extra-fields"),
    Traces::new(
        "CLI-RESP-2",
        &[
            "0 s  GET /api/v1/orders/order_1 -> 200; {\"id\":\"order_1\",\"status\":\"ON_HOLD\"}",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders/order_1 -> 200; {\"id\":\"order_1\",\"status\":\"ON_HOLD\"}",
            "exits with 1",
        ],
        "it failed, but not in the control scenario (exit status: 1; it printed nothing)",
    )
    .under("unknown-enum"),
    Traces::new(
        "CLI-RESP-3",
        &[
            "0 s  GET /api/v1/orders/order_1 -> 200; {\"id\":\"order_1\"}",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders/order_1 -> 200; {\"id\":\"order_1\"}",
            "prints order_1 has no title",
            "exits with 1",
        ],
        "it failed, but not in the control scenario (exit status: 1; the last line that it printed: order_1 has no \
         title)",
    )
    .under("optional-missing"),
    Traces::new(
        "CLI-RESP-4",
        &["0 s  GET /api/v1/orders -> 418", "exits with 1"],
        &["0 s  GET /api/v1/orders -> 418", "exits with 0"],
        "it exited with status 0",
    )
    .under("teapot"),
    Traces::new(
        "CLI-RESP-5",
        &["0 s  GET /api/v1/orders -> 200; cut off", "exits with 1"],
        &["0 s  GET /api/v1/orders -> 200; cut off", "exits with 0"],
        "it exited with status 0",
    )
    .under("truncated"),
    Traces::new(
        "CLI-RESP-6",
        &[
            "0 s  GET /api/v1/orders -> 200; <html>Sign in to the network</html>",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200; <html>Sign in to the network</html>",
            "exits with 0",
        ],
        "it exited with status 0",
    ),
    Traces::new(
        "CLI-RESP-7",
        &[
            "0 s  GET /api/v1/orders -> 403; {\"detail\":{\"required_scopes\":[\"orders:read\"]}}",
            "prints the key lacks orders:read",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 403; {\"detail\":{\"required_scopes\":[\"orders:read\"]}}",
            "prints request failed",
            "exits with 1",
        ],
        "its output names none of the scopes required by a 403",
    ),
    Traces::new(
        "CLI-RESP-8",
        &["0 s  GET /api/v1/orders -> 404; {}", "exits with 1"],
        &["0 s  GET /api/v1/orders -> 404; {}", "exits with 0"],
        "it exited with status 0",
    )
    .under("not-found"),
    Traces::new(
        "CLI-RESP-9",
        &[
            "0 s  POST /api/v1/orders; {} -> 201; {\"id\":9007199254740993}",
            "1 s  GET /api/v1/orders/9007199254740993 -> 200",
        ],
        &[
            "0 s  POST /api/v1/orders; {} -> 201; {\"id\":9007199254740993}",
            "1 s  GET /api/v1/orders/9007199254740992 -> 404",
        ],
        "/orders/9007199254740992 for the order with the id 9007199254740993",
    )
    .under("large-id"),
    Traces::new(
        "CLI-RESP-10",
        &[
            "0 s  GET /api/v1/orders; Accept-Encoding: gzip -> 200; Content-Encoding: gzip",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders; Accept-Encoding: gzip -> 200; Content-Encoding: gzip",
            "exits with 1",
        ],
        "it failed, but not in the control scenario (exit status: 1; it printed nothing)",
    )
    .under("gzip"),
];
