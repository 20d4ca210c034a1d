//! What a schema speaks of, field by field, word by word and keyword by keyword, so that it can be told what was seen
//! of it, and what never was.

mod tally;

use schemas::{Evidence, Profile};
use serde_json::Value;

pub(crate) use self::tally::{Held, Keywords, Shown};
use self::tally::{Keyword, Type};
use crate::contract::{resolve, stated};

/// How deep a body is followed; those of the contract are not half as deep, but a schema may contain itself.
const MAX_DEPTH: usize = 16;

/// The fields, words and keywords of a schema, numbered.
#[derive(Debug)]
pub(crate) struct Outline {
    root: Part,
    places: Vec<Place>,
    keywords: Vec<Keyword>,
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
            keywords: Vec::new(),
        };
        let whole = Place {
            name: "$".to_owned(),
            within: 0,
            evidence: stated(schema).unwrap_or(Evidence::Assumed),
        };
        outline.root = outline.part(schema, schema, whole, 0);
        outline
    }

    /// What a body shows: how many values of which type it has at each place.
    pub(crate) fn shown(&self, body: &Value) -> Shown {
        let mut shown = Shown::of(self.places.len(), self.keywords.len());
        self.root.see(body, &mut shown);
        shown
    }

    /// Takes note in `shown` that the value at a JSON pointer of the body breaks a keyword.
    pub(crate) fn broken(&self, shown: &mut Shown, pointer: &str, keyword: &str) {
        let mut parts = pointer.split('/').skip(1);
        let place = parts.try_fold(&self.root, |part, step| part.step(step));
        let known = place.and_then(|part| {
            let mut keywords = self.keywords.iter();
            keywords.position(|known| known.place == part.place && known.name == keyword)
        });
        if let Some(known) = known {
            shown.broke(known);
        }
    }

    /// What came of each keyword.
    pub(crate) fn keywords(&self, shown: &Shown) -> Keywords {
        let name = |keyword: &Keyword| {
            let place = &self.places[keyword.place].name;
            format!("{place} {}", keyword.name)
        };
        shown.keywords(&self.keywords, name)
    }

    /// The places that were not seen, but for those within another that was not, and those of which a server
    /// of this profile knows nothing. `null` is nothing: it does not show what would be there.
    pub(crate) fn never_seen<'a>(
        &'a self,
        shown: &'a Shown,
        profile: Profile,
    ) -> impl Iterator<Item = &'a str> {
        let served = move |place: &Place| {
            profile == Profile::Everything || place.evidence != Evidence::Assumed
        };
        let places = self.places.iter().enumerate();
        places
            .filter(move |(number, place)| {
                !shown.has(*number) && shown.has(place.within) && served(place)
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
            self.hold(part.place, schema);
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

    /// Takes note of the keywords that a value at a place is held to, each once.
    fn hold(&mut self, place: usize, schema: &Value) {
        let keywords = schema.as_object().into_iter().flatten();
        for keyword in keywords.filter_map(|(name, _)| Keyword::of(place, name)) {
            if !self.keywords.contains(&keyword) {
                self.keywords.push(keyword);
            }
        }
    }

    fn number(&mut self, place: Place) -> usize {
        self.places.push(place);
        self.places.len() - 1
    }
}

impl Part {
    /// What is one step further down a JSON pointer.
    fn step(&self, step: &str) -> Option<&Self> {
        let mut fields = self.fields.iter();
        let field = fields.find(|(name, _)| name == step);
        field.map(|(_, field)| field).or(self.items.as_deref())
    }

    fn see(&self, value: &Value, shown: &mut Shown) {
        shown.saw(self.place, Type::of(value));
        match value {
            Value::Object(values) => {
                for (name, field) in &self.fields {
                    if let Some(value) = values.get(name) {
                        field.see(value, shown);
                    }
                }
            }
            Value::Array(values) => {
                if let Some(item) = &self.items {
                    for value in values {
                        item.see(value, shown);
                    }
                }
            }
            Value::String(text) => {
                if let Some((_, place)) = self.words.iter().find(|(word, _)| word == text) {
                    shown.saw(*place, Type::String);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
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

    fn never_seen(outline: &Outline, bodies: &[Value], profile: Profile) -> Vec<String> {
        let mut shown = outline.shown(&Value::Null);
        for body in bodies {
            shown.add(&outline.shown(body));
        }
        let never = outline.never_seen(&shown, profile);
        never.map(ToOwned::to_owned).collect()
    }

    #[test]
    fn what_no_body_has_is_named_but_not_what_would_be_in_it() {
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
    fn what_is_left_out_as_assumed_is_not_missed() {
        let apple = json!({"fruits": [{"kind": "APPLE"}], "owner": {"name": "A"}});
        let never = never_seen(&shop(), &[apple], Profile::Documented);
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
            let never = never_seen(&shop(), &[body], Profile::Everything);
            assert!(never.contains(&"$.owner".to_owned()), "{never:?}");
        }
        assert_eq!(
            never_seen(&shop(), &[json!(null)], Profile::Everything),
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
            Profile::Everything,
        );
        assert_eq!(never, ["$.left.left", "$.word"]);
    }

    #[test]
    fn keywords_are_counted_where_a_value_is_held_to_them() {
        let outline = Outline::of(&json!({
            "type": "object", "required": ["name"],
            "properties": {
                "name": {"type": ["string", "null"], "maxLength": 3},
                "sizes": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 0}},
            },
        }));
        let keywords = |bodies: &[Value], broken: &[(&str, &str)]| {
            let mut shown = outline.shown(&json!({}));
            for body in bodies {
                shown.add(&outline.shown(body));
            }
            for (pointer, keyword) in broken {
                outline.broken(&mut shown, pointer, keyword);
            }
            let Keywords {
                of,
                seen,
                valid,
                invalid,
                broken,
            } = outline.keywords(&shown);
            (
                [of, seen, valid, invalid],
                broken.into_keys().collect::<Vec<_>>(),
            )
        };
        // The whole, `type` and `required`; of the name, its `type` alone: null is not too long.
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
        // What the schema does not have is of no keyword.
        assert_eq!(keywords(&[], &[("/colour", "type"), ("", "enum")]).0[3], 0);
    }
}
