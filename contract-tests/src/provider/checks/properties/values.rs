//! proptest strategies for the values that a schema allows.

use std::fmt;

use proptest::{
    collection::vec,
    option,
    prelude::{BoxedStrategy, Just, Strategy},
    sample::select,
    strategy::Union,
    string::string_regex,
};
use serde_json::{Map, Value, json};

use crate::contract::resolve;

/// Number of items in a list that may be longer.
const SOME: u64 = 3;
/// The longest list that is generated in full.
const LONG: u64 = 50;
/// Maximum length of a string without `maxLength`.
const TEXT: u64 = 200;

/// Valid strings that often break programs.
const ODD: &[&str] = &[
    "😀",
    "👩‍👩‍👧",
    "e\u{301}",
    "ß İ ǆ",
    "\u{202e}txet",
    "\u{feff}a",
    "\u{10ffff}",
    "a\u{0}b",
    "a\tb\r\nc",
    "\"\\/",
    "'; --",
    "%00 %s {0} ${x}",
    "<b>&amp;</b>",
    "null",
];

/// Which of the valid values are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bias {
    /// The shortest and the smallest.
    Least,
    /// The longest and the largest.
    Most,
    /// Odd texts.
    Odd,
    /// Anything.
    Any,
}

/// The values of a schema.
pub(super) struct Values<'a> {
    pub(super) root: &'a Value,
    /// A valid body with ids that exist on the server: fields that refer to objects are taken from it.
    pub(super) given: &'a Value,
    pub(super) bias: Bias,
}

impl Values<'_> {
    /// Values that this part of the schema allows, without conditions between parts.
    pub(super) fn any(&self, schema: &Value) -> BoxedStrategy<Value> {
        let schema = resolve(self.root, schema);
        if let Some(words) = schema["enum"].as_array() {
            return select(words.clone()).boxed();
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            Value::String(kind) => vec![kind.as_str()],
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
        };
        let any_of: Vec<_> = kinds
            .into_iter()
            .filter(|kind| *kind != "null" || matches!(self.bias, Bias::Any))
            .map(|kind| self.kind(schema, kind))
            .collect();
        if any_of.is_empty() {
            return select(vec![json!({}), json!("a"), json!([1, null])]).boxed();
        }
        Union::new(any_of).boxed()
    }

    fn kind(&self, schema: &Value, kind: &str) -> BoxedStrategy<Value> {
        match kind {
            "string" => self.text(schema).prop_map(Value::from).boxed(),
            "integer" => self.integer(schema),
            "number" => self.number(schema),
            "array" => self.list(schema),
            "object" => self.object(schema),
            "boolean" => select(vec![json!(false), json!(true)]).boxed(),
            _ => Just(Value::Null).boxed(),
        }
    }

    fn text(&self, schema: &Value) -> BoxedStrategy<String> {
        if schema["format"] == "date-time" {
            return time();
        }
        let min = schema["minLength"].as_u64().unwrap_or(0);
        let max = schema["maxLength"].as_u64().unwrap_or(TEXT);
        if let Some(regex) = whole_pattern(schema) {
            let short = move |text: &String| text.chars().count() as u64 <= max;
            let texts = string_regex(regex).expect("patterns of the contract are simple");
            return texts.prop_filter("is too long", short).boxed();
        }
        let repeat = |text: &str, times| text.repeat(usize::try_from(times).unwrap_or(0));
        let simple = Just(repeat("a", min.max(1)));
        let times = shrinking_to(Just(max), Just(1));
        let longest =
            (select(vec!["a", "ß", "😀"]), times).prop_map(move |(one, times)| repeat(one, times));
        let odd = select(ODD).prop_map(ToOwned::to_owned);
        match self.bias {
            Bias::Least => Just(repeat("a", min)).boxed(),
            Bias::Most => shrinking_to(longest, simple),
            Bias::Odd => shrinking_to(odd, simple),
            Bias::Any => {
                let short = vec(proptest::char::any(), 1..8).prop_map(String::from_iter);
                Union::new([simple.boxed(), short.boxed(), odd.boxed(), longest.boxed()]).boxed()
            }
        }
    }

    fn integer(&self, schema: &Value) -> BoxedStrategy<Value> {
        let min = schema["minimum"].as_i64().unwrap_or(0);
        let max = schema["maximum"].as_i64().unwrap_or(i64::from(i32::MAX));
        let number = match self.bias {
            Bias::Least => Just(min).boxed(),
            Bias::Most => shrinking_to(Just(max), Just(min)),
            Bias::Odd | Bias::Any => (min..=max).boxed(),
        };
        number.prop_map(Value::from).boxed()
    }

    fn number(&self, schema: &Value) -> BoxedStrategy<Value> {
        let min = schema["minimum"].as_f64().unwrap_or(0.0);
        let max = schema["maximum"].as_f64().unwrap_or(1e6);
        let number = match self.bias {
            Bias::Least => Just(min).boxed(),
            Bias::Most => shrinking_to(Just(max), Just(min)),
            Bias::Odd | Bias::Any => (min..=max).boxed(),
        };
        number.prop_map(Value::from).boxed()
    }

    fn list(&self, schema: &Value) -> BoxedStrategy<Value> {
        let min = schema["minItems"].as_u64().unwrap_or(0);
        let max = schema["maxItems"].as_u64().unwrap_or(SOME);
        let of_size = |min: u64, max: u64| {
            let size = |items: u64| usize::try_from(items).unwrap_or(0);
            vec(self.any(&schema["items"]), size(min)..=size(max))
        };
        let some = of_size(min, max.min(SOME));
        let items = match self.bias {
            Bias::Least => of_size(min, min).boxed(),
            Bias::Most if max <= LONG => shrinking_to(of_size(max, max).no_shrink(), some),
            Bias::Most | Bias::Odd | Bias::Any => some.boxed(),
        };
        items.prop_map(Value::from).boxed()
    }

    fn object(&self, schema: &Value) -> BoxedStrategy<Value> {
        let there = match self.bias {
            Bias::Least => 0.2,
            // Where one field excludes another, not all can be present.
            Bias::Most if has_exclusions(self.root) => 0.8,
            Bias::Most => 0.9999,
            Bias::Odd | Bias::Any => 0.5,
        };
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let field = |(name, field): (&String, &Value)| {
            let value = if refers_to_object(name) {
                Just(self.given.get(name)?.clone()).boxed()
            } else {
                self.any(field)
            };
            let required = required.contains(&json!(name));
            let name = name.clone();
            let named = value.prop_map(move |value| (name.clone(), value));
            Some(if required {
                named.prop_map(Some).boxed()
            } else {
                option::weighted(there, named).boxed()
            })
        };
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields: Vec<_> = fields.filter_map(field).collect();
        let object = |fields: Vec<Option<(String, Value)>>| {
            Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>())
        };
        fields.prop_map(object).boxed()
    }
}

