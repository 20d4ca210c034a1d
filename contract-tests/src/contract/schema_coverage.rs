//! The fields, enum values and keywords of a schema, to count which of them responses have covered.

mod tally;

use schemas::{Evidence, Profile};
use serde_json::Value;

use self::tally::{Keyword, Type};
pub(crate) use self::tally::{KeywordCount, Keywords, SchemaCoverage};
use crate::contract::{declared_evidence, resolve};

/// Maximum depth. Bodies of the contract are not half as deep, but a schema may be recursive.
const MAX_DEPTH: usize = 16;

/// The fields, enum values and keywords of a schema, numbered.
#[derive(Debug)]
pub(crate) struct SchemaIndex {
    root: Node,
    places: Vec<Place>,
    keywords: Vec<Keyword>,
}

/// A field, the items of a list, or an enum value.
#[derive(Debug)]
struct Place {
    /// Its name, such as `$.orders[*].status`, or `$.orders[*].status: COMPLETED`.
    name: String,
    /// The index of the enclosing place; that of the body is its own index.
    within: usize,
    evidence: Evidence,
}

/// The schema at a place.
#[derive(Debug, Default)]
struct Node {
    place: usize,
    fields: Vec<(String, Self)>,
    items: Option<Box<Self>>,
    enum_values: Vec<(String, usize)>,
}

impl SchemaIndex {
    pub(crate) fn new(schema: &Value) -> Self {
        let mut index = Self {
            root: Node::default(),
            places: Vec::new(),
            keywords: Vec::new(),
        };
        let whole = Place {
            name: "$".to_owned(),
            within: 0,
            evidence: declared_evidence(schema).unwrap_or(Evidence::Assumed),
        };
        index.root = index.node(schema, schema, whole, 0);
        index
    }

    /// Counts the values of a body by place and type.
    pub(crate) fn coverage_of(&self, body: &Value) -> SchemaCoverage {
        let mut coverage = SchemaCoverage::of(self.places.len(), self.keywords.len());
        self.root.count(body, &mut coverage);
        coverage
    }

    /// Counts the value at a JSON pointer of the body as one that violates a keyword.
    pub(crate) fn note_broken_keyword(
        &self,
        coverage: &mut SchemaCoverage,
        pointer: &str,
        keyword: &str,
    ) {
        let mut parts = pointer.split('/').skip(1);
        let place = parts.try_fold(&self.root, |node, step| node.step(step));
        let known = place.and_then(|node| {
            let mut keywords = self.keywords.iter();
            keywords.position(|known| known.place == node.place && known.name == keyword)
        });
        if let Some(known) = known {
            coverage.count_broken(known);
        }
    }

    pub(crate) fn keywords(&self, coverage: &SchemaCoverage) -> Keywords {
        let name = |keyword: &Keyword| {
            let place = &self.places[keyword.place].name;
            format!("{place} {}", keyword.name)
        };
        coverage.keywords(&self.keywords, name)
    }

