//! Properties of all lists.

use http::Method;
use serde_json::json;

use super::{
    Mutant, ignore_parameter, is_list, keep_fields, move_page, patch_request, patch_response, rows,
};

pub(super) const MUTANTS: &[Mutant] = &[
    patch_request("limit is ignored", "PRV-LIST-LIMIT", |request| {
        if is_list(request) {
            ignore_parameter(request, "limit");
        }
    }),
    patch_response(
        "total is the number of rows",
        "PRV-LIST-LIMIT",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| {
                    body["total"] = body["orders"].as_array().map_or(0, Vec::len).into();
                });
            }
        },
    ),
    patch_request("offset is ignored", "PRV-LIST-PAGES", |request| {
        if is_list(request) {
            ignore_parameter(request, "offset");
        }
    }),
    patch_request("offset is off by one", "PRV-LIST-PAGES", |request| {
        if is_list(request) {
            move_page(request, -1);
        }
    }),
    patch_request(
        "every page but the first skips a row",
        "PRV-LIST-PAGES",
        |request| {
            if is_list(request) {
                move_page(request, 1);
            }
        },
    ),
    // As where a database counts the rows of the page that it selects.
    patch_response(
        "the total of an empty page is 0",
        "PRV-LIST-END",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| {
                    if rows(body, "orders").next().is_none() {
                        body["total"] = 0.into();
                    }
                });
            }
        },
    ),
    patch_response(
        "a list shows other titles than its orders",
        "PRV-LIST-READ",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| {
                    for order in rows(body, "orders") {
                        order["title"] = json!(order["title"].to_string());
                    }
                });
            }
        },
    ),
    patch_response(
        "a list shows other fields than its orders",
        "PRV-LIST-READ",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| {
                    for order in rows(body, "orders") {
                        keep_fields(order, &["id", "status"]);
                    }
                });
            }
            if request.is_get_order() {
                response.edit_success(|body| keep_fields(body, &["id", "title"]));
            }
        },
    ),
    patch_response(
        "total is one too low from the second page on",
        "PRV-LIST-PAGES",
        |request, response| {
            if is_list(request)
                && request
                    .parameter("offset")
                    .is_some_and(|offset| offset != "0")
            {
                response.edit_success(|body| {
                    body["total"] = json!(body["total"].as_i64().unwrap_or_default() - 1);
                });
            }
        },
    ),
    patch_response(
        "a list shows the name that a blacklist had at first",
        "PRV-WRITE-LIST",
        |request, response| {
            if request.is(&Method::GET, "/blacklists") {
                response.edit_success(|body| {
                    for row in rows(body, "items") {
                        let name = row["name"].as_str().unwrap_or_default().to_owned();
                        let id = row["id"].as_str().unwrap_or_default().to_owned();
                        let first = request
                            .with_memory(|memory| memory.firsts.entry(id).or_insert(name).clone());
                        row["name"] = json!(first);
                    }
                });
            }
        },
    )
    .by(&["PRV-WRITE-LIST"]),
    patch_response(
        "a list lacks the titles of all orders but the first and the last",
        "PRV-LIST-READ",
        |request, response| {
            if is_list(request) {
                response.edit_success(|body| {
                    let count = rows(body, "orders").count();
                    for (place, order) in rows(body, "orders").enumerate() {
                        if place > 0 && place + 1 < count {
                            order["title"] = json!("");
                        }
                    }
                });
            }
        },
    )
    .by(&["PRV-LIST-READ"]),
    patch_request(
        "all organizations list the orders of one",
        "PRV-LIST-FOREIGN",
        |request| {
            if is_list(request) {
                request.authenticate();
            }
        },
    )
    .by(&["PRV-LIST-FOREIGN", "PRV-ORDER-READBACK"]),
];
