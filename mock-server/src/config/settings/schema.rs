//! The JSON Schema of the settings file, by which editors complete and check it.

use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use schemas::{Preset, Scope, Tier};
use serde_json::{Value, json};
use strum::VariantArray;

use super::Settings;

/// The table `[tiers]`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct TiersTable {
    /// Rate limit of the tier, such as 100/1h or 10/1s,1000/1h
    free: Option<String>,
    /// Rate limit of the tier, such as 100/1h or 10/1s,1000/1h
    pro: Option<String>,
    /// Rate limit of the tier, such as 100/1h or 10/1s,1000/1h
    enterprise: Option<String>,
}

impl Settings {
    /// The JSON Schema of the settings file, in the draft that most editors know.
    pub fn schema() -> Value {
        let generator = SchemaSettings::draft07()
            .with(|settings| settings.inline_subschemas = true)
            .with_transform(RecursiveTransform(without_null));
        let mut schema = generator.into_generator().into_root_schema_for::<Self>();
        schema.insert("title".into(), json!("Settings of mock-server"));
        schema.into()
    }
}

/// TOML has no `null`, and a setting that is absent has no value.
fn without_null(schema: &mut Schema) {
    schema.remove("default");
    let is_null = |value: &Value| value.is_null() || *value == json!("null");
    for name in ["type", "enum"] {
        if let Some(Value::Array(values)) = schema.get_mut(name) {
            values.retain(|value| !is_null(value));
            if let ("type", [only]) = (name, &**values) {
                *schema.get_mut(name).expect("it was just read") = only.clone();
            }
        }
    }
    let is_null = |value: &Value| *value == json!({"type": "null"});
    if let Some(Value::Array(mut either)) = schema.remove("anyOf") {
        either.retain(|value| !is_null(value));
        for (name, value) in either.iter().filter_map(Value::as_object).flatten() {
            // What is said about the setting counts, not what is said about its type.
            if schema.get(name).is_none() {
                schema.insert(name.clone(), value.clone());
            }
        }
    }
}

/// One of two ways to name what a key allows.
pub(super) fn one_scope_notation(schema: &mut Schema) {
    let one = |name: &str| json!({"required": [name]});
    schema.insert("oneOf".into(), json!([one("preset"), one("scopes")]));
}

pub(super) fn preset(schema: &mut Schema) {
    schema.insert("enum".into(), json!(Preset::VARIANTS));
}

pub(super) fn tier(schema: &mut Schema) {
    schema.insert("enum".into(), json!(Tier::VARIANTS));
}

pub(super) fn scopes(schema: &mut Schema) {
    let items = json!({"type": "string", "enum": Scope::VARIANTS});
    schema.insert("items".into(), items);
}
