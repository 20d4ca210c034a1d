use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// An id may have any character: none of them ends the part of the path that it stands in.
pub fn order_url(base_url: &str, order_id: &str) -> String {
    let order_id = utf8_percent_encode(order_id, NON_ALPHANUMERIC);
    format!("{base_url}/orders/{order_id}")
}
