//! The JSON Schemas (draft 2020-12) of every body, generated from the wire types.
//!
//! They are committed under `schemas/json/`, so that a change of the contract shows up as a diff, and so that the judge reads
//! the same files as people do. A test compares both; `UPDATE=1 cargo test -p schemas` rewrites the files.

use include_dir::{Dir, include_dir};
use schemars::{
    JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform,
};
use serde_json::{Map, Value, json};
use strum::{IntoStaticStr, VariantArray};

use crate::{
    ErrorCode, Evidence, api_keys, blacklists, companies, deliveries,
    error::{AuthorizationError, ErrorShape, NotFoundError, PlainError, ValidationError},
    job_searches, orders, organization,
    page::Page,
    prospect_searches, prospects, source,
};

static COMMITTED: Dir = include_dir!("$CARGO_MANIFEST_DIR/json");

/// Generates the enum and everything that iterates over all bodies from one list.
macro_rules! documents {
    ($($name:ident: $type:ty,)+) => {
        /// A body of the contract.
        #[derive(Clone, Copy, Debug, Eq, Hash, IntoStaticStr, PartialEq)]
        #[strum(serialize_all = "snake_case")]
        pub enum Document {
            $(
                #[doc = concat!("[`", stringify!($type), "`]")]
                $name,
            )+
            /// The body of this error.
            Error(ErrorCode),
        }

        impl Document {
            /// Every body.
            pub fn all() -> impl Iterator<Item = Self> {
                let errors = ErrorCode::VARIANTS.iter().map(|code| Self::Error(*code));
                [$(Self::$name),+].into_iter().chain(errors)
            }

            /// The schema, generated from the wire type.
            pub fn generate(self) -> Value {
                let generator = SchemaSettings::draft2020_12()
                    .with_transform(RecursiveTransform(make_assumed_fields_optional))
                    .with_transform(RecursiveTransform(collapse_into_enum))
                    .into_generator();
                match self {
                    $(Self::$name => root::<$type>(generator),)+
                    Self::Error(code) => error_schema(code, generator),
                }
            }
        }
    };
}

/// The schema of a wire type, with all its references inlined.
pub(crate) fn inlined<T: JsonSchema>() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.meta_schema = None;
    settings.inline_subschemas = true;
    settings.into_generator().into_root_schema_for::<T>().into()
}

documents! {
    OrderList: orders::OrderList,
    Order: orders::Order,
    CreateOrder: orders::CreateOrder,
    OrderResults: orders::OrderResults,
    Blacklist: blacklists::Blacklist,
    BlacklistList: Page<blacklists::Blacklist>,
    CreateBlacklist: blacklists::CreateBlacklist,
    UpdateBlacklist: blacklists::UpdateBlacklist,
    AddEntries: blacklists::AddEntries,
    EntriesAdded: blacklists::EntriesAdded,
    BlacklistEntryList: Page<blacklists::BlacklistEntry>,
    DeleteEntries: blacklists::DeleteEntries,
    ProspectSearch: prospect_searches::ProspectSearch,
    ProspectSearchList: Page<prospect_searches::ProspectSearch>,
    UpdateProspectSearch: prospect_searches::UpdateProspectSearch,
    SetBlacklists: blacklists::SetBlacklists,
    Company: companies::Company,
    CompanyList: Page<companies::Company>,
    CreateCompany: companies::CreateCompany,
    UpdateCompany: companies::UpdateCompany,
    JobList: Page<companies::Job>,
    WebtechIntel: companies::WebtechIntel,
    RegisterEntry: companies::RegisterEntry,
    Prospect: prospects::Prospect,
    ProspectList: Page<prospects::Prospect>,
    CreateProspect: prospects::CreateProspect,
    UpdateProspect: prospects::UpdateProspect,
    Delivery: deliveries::Delivery,
    DeliveryList: Page<deliveries::Delivery>,
    SetFeedback: deliveries::SetFeedback,
    JobSearch: job_searches::JobSearch,
    JobSearchList: Page<job_searches::JobSearch>,
    CreateJobSearch: job_searches::CreateJobSearch,
    Organization: organization::Organization,
    UpdateOrganization: organization::UpdateOrganization,
    CreateApiKey: api_keys::CreateApiKey,
    CreatedApiKey: api_keys::CreatedApiKey,
    ApiKey: api_keys::ListedApiKey,
    ApiKeyList: Page<api_keys::ListedApiKey>,
}

