use docs::generated::assert_says;

use super::*;

#[test]
fn book_has_the_number_of_values_that_are_searched() {
    let thousands = MAX_SEARCHED / 1_000;
    let limit = format!("the first {thousands},000 values are searched for every violation");
    assert_says("reference/reports.md", &limit);
}

#[test]
fn violation_names_its_place_and_the_evidence_of_the_rule() {
    let contract = Contract::load(false).unwrap();
    let mut body = json!({"orders": [{"id": "1", "title": "t", "status": "DONE"}], "total": 1});
    let violation = contract.violation(Document::OrderList, &body).unwrap();
    assert_eq!(violation.at, "$.orders[0].status");
    assert_eq!(violation.evidence, Some(Evidence::Documented));
    let choices = r#""RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED" or "CANCELLED""#;
    let message = format!("the body is not a valid order_list: value is not one of {choices}");
    assert_eq!(violation.message, message);
    body["orders"][0]["status"] = json!("COMPLETED");
    assert!(contract.violation(Document::OrderList, &body).is_none());
    body["orders"][0]["created_at"] = json!(5);
    let violation = contract.violation(Document::OrderList, &body).unwrap();
    assert_eq!(
        (violation.at.as_str(), violation.evidence),
        ("$.orders[0].created_at", Some(Evidence::Assumed))
    );
}

#[test]
fn searches_the_start_of_a_large_body_for_all_violations_and_the_rest_for_one() {
    let contract = Contract::load(false).unwrap();
    let places = |wrong: &[usize]| {
        let mut rows = vec![json!({"id": "1", "title": "t", "status": "COMPLETED"}); 20_000];
        for row in wrong {
            rows[*row]["status"] = json!("DONE");
        }
        let body = json!({"orders": rows, "total": 1});
        let mut places = Vec::new();
        contract.each_error(Document::OrderList, &body, 100, |error| {
            places.push(error.instance_path().to_string());
        });
        let first = contract.violation(Document::OrderList, &body);
        assert_eq!(first.is_some(), !wrong.is_empty());
        places
    };
    assert_eq!(places(&[]), [""; 0]);
    assert_eq!(places(&[7, 8]), ["/orders/7/status", "/orders/8/status"]);
    assert_eq!(places(&[15_000]), ["/orders/15000/status"]);
    assert_eq!(places(&[7, 15_000]), ["/orders/7/status"]);
    assert_eq!(places(&(0..20_000).collect::<Vec<_>>()).len(), 100);
}

#[test]
fn strict_contract_rejects_unknown_fields() {
    let body = json!({"orders": [{"id": "1", "title": "t", "status": "COMPLETED", "colour": 1}], "total": 1});
    let violation = |strict| {
        let contract = Contract::load(strict).unwrap();
        contract.violation(Document::OrderList, &body)
    };
    assert!(violation(false).is_none());
    assert_eq!(violation(true).unwrap().at, "$.orders[0]");
}
