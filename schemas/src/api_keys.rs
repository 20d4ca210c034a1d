//! API keys on the wire: the body that creates one, and the bodies that show it afterwards.
//!
//! The vendor documents three things: a key is created with a preset or chosen scopes, a tier and an expiration; its full text
//! is shown once; it can be revoked. The bodies are assumed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use strum::VariantArray;

use crate::{Preset, ScopeSet, Tier, time};

/// Maximum length of a key's name, in characters.
pub const MAX_KEY_NAME: usize = 100;

/// The body that creates a key: `preset` or `scopes`, and what else it has.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"), transform = require_one_scope_notation)]
pub struct CreateApiKey {
    /// A name for humans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = MAX_KEY_NAME), regex(pattern = r"\S"))]
    pub name: Option<String>,
    /// The scopes by name of a bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", transform = restrict_to_presets)]
    pub preset: Option<Preset>,
    /// The scopes one by one, only public ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", length(min = 1, max = 100), transform = restrict_to_public_scopes)]
    pub scopes: Option<ScopeSet>,
    /// The rate-limit tier; `enterprise` by default.
    #[serde(default)]
    #[schemars(with = "String", transform = restrict_to_tiers)]
    pub tier: Tier,
    /// When the key expires; never by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", transform = restrict_to_times)]
    pub expires_at: Option<String>,
}

/// A key, without its text.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"), rename = "ApiKey")]
pub struct ListedApiKey {
    /// The id of the key.
    #[schemars(length(min = 1))]
    pub id: String,
    /// A name for humans.
    pub name: Option<String>,
    /// The key as it may be shown: its prefix, its first and its last four characters.
    #[schemars(regex(pattern = "^lnc_(live|test)_[0-9A-Za-z]{4}…[0-9A-Za-z]{4}$"))]
    pub masked_key: String,
    /// The preset that has exactly these scopes, if there is one.
    #[schemars(with = "Option<String>")]
    pub preset: Option<Preset>,
    /// All scopes that the key holds.
    #[schemars(with = "Vec<String>", transform = restrict_to_public_scopes)]
    pub scopes: ScopeSet,
    /// The rate-limit tier.
    #[schemars(with = "String", transform = restrict_to_tiers)]
    pub tier: Tier,
    /// Whether the key is valid.
    pub status: KeyStatus,
    /// When it was created, RFC 3339 in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// When it expires or has expired, RFC 3339 in UTC; `null` for never.
    #[schemars(extend("format" = "date-time"))]
    pub expires_at: Option<String>,
    /// When it last authenticated a request, RFC 3339 in UTC; `null` for never.
    #[schemars(extend("format" = "date-time"))]
    pub last_used_at: Option<String>,
}

/// A key that was just created: the one body that shows it in full.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct CreatedApiKey {
    /// The key in full. It cannot be read again.
    #[schemars(regex(pattern = "^lnc_(live|test)_[0-9A-Za-z]{32}$"))]
    pub key: String,
    /// What every later response shows of it.
    #[serde(flatten)]
    pub listed: ListedApiKey,
}

/// Whether a key is valid.
#[derive(Clone, Copy, Debug, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// It is valid.
    Active,
    /// Its expiration has passed.
    Expired,
    /// It was revoked.
    Revoked,
}

/// A new key has exactly one of `preset` and `scopes`. The rule is part of the schema, which states all that a schema can.
fn require_one_scope_notation(schema: &mut schemars::Schema) {
    let one = |name: &str| json!({"required": [name]});
    schema.insert("oneOf".into(), json!([one("preset"), one("scopes")]));
}

fn restrict_to_presets(schema: &mut schemars::Schema) {
    schema.insert("enum".into(), json!(Preset::VARIANTS));
}

fn restrict_to_tiers(schema: &mut schemars::Schema) {
    schema.insert("enum".into(), json!(Tier::VARIANTS));
}

fn restrict_to_public_scopes(schema: &mut schemars::Schema) {
    let scopes: Vec<_> = ScopeSet::PUBLIC.iter().collect();
    schema.insert("items".into(), json!({"type": "string", "enum": scopes}));
}

fn restrict_to_times(schema: &mut schemars::Schema) {
    schema.insert("format".into(), json!("date-time"));
    schema.insert("pattern".into(), json!(time::pattern()));
    schema.insert("title".into(), json!(time::TITLE));
}
