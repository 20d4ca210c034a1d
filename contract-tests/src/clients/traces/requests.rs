//! The form of requests, lists, orders, and how a program ends.

use super::Traces;

pub(super) const TRACES: &[Traces] = &[
    Traces::new(
        "CLI-HTTP-1",
        &["0 s  GET /api/v1/orders; User-Agent: sync/1.4 -> 200"],
        &["0 s  GET /api/v1/orders; no User-Agent -> 200"],
        "no User-Agent",
    ),
    Traces::new(
        "CLI-HTTP-2",
        &[
            "0 s  POST /api/v1/blacklists; Content-Type: application/json; {\"name\":\"Customers\"} -> 201",
        ],
        &[
            "0 s  POST /api/v1/blacklists; Content-Type: application/json; {\"name\":\"Customers\"} -> 429; Retry-After: 1",
            "1.1 s  POST /api/v1/blacklists; Content-Type: application/json -> 400",
        ],
        "POST /api/v1/blacklists: the body is empty; it was sent with one before, and returned 429",
    ),
    Traces::new(
        "CLI-HTTP-3",
        &["0 s  GET /api/v1/orders; Accept: application/json -> 200"],
        &["0 s  GET /api/v1/orders; Accept: text/html -> 200"],
        "Accept: text/html",
    ),
    Traces::new(
        "CLI-HTTP-4",
        &[
            "0 s  GET /api/v1/orders; connection 0 -> 200; Connection: close",
            "1 s  GET /api/v1/orders; connection 1 -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders; connection 0 -> 200; Connection: close",
            "1 s  GET /api/v1/orders; connection 0 -> connection reset",
        ],
        "another request on a connection after a response with Connection: close",
    ),
    Traces::new(
        "CLI-HTTP-5",
        &[
            "0 s  GET /api/v1/orders -> 200",
            "5 s  GET /api/v1/orders -> connection reset",
            "5.1 s  GET /api/v1/orders; connection 1 -> 200",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200",
            "5 s  GET /api/v1/orders -> connection reset",
            "exits with 1",
        ],
        "it failed, but not where connections stayed open (exit status: 1; it printed nothing)",
    )
    .under("idle-close"),
    Traces::new(
        "CLI-HTTP-6",
        &[
            "0 s  GET /api/v1/orders -> 302; Location: /api/v1/orders; n = 1 to 10, each 0.01 s later",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 302; Location: /api/v1/orders; n = 1 to 60, each 0.01 s later",
        ],
        "60 redirects in a row were followed",
    )
    .under("redirect-loop"),
    Traces::new(
        "CLI-HTTP-7",
        &[
            "0 s  POST /api/v1/orders; {\"quantity\":1} -> 307; Location: /api/v1/orders/",
            "0.1 s  POST /api/v1/orders/; {\"quantity\":1} -> 201",
        ],
        &[
            "0 s  POST /api/v1/orders; {\"quantity\":1} -> 307; Location: /api/v1/orders/",
            "0.1 s  GET /api/v1/orders/ -> 200",
        ],
        "a POST redirected with 307 became GET with a body of 0 bytes",
    ),
    Traces::new(
        "CLI-HTTP-8",
        &[
            "0 s  GET /api/v1/orders/order_{n}; connection 0 -> 200; n = 1 to 5, each 1 s later",
        ],
        &[
            "0 s  GET /api/v1/orders/order_{n}; connection {n} -> 200; n = 1 to 5, each 1 s later",
        ],
        "4 of 5 requests opened a connection although another was free",
    ),
    Traces::new(
        "CLI-HTTP-9",
        &[
            "0 s  POST /api/v1/orders; {} -> 201; {\"id\":\"a/b?c#d%e\"}",
            "1 s  GET /api/v1/orders/a%2Fb%3Fc%23d%25e -> 200",
        ],
        &[
            "0 s  POST /api/v1/orders; {} -> 201; {\"id\":\"a/b?c#d%e\"}",
            "1 s  GET /api/v1/orders/a/b?c -> 404",
        ],
        "/orders/a/b?c for the order with the id a/b?c#d%e",
    )
    .under("odd-id"),
    Traces::new(
        "CLI-HTTP-10",
        &["0 s  GET /api/v1/orders -> 200; after 103", "exits with 0"],
        &["0 s  GET /api/v1/orders -> 200; after 103", "exits with 1"],
        "it failed, but not without the 1xx (exit status: 1; it printed nothing)",
    )
    .under("early-hints"),
    Traces::new(
        "CLI-HTTP-11",
        &[
            "under rate-limit-once:",
            "0 s  GET /api/v1/orders -> 429; Retry-After: 1",
            "1.1 s  GET /api/v1/orders -> 200",
            "under rate-limit-kept:",
            "0 s  GET /api/v1/orders -> 429; Retry-After: 1; Cache-Control: public, max-age=60",
            "1.1 s  GET /api/v1/orders -> 200",
        ],
        &[
            "under rate-limit-once:",
            "0 s  GET /api/v1/orders -> 429; Retry-After: 1",
            "1.1 s  GET /api/v1/orders -> 200",
            "under rate-limit-kept:",
            "0 s  GET /api/v1/orders -> 429; Retry-After: 1; Cache-Control: public, max-age=60",
            "exits with 1",
        ],
        "the retry did not reach the server after a cacheable 429",
    ),
    Traces::new(
        "CLI-HTTP-12",
        &[
            "0 s  GET /api/v1/orders?status=COMPLETED -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders; {\"status\":\"COMPLETED\"} -> 200",
        ],
        "GET /api/v1/orders has a body",
    ),
    Traces::new(
        "CLI-PAGE-1",
        &[
            "0 s  GET /api/v1/orders?limit=2&offset=0 -> 200; {\"orders\":[1,2],\"total\":3}",
            "1 s  GET /api/v1/orders?limit=2&offset=2 -> 200; {\"orders\":[3],\"total\":3}",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders?limit=2&offset=0 -> 200; {\"orders\":[1,2],\"total\":5}",
            "1 s  GET /api/v1/orders?limit=2&offset=3 -> 200; {\"orders\":[4,5],\"total\":5}",
            "exits with 0",
        ],
        "row 2 of /api/v1/orders was never read",
    ),
    Traces::new(
        "CLI-PAGE-2",
        &[
            "0 s  GET /api/v1/orders?limit=1&offset={n} -> 200; {\"orders\":[1],\"total\":100000}; n = 0 to 1, each 1 s later",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders?limit=1&offset={n} -> 200; {\"orders\":[1],\"total\":100000}; n = 0 to 20, each 1 s later",
        ],
        "21 identical pages were read",
    )
    .under("endless-pages"),
    Traces::new(
        "CLI-PAGE-3",
        &[
            "0 s  GET /api/v1/orders?limit=2&offset=0 -> 200; {\"orders\":[1,2],\"total\":4}",
            "1 s  GET /api/v1/orders?limit=2&offset=2 -> 429; Retry-After: 1",
            "2.1 s  GET /api/v1/orders?limit=2&offset=2 -> 200; {\"orders\":[3,4],\"total\":4}",
        ],
        &[
            "0 s  GET /api/v1/orders?limit=2&offset=0 -> 200; {\"orders\":[1,2],\"total\":4}",
            "1 s  GET /api/v1/orders?limit=2&offset=2 -> 429; Retry-After: 1",
            "2.1 s  GET /api/v1/orders?limit=2&offset=0 -> 200; {\"orders\":[1,2],\"total\":4}",
        ],
        "/api/v1/orders?limit=2&offset=2 returned 429, and /api/v1/orders?limit=2&offset=0 was requested next",
    ),
    Traces::new(
        "CLI-PAGE-4",
        &[
            "0 s  GET /api/v1/orders -> 200; Link: <http://elsewhere.example/orders?offset=50>;rel=next",
            "1 s  GET http://elsewhere.example/orders?offset=50; no Authorization -> 200",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200; Link: <http://elsewhere.example/orders?offset=50>;rel=next",
            "1 s  GET http://elsewhere.example/orders?offset=50; Authorization: Bearer KEY -> 200",
        ],
        "the key was sent to another host, in its authorization, following a next-page link",
    ),
    Traces::new(
        "CLI-PAGE-5",
        &[
            "0 s  GET /api/v1/orders?limit=2&offset=0 -> 200; {\"orders\":[1,2],\"total\":4}",
            "1 s  GET /api/v1/orders?limit=2&offset=2 -> 500",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders?limit=2&offset=0 -> 200; {\"orders\":[1,2],\"total\":4}",
            "1 s  GET /api/v1/orders?limit=2&offset=2 -> 500",
            "exits with 0",
        ],
        "GET /api/v1/orders?limit=2&offset=2 returned 500, was never read, so the list is incomplete, and the program exited with \
         status 0",
    ),
    Traces::new(
        "CLI-PAGE-6",
        &[
            "0 s  GET /api/v1/orders?limit=2 -> 200; {\"orders\":[1,2],\"total\":4}",
            "1 s  GET /api/v1/orders?limit=2&offset=2 -> 200; {\"orders\":[3,4],\"total\":4}",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders?limit=2 -> 200; {\"orders\":[1,2],\"total\":4}",
            "exits with 0",
        ],
        "/api/v1/orders has 4 rows, of which 2 were read, and no further page was requested",
    ),
    Traces::new(
        "CLI-POLL-1",
        &[
            "0 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"PENDING\"}",
            "1.1 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"PENDING\"}",
            "2.2 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"COMPLETED\"}",
        ],
        &[
            "0 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"PENDING\"}",
            "0.2 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"PENDING\"}",
            "0.4 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"PENDING\"}",
        ],
        "/api/v1/orders/order_1 was requested again after 200 ms",
    ),
    Traces::new(
        "CLI-POLL-2",
        &[
            "0 s  POST /api/v1/orders; {} -> 201; {\"id\":\"order_1\",\"status\":\"RECEIVED\"}",
            "1.1 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"CANCELLED\"}",
            "prints order_1 was cancelled",
            "exits with 1",
        ],
        &[
            "0 s  POST /api/v1/orders; {} -> 201; {\"id\":\"order_1\",\"status\":\"RECEIVED\"}",
            "1.1 s  GET /api/v1/orders/order_1 -> 200; {\"status\":\"CANCELLED\"}; n = 1 to 20, each 1.1 s later",
        ],
        "/api/v1/orders/order_1 was requested 19 more times although it is CANCELLED",
    )
    .under("order-cancelled"),
    Traces::new(
        "CLI-EXIT-1",
        &["0 s  GET /api/v1/orders -> 200", "exits with 0"],
        &["0 s  GET /api/v1/orders -> 200", "exits with 1"],
        "nothing failed, but it exited with exit status: 1",
    ),
    Traces::new(
        "CLI-EXIT-2",
        &[
            "0 s  GET /api/v1/orders -> no response",
            "30 s  ends by SIGTERM",
        ],
        &[
            "0 s  GET /api/v1/orders -> no response",
            "30 s  ignores SIGTERM, and is killed",
        ],
        "it ignored SIGTERM and had to be killed",
    )
    .under("hang"),
    Traces::new(
        "CLI-EXIT-3",
        &["0 s  GET /api/v1/orders -> 500", "exits with 1"],
        &["0 s  GET /api/v1/orders -> 500", "exits with 134"],
        "it crashed: exit status 134",
    ),
    Traces::new(
        "CLI-EXIT-4",
        &[
            "0 s  GET /api/v1/orders -> 200; {\"orders\":[{\"id\":\"order_1\"},{\"id\":\"order_2\"}],\"total\":2}",
            "1 s  GET /api/v1/orders/order_1 -> 500",
            "2 s  GET /api/v1/orders/order_2 -> 200",
            "exits with 1",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200; {\"orders\":[{\"id\":\"order_1\"},{\"id\":\"order_2\"}],\"total\":2}",
            "1 s  GET /api/v1/orders/order_1 -> 500",
            "2 s  GET /api/v1/orders/order_2 -> 200",
            "prints order_1 is skipped",
            "exits with 0",
        ],
        "GET /api/v1/orders/order_1 returned 500, never succeeded, and the program exited with status 0",
    ),
    Traces::new(
        "CLI-EXIT-5",
        &[
            "0 s  GET /api/v1/orders -> 200; {\"orders\":[],\"total\":0}",
            "1 s  POST /api/v1/orders -> 500",
            "2 s  GET /api/v1/orders -> 200; {\"orders\":[{\"id\":\"order_1\"}],\"total\":1}",
            "exits with 0",
        ],
        &[
            "0 s  GET /api/v1/orders -> 200; {\"orders\":[],\"total\":0}",
            "1 s  POST /api/v1/orders -> 500",
            "prints no order was created",
            "exits with 0",
        ],
        "POST /api/v1/orders returned 500, never succeeded, and the program exited with status 0",
    )
    .under("internal-error-post"),
];
