//! Where the key goes, and what follows a 401 or 403.

use super::Traces;

pub(super) const TRACES: &[Traces] = &[
    Traces::new(
        "CLI-AUTH-1",
        &["0 s  GET /api/v1/orders; Authorization: Bearer KEY -> 200"],
        &["0 s  GET /api/v1/orders; Authorization: Token KEY -> 401"],
        "another scheme, or none",
    ),
    Traces::new(
        "CLI-AUTH-2",
        &["0 s  GET /api/v1/orders; Authorization: Bearer KEY -> 200"],
        &["0 s  GET /api/v1/orders; Authorization: Bearer KEY; X-Api-Key: KEY -> 200"],
        "the key is also in the x-api-key header",
    ),
    Traces::new(
        "CLI-AUTH-3",
        &["0 s  GET /api/v1/orders -> 200"],
        &["0 s  GET /api/v1/orders?api_key=KEY -> 200"],
        "the key is in the URL of a request",
    ),
    Traces::new(
        "CLI-AUTH-4",
        &[
            "0 s  GET /api/v1/orders -> 307; Location: http://elsewhere.example/orders",
            "0.1 s  GET http://elsewhere.example/orders; no Authorization -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 307; Location: http://elsewhere.example/orders",
            "0.1 s  GET http://elsewhere.example/orders; Authorization: Bearer KEY -> 200",
        ],
        "the key was sent to another host, in its authorization",
    ),
    Traces::new(
        "CLI-AUTH-5",
        &[
            "0 s  GET /api/v1/orders -> 307; Location: http://127.0.0.1:9000/orders",
            "0.1 s  GET http://127.0.0.1:9000/orders; no Authorization -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 307; Location: http://127.0.0.1:9000/orders",
            "0.1 s  GET http://127.0.0.1:9000/orders; Authorization: Bearer KEY -> 200",
        ],
        "the key was sent to another port, in its authorization",
    ),
    Traces::new(
        "CLI-AUTH-6",
        &["0 s  GET /api/v1/orders -> 200"],
        &["0 s  GET /api/v1/orders; no Authorization -> 401"],
        "GET /api/v1/orders was sent without a key",
    ),
    Traces::new(
        "CLI-AUTH-7",
        &["0 s  GET /api/v1/orders -> 401", "exits with 1"],
        &[
            "0 s  GET /api/v1/orders -> 401",
            "0.5 s  GET /api/v1/orders -> 401",
        ],
        "GET /api/v1/orders was repeated 500 ms after its 401",
    ),
    Traces::new(
        "CLI-AUTH-8",
        &["0 s  GET /api/v1/orders -> 403", "exits with 1"],
        &[
            "0 s  GET /api/v1/orders -> 403",
            "0.5 s  GET /api/v1/orders -> 403",
        ],
        "GET /api/v1/orders was repeated 500 ms after its 403",
    ),
    Traces::new(
        "CLI-AUTH-9",
        &[
            "0 s  GET /api/v1/orders -> 200",
            "1 s  GET /api/v1/companies -> 401",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200",
            "1 s  GET /api/v1/companies -> 401",
            "2 s  GET /api/v1/prospects -> 401",
        ],
        "1 more request with the key after its first 401",
    ),
    Traces::new(
        "CLI-AUTH-10",
        &[
            "0 s  GET /api/v1/orders -> 200",
            "1 s  NEW-KEY is written to its key file",
            "2 s  GET /api/v1/orders; Authorization: Bearer NEW-KEY -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200",
            "1 s  NEW-KEY is written to its key file",
            "8 s  GET /api/v1/orders; Authorization: Bearer KEY -> 401",
        ],
        "the old key was used 7000 ms after the new one was written to the file",
    )
    .under("key-rotated"),
    Traces::new(
        "CLI-AUTH-11",
        &["0 s  GET /api/v1/orders; Authorization: Bearer KEY -> 200"],
        &["0 s  GET /api/v1/orders; Authorization: Bearer LIVE-KEY -> 401"],
        "a live key was sent to the sandbox",
    ),
    Traces::new(
        "CLI-AUTH-12",
        &[
            "0 s  GET /api/v1/orders -> 401",
            "prints 401: the key is not valid",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 401",
            "prints 401: the key KEY is not valid",
            "exits with 1",
        ],
        "the key, or a part of it, is on its standard error",
    ),
    Traces::new(
        "CLI-AUTH-13",
        &["starts curl -H @/run/user/1000/headers", "exits with 0"],
        &["starts curl -H 'Authorization: Bearer KEY'", "exits with 0"],
        "the key, or a part of it, is on the command line of curl",
    ),
    Traces::new(
        "CLI-AUTH-14",
        &[
            "under revoked-at-start:",
            "0 s  GET /api/v1/orders -> 401",
            "prints the key is not valid",
            "exits with 1",
            "under missing-scope:",
            "0 s  GET /api/v1/orders -> 403",
            "prints the key lacks orders:read",
            "exits with 1",
        ],
        &[
            "under revoked-at-start:",
            "0 s  GET /api/v1/orders -> 401",
            "prints request failed",
            "exits with 1",
            "under missing-scope:",
            "0 s  GET /api/v1/orders -> 403",
            "prints request failed",
            "exits with 1",
        ],
        "exit status and output are the same for both",
    ),
    Traces::new(
        "CLI-SCOPE-1",
        &[
            "0 s  GET /api/v1/orders -> 200",
            "1 s  GET /api/v1/companies -> 403",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 403",
            "0.1 s  GET /api/v1/companies -> 403",
            "0.2 s  GET /api/v1/prospects -> 403",
            "0.3 s  GET /api/v1/blacklists -> 403",
            "0.4 s  GET /api/v1/job-searches -> 403",
        ],
        "4 other paths were requested after the first 403",
    ),
];
