//! What a schema speaks of, field by field and word by word, so that it can be told what was never seen of it.

use bit_set::BitSet;
use schemas::{Evidence, Extent};
use serde_json::Value;

use crate::validate::{resolve, stated};

/// How deep a body is followed; those of the contract are not half as deep, but a schema may contain itself.
const MAX_DEPTH: usize = 16;

/// The fields and words of a schema, numbered.
#[derive(Debug)]
pub(crate) struct Outline {
    root: Part,
    places: Vec<Place>,
}

/// A field, the items of a list, or a word.
#[derive(Debug)]
struct Place {
    /// Such as `$.orders[*].status`, or `$.orders[*].status: COMPLETED`.
    name: String,
    /// The place that it is in; of the whole body, itself.
    within: usize,
    evidence: Evidence,
}

/// What may be at a place.
#[derive(Debug, Default)]
struct Part {
    place: usize,
    fields: Vec<(String, Self)>,
    items: Option<Box<Self>>,
    words: Vec<(String, usize)>,
}

impl Outline {
    /// Of all that the schema allows.
    pub(crate) fn of(schema: &Value) -> Self {
        let mut outline = Self {
            root: Part::default(),
            places: Vec::new(),
        };
        let whole = Place {
            name: "$".to_owned(),
            within: 0,
            evidence: stated(schema).unwrap_or(Evidence::Assumed),
        };
        outline.root = outline.part(schema, schema, whole, 0);
        outline
    }

    /// The places that a body has something at. `null` is nothing: it does not show what would be there.
    pub(crate) fn seen(&self, body: &Value) -> BitSet {
        let mut seen = BitSet::with_capacity(self.places.len());
        self.root.see(body, &mut seen);
        seen
    }

    /// The places that were not seen, but for those within another that was not, and those of which a server
    /// of this extent knows nothing.
    pub(crate) fn never_seen<'a>(
        &'a self,
        seen: &'a BitSet,
        extent: Extent,
    ) -> impl Iterator<Item = &'a str> {
        let served = move |place: &Place| {
            extent == Extent::Everything || place.evidence != Evidence::Assumed
        };
        let places = self.places.iter().enumerate();
        places
            .filter(move |(number, place)| {
                !seen.contains(*number) && seen.contains(place.within) && served(place)
            })
            .map(|(_, place)| &*place.name)
    }

    fn part(&mut self, root: &Value, schema: &Value, place: Place, depth: usize) -> Part {
        let (name, evidence) = (place.name.clone(), place.evidence);
        let mut part = Part {
            place: self.number(place),
            ..Part::default()
        };
        if depth == MAX_DEPTH {
            return part;
        }
        let within = part.place;
        let below = |name: String, schema: &Value| Place {
            name,
            within,
            evidence: stated(schema)
                .or_else(|| stated(resolve(root, schema)))
                .unwrap_or(evidence),
        };
        for schema in alternatives(root, schema) {
            for (field, inner) in schema["properties"].as_object().into_iter().flatten() {
                if part.fields.iter().any(|(known, _)| known == field) {
                    continue;
                }
                let place = below(format!("{name}.{field}"), inner);
                let inner = self.part(root, inner, place, depth + 1);
                part.fields.push((field.clone(), inner));
            }
            if let Some(items) = schema.get("items") {
                let place = below(format!("{name}[*]"), items);
                part.items = Some(Box::new(self.part(root, items, place, depth + 1)));
            }
            let words = schema["enum"].as_array().into_iter().flatten();
            for word in words.filter_map(Value::as_str) {
                let place = Place {
                    name: format!("{name}: {word}"),
                    within,
                    evidence,
                };
                part.words.push((word.to_owned(), self.number(place)));
            }
        }
        part
    }

    fn number(&mut self, place: Place) -> usize {
        self.places.push(place);
        self.places.len() - 1
    }
}

impl Part {
    fn see(&self, value: &Value, seen: &mut BitSet) {
        match value {
            Value::Null => return,
            Value::Object(values) => {
                for (name, field) in &self.fields {
                    if let Some(value) = values.get(name) {
                        field.see(value, seen);
                    }
                }
            }
            Value::Array(values) => {
                if let Some(item) = &self.items {
                    for value in values {
                        item.see(value, seen);
                    }
                }
            }
            Value::String(text) => {
                let word = self.words.iter().find(|(word, _)| word == text);
                seen.extend(word.map(|(_, place)| *place));
            }
            Value::Bool(_) | Value::Number(_) => {}
        }
        seen.insert(self.place);
    }
}

/// The schema itself, and those that it is made of.
pub(crate) fn alternatives<'a>(
    root: &'a Value,
    schema: &'a Value,
) -> impl Iterator<Item = &'a Value> {
    let schema = resolve(root, schema);
    let combined = ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .filter_map(|keyword| schema[keyword].as_array())
        .flatten()
        .map(|one| resolve(root, one));
    std::iter::once(schema).chain(combined)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shop() -> Outline {
        Outline::of(&json!({
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

    fn never_seen(outline: &Outline, bodies: &[Value], extent: Extent) -> Vec<String> {
        let mut seen = BitSet::new();
        for body in bodies {
            seen.union_with(&outline.seen(body));
        }
        let never = outline.never_seen(&seen, extent);
        never.map(ToOwned::to_owned).collect()
    }

    #[test]
    fn what_no_body_has_is_named_but_not_what_would_be_in_it() {
        let never = |bodies: &[Value]| never_seen(&shop(), bodies, Extent::Everything);
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
    fn what_is_left_out_as_assumed_is_not_missed() {
        let apple = json!({"fruits": [{"kind": "APPLE"}], "owner": {"name": "A"}});
        let never = never_seen(&shop(), &[apple], Extent::Documented);
        assert_eq!(never, ["$.fruits[*].kind: PEAR"]);
    }

    #[test]
    fn a_body_of_another_shape_shows_nothing_but_itself() {
        for body in [
            json!(5),
            json!("APPLE"),
            json!([[]]),
            json!({"fruits": "APPLE"}),
        ] {
            let never = never_seen(&shop(), &[body], Extent::Everything);
            assert!(never.contains(&"$.owner".to_owned()), "{never:?}");
        }
        assert_eq!(
            never_seen(&shop(), &[json!(null)], Extent::Everything),
            [""; 0]
        );
    }

    #[test]
    fn a_schema_that_contains_itself_ends() {
        let tree = json!({"properties": {"left": {"$ref": "#"}, "word": {"enum": ["A"]}}});
        let outline = Outline::of(&tree);
        assert!(outline.places.len() < 100, "{}", outline.places.len());
        let never = never_seen(
            &outline,
            &[json!({"left": {"word": "A"}})],
            Extent::Everything,
        );
        assert_eq!(never, ["$.left.left", "$.word"]);
    }
}
