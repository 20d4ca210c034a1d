//! Faults as a header asks for them: `id;name=value;…, id;…`.

use serde_json::{Map, Value};
use strum::VariantNames;

use super::Fault;

impl Fault {
    /// Reads one or several. A value that begins as JSON does may have commas and semicolons in it.
    pub fn from_header(text: &str) -> Result<Vec<Self>, String> {
        let mut rest = text.trim();
        let mut faults = Vec::new();
        while !rest.is_empty() {
            let (fault, after) = one(rest)?;
            faults.push(fault);
            rest = after;
        }
        Ok(faults)
    }
}

/// The first fault of a text, and what comes after it.
fn one(text: &str) -> Result<(Fault, &str), String> {
    let (id, mut rest) = until_mark(text);
    if !Fault::VARIANTS.contains(&id) {
        let known = Fault::VARIANTS.join(", ");
        return Err(format!("there is no fault `{id}`; known are {known}"));
    }
    let mut parameters = Map::new();
    while let Some(after) = rest.strip_prefix(';') {
        rest = after.trim_start();
        let (part, after) = until_mark(rest);
        if part.is_empty() {
            rest = after;
            continue;
        }
        let name = part.split_once('=').map(|(name, _)| name).ok_or_else(|| {
            format!("`{part}` is not a parameter; `{id};name=value` would be right")
        })?;
        let (read, after) = value(&rest[name.len() + 1..]);
        parameters.insert(name.trim().to_owned(), read);
        rest = after;
    }
    let rest = match rest.strip_prefix(',') {
        Some(next) => next.trim_start(),
        None if rest.is_empty() => rest,
        None => {
            return Err(format!(
                "`{rest}` stands where a comma or a semicolon should"
            ));
        }
    };
    let fault = serde_json::json!({id: parameters});
    let fault: Fault = serde_json::from_value(fault).map_err(|error| error.to_string())?;
    fault.check(None)?;
    Ok((fault, rest))
}

/// What stands before the next comma or semicolon, and the text from there on.
fn until_mark(text: &str) -> (&str, &str) {
    let end = text.find([';', ',']).unwrap_or(text.len());
    (text[..end].trim(), &text[end..])
}

/// A value, and the text after it: JSON, or else a word.
fn value(text: &str) -> (Value, &str) {
    let text = text.trim_start();
    if text.starts_with(['[', '{', '"']) {
        let mut values = serde_json::Deserializer::from_str(text).into_iter();
        if let Some(Ok(value)) = values.next() {
            return (value, text[values.byte_offset()..].trim_start());
        }
    }
    let (word, rest) = until_mark(text);
    // `is=null` names a way to go wrong; no parameter is nothing.
    let value = serde_json::from_str(word).ok();
    let value = value.filter(|value: &Value| !value.is_null());
    (value.unwrap_or_else(|| word.into()), rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        serde_json::to_value(Fault::from_header(text).unwrap()).unwrap()
    }

    #[test]
    fn faults_are_read_with_their_parameters() {
        let both =
            json!([{"truncate": {"after": 3}}, {"redirect": {"to": "relative", "status": 302}}]);
        assert_eq!(
            read("truncate;after=3, redirect;to=relative;status=302"),
            both
        );
        assert_eq!(
            read(" truncate; after=3;,redirect ;to=relative;status=302 ,"),
            both
        );
        assert_eq!(read("hang"), json!([{"hang": {}}]));
        assert_eq!(read("body;is=null"), json!([{"body": {"is": "null"}}]));
        assert_eq!(read(""), json!([]));
    }

    #[test]
    fn a_value_of_json_may_have_any_mark_in_it() {
        let patch =
            r#"json;patch=[{"op":"add","path":"/a","value":";,"}] ;remove=["/total","/x"], hang"#;
        let read = read(patch);
        assert_eq!(read[0]["json"]["patch"][0]["value"], ";,");
        assert_eq!(read[0]["json"]["remove"], json!(["/total", "/x"]));
        assert_eq!(read[1], json!({"hang": {}}));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |text| Fault::from_header(text).unwrap_err();
        assert!(wrong("latncy").starts_with("there is no fault `latncy`; known are latency"));
        assert_eq!(
            wrong("truncate;3"),
            "`3` is not a parameter; `truncate;name=value` would be right"
        );
        assert_eq!(
            wrong("json;remove=[\"/a\"] hang"),
            "`hang` stands where a comma or a semicolon should"
        );
        assert!(wrong("truncate;afer=3").contains("afer"));
    }
}
