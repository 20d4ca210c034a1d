//! A sandbox is judged by its own settings: none of them makes it fail.

use contract_tests::finding::{ExitCode, NotPassed};
use mock_server::Settings;

use crate::target::{failed_checks, judge, start_with};

/// Checks that read the quota from headers.
const QUOTA: &[&str] = &[
    "PRV-429-COUNT",
    "PRV-429-PER-KEY",
    "PRV-429-ORGANIZATIONS",
    "PRV-429-BURST",
    "PRV-429-BAD-KEYS",
    "PRV-JWT-QUOTA",
];

/// Checks that need more than five companies, on all operations or on the named one.
const COMPANIES: &[&str] = &[
    "PRV-LIST-LIMIT list_job_search_results",
    "PRV-LIST-PAGES list_job_search_results",
    "PRV-DISCOVERY-SEARCH",
    "PRV-DISCOVERY-BLACKLIST",
];

/// Checks that need orders in progress.
const IN_PROGRESS: &[&str] = &["PRV-ORDER-PROGRESS", "PRV-RESULTS-EARLY"];

/// Judges a sandbox with this settings file: it passes, only these checks are skipped, and every possible response was seen.
async fn holds(file: &str, skipped: &[&str]) {
    let settings: Settings = toml::from_str(file).unwrap();
    let (session, run) = judge(start_with(settings).await, |_| {}).await;
    assert_eq!(
        run.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        failed_checks(&run)
    );
    for finding in &run.findings {
        let is_skipped = matches!(finding.outcome, Err(NotPassed::Skipped(_)));
        let operation = finding.operation.map(|operation| operation.id.as_str());
        let names = [
            finding.id,
            &format!("{} {}", finding.id, operation.unwrap_or_default()),
        ];
        let is_expected = names.iter().any(|name| skipped.contains(name));
        assert_eq!(is_skipped, is_expected, "{finding:?}");
    }
    let coverage = session.coverage();
    let missing = coverage
        .iter()
        .filter(|row| row.is_expected() && row.seen == 0);
    let missing: Vec<_> = missing.map(|row| (row.operation.id, row.status)).collect();
    assert_eq!(missing, []);
}

/// A test for each. Settings that concern different things share a run.
macro_rules! green_with {
    ($($name:ident: $file:literal $(skips $skipped:expr)?;)+) => {$(
        #[tokio::test]
        async fn $name() {
            let skipped: &[&[&str]] = &[$($skipped)?];
            holds($file, &skipped.concat()).await;
        }
    )+};
}

green_with! {
    rate_headers_of_the_ietf_clamped_limits_and_no_head: "
        clamp_limits = true
        head = false
        rate_headers = 'ietf'";
    no_rate_headers_and_no_challenges: "
        challenges = false
        rate_headers = 'none'" skips &[QUOTA, &["PRV-401-CHALLENGE"]].concat();
    no_trailing_slash_ignored_parameters_and_short_orders: "
        ignore_unknown_parameters = true
        order_duration = '1s'
        trailing_slash = false";
    several_policies_in_headers_of_the_ietf_and_orders_that_take_no_time: "
        order_duration = '0s'
        rate_headers = 'ietf'
        [tiers]
        free = '100/1h,10/1s,10/1m'" skips IN_PROGRESS;
    few_companies: "companies = 5" skips COMPANIES;
    few_organizations: "max_organizations = 10";
    long_orders_tiers_upside_down_and_a_scaled_clock: "
        clock = 'scale=60'
        order_duration = '2d'
        rate_headers = 'both'
        retry_after = 'virtual'
        seed = 7
        validation_status = 400
        [tiers]
        enterprise = '5/1m'
        free = '9000/1h'";
}