/// Whether one field of a body can exclude another.
fn has_exclusions(schema: &Value) -> bool {
    ["if", "oneOf"]
        .iter()
        .any(|keyword| schema.get(*keyword).is_some())
}

/// Nearly always `one`, but it shrinks to `other`.
fn shrinking_to<T: fmt::Debug + 'static>(
    one: impl Strategy<Value = T> + 'static,
    other: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    Union::new_weighted(vec![(1, other.boxed()), (10_000, one.boxed())]).boxed()
}

/// Whether generated values can have a field: one that refers to an object is taken from the given body.
pub(super) fn is_generated(name: &str, given: &Value) -> bool {
    !refers_to_object(name) || given.get(name).is_some()
}

/// Whether a field refers to an object that must exist, or to its version.
fn refers_to_object(name: &str) -> bool {
    // An external id is the caller's own.
    let id = name.ends_with("_id") && name != "external_id";
    id || name.ends_with("_ids") || name == "version"
}

/// A pattern for the whole string, without its anchors.
fn whole_pattern(schema: &Value) -> Option<&str> {
    schema["pattern"]
        .as_str()?
        .strip_prefix('^')?
        .strip_suffix('$')
}

/// RFC 3339 timestamps.
fn time() -> BoxedStrategy<String> {
    let date = (1970..2100, 1..=12, 1..=28);
    let time = (0..24, 0..60, 0..60);
    let fraction = select(vec!["", ".5", ".123456789"]);
    let offset = select(vec!["Z", "+00:00", "-11:30", "+14:00"]);
    (date, time, fraction, offset)
        .prop_map(
            |((year, month, day), (hour, minute, second), fraction, offset)| {
                format!(
                    "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}"
                )
            },
        )
        .boxed()
}
