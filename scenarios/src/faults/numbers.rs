//! Numbers as other types, or too large for a parser.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Applies, Behaviour, Context, FaultKind, values};
use crate::{exact, response::FaultResponse};

/// Every number in a successful response is replaced by another number, or by another type.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// What replaces it.
    pub are: NumberForm,
    /// Only in fields with this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What replaces a number.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// The number as a string: `"5"`.
    Text,
    /// The number with a fraction: `5.5`.
    Fraction,
    /// The negated number: `-5`.
    Negative,
    /// 2⁵³ + 1, which a double cannot represent.
    BeyondDouble,
    /// `1e400`, larger than the largest double.
    Overflow,
    /// `null`
    Null,
}

impl Behaviour for Numbers {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Results;
    const EXAMPLES: &[&str] = &["are=overflow", "are=beyond_double"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        response.edit_success(|body| {
            values::each_in(body, self.field.as_ref(), |_, value| {
                if let Some(digits) = exact::digits(value) {
                    let near = digits.parse::<f64>().unwrap_or_default();
                    let whole = digits.parse().ok().and_then(i64::checked_neg);
                    *value = match self.are {
                        NumberForm::Text => json!(digits),
                        NumberForm::Fraction => json!(near + 0.5),
                        NumberForm::Negative => whole.map_or(json!(-near), |whole| json!(whole)),
                        NumberForm::BeyondDouble => json!((1_u64 << 53) + 1),
                        NumberForm::Overflow => exact::number("1e400"),
                        NumberForm::Null => Value::Null,
                    };
                }
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    #[test]
    fn replaces_every_number() {
        let body = json!({"total": 5, "rows": [{"score": 8.5, "text": "5"}]});
        for (are, total, score) in [
            ("text", r#""5""#, r#""8.5""#),
            ("fraction", "5.5", "9.0"),
            ("negative", "-5", "-8.5"),
            ("beyond_double", "9007199254740993", "9007199254740993"),
            ("overflow", "1e400", "1e400"),
            ("null", "null", "null"),
        ] {
            let response = example::response_edited_by(&format!("numbers;are={are}"), 200, &body);
            let expected =
                format!(r#"{{"rows":[{{"score":{score},"text":"5"}}],"total":{total}}}"#);
            assert_eq!(response.body, expected);
        }
        let value = example::edited("numbers;are=text;field=score", &body);
        assert_eq!(
            (&value["total"], &value["rows"][0]["score"]),
            (&json!(5), &json!("8.5"))
        );
    }
}
