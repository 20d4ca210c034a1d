use serde_json::{Value, json};

pub struct Match {
    pub id: String,
    pub contacts: Value,
    pub technologies: Value,
}

/// A result for each company that was sent, in its order, with its `external_id` as it was: a text, also if it looks like a number.
pub fn results(
    companies: &[Value],
    features: &[String],
    find: impl Fn(&Value) -> Match,
) -> Vec<Value> {
    let is_ordered = |feature: &str| features.iter().any(|ordered| ordered == feature);
    let result = |company: &Value| {
        let found = find(company);
        let mut row = json!({
            // null where none was given.
            "source_id": company["external_id"],
            "company_id": found.id,
            "company": {"name": company["company_name"]},
        });
        // What was not ordered is left out, even where it is known.
        if is_ordered("CONTACTS") {
            row["contacts"] = found.contacts;
        }
        if is_ordered("TECHNOLOGIES") {
            row["technologies"] = found.technologies;
        }
        row
    };
    companies.iter().map(result).collect()
}
