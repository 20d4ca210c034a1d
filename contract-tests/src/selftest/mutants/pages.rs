//! The pages of lists: which rows they have, and what they say of themselves.

use http::Method;
use serde_json::{Value, json};

use super::{Mutant, harmless, is_list, patch_both, patch_request, patch_response, set_parameter};
use crate::selftest::target::{PatchedRequest, PatchedResponse};

/// The checks that judge pages.
const PAGES: &[&str] = &["PRV-LIST-LIMIT", "PRV-LIST-PAGES", "PRV-LIST-PAGE"];

fn lists_companies(request: &PatchedRequest) -> bool {
    request.is(&Method::GET, "/companies")
}

fn number(request: &PatchedRequest, name: &str) -> Option<u64> {
    request.parameter(name)?.parse().ok()
}

/// Changes the order of the rows of a page.
fn reorder(response: &mut PatchedResponse, reorder: fn(&mut [Value])) {
    response.edit_success(|body| {
        for name in ["orders", "items"] {
            if let Some(rows) = body[name].as_array_mut() {
                reorder(rows);
            }
        }
    });
}

/// Changes what a page of companies says of itself.
const fn page_says(
    bug: &'static str,
    response: fn(&PatchedRequest, &mut PatchedResponse),
) -> Mutant {
    patch_response(bug, "PRV-LIST-PAGE", response).by(PAGES)
}

fn edit_page(
    request: &PatchedRequest,
    response: &mut PatchedResponse,
    edit: impl FnOnce(&mut Value),
) {
    if lists_companies(request) {
        response.edit_success(edit);
    }
}

fn more(body: &Value) -> [u64; 3] {
    ["offset", "limit", "total"].map(|name| body[name].as_u64().unwrap_or_default())
}

pub(super) const MUTANTS: &[Mutant] = &[
    patch_request(
        "an offset counts whole pages",
        "PRV-LIST-PAGES",
        |request| {
            if let (Some(offset), Some(limit @ 1..)) =
                (number(request, "offset"), number(request, "limit"))
            {
                set_parameter(request, "offset", &(offset / limit * limit).to_string());
            }
        },
    )
    .by(PAGES),
    patch_response(
        "the rows of a page are in another order than those of the list",
        "PRV-LIST-PAGES",
        |_, response| reorder(response, |rows| rows.rotate_left(1.min(rows.len()))),
    )
    .by(PAGES),
    patch_both(
        "the newest order comes first",
        "PRV-LIST-PAGES",
        |request| {
            let total = request.with_memory(|memory| memory.numbers.get("total").copied());
            let total = total.and_then(|total| u64::try_from(total).ok());
            if is_list(request)
                && let (Some(total), Some(offset), Some(limit)) =
                    (total, number(request, "offset"), number(request, "limit"))
                && offset < total
            {
                let limit = limit.min(total - offset);
                set_parameter(request, "limit", &limit.to_string());
                set_parameter(request, "offset", &(total - offset - limit).to_string());
            }
        },
        |request, response| {
            if is_list(request) {
                reorder(response, <[Value]>::reverse);
                if let Some(total) = response.json()["total"].as_i64() {
                    request.with_memory(|memory| memory.numbers.insert("total".to_owned(), total));
                }
            }
        },
    )
    .by(PAGES),
    page_says(
        "has_more is false while more rows follow",
        |request, response| {
            edit_page(request, response, |body| body["has_more"] = json!(false));
        },
    ),
    page_says("has_more ignores the offset", |request, response| {
        edit_page(request, response, |body| {
            let [_, limit, total] = more(body);
            body["has_more"] = json!(limit < total);
        });
    }),
    page_says(
        "has_more is true for every full page",
        |request, response| {
            edit_page(request, response, |body| {
                let [offset, limit, total] = more(body);
                body["has_more"] = json!(offset + limit <= total);
            });
        },
    ),
    page_says(
        "every page says that it is the first",
        |request, response| {
            edit_page(request, response, |body| body["offset"] = json!(0));
        },
    ),
    page_says("every page says the default limit", |request, response| {
        edit_page(request, response, |body| body["limit"] = json!(50));
    }),
    harmless("a total is written as 5.0", |_, response| {
        response.edit_success(|body| {
            if let Some(total) = body["total"].as_f64() {
                body["total"] = json!(total);
            }
        });
    }),
    patch_both(
        "a page without a limit has fewer rows than it says",
        "PRV-LIST-PAGE",
        |request| {
            if lists_companies(request) && request.parameter("limit").is_none() {
                let target = format!("{}?limit=20", request.path());
                request.set_target(&target);
            }
        },
        |request, response| {
            if request.query() == "limit=20" {
                response.edit_success(|body| body["limit"] = json!(50));
            }
        },
    )
    .by(PAGES),
];
