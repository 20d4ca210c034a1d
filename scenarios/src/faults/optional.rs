//! Fields that a client cannot rely on, in every body, according to the committed schemas.

use std::{collections::HashMap, sync::LazyLock};

use schemars::JsonSchema;
use schemas::{documents::Document, operations};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// Fields that a client cannot rely on are `null` or missing.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Optional {
    /// Whether they are `null` or missing.
    pub are: OptionalForm,
}

/// What happens to fields that a client cannot rely on.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionalForm {
    /// They are `null`: the nullable fields, and those that are only assumed.
    Null,
    /// They are missing: the fields that are not required.
    Missing,
}

impl Behaviour for Optional {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Results;
    const EXAMPLES: &[&str] = &["are=missing"];

    fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
        let fields = context.response.and_then(|document| FIELDS.get(&document));
        if let Some(fields) = fields {
            response.edit_success(|body| fields.spoil(body, self.are));
        }
    }
}

/// The fields of each body.
static FIELDS: LazyLock<HashMap<Document, Fields>> = LazyLock::new(|| {
    let bodies = operations::all().filter_map(|operation| operation.response);
    let fields = bodies.filter_map(|document| {
        let schema: Value = serde_json::from_str(document.committed()).ok()?;
        Some((document, Fields::of(&schema, &schema)))
    });
    fields.collect()
});

/// The fields of a value that a client cannot rely on.
#[derive(Debug, Default)]
struct Fields {
    may_be_null: Vec<String>,
    may_be_missing: Vec<String>,
    /// The same for the values of its fields.
    within: Vec<(String, Self)>,
    /// The same for each item of a list.
    items: Option<Box<Self>>,
}

impl Fields {
    /// The fields of a value with this schema. No schema is recursive.
    fn of(schema: &Value, root: &Value) -> Self {
        let schema = resolved(schema, root);
        let mut fields = Self {
            items: schema
                .get("items")
                .map(|items| Box::new(Self::of(items, root))),
            ..Self::default()
        };
        let required = schema["required"].as_array();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            if is_nullable(field) || field["x-evidence"] == "assumed" {
                fields.may_be_null.push(name.clone());
            }
            if !required.is_some_and(|required| required.contains(&Value::from(&**name))) {
                fields.may_be_missing.push(name.clone());
            }
            fields.within.push((name.clone(), Self::of(field, root)));
        }
        fields
    }

    fn spoil(&self, value: &mut Value, are: OptionalForm) {
        match value {
            Value::Array(items) => {
                let fields = self.items.as_deref().into_iter();
                fields.for_each(|fields| items.iter_mut().for_each(|item| fields.spoil(item, are)));
            }
            Value::Object(object) => {
                for (name, fields) in &self.within {
                    if let Some(value) = object.get_mut(name) {
                        fields.spoil(value, are);
                    }
                }
                match are {
                    OptionalForm::Null => {
                        for name in &self.may_be_null {
                            object.insert(name.clone(), Value::Null);
                        }
                    }
                    OptionalForm::Missing => {
                        object.retain(|name, _| !self.may_be_missing.contains(name));
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn is_nullable(field: &Value) -> bool {
    let types = field["type"].as_array().into_iter().flatten();
    let alternatives = field["anyOf"].as_array().into_iter().flatten();
    let mut types = types.chain(alternatives.map(|value| &value["type"]));
    types.any(|name| name == "null")
}

/// The target of a schema's `$ref`, also inside an `anyOf` with `null`; otherwise the schema itself.
fn resolved<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let alternatives = schema["anyOf"].as_array().into_iter().flatten();
    let mut references = [schema]
        .into_iter()
        .chain(alternatives)
        .filter_map(|value| value["$ref"].as_str());
    let found = references.find_map(|to| root.pointer(to.trim_start_matches('#')));
    found.unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use schemas::{OperationId, examples};
    use serde_json::json;

    use super::{super::example, *};

    /// The success of an operation after the fault.
    fn spoiled(operation: OperationId, are: &str) -> Value {
        let document = operation.operation().response.unwrap();
        let context = Context {
            response: Some(document),
            ..example::CONTEXT
        };
        let mut response = FaultResponse::json(http::StatusCode::OK, &examples::body(document));
        example::fault(&format!("optional;are={are}")).edit(&mut response, context);
        serde_json::from_slice(&response.body).unwrap()
    }

    #[test]
    fn nulls_fields_of_orders_and_companies() {
        let orders = spoiled(OperationId::ListOrders, "null");
        let order = &orders["orders"][0];
        assert_eq!(
            (&order["features"], &order["created_at"], &orders["limit"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert!(order["title"].is_string() && orders["total"].is_number());
        let companies = spoiled(OperationId::ListCompanies, "null");
        let company = &companies["items"][0];
        for name in ["city", "street", "postal_code", "phone", "source_id"] {
            assert_eq!(company.get(name), Some(&Value::Null), "{name}");
        }
        assert!(company["name"].is_string() && companies["limit"].is_number());
    }

    #[test]
    fn removes_optional_fields_at_every_depth() {
        let company = spoiled(OperationId::GetCompany, "missing");
        assert_eq!(company.get("city"), None);
        assert!(company["website"].is_string());
        let delivery = &spoiled(OperationId::ListDeliveries, "missing")["items"][0];
        assert_eq!(delivery.get("feedback"), None);
        let person = &delivery["prospects"][0];
        assert!(person["id"].is_string() && person.get("email").is_none());
    }

    #[test]
    fn bodies_without_optional_fields_stay_valid() {
        for operation in operations::all() {
            let Some(document) = operation.response else {
                continue;
            };
            let schema: Value = serde_json::from_str(document.committed()).unwrap();
            let validator = jsonschema::validator_for(&schema).unwrap();
            let body = spoiled(operation.id, "missing");
            assert!(
                validator.is_valid(&body),
                "{}: {body}",
                operation.id.as_str()
            );
        }
    }

    #[test]
    fn leaves_responses_without_body_unchanged() {
        let response =
            example::response_edited_by("optional;are=null", 200, &json!({"features": []}));
        assert_eq!(response.body, r#"{"features":[]}"#);
    }
}
