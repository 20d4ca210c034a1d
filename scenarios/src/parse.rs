//! Parses texts into scenarios. Errors state the position, what is wrong, and what would be right.

use std::{fmt, path::Path};

use serde_json::Value;

use crate::{
    check::check,
    document::{self, Mistake},
    faults,
    scenario::{DataItem, Scenario},
};

/// Maximum size of a scenario file, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// Why a text is not a scenario.
#[derive(Debug)]
pub struct ScenarioError {
    /// Line and column, if the error is about a place in the text.
    place: Option<(u64, u64)>,
    what: String,
}

impl ScenarioError {
    /// What is wrong, and what would be right.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The error with the file and the position: `own.yaml:4:9: unknown name …`.
    pub fn in_file(&self, file: &Path) -> String {
        let (file, what) = (file.display(), &self.what);
        match self.place {
            Some((line, column)) => format!("{file}:{line}:{column}: {what}"),
            None => format!("{file}: {what}"),
        }
    }
}

impl From<String> for ScenarioError {
    fn from(what: String) -> Self {
        Self { place: None, what }
    }
}

impl From<Mistake> for ScenarioError {
    fn from(mistake: Mistake) -> Self {
        Self {
            place: mistake.place(),
            what: mistake.to_string(),
        }
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(formatter, "line {line}, column {column}: ")?;
        }
        formatter.write_str(&self.what)
    }
}

impl std::error::Error for ScenarioError {}

/// Parses YAML, of which JSON is a subset.
pub fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    parse_with(text, &|_| Ok(()))
}

/// The same; `made` also checks the data that the scenario creates.
pub fn parse_with(
    text: &str,
    check_data: &dyn Fn(&DataItem) -> Result<(), String>,
) -> Result<Scenario, ScenarioError> {
    if text.len() > MAX_BYTES {
        let what = format!(
            "a scenario has at most {MAX_BYTES} bytes; this one has {}",
            text.len()
        );
        return Err(what.into());
    }
    let tree = document::yaml(text)?;
    let scenario: Scenario = tree.read()?;
    check(&scenario, check_data).map_err(|wrong| ScenarioError {
        place: wrong.part.and_then(|(name, index)| tree.part(name, index)),
        what: wrong.what,
    })?;
    Ok(scenario)
}

