//! What clients do with errors and with responses that lack what they need.

use contract_tests::finding::Verdict;

use crate::clients::{about, judged};

/// Requests a path and prints the body of the response; fails for every status but success.
const GET: &str = r#"get() { curl -sf -H "Authorization: Bearer $OPENPROSPECT_API_KEY" "$OPENPROSPECT_API_URL$1"; }"#;

#[tokio::test(flavor = "multi_thread")]
async fn temporary_refusals_must_be_retried_or_reported() {
    let verdicts = async |script: &str, scenario: &str, rule: &str| {
        let script = format!("{GET}\n{script}");
        about(&judged(&script, &[scenario]).await, rule)
    };
    let kept = vec![Verdict::Pass];
    let (broken, warned) = (vec![Verdict::Fail], vec![Verdict::Warn]);
    let once = async |script: &str| verdicts(script, "rate-limit-once", "CLI-RETRY-18").await;
    assert_eq!(once("get /orders; exit 0").await, broken);
    assert_eq!(once("get /orders").await, kept);
    let again = "get /orders || { sleep 1.1; get /orders; }";
    assert_eq!(once(again).await, kept);
    // A different request during the pause after a 429, although only one is sent at a time.
    let pause = async |script: &str| verdicts(script, "rate-limit-once", "CLI-RETRY-14").await;
    assert_eq!(pause("get /orders; get /companies").await, broken);
    assert_eq!(pause("get /orders; sleep 1.1; get /companies").await, kept);
    assert_eq!(pause(again).await, []);
    for hour in ["rate-limit-hour", "unavailable-hour"] {
        let hasty = "get /orders || { sleep 0.2; get /orders; }";
        assert_eq!(verdicts(hasty, hour, "CLI-RETRY-5").await, warned, "{hour}");
        assert_eq!(
            verdicts("get /orders", hour, "CLI-RETRY-5").await,
            kept,
            "{hour}"
        );
    }
    for form in ["rate-limit-date-rfc850", "rate-limit-date-asctime"] {
        let hasty = "get /orders || { sleep 0.2; get /orders; }";
        assert_eq!(verdicts(hasty, form, "CLI-RETRY-3").await, warned, "{form}");
        let late = "get /orders || { sleep 2; get /orders; }";
        assert_eq!(verdicts(late, form, "CLI-RETRY-3").await, kept, "{form}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_must_be_complete_despite_a_refused_page() {
    let pages = async |limit: u32, offsets: &str, end: &str, scenario: &str, rule: &str| {
        let script = format!(
            "{GET}\nfor offset in {offsets}; do get \"/companies?limit={limit}&offset=$offset\" || {end}; done"
        );
        about(&judged(&script, &[scenario]).await, rule)
    };
    let whole =
        async |limit, offsets: &str| pages(limit, offsets, "exit 1", "control", "CLI-PAGE-1").await;
    let (kept, broken) = (vec![Verdict::Pass], vec![Verdict::Fail]);
    assert_eq!(whole(50, "0 50 100").await, kept);
    assert_eq!(whole(50, "0 51 102").await, broken);
    assert_eq!(whole(50, "1 51 101").await, broken);
    // It may want a hundred rows: no list of another length shows that it does not.
    assert_eq!(whole(50, "0 50").await, [Verdict::Inconclusive]);
    // With overlapping pages, in another order, and up to a limit of the client.
    assert_eq!(whole(50, "100 0 40 60").await, kept);
    assert_eq!(whole(20, "0 20").await, kept);
    let refused = async |end: &str| {
        let all = pages(50, "0 50 100", end, "page-refused", "CLI-PAGE-5");
        all.await
    };
    assert_eq!(refused("break").await, broken);
    assert_eq!(refused("exit 1").await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_malformed_responses_to_post_and_404_too() {
    let post = r#"curl -sf -H "Authorization: Bearer $OPENPROSPECT_API_KEY" -H "Content-Type: application/json" $OPENPROSPECT_API_URL/orders -d '{"title": "t", "features": ["CONTACTS"], "companies": [{"company_name": "c"}]}'"#;
    let missing = format!("{GET}\nget /orders/none");
    for scenario in ["html-200", "error-200", "empty-200"] {
        for script in [post, &missing] {
            let judged = judged(script, &[scenario]).await;
            let verdicts = about(&judged, "CLI-RESP-6");
            assert_eq!(verdicts, [Verdict::Fail], "{scenario}: {script}");
        }
    }
    // An HTML page of a proxy, with any status.
    for scenario in ["html-502", "html-503", "html-504"] {
        let crash = format!("{GET}\nget /orders || kill -ABRT $$");
        let crashed = judged(&crash, &[scenario]).await;
        assert_eq!(about(&crashed, "CLI-RESP-6"), [Verdict::Fail], "{scenario}");
        let handled = judged(&format!("{GET}\nget /orders"), &[scenario]).await;
        assert_eq!(about(&handled, "CLI-RESP-6"), [Verdict::Pass], "{scenario}");
    }
    let blind = format!("{GET}\nget /orders; exit 0");
    let blind = judged(&blind, &["success-500"]).await;
    assert_eq!(about(&blind, "CLI-RESP-8"), [Verdict::Fail]);
}

#[tokio::test(flavor = "multi_thread")]
async fn optional_fields_of_a_company_are_null_or_missing() {
    let counts_on_it = format!("{GET}\nget /companies | grep -q '\"city\":\"'");
    for scenario in ["optional-null", "optional-missing"] {
        let judged = judged(&counts_on_it, &[scenario]).await;
        assert_eq!(about(&judged, "CLI-RESP-3"), [Verdict::Warn], "{scenario}");
    }
}
