//! Finds the base URL of the API in traffic that also has other requests.

use std::collections::HashMap;

use schemas::{API_PREFIX, operations};
use url::Url;

use super::recorded::RecordedExchange;

/// Maximum number of other base URLs in warnings.
const MAX_MISSED: usize = 3;

/// The base URL of an API.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Base {
    origin: url::Origin,
    path: String,
}

impl Base {
    pub(super) fn new(base: &Url) -> Self {
        Self {
            origin: base.origin(),
            path: base.path().trim_end_matches('/').to_owned(),
        }
    }

    /// The path of a URL relative to this base.
    pub(super) fn path_of<'a>(&self, url: &'a Url) -> Option<&'a str> {
        let path = url.path().strip_prefix(&self.path)?;
        let inside = path.is_empty() || path.starts_with('/');
        (inside && url.origin() == self.origin).then_some(path)
    }

    fn has_operation(&self, exchange: &RecordedExchange) -> bool {
        let path = self.path_of(&exchange.url);
        path.is_some_and(|path| operations::find(&exchange.method, path).is_some())
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}{}", self.origin.ascii_serialization(), self.path)
    }
}

/// The base that ends with the contract's prefix and under which most requests match an operation.
pub(super) fn find(exchanges: &[RecordedExchange]) -> Option<Base> {
    let all = exchanges.iter();
    most_frequent(all, |path| path.ends_with(API_PREFIX)).map(|(base, _)| base)
}

/// Other bases under which requests match operations, with the number of those requests. If no request matches under the given
/// base, it may be wrong, so any other base is reported.
pub(super) fn other_bases(
    base: Option<&Base>,
    exchanges: &[RecordedExchange],
) -> Vec<(Base, usize)> {
    let is_wrong = !base.is_some_and(|base| {
        exchanges
            .iter()
            .any(|exchange| base.has_operation(exchange))
    });
    let is_inside =
        |base: &Base, exchange: &RecordedExchange| base.path_of(&exchange.url).is_some();
    let outside =
        |exchange: &&RecordedExchange| !base.is_some_and(|base| is_inside(base, exchange));
    let mut left: Vec<_> = exchanges.iter().filter(outside).collect();
    let mut missed = Vec::new();
    while missed.len() < MAX_MISSED
        && let Some((base, count)) = most_frequent(left.iter().copied(), |path| {
            is_wrong || path.ends_with(API_PREFIX)
        })
    {
        left.retain(|exchange| !is_inside(&base, exchange));
        missed.push((base, count));
    }
    missed
}

/// The base under which most requests match an operation, with the number of those requests; on a tie, the base that was used
/// first.
fn most_frequent<'a>(
    exchanges: impl Iterator<Item = &'a RecordedExchange>,
    allowed: impl Fn(&str) -> bool,
) -> Option<(Base, usize)> {
    let mut counts: HashMap<Base, (usize, usize)> = HashMap::new();
    for exchange in exchanges {
        let url = &exchange.url;
        if !matches!(url.scheme(), "http" | "https") {
            continue;
        }
        for (end, _) in url.path().match_indices('/') {
            let (prefix, path) = url.path().split_at(end);
            if allowed(prefix) && operations::find(&exchange.method, path).is_some() {
                let (origin, path) = (url.origin(), prefix.to_owned());
                let order = counts.len();
                counts.entry(Base { origin, path }).or_insert((0, order)).0 += 1;
            }
        }
    }
    let best = counts.into_iter();
    let best = best.max_by_key(|(_, (count, order))| (*count, std::cmp::Reverse(*order)));
    best.map(|(base, (count, _))| (base, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get_requests(urls: &[&str]) -> Vec<RecordedExchange> {
        let got = urls
            .iter()
            .map(|url| RecordedExchange::new("GET", url.parse().unwrap()));
        got.collect()
    }

    fn found(urls: &[&str], base: Option<&str>) -> (Option<String>, Vec<String>) {
        let exchanges = get_requests(urls);
        let given = base.map(|base| Base::new(&base.parse().unwrap()));
        let base = given.or_else(|| find(&exchanges));
        let missed = other_bases(base.as_ref(), &exchanges).into_iter();
        let missed = missed.map(|(base, count)| format!("{count} {base}"));
        (base.map(|base| base.to_string()), missed.collect())
    }

    #[test]
    fn finds_the_base_by_the_most_operations() {
        let urls = [
            "wss://api.example/api/v1/orders",
            "http://api.example/api/v1/orders",
            "https://api.example/api/v1/orders",
            "https://api.example/api/v1/orders/7",
            "https://staging.example/api/v1/blacklists",
            "https://elsewhere.example/orders",
        ];
        let (base, missed) = found(&urls, None);
        assert_eq!(base.unwrap(), "https://api.example/api/v1");
        let others = [
            "1 http://api.example/api/v1",
            "1 https://staging.example/api/v1",
        ];
        assert_eq!(missed, others);
        let behind_a_gateway = found(&["https://x/gw/api/v1/orders"], None);
        assert_eq!(behind_a_gateway.0.unwrap(), "https://x/gw/api/v1");
    }

    #[test]
    fn suggests_the_right_base() {
        let urls = ["https://x/v1/orders", "https://x/v1/orders/7/results"];
        let right = vec!["2 https://x/v1".to_owned()];
        assert_eq!(found(&urls, None), (None, right.clone()));
        let invalid = "https://x/api";
        assert_eq!(found(&urls, Some(invalid)), (Some(invalid.into()), right));
        assert_eq!(found(&["https://x/"], None), (None, vec![]));
    }
}
