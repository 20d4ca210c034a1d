//! A server that follows the vendor's newer pages wherever these contradict the authority.

use std::collections::HashSet;

use contract_tests::finding::{ExitCode, Verdict};

use super::{FOREIGN, with_bursts};
use crate::target::{Bug, PatchedRequest, PatchedResponse, failed_checks, judge, start};

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
    let report = contract_tests::report::Report::new(&session, &run);
    let read = |about: &str| {
        let mut readings = report.readings.iter();
        let read = readings.find(|reading| reading.about == about);
        read.unwrap_or_else(|| panic!("{about}: {:#?}", report.readings))
            .reading
            .clone()
    };
    for (about, says) in [
        ("code of a 401", "`UNAUTHORIZED`"),
        ("scopes in a 403", "in `details`"),
        ("message of a 403", "begins with `Missing required scopes:`"),
        ("code of a 429", "`RATE_LIMIT_EXCEEDED`"),
        ("code of a 404", "`ORDER_NOT_FOUND` and so on"),
        ("rows of a list", "in `items`, without"),
    ] {
        assert_eq!(read(about), says);
    }

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
