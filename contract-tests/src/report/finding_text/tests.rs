use serde_json::json;

use super::*;

#[test]
fn difference_on_one_line_has_each_value_that_is_known() {
    for (expected, actual, values) in [
        (
            json!("order"),
            json!(null),
            r#"; expected "order"; got null"#,
        ),
        (
            json!("Hotels"),
            json!(r#""Hotels""#),
            r#"; expected "Hotels"; got "\"Hotels\"""#,
        ),
        (
            json!(r#"{"code":"A"}"#),
            json!(r#"{"code":"B"}"#),
            r#"; expected {"code":"A"}; got {"code":"B"}"#,
        ),
        (json!(null), json!(429), "; got 429"),
        (json!(null), json!(null), ""),
    ] {
        let entry = json!({
            "id": "PRV-404-UNKNOWN",
            "verdict": "FAIL",
            "rule": "Unknown ids return 404.",
            "source": "",
            "message": "it differs",
            "expected": expected,
            "actual": actual,
            "replay": "contract-tests provider",
        });
        let entry = serde_json::from_value(entry).unwrap();
        assert_eq!(seen(&entry), format!("it differs{values}"));
    }
}
