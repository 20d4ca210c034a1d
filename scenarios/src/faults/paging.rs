//! Inconsistent pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, FaultKind};

/// The pages of a list are inconsistent.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// How they are inconsistent.
    pub how: PagingFlaw,
    /// Number of rows by which `skip` and `repeat` shift a page.
    #[serde(default = "one")]
    pub by: u64,
}

/// How pages are inconsistent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PagingFlaw {
    /// As if rows before the page had been removed: the client never sees some rows.
    Skip,
    /// As if rows had been added before the page: the client sees some rows twice.
    Repeat,
    /// Every page is the first one.
    Loop,
    /// Every page has the maximum size, whatever `limit` is requested.
    IgnoreLimit,
}

fn one() -> u64 {
    1
}

impl Behaviour for Paging {
    const KIND: FaultKind = FaultKind::Query;
    const APPLIES: Applies = Applies::Lists;
    const EXAMPLES: &[&str] = &["how=loop"];

    fn query(&self, query: &str) -> String {
        let pairs = || query.split('&').filter(|pair| !pair.is_empty());
        let offset = pairs()
            .find_map(|pair| pair.strip_prefix("offset="))
            .and_then(|offset| offset.parse::<u64>().ok())
            .unwrap_or_default();
        let (name, value) = match self.how {
            PagingFlaw::IgnoreLimit => ("limit", 100),
            PagingFlaw::Loop => ("offset", 0),
            // The first page stays correct.
            PagingFlaw::Skip | PagingFlaw::Repeat if offset == 0 => ("offset", 0),
            PagingFlaw::Skip => ("offset", offset.saturating_add(self.by)),
            PagingFlaw::Repeat => ("offset", offset.saturating_sub(self.by)),
        };
        let others = pairs().filter(|pair| pair.split('=').next() != Some(name));
        let all: Vec<_> = others
            .map(ToOwned::to_owned)
            .chain([format!("{name}={value}")])
            .collect();
        all.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewrites_the_page_of_the_query() {
        let asks = |how, query: &str| Paging { how, by: 2 }.query(query);
        assert_eq!(
            asks(PagingFlaw::Skip, "limit=5&offset=5"),
            "limit=5&offset=7"
        );
        assert_eq!(
            asks(PagingFlaw::Repeat, "offset=5&limit=5"),
            "limit=5&offset=3"
        );
        assert_eq!(asks(PagingFlaw::Skip, "limit=5"), "limit=5&offset=0");
        assert_eq!(
            asks(PagingFlaw::Loop, "limit=5&offset=50"),
            "limit=5&offset=0"
        );
        assert_eq!(
            asks(PagingFlaw::IgnoreLimit, "limit=5&offset=5"),
            "offset=5&limit=100"
        );
        assert_eq!(asks(PagingFlaw::Loop, ""), "offset=0");
    }
}
