//! Faults in header syntax: `id;name=value;…, id;…`.

use serde_json::{Value, value::RawValue};
use strum::VariantNames;

use super::Fault;
use crate::{document, exact};

impl Fault {
    /// Parses one or more faults. A value that starts like JSON may contain commas and semicolons.
    pub fn from_header(text: &str) -> Result<Vec<Self>, String> {
        let mut rest = text.trim();
        let mut faults = Vec::new();
        while !rest.is_empty() {
            let (fault, after) = parse_fault(rest)?;
            faults.push(fault);
            rest = after;
        }
        Ok(faults)
    }
}

/// The first fault of a text, and the text after it.
fn parse_fault(text: &str) -> Result<(Fault, &str), String> {
    let (id, mut rest) = until_delimiter(text);
    if !Fault::VARIANTS.contains(&id) {
        let known = Fault::VARIANTS.join(", ");
        return Err(format!("unknown fault `{id}`; use one of {known}"));
    }
    let mut parameters = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        rest = after.trim_start();
        let (part, after) = until_delimiter(rest);
        if part.is_empty() {
            rest = after;
            continue;
        }
        let name = part
            .split_once('=')
            .map(|(name, _)| name)
            .ok_or_else(|| format!("`{part}` is not a parameter; write `{id};name=value`"))?;
        let (read, after) = value(&rest[name.len() + 1..]);
        parameters.push(format!("{}: {read}", Value::from(name.trim())));
        rest = after;
    }
    let rest = match rest.strip_prefix(',') {
        Some(next) => next.trim_start(),
        None if rest.is_empty() => rest,
        None => {
            return Err(format!("expected a comma or a semicolon before `{rest}`"));
        }
    };
    let fault = document::yaml(&format!("{{{id}: {{{}}}}}", parameters.join(", ")));
    let fault = fault.and_then(|fault| fault.read::<Fault>());
    let fault = fault.map_err(|mistake| mistake.to_string())?;
    fault.check(None)?;
    Ok((fault, rest))
}

/// The text before the next comma or semicolon, and the text from there on.
fn until_delimiter(text: &str) -> (&str, &str) {
    let end = text.find([';', ',']).unwrap_or(text.len());
    (text[..end].trim(), &text[end..])
}

/// A value as JSON that keeps all digits of numbers, and the text after it. A value that is not JSON is a word.
fn value(text: &str) -> (String, &str) {
    let text = text.trim_start();
    if text.starts_with(['[', '{', '"']) {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        // JSON can escape what YAML cannot: unpaired surrogates.
        let value = values.next().and_then(Result::ok);
        if let Some(Ok(value)) = value.map(|raw| exact::read(raw.get().as_bytes())) {
            let rest = &text[values.byte_offset()..];
            return (exact::write(&value), rest.trim_start());
        }
    }
    let (word, rest) = until_delimiter(text);
    // `is=null` names a flaw; no parameter is `null`.
    let is_json = serde_json::from_str::<&RawValue>(word).is_ok_and(|raw| raw.get() != "null");
    let value = if is_json {
        word.to_owned()
    } else {
        Value::from(word).to_string()
    };
    (value, rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse_value(text: &str) -> Value {
        serde_json::to_value(Fault::from_header(text).unwrap()).unwrap()
    }

    #[test]
    fn parses_faults_with_their_parameters() {
        let both =
            json!([{"truncate": {"after": 3}}, {"redirect": {"to": "relative", "status": 302}}]);
        assert_eq!(
            parse_value("truncate;after=3, redirect;to=relative;status=302"),
            both
        );
        assert_eq!(
            parse_value(" truncate; after=3;,redirect ;to=relative;status=302 ,"),
            both
        );
        assert_eq!(parse_value("hang"), json!([{"hang": {}}]));
        assert_eq!(
            parse_value("body;is=null"),
            json!([{"body": {"is": "null"}}])
        );
        assert_eq!(parse_value(""), json!([]));
    }

    #[test]
    fn json_values_may_contain_any_punctuation() {
        let patch =
            r#"json;patch=[{"op":"add","path":"/a","value":";,"}] ;remove=["/total","/x"], hang"#;
        let read = parse_value(patch);
        assert_eq!(read[0]["json"]["patch"][0]["value"], ";,");
        assert_eq!(read[0]["json"]["remove"], json!(["/total", "/x"]));
        assert_eq!(read[1], json!({"hang": {}}));
        let set = Fault::from_header(r#"json;set={"/a": "\ud83d\ude00", "/b": 1e400}"#).unwrap();
        let set = serde_json::to_string(&set[0]).unwrap();
        assert!(set.contains(r#""/a":"😀","/b":1e400"#), "{set}");
    }

    #[test]
    fn names_what_is_wrong() {
        let wrong = |text| Fault::from_header(text).unwrap_err();
        assert!(wrong("latncy").starts_with("unknown fault `latncy`; use one of latency"));
        assert_eq!(
            wrong("truncate;3"),
            "`3` is not a parameter; write `truncate;name=value`"
        );
        assert_eq!(
            wrong("json;remove=[\"/a\"] hang"),
            "expected a comma or a semicolon before `hang`"
        );
        assert!(wrong("truncate;afer=3").contains("afer"));
    }
}
