use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// An ID may contain any character; escaped, none of them ends its path segment.
pub fn order_url(base_url: &str, order_id: &str) -> String {
    let order_id = utf8_percent_encode(order_id, NON_ALPHANUMERIC);
    format!("{base_url}/orders/{order_id}")
}