impl Document {
    /// Its name, which is also the stem of its file: `schemas/json/{name}.schema.json`.
    pub fn name(self) -> String {
        if let Self::Error(code) = self {
            format!("error_{}", code.as_str().to_lowercase())
        } else {
            <&str>::from(self).to_owned()
        }
    }

    /// The page that a statement with this evidence about the body is taken from.
    pub fn source(self, evidence: Evidence) -> &'static str {
        match (self, evidence) {
            (Self::Error(code), _) => code.facts().source,
            (_, Evidence::Documented) => source::AUTHENTICATION,
            (_, Evidence::Guide) => self.guide().unwrap_or(source::OVERVIEW),
            (_, Evidence::Assumed) => source::OURS,
        }
    }

    /// The guide that describes the body, if one does.
    fn guide(self) -> Option<&'static str> {
        const BLACKLISTS: &[Document] = &[
            Document::Blacklist,
            Document::BlacklistList,
            Document::CreateBlacklist,
            Document::UpdateBlacklist,
            Document::AddEntries,
            Document::BlacklistEntryList,
        ];
        const SEARCHES: &[Document] = &[
            Document::ProspectSearch,
            Document::ProspectSearchList,
            Document::UpdateProspectSearch,
        ];
        let guides = [
            (BLACKLISTS, source::BLACKLISTS),
            (SEARCHES, source::SEARCH_EDITING),
            (&[Self::OrderResults][..], source::ENRICHMENT),
        ];
        let mut guides = guides.into_iter();
        let found = guides.find(|(documents, _)| documents.contains(&self));
        found.map(|(_, page)| page)
    }

    /// The committed schema, as text.
    ///
    /// # Panics
    ///
    /// If no file of that name is committed; a test rules that out.
    pub fn committed(self) -> &'static str {
        let file = format!("{}.schema.json", self.name());
        COMMITTED
            .get_file(&file)
            .and_then(include_dir::File::contents_utf8)
            .unwrap_or_else(|| {
                panic!("schemas/json/{file} is missing; UPDATE=1 cargo test -p schemas writes it")
            })
    }
}

fn root<T: JsonSchema>(generator: SchemaGenerator) -> Value {
    generator.into_root_schema_for::<T>().into()
}

/// The schema of an error is that of its shape, with its own `code` as a constant.
fn error_schema(code: ErrorCode, generator: SchemaGenerator) -> Value {
    let facts = code.facts();
    let mut schema = match facts.shape {
        ErrorShape::Plain => root::<PlainError>(generator),
        ErrorShape::Authorization => root::<AuthorizationError>(generator),
        ErrorShape::NotFound => root::<NotFoundError>(generator),
        ErrorShape::Validation => root::<ValidationError>(generator),
    };
    schema["title"] = json!(code.as_str());
    schema["x-evidence"] = json!(facts.evidence);
    schema["properties"]["code"] = json!({"const": code.as_str()});
    schema
}

/// Assumed fields are optional: another server's response may lack them.
fn make_assumed_fields_optional(schema: &mut Schema) {
    let assumed = |properties: &Map<String, Value>, name: &str| {
        properties
            .get(name)
            .is_some_and(|field| field["x-evidence"] == "assumed")
    };
    let Some(Value::Object(properties)) = schema.get("properties").cloned() else {
        return;
    };
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !name.as_str().is_some_and(|name| assumed(&properties, name)));
    }
}

/// A closed list of words becomes an `enum` instead of a `oneOf` of constants, so that validation errors list the words.
fn collapse_into_enum(schema: &mut Schema) {
    let Some(Value::Array(alternatives)) = schema.get("oneOf") else {
        return;
    };
    let words: Option<Vec<Value>> = alternatives
        .iter()
        .map(|value| value.get("const").cloned())
        .collect();
    if let Some(words) = words {
        schema.remove("oneOf");
        schema.insert("type".into(), json!("string"));
        schema.insert("enum".into(), json!(words));
    }
}
