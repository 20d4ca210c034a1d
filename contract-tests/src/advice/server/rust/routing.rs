use percent_encoding::percent_decode_str;

pub enum Route {
    Found {
        operation: &'static str,
        ids: Vec<String>,
    },
    /// 404 with the code `NOT_FOUND`.
    Unknown,
    /// 204, for `OPTIONS`, with this value of `Allow`.
    Options(&'static str),
    /// 405 with this value of `Allow`.
    NotAllowed(&'static str),
}

pub fn route(method: &str, path: &str) -> Route {
    let Some(path) = path.strip_prefix("/api/v1/") else {
        return Route::Unknown;
    };
    // Split first, then decode each part once: an id may contain an encoded slash.
    let parts: Result<Vec<_>, _> = path
        .split('/')
        .map(|part| percent_decode_str(part).decode_utf8())
        .collect();
    let Ok(mut parts) = parts else {
        return Route::Unknown;
    };
    // A trailing slash is the same path.
    if parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    let parts: Vec<_> = parts.iter().map(AsRef::as_ref).collect();
    let (operation, ids) = match (parts.as_slice(), method) {
        (["orders"], "GET" | "HEAD") => ("list_orders", vec![]),
        (["orders"], "POST") => ("create_order", vec![]),
        (["orders"], _) => return without_operation(method, "GET, HEAD, OPTIONS, POST"),
        (["orders", id], "GET" | "HEAD") => ("get_order", vec![(*id).to_owned()]),
        (["orders", _], _) => return without_operation(method, "GET, HEAD, OPTIONS"),
        _ => return Route::Unknown,
    };
    Route::Found { operation, ids }
}

fn without_operation(method: &str, allow: &'static str) -> Route {
    if method == "OPTIONS" {
        Route::Options(allow)
    } else {
        Route::NotAllowed(allow)
    }
}