/// The JSON Schema of a scenario file, as text.
///
/// # Panics
///
/// Never: a schema is JSON.
pub fn schema_text() -> String {
    let mut schema = Value::from(schemars::schema_for!(Scenario));
    for fault in faults::all() {
        let variants = schema["$defs"]["Fault"]["oneOf"].as_array_mut();
        let mut variants = variants.into_iter().flatten();
        if let Some(variant) = variants.find(|value| value["properties"].get(fault.id).is_some()) {
            variant["x-applies-to"] = fault.applies.to_string().into();
        }
    }
    serde_json::to_string_pretty(&schema).expect("a schema is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    fn what(text: &str) -> String {
        parse(text).unwrap_err().what().to_owned()
    }

    #[test]
    fn errors_name_the_place_the_problem_and_the_remedy() {
        let error = wrong("name: a\nsummary: b\nrules:\n  - do: [{latncy: {of: 1s}}]\n");
        let begin = "line 4, column 11: rules[0].do[0]: unknown name `latncy`; did you mean `latency`? use one of ";
        assert!(
            error.starts_with(begin) && error.contains("rate_limit"),
            "{error}"
        );
        let error = wrong("name: a\nsummary: b\nrules:\n  - do: [{latency: {of: soon}}]\n");
        let begin =
            "line 4, column 25: rules[0].do[0].latency.of: `soon` is not a duration such as 250ms";
        assert!(error.starts_with(begin), "{error}");
        let text = "name: a\nsummary: b\ncolour: red\n";
        let error = parse(text).unwrap_err().in_file(Path::new("own.yaml"));
        let begin = "own.yaml:3:1: unknown name `colour`; use one of name, summary, ";
        assert!(error.starts_with(begin), "{error}");
        for text in [
            "name: a\nsummary: [b",
            "name: a\nname: b",
            "",
            "name: a\nsummary: &x [*x]",
        ] {
            let error = wrong(text);
            assert_eq!(error.matches("line").count(), 1, "{error}");
            assert!(
                !error.contains("serde") && !error.contains("from_"),
                "{error}"
            );
        }
    }

    /// The value that a fault of this scenario sets a field to.
    fn set_to(value: &str) -> Value {
        let rule = format!("{{do: [{{json: {{set: {{/a: {value}}}}}}}]}}");
        let scenario = parse(&format!("name: a\nsummary: b\nrules: [{rule}]")).unwrap();
        let scenario = serde_json::to_value(scenario).unwrap();
        let set = scenario.pointer("/rules/0/do/0/json/set/~1a");
        set.unwrap().clone()
    }

    #[test]
    fn reads_values_as_yaml_1_2() {
        for text in [
            "no",
            "yes",
            "y",
            "N",
            "on",
            "off",
            "~x",
            "1_000",
            "2026-01-15",
            "1.2.3",
            ".5x",
        ] {
            assert_eq!(set_to(text), Value::from(text), "{text}");
        }
        for (text, is) in [
            ("true", Value::from(true)),
            ("False", false.into()),
            ("~", Value::Null),
        ] {
            assert_eq!(set_to(text), is, "{text}");
        }
        for number in [
            "0",
            "-7",
            "1.0",
            "0.5",
            "9007199254740993",
            "18446744073709551615",
            "-9223372036854775808",
        ] {
            assert_eq!(set_to(number).to_string(), number);
        }
        assert_eq!(set_to("'7'"), Value::from("7"));
    }

    #[test]
    fn checks_rules_that_types_cannot_express() {
        let rule = |rule: &str| what(&format!("name: a\nsummary: b\nrules: [{rule}]"));
        let second = "name: a\nsummary: b\nrules:\n- do: [{hang: {}}]\n- do: []\n";
        assert!(wrong(second).starts_with("line 5, column 3: a: rule 2: the rule does nothing"));
        assert_eq!(
            what("name: Not One\nsummary: b\nrules: [{do: [{hang: {}}]}]")
                .lines()
                .count(),
            1
        );
        assert_eq!(
            what("name: a\nsummary: b"),
            "a: the scenario does nothing; add `rules`, `steps`, `keys` or `data`"
        );
        assert_eq!(
            rule("{do: []}"),
            "a: rule 1: the rule does nothing; add `do` or `then`"
        );
        assert_eq!(
            rule("{when: {probability: 2}, do: [{hang: {}}]}"),
            "a: rule 1: probability 2 is not from 0 to 1"
        );
        assert_eq!(
            rule("{when: {by: path}, do: [{hang: {}}]}"),
            "a: rule 1: `by` needs `nth` or `every`"
        );
        assert_eq!(
            rule("{phase: before_auth, do: [{truncate: {after: 1}}]}"),
            "a: rule 1: truncate: it changes a response, so its only phase is after_handler"
        );
        assert_eq!(
            rule("{when: {operation: [create_order, get_order]}, do: [{paging: {how: loop}}]}"),
            "a: rule 1: paging: it applies to lists, not to create_order or get_order"
        );
        assert_eq!(
            rule("{when: {endpoint: [revoke]}, do: [{json: {remove: [/a]}}]}"),
            "a: rule 1: json: it applies to successes with a body, not to revoke"
        );
        assert_eq!(
            rule("{do: [{authorization_response: {state: x}}]}"),
            "a: rule 1: authorization_response: it applies to authorization responses, not to the API; add `endpoint`, \
             such as `endpoint: [authorize]`"
        );
        assert_eq!(
            rule("{when: {endpoint: [token], path: /orders}, do: [{hang: {}}]}"),
            "a: rule 1: `endpoint` is about the authorization server and `path` about the API; make two rules"
        );
        assert_eq!(
            rule("{when: {endpoint: [token], offset: 1-}, do: [{hang: {}}]}"),
            "a: rule 1: `endpoint` is about the authorization server and `offset` about the API; make two rules"
        );
        assert_eq!(
            rule("{do: [{error: {status: 200}}]}"),
            "a: rule 1: error: status 200 is not from 400 to 599"
        );
        assert!(
            rule("{when: {operation: [list_order]}, do: [{hang: {}}]}").contains(
                "unknown name `list_order`; did you mean `list_orders`? use one of list_orders, create_order"
            )
        );
    }

    #[test]
    fn checks_keys_and_data_of_a_scenario() {
        let parts = |parts: &str| what(&format!("name: a\nsummary: b\n{parts}"));
        assert_eq!(
            parts("keys: [{name: old, preset: orders, scopes: ['orders:read']}]"),
            "a: key old: set exactly one of `preset` and `scopes`"
        );
        assert_eq!(
            parts("keys: [{name: old, preset: orders}, {name: old, preset: orders}]"),
            "a: key old: the name is used twice"
        );
        assert_eq!(
            parts("data: [{operation: list_orders, body: {}}]"),
            "a: data 1: list_orders does not create anything from a body alone; use an operation such as create_order"
        );
        assert_eq!(
            parts("steps: [{after: {requests: 1}, do: [{revoke: {key: old}}]}]"),
            "a: step 1: `old` is not a key; use the name of one of the scenario's `keys`, or an id such as key_1"
        );
        assert_eq!(
            parts("rules: [{when: {key: key_x}, do: [{hang: {}}]}]")
                .split(':')
                .nth(1),
            Some(" rule 1")
        );
        let rotation = |to: &str| {
            format!(
                "keys: [{{name: old, preset: orders}}, {{name: new, preset: orders}}]\n\
                 steps: [{{after: {{requests: 1}}, do: [{{rotate: {{key: old, to: {to}, overlap: 1m}}}}]}}]"
            )
        };
        assert_eq!(
            parts(&rotation("old")),
            "a: step 1: `to` must be another of the scenario's `keys`; `old` is not"
        );
        parse(&format!("name: a\nsummary: b\n{}", rotation("new"))).unwrap();
    }

    #[test]
    fn reads_json_too() {
        let text = r#"{"name": "a", "summary": "b", "rules": [{"when": {"nth": 2}, "do": [{"empty": {}}]}]}"#;
        assert_eq!(parse(text).unwrap().rules.len(), 1);
    }

    #[test]
    fn rejects_what_would_exhaust_memory() {
        let mut bomb =
            String::from("name: a\nsummary: &a0 [x, x, x, x, x, x, x, x, x, x]\nexpect:\n");
        for level in 1..12 {
            use std::fmt::Write;
            let below = format!("*a{}, ", level - 1).repeat(10);
            writeln!(bomb, "  - &a{level} [{below}]").unwrap();
        }
        assert!(parse(&bomb).is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        let many = format!("[[[[[[{}1]]]]]]", "1, ".repeat(80_000));
        let rule = format!("{{do: [{{json: {{set: {{/a: {many}}}}}}}]}}");
        parse(&format!("name: a\nsummary: b\nrules: [{rule}]")).unwrap();
        let anchors = format!("[{}{}", "&a [".repeat(50), "1, ".repeat(80_000));
        let anchors = format!("{anchors}1{}", "]".repeat(51));
        assert!(wrong(&anchors).contains("a document may have at most 250000 values"));
        assert!(wrong(&" ".repeat(300_000)).starts_with("a scenario has at most 262144 bytes"));
    }

    #[test]
    fn rejects_names_that_are_too_long() {
        let text = |scenario: usize, key: usize| {
            let [scenario, key] = [scenario, key].map(|length| "a".repeat(length));
            format!("name: {scenario}\nsummary: b\nkeys: [{{name: {key}, preset: read_only}}]")
        };
        parse(&text(100, 100)).unwrap();
        let problem = "a name has at most 100 characters; this one has 101";
        assert_eq!(what(&text(101, 1)), problem);
        assert!(what(&text(1, 101)).ends_with(problem));
        let schema: Value = serde_json::from_str(&schema_text()).unwrap();
        for name in ["/properties/name", "/$defs/OwnKey/properties/name"] {
            let length = schema.pointer(name).unwrap()["maxLength"].as_u64();
            assert_eq!(length, Some(100), "{name}");
        }
    }

    #[test]
    fn schema_says_where_each_fault_applies() {
        let schema: Value = serde_json::from_str(&schema_text()).unwrap();
        let variants = schema["$defs"]["Fault"]["oneOf"].as_array().unwrap();
        assert_eq!(variants.len(), faults::all().count());
        for variant in variants {
            assert!(variant["x-applies-to"].is_string(), "{variant}");
        }
    }

    #[test]
    fn built_in_scenarios_match_the_schema() {
        let schema: Value = serde_json::from_str(&schema_text()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for scenario in crate::library::all() {
            let value = serde_json::to_value(scenario).unwrap();
            let errors: Vec<_> = validator
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert_eq!(errors, [""; 0], "{}", scenario.name);
        }
        let unknown =
            serde_json::json!({"name": "a", "summary": "b", "rules": [{"do": [{"latncy": {}}]}]});
        assert!(!validator.is_valid(&unknown));
    }
}