    /// The unseen places, without those inside an unseen place, and without those that a server of this profile does not serve.
    /// `null` does not count: it does not show the type of the place.
    pub(crate) fn never_seen<'a>(
        &'a self,
        coverage: &'a SchemaCoverage,
        profile: Profile,
    ) -> impl Iterator<Item = &'a str> {
        let served = move |place: &Place| {
            profile == Profile::Everything || place.evidence != Evidence::Assumed
        };
        let places = self.places.iter().enumerate();
        places
            .filter(move |(number, place)| {
                !coverage.has(*number) && coverage.has(place.within) && served(place)
            })
            .map(|(_, place)| &*place.name)
    }

    fn node(&mut self, root: &Value, schema: &Value, place: Place, depth: usize) -> Node {
        let (name, evidence) = (place.name.clone(), place.evidence);
        let mut node = Node {
            place: self.add_place(place),
            ..Node::default()
        };
        if depth == MAX_DEPTH {
            return node;
        }
        let within = node.place;
        let below = |name: String, schema: &Value| Place {
            name,
            within,
            evidence: declared_evidence(schema)
                .or_else(|| declared_evidence(resolve(root, schema)))
                .unwrap_or(evidence),
        };
        for schema in alternatives(root, schema) {
            self.add_keywords(node.place, schema);
            for (field, inner) in schema["properties"].as_object().into_iter().flatten() {
                if node.fields.iter().any(|(known, _)| known == field) {
                    continue;
                }
                let place = below(format!("{name}.{field}"), inner);
                let inner = self.node(root, inner, place, depth + 1);
                node.fields.push((field.clone(), inner));
            }
            if let Some(items) = schema.get("items") {
                let place = below(format!("{name}[*]"), items);
                node.items = Some(Box::new(self.node(root, items, place, depth + 1)));
            }
            let enum_values = schema["enum"].as_array().into_iter().flatten();
            for word in enum_values.filter_map(Value::as_str) {
                let place = Place {
                    name: format!("{name}: {word}"),
                    within,
                    evidence,
                };
                node.enum_values
                    .push((word.to_owned(), self.add_place(place)));
            }
        }
        node
    }

    /// Adds the keywords that a value at a place must satisfy, each once.
    fn add_keywords(&mut self, place: usize, schema: &Value) {
        let keywords = schema.as_object().into_iter().flatten();
        for keyword in keywords.filter_map(|(name, _)| Keyword::of(place, name)) {
            if !self.keywords.contains(&keyword) {
                self.keywords.push(keyword);
            }
        }
    }

    fn add_place(&mut self, place: Place) -> usize {
        self.places.push(place);
        self.places.len() - 1
    }
}

impl Node {
    /// The node after one step of a JSON pointer.
    fn step(&self, step: &str) -> Option<&Self> {
        let mut fields = self.fields.iter();
        let field = fields.find(|(name, _)| name == step);
        field.map(|(_, field)| field).or(self.items.as_deref())
    }

