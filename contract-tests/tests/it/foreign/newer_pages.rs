//! Servers that follow other pages of the vendor wherever these contradict the contract.

use std::collections::HashSet;

use contract_tests::{
    finding::{ExitCode, Verdict},
    provider::{Selection, check::Finding, checks},
    report::{Format, Report},
};
use schemas::OperationId::CreateOrder;
use serde_json::json;

use super::{FOREIGN, with_bursts, with_keys};
use crate::target::{
    Bug, PatchedRequest, PatchedResponse, failed_checks, judge, judge_some, start,
};

fn newer_pages(request: &PatchedRequest, response: &mut PatchedResponse) {
    let code = match response.status.as_u16() {
        401 => Some("UNAUTHORIZED"),
        429 => Some("RATE_LIMIT_EXCEEDED"),
        _ => None,
    };
    let is_list = request.path().trim_end_matches('/').ends_with("/orders");
    response.edit(|body| {
        let Some(fields) = body.as_object_mut() else {
            return;
        };
        if let Some(code) = code {
            fields.insert("code".to_owned(), code.into());
        }
        if let Some(serde_json::Value::String(entity)) = fields.remove("entity_type") {
            let code = format!("{}_NOT_FOUND", entity.to_uppercase());
            fields.insert("code".to_owned(), code.into());
            fields.remove("identifier");
        }
        let names = [("detail", "details"), ("orders", "items")];
        for (from, to) in names
            .into_iter()
            .filter(|(from, _)| is_list || *from == "detail")
        {
            if let Some(value) = fields.remove(from) {
                fields.insert(to.to_owned(), value);
            }
        }
        fields.remove("has_more");
        if let Some(message) = body["message"].as_str() {
            let scopes = message.strip_prefix("Insufficient permissions. Required scopes: ");
            if let Some(scopes) = scopes {
                body["message"] = format!("Missing required scopes: {scopes}").into();
            }
        }
    });
}

#[tokio::test]
async fn accepts_readings_of_other_pages_unless_strict() {
    let newer = Bug {
        response: newer_pages,
        ..FOREIGN
    };
    let (session, run) = judge(start(newer).await, with_bursts).await;
    assert_eq!(
        run.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        failed_checks(&run)
    );
    let findings = run.findings.iter();
    let warned: HashSet<_> = findings
        .filter(|finding| finding.verdict == Verdict::Warn)
        .map(|finding| finding.id)
        .collect();
    assert_eq!(warned, ["PRV-READING"].into());
    let report = Report::new(&session, &run);
    let read = |about: &str| {
        let mut readings = report.readings.iter();
        let read = readings.find(|reading| reading.about == about);
        read.unwrap_or_else(|| panic!("{about}: {:#?}", report.readings))
            .reading
            .clone()
    };
    for (about, says) in [
        ("code of a 401", "`UNAUTHORIZED`"),
        ("details of an error", "in `details`"),
        ("message of a 403", "begins with `Missing required scopes:`"),
        ("code of a 429", "`RATE_LIMIT_EXCEEDED`"),
        ("code of a 404", "`ORDER_NOT_FOUND` and so on"),
        ("rows of a list", "in `items`"),
        ("end of a list in `items`", "`total` alone"),
    ] {
        assert_eq!(read(about), says);
    }
    let page = Format::Html.render(&report);
    let (_, warnings) = page.split_once("<h2>Warnings</h2>").unwrap();
    let (warnings, _) = warnings.split_once("<h2>").unwrap();
    let rule = checks::find("PRV-READING").unwrap().rule;
    assert!(warnings.contains("WARN  PRV-READING"), "{warnings}");
    assert!(warnings.contains(rule), "{warnings}");

    let (_, run) = judge(start(newer).await, |options| {
        with_bursts(options);
        options.strict = true;
    })
    .await;
    assert_eq!(run.exit_code(), ExitCode::Violated);
    assert!(
        failed_checks(&run).contains(&"PRV-READING"),
        "{:?}",
        failed_checks(&run)
    );
}

/// The vendor's page on 400: nested, with a code for each kind of error, and the fields in `details`.
fn page_on_400(_: &PatchedRequest, response: &mut PatchedResponse) {
    if !response.is_error("VALIDATION_ERROR") {
        return;
    }
    response.set_status(400);
    response.edit(|body| {
        let error = body["detail"]["validation_errors"][0]["error"].as_str();
        let missing = error.is_some_and(|error| error.contains("required"));
        let code = if missing {
            "MISSING_FIELD"
        } else {
            "INVALID_REQUEST"
        };
        *body =
            json!({"error": {"code": code, "message": body["message"], "details": body["detail"]}});
    });
}

#[tokio::test]
async fn accepts_the_codes_of_the_page_on_400() {
    let ids = ["PRV-VALIDATION-BODY", "PRV-SCHEMA", "PRV-READING"];
    let selection = Selection {
        checks: ids.iter().map(|id| checks::find(id).unwrap()).collect(),
        operations: vec![CreateOrder.operation()],
        ..Selection::default()
    };
    let server = Bug {
        response: page_on_400,
        ..FOREIGN
    };
    let (session, run) = judge_some(start(server).await, &selection, |options| {
        with_keys(options);
        options.permissions.writes = true;
    })
    .await;
    let verdict = |finding: &Finding| (finding.id, finding.verdict);
    let verdicts: Vec<_> = run.findings.iter().map(verdict).collect();
    let expected = [
        ("PRV-VALIDATION-BODY", Verdict::Pass),
        ("PRV-SCHEMA", Verdict::Pass),
        ("PRV-READING", Verdict::Warn),
    ];
    assert_eq!(verdicts, expected, "{run:#?}");
    let report = Report::new(&session, &run);
    for (about, says) in [
        (
            "shape of an error",
            "nested in `error`, which the page calls illustrative",
        ),
        ("details of an error", "in `details`"),
        (
            "code of a validation error",
            "`INVALID_REQUEST`, `MISSING_FIELD` and so on",
        ),
        ("status of a validation error", "400"),
    ] {
        let mut readings = report.readings.iter();
        let read = readings.any(|one| *one.about == *about && *one.reading == *says);
        assert!(read, "{about}: {:#?}", report.readings);
    }
    let rows = session.coverage().into_iter();
    let mut invalid = rows.filter(|row| {
        row.operation.id == CreateOrder && row.code.as_deref() == Some("VALIDATION_ERROR")
    });
    let row = invalid.next().unwrap();
    assert!(row.documented && row.seen > 0, "{row:?}");
    assert!(invalid.next().is_none());
}

#[tokio::test]
async fn reads_nested_errors_of_unknown_paths() {
    let selection = Selection {
        checks: vec![checks::find("PRV-404-ROUTE").unwrap()],
        ..Selection::default()
    };
    let server = Bug {
        response: |_, response| {
            if response.status == 404 {
                response.edit(|body| *body = json!({"error": body.take()}));
            }
        },
        ..FOREIGN
    };
    let (_, run) = judge_some(start(server).await, &selection, with_keys).await;
    let verdicts: Vec<_> = run.findings.iter().map(|finding| finding.verdict).collect();
    assert_eq!(verdicts, [Verdict::Pass], "{run:#?}");
}
