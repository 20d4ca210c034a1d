//! The filters of the list of requests that one click sets.

use super::with_browser;

#[test]
fn a_text_in_quotes_stays_one_when_a_usual_filter_is_set() {
    let (organization, browser) = with_browser();
    let list = browser.page(&format!(
        "/{}/requests?q=%22two++words+status:404%22+status:4xx",
        organization.name
    ));
    // The filter that is set is removed, another one of its kind replaces it, and the text stays.
    for query in [
        "%22two++words+status%3A404%22",
        "%22two++words+status%3A404%22+status%3A429",
    ] {
        assert!(
            list.contains(&format!("requests?q={query}\"")),
            "{query}: {list}"
        );
    }
}