    fn count(&self, value: &Value, coverage: &mut SchemaCoverage) {
        coverage.count_value(self.place, Type::of(value));
        match value {
            Value::Object(values) => {
                for (name, field) in &self.fields {
                    if let Some(value) = values.get(name) {
                        field.count(value, coverage);
                    }
                }
            }
            Value::Array(values) => {
                if let Some(item) = &self.items {
                    for value in values {
                        item.count(value, coverage);
                    }
                }
            }
            Value::String(text) => {
                if let Some((_, place)) = self.enum_values.iter().find(|(word, _)| word == text) {
                    coverage.count_value(*place, Type::String);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The schema itself, and the schemas that it combines.
pub(crate) fn alternatives<'a>(
    root: &'a Value,
    schema: &'a Value,
) -> impl Iterator<Item = &'a Value> {
    let schema = resolve(root, schema);
    let combined = ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .filter_map(|keyword| schema[keyword].as_array())
        .flatten()
        .map(|value| resolve(root, value));
    std::iter::once(schema).chain(combined)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shop() -> SchemaIndex {
        SchemaIndex::new(&json!({
            "x-evidence": "documented",
            "properties": {
                "fruits": {"type": "array", "items": {"$ref": "#/$defs/Fruit"}},
                "owner": {"anyOf": [{"$ref": "#/$defs/Owner"}, {"type": "null"}]},
            },
            "$defs": {
                "Fruit": {"properties": {
                    "kind": {"enum": ["APPLE", "PEAR"]},
                    "colour": {"type": "string", "x-evidence": "assumed"},
                }},
                "Owner": {"properties": {"name": {"type": "string"}}},
            },
        }))
    }

    fn never_seen(index: &SchemaIndex, bodies: &[Value], profile: Profile) -> Vec<String> {
        let mut coverage = index.coverage_of(&Value::Null);
        for body in bodies {
            coverage.add(&index.coverage_of(body));
        }
        let never = index.never_seen(&coverage, profile);
        never.map(ToOwned::to_owned).collect()
    }

    #[test]
    fn lists_unseen_fields_but_not_their_children() {
        let never = |bodies: &[Value]| never_seen(&shop(), bodies, Profile::Everything);
        let empty = json!({"fruits": [], "owner": null});
        assert_eq!(
            never(std::slice::from_ref(&empty)),
            ["$.fruits[*]", "$.owner"]
        );
        let apple = json!({"fruits": [{"kind": "APPLE"}, {"kind": "PLUM", "weight": 5}]});
        assert_eq!(
            never(&[empty, apple.clone()]),
            ["$.fruits[*].colour", "$.fruits[*].kind: PEAR", "$.owner"]
        );
        let rest = json!({"fruits": [{"kind": "PEAR", "colour": "red"}], "owner": {"name": "A"}});
        assert_eq!(never(&[apple, rest]), [""; 0]);
    }

    #[test]
    fn ignores_fields_that_the_profile_leaves_out() {
        let apple = json!({"fruits": [{"kind": "APPLE"}], "owner": {"name": "A"}});
        let never = never_seen(&shop(), &[apple], Profile::Documented);
        assert_eq!(never, ["$.fruits[*].kind: PEAR"]);
    }

    #[test]
    fn body_of_another_type_covers_only_itself() {
        for body in [
            json!(5),
            json!("APPLE"),
            json!([[]]),
            json!({"fruits": "APPLE"}),
        ] {
            let never = never_seen(&shop(), &[body], Profile::Everything);
            assert!(never.contains(&"$.owner".to_owned()), "{never:?}");
        }
        assert_eq!(
            never_seen(&shop(), &[json!(null)], Profile::Everything),
            [""; 0]
        );
    }

    #[test]
    fn recursive_schemas_terminate() {
        let tree = json!({"properties": {"left": {"$ref": "#"}, "word": {"enum": ["A"]}}});
        let index = SchemaIndex::new(&tree);
        assert!(index.places.len() < 100, "{}", index.places.len());
        let never = never_seen(
            &index,
            &[json!({"left": {"word": "A"}})],
            Profile::Everything,
        );
        assert_eq!(never, ["$.left.left", "$.word"]);
    }

    #[test]
    fn counts_keywords_where_a_value_is_validated_by_them() {
        let index = SchemaIndex::new(&json!({
            "type": "object", "required": ["name"],
            "properties": {
                "name": {"type": ["string", "null"], "maxLength": 3},
                "sizes": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 0}},
            },
        }));
        let keywords = |bodies: &[Value], broken: &[(&str, &str)]| {
            let mut coverage = index.coverage_of(&json!({}));
            for body in bodies {
                coverage.add(&index.coverage_of(body));
            }
            for (pointer, keyword) in broken {
                index.note_broken_keyword(&mut coverage, pointer, keyword);
            }
            let Keywords {
                of,
                seen,
                valid,
                invalid,
                broken,
            } = index.keywords(&coverage);
            (
                [of, seen, valid, invalid],
                broken.into_keys().collect::<Vec<_>>(),
            )
        };
        // `type` and `required` of the body; only `type` of the name, since null has no length.
        assert_eq!(
            keywords(&[json!({"name": null})], &[]),
            ([8, 3, 3, 0], vec![])
        );
        let body = json!({"name": "abcd", "sizes": [1, -1]});
        let broken = [("/name", "maxLength"), ("/sizes/1", "minimum")];
        assert_eq!(
            keywords(&[body], &broken),
            (
                [8, 8, 7, 2],
                vec![
                    "$.name maxLength".to_owned(),
                    "$.sizes[*] minimum".to_owned()
                ]
            )
        );
        // A place that is not in the schema has no keyword.
        assert_eq!(keywords(&[], &[("/colour", "type"), ("", "enum")]).0[3], 0);
    }
}
