use serde_json::{Value, json};
use url::form_urlencoded;

#[derive(Debug)]
pub struct Paging {
    pub limit: u32,
    pub offset: u32,
}

/// The values, or the `detail.validation_errors` of a 422, which name the parameter.
pub fn parse(query: &str) -> Result<Paging, Vec<Value>> {
    let (mut limit, mut offset, mut errors) = (None, None, Vec::new());
    for (field, provided) in form_urlencoded::parse(query.as_bytes()) {
        let (place, bounds) = match &*field {
            "limit" => (&mut limit, 1..=100),
            "offset" => (&mut offset, 0..=1_000_000_000),
            _ => {
                let error = "is unknown; use one of limit, offset";
                errors.push(json!({"field": field, "error": error, "provided": provided}));
                continue;
            }
        };
        // Digits only: parse() alone also takes a plus sign.
        let is_digits = provided.bytes().all(|byte| byte.is_ascii_digit());
        let number = provided
            .parse()
            .ok()
            .filter(|number| is_digits && bounds.contains(number));
        let error = match number {
            Some(number) if place.is_none() => {
                *place = Some(number);
                continue;
            }
            Some(_) => "is given twice".to_owned(),
            None => format!(
                "must be an integer from {} to {}",
                bounds.start(),
                bounds.end()
            ),
        };
        errors.push(json!({"field": field, "error": error, "provided": provided}));
    }
    if errors.is_empty() {
        Ok(Paging {
            limit: limit.unwrap_or(50),
            offset: offset.unwrap_or(0),
        })
    } else {
        Err(errors)
    }
}
