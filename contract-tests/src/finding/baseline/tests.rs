use jiff::civil::date;
use schemas::OperationId;

use super::*;

const CATALOG: Catalog = Catalog {
    find: |id| match id {
        "PRV-SUCCESS" => Some(About::EachOperation),
        "PRV-401-SAME" => Some(About::Server),
        _ => None,
    },
    has_scenario: |_| false,
};
const ONE: &str = "[[known]]\ncheck = 'PRV-SUCCESS'\noperation = 'list_orders'\nat = 'status'\n\
                   reason = 'ticket 7'\nexpires = 2026-03-01\n";

/// A finding of `PRV-SUCCESS`; a failure where `at` is given.
struct Finding {
    operation: OperationId,
    at: Option<&'static str>,
    verdict: Verdict,
}

impl Subject for Finding {
    fn id(&self) -> &'static str {
        "PRV-SUCCESS"
    }

    fn operation(&self) -> Option<&str> {
        Some(self.operation.as_str())
    }

    fn scenario(&self) -> Option<&str> {
        None
    }

    fn place(&self) -> Option<&str> {
        self.at
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn accept(&mut self, _: String) {
        self.verdict = Verdict::Known;
    }
}

fn on(day: i8) -> Baseline {
    Baseline::parse(ONE, date(2026, 3, day), CATALOG).unwrap()
}

fn finding(operation: OperationId, at: Option<&'static str>) -> Finding {
    let verdict = at.map_or(Verdict::Pass, |_| Verdict::Fail);
    Finding {
        operation,
        at,
        verdict,
    }
}

fn verdict(baseline: &Baseline, mut finding: Finding) -> Verdict {
    baseline.apply(&mut finding);
    finding.verdict
}

#[test]
fn entry_applies_to_its_operation_place_and_time_only() {
    let listing = |at| finding(OperationId::ListOrders, Some(at));
    assert_eq!(verdict(&on(1), listing("status")), Verdict::Known);
    assert_eq!(verdict(&on(2), listing("status")), Verdict::Fail);
    assert_eq!(verdict(&on(1), listing("$.total")), Verdict::Fail);
    assert_eq!(
        verdict(&on(1), finding(OperationId::GetOrder, Some("status"))),
        Verdict::Fail
    );
    assert_eq!(
        verdict(&on(1), finding(OperationId::ListOrders, None)),
        Verdict::Pass
    );
}

#[test]
fn reports_stale_and_expired_entries() {
    let problems = |day, findings: &[Finding]| -> Vec<_> {
        on(day)
            .problems(findings)
            .into_iter()
            .map(|problem| problem.message)
            .collect()
    };
    let failing = [finding(OperationId::ListOrders, Some("status"))];
    let passing = [finding(OperationId::ListOrders, None)];
    assert_eq!(problems(1, &failing), [""; 0]);
    assert_eq!(problems(1, &[]), [""; 0], "what was not judged is not gone");
    assert_eq!(
        problems(1, &passing),
        ["PRV-SUCCESS list_orders passes: remove it from the baseline"]
    );
    assert!(problems(2, &failing)[0].contains("was accepted until 2026-03-01"));
}

#[test]
fn rejects_a_template_without_reasons() {
    let findings = [
        finding(OperationId::ListOrders, Some("status")),
        finding(OperationId::GetOrder, None),
    ];
    let text = template(&Baseline::default(), &findings, date(2026, 5, 1)).unwrap();
    let today = date(2026, 3, 1);
    let error = Baseline::parse(&text, today, CATALOG)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "entry 1: PRV-SUCCESS list_orders: `reason` is empty; say why the failure is accepted"
    );
    let filled = text.replace("reason = \"\"", "reason = \"ticket 7\"");
    let baseline = Baseline::parse(&filled, today, CATALOG).unwrap();
    assert_eq!(baseline.known.len(), 1);
    let [mut known, _] = findings;
    baseline.apply(&mut known);
    let again = template(&baseline, &[known], date(2027, 1, 1)).unwrap();
    assert_eq!(again, filled, "what was known keeps its reason and its day");
}

#[test]
fn rejects_entries_that_cannot_match() {
    let error = |old: &str, new: &str| {
        let text = ONE.replace(old, new);
        Baseline::parse(&text, date(2026, 3, 1), CATALOG)
            .unwrap_err()
            .to_string()
    };
    assert!(error("PRV-SUCCESS", "PRV-SUCESS").contains("unknown check `PRV-SUCESS`"));
    assert!(error("list_orders", "list_order").contains("unknown operation `list_order`"));
    assert!(error("operation = 'list_orders'\n", "").contains("`operation` is missing"));
    assert!(error("PRV-SUCCESS", "PRV-401-SAME").contains("remove `operation`"));
    assert!(error("2026-03-01", "'soon'").contains("`soon` is not a date such as 2026-12-31"));
    assert!(error("reason", "raeson").contains("raeson"));
}

#[test]
fn errors_name_their_place() {
    for (text, says) in [
        ("[[known]]\ncheck = PRV", "line 2, column 9: "),
        (
            "[[known]]\n\nchek = 'x'\n",
            "line 3, column 1: unknown field `chek`, expected one of ",
        ),
    ] {
        let error = Baseline::parse(text, date(2026, 3, 1), CATALOG).unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with(says) && !error.contains('\n'), "{error}");
    }
}
