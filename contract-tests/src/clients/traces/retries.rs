//! Retries, backoff and rate limits.

use super::Traces;

pub(super) const TRACES: &[Traces] = &[
    Traces::new(
        "CLI-RETRY-1",
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 2",
            "2.1 s  GET /api/v1/orders -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 2",
            "0.5 s  GET /api/v1/orders -> 429; Retry-After: 2",
        ],
        "retried 500 ms after a 429 with Retry-After: 2",
    ),
    Traces::new(
        "CLI-RETRY-2",
        &[
            "0 s  GET /api/v1/orders -> 503; Retry-After: 2",
            "2.1 s  GET /api/v1/orders -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 503; Retry-After: 2",
            "0.5 s  GET /api/v1/orders -> 503; Retry-After: 2",
        ],
        "retried 500 ms after a 503 with Retry-After: 2",
    ),
    Traces::new(
        "CLI-RETRY-3",
        &[
            "0 s  GET /api/v1/orders -> 429; Date: Thu, 01 Jan 2026 00:00:00 GMT; Retry-After: Thu, 01 Jan 2026 00:00:05 GMT",
            "5 s  GET /api/v1/orders -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 429; Date: Thu, 01 Jan 2026 00:00:00 GMT; Retry-After: Thu, 01 Jan 2026 00:00:05 GMT",
            "1 s  GET /api/v1/orders -> 200",
        ],
        "retried 1000 ms after a 429 whose Retry-After date was 5000 ms away",
    ),
    Traces::new(
        "CLI-RETRY-4",
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: soon",
            "1 s  GET /api/v1/orders -> 200",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: soon",
            "0.01 s  GET /api/v1/orders -> 429; Retry-After: soon",
            "0.02 s  GET /api/v1/orders -> 429; Retry-After: soon",
            "0.03 s  GET /api/v1/orders -> 429; Retry-After: soon",
            "exits with 1",
        ],
        "4 attempts in a row without a wait",
    ),
    Traces::new(
        "CLI-RETRY-5",
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 86400",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 86400",
            "60 s  GET /api/v1/orders -> 429; Retry-After: 86340",
        ],
        "retried 60000 ms after Retry-After: 86400",
    ),
    Traces::new(
        "CLI-RETRY-6",
        &[
            "0 s  GET /api/v1/orders -> 500",
            "1 s  GET /api/v1/orders -> 500",
            "3 s  GET /api/v1/orders -> 500",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 500",
            "1 s  GET /api/v1/orders -> 500",
            "2 s  GET /api/v1/orders -> 500",
            "3 s  GET /api/v1/orders -> 500",
            "4 s  GET /api/v1/orders -> 500",
            "5 s  GET /api/v1/orders -> 500",
        ],
        "6 attempts of one request",
    ),
    Traces::new(
        "CLI-RETRY-7",
        &[
            "0 s  GET /api/v1/orders -> 500",
            "1 s  GET /api/v1/orders -> 500",
            "3.2 s  GET /api/v1/orders -> 500",
            "7.1 s  GET /api/v1/orders -> 500",
        ],
        &[
            "0 s  GET /api/v1/orders -> 500",
            "1 s  GET /api/v1/orders -> 500",
            "2 s  GET /api/v1/orders -> 500",
            "3 s  GET /api/v1/orders -> 500",
        ],
        "waits of 1000 ms, 1000 ms, 1000 ms",
    ),
    Traces::new(
        "CLI-RETRY-8",
        &[
            "0 s  GET /api/v1/orders/order_{n} -> 503; n = 1 to 8, each 10 s later",
            "0.6 s  GET /api/v1/orders/order_1 -> 200",
            "10.9 s  GET /api/v1/orders/order_2 -> 200",
            "20.5 s  GET /api/v1/orders/order_3 -> 200",
            "31 s  GET /api/v1/orders/order_4 -> 200",
            "40.7 s  GET /api/v1/orders/order_5 -> 200",
            "50.8 s  GET /api/v1/orders/order_6 -> 200",
            "60.55 s  GET /api/v1/orders/order_7 -> 200",
            "70.95 s  GET /api/v1/orders/order_8 -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders/order_{n} -> 503; n = 1 to 8, each 10 s later",
            "1 s  GET /api/v1/orders/order_{n} -> 200; n = 1 to 8, each 10 s later",
        ],
        "the first backoffs of 8 requests have a median of 1000 ms and vary by only 0 ms",
    )
    .under("unavailable-each"),
    Traces::new(
        "CLI-RETRY-9",
        &[
            "0 s  GET /api/v1/orders -> 500; Retry-After: 2",
            "2.1 s  GET /api/v1/orders -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 500; Retry-After: 2",
            "0.5 s  GET /api/v1/orders -> 500; Retry-After: 2",
        ],
        "retried 500 ms after a 500 with Retry-After: 2",
    ),
    Traces::new(
        "CLI-RETRY-10",
        &["0 s  POST /api/v1/orders; {} -> 422", "exits with 1"],
        &[
            "0 s  POST /api/v1/orders; {} -> 422",
            "1 s  POST /api/v1/orders; {} -> 422",
        ],
        "POST /api/v1/orders was repeated 1000 ms after its 422",
    ),
    Traces::new(
        "CLI-RETRY-11",
        &[
            "0 s  POST /api/v1/orders; {} -> connection reset",
            "1 s  GET /api/v1/orders -> 200",
            "exits with 0",
        ],
        &[
            "0 s  POST /api/v1/orders; Idempotency-Key: 7f3a; {} -> connection reset",
            "1 s  POST /api/v1/orders; Idempotency-Key: 7f3a; {} -> 201",
        ],
        "POST /api/v1/orders was repeated although it may have been carried out",
    ),
    Traces::new(
        "CLI-RETRY-12",
        &[
            "0 s  POST /api/v1/orders; Idempotency-Key: 7f3a; {} -> 503",
            "1 s  POST /api/v1/orders; Idempotency-Key: 7f3a; {} -> 201",
        ],
        &[
            "0 s  POST /api/v1/orders; Idempotency-Key: 7f3a; {} -> 503",
            "1 s  POST /api/v1/orders; Idempotency-Key: c81e; {} -> 201",
        ],
        "a different Idempotency-Key on the next attempt",
    ),
    Traces::new(
        "CLI-RETRY-13",
        &[
            "0 s  GET /api/v1/orders?offset=50 -> 502",
            "1 s  GET /api/v1/orders?offset=50 -> 200",
        ],
        &["0 s  GET /api/v1/orders?offset=50 -> 502", "exits with 1"],
        "GET /api/v1/orders?offset=50 was not retried",
    ),
    Traces::new(
        "CLI-RETRY-14",
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 2",
            "2.1 s  GET /api/v1/companies -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 2",
            "0.5 s  GET /api/v1/companies -> 429; Retry-After: 2",
        ],
        "GET /api/v1/companies started 500 ms after a 429 with Retry-After: 2",
    ),
    Traces::new(
        "CLI-RETRY-15",
        &[
            "0 s  GET /api/v1/orders/order_{n} -> 503; n = 1 to 20, each 1 s later",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders/order_{n} -> 503; n = 1 to 20, each 1 s later",
            "0.5 s  GET /api/v1/orders/order_{n} -> 503; n = 1 to 20, each 1 s later",
            "exits with 1",
        ],
        "40 attempts for 20 requests during an outage",
    )
    .under("outage"),
    Traces::new(
        "CLI-RETRY-16",
        &[
            "0 s  GET /api/v1/orders -> 200; Date: Thu, 01 Jan 2026 00:00:00 GMT; X-RateLimit-Remaining: 0; X-RateLimit-Reset: 1767225610",
            "10 s  GET /api/v1/companies -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200; Date: Thu, 01 Jan 2026 00:00:00 GMT; X-RateLimit-Remaining: 0; X-RateLimit-Reset: 1767225610",
            "1 s  GET /api/v1/companies -> 429",
        ],
        "the next request came 1000 ms after the quota was used up, 10000 ms before its reset",
    ),
    Traces::new(
        "CLI-RETRY-17",
        &[
            "0 s  GET /api/v1/orders -> 503",
            "1 s  GET /api/v1/orders -> 200",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders -> 503",
            "1 s  GET /api/v1/orders -> 200",
            "exits with 1",
        ],
        "the retried request succeeded, but the program exited with exit status: 1",
    ),
    Traces::new(
        "CLI-RETRY-18",
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 2",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 429; Retry-After: 2",
            "exits with 0",
        ],
        "GET /api/v1/orders returned 429, never succeeded, and the program exited with status 0",
    ),
];
