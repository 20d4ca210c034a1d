//! Places in a body, as reports write them.

/// `/orders/0/id` as reports write it: `$.orders[0].id`.
pub(crate) fn json_path(pointer: &str) -> String {
    pointer
        .split('/')
        .skip(1)
        .fold("$".to_owned(), |path, part| {
            if part.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("{path}[{part}]")
            } else {
                format!("{path}.{part}")
            }
        })
}

/// Replaces the indices of list items: `$.orders[0].id` is `$.orders[*].id`.
pub(crate) fn any_item(path: &str) -> String {
    let mut parts = path.split('[');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let item = part
            .split_once(']')
            .filter(|(index, _)| index.bytes().all(|byte| byte.is_ascii_digit()));
        match item {
            Some((_, rest)) => all.extend(["[*]", rest]),
            None => all.extend(["[", part]),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_items_of_a_list_share_one_path() {
        assert_eq!(
            any_item("$.orders[10].lines[0].id"),
            "$.orders[*].lines[*].id"
        );
        for other in ["$", "query limit", "$.odd[name", "$.odd[name]"] {
            assert_eq!(any_item(other), other);
        }
    }
}
