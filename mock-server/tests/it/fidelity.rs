//! What the server says of itself, and that it is so.

use http::Method;
use schemas::{
    ErrorCode::NotFound,
    Extent,
    fidelity::{self, BEHAVIOURS, Nearness},
};

use crate::test_app::{Organization, TestApp};

#[test]
fn the_report_is_that_of_the_contract() {
    for (settings, extent) in [
        ("", Extent::Everything),
        ("documented_only = true", Extent::Documented),
    ] {
        let report = TestApp::with(settings).control(Method::GET, "/fidelity", ());
        assert_eq!(report.ok(), fidelity::report(extent));
    }
}

#[test]
fn an_operation_that_is_absent_is_not_there() {
    let (_, caller) = Organization::new();
    let absent = BEHAVIOURS
        .iter()
        .filter(|row| matches!(row.nearness, Nearness::Absent(_)))
        .flat_map(|row| row.statement.split('`').skip(1).step_by(2))
        .filter_map(|quoted| quoted.split_once(" /"));
    let mut asked = 0;
    for (method, path) in absent {
        let path = format!("/{}", path.replace(['{', '}'], ""));
        let call = caller.call(method.parse().unwrap(), &path);
        call.send().refused(NotFound);
        asked += 1;
    }
    assert!(asked > 2);
}
