//! YAML 1.2, or JSON, which is YAML, as a tree: text that is text in every parser of its core schema stays text, also
//! where YAML 1.1 had a truth value (`no`, `y`, `on`).

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::{Content, Field, Mistake, Node, NodeKind, Place, number};

/// Maximum nesting depth of lists and maps.
const MAX_DEPTH: usize = 64;
/// Maximum number of values, including the copies that anchors store and aliases repeat. A text of allowed size cannot reach it
/// without aliases.
const MAX_VALUES: usize = 250_000;

/// Reads the single document of a text.
pub fn yaml(text: &str) -> Result<Node, Mistake> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let what = format!("this is not YAML: {}", error.info());
            Mistake::new(&what).at(place(*error.marker()))
        })?;
        let at = place(span.start);
        builder
            .handle_event(event, at)
            .map_err(|mistake| mistake.at(at))?;
    }
    Ok(builder.root.unwrap_or_else(|| null((1, 1))))
}

fn place(marker: Marker) -> Place {
    (marker.line() as u64, marker.col() as u64 + 1)
}

fn null(place: Place) -> Node {
    scalar(place, String::new(), NodeKind::Null, true)
}

fn scalar(place: Place, text: String, is: NodeKind, bare: bool) -> Node {
    let content = Content::Scalar { text, is, bare };
    Node { place, content }
}

/// A list or a map whose end is still to come.
struct Open {
    node: Node,
    anchor: usize,
    values: usize,
    /// The name whose value comes next.
    name: Option<(String, Place)>,
    /// The names read so far.
    names: HashSet<String>,
    /// Fields merged by `<<`; they apply only to names that the map itself lacks.
    merged: Vec<Field>,
}

impl Open {
    /// Adds a value.
    fn add(&mut self, node: Node) -> Result<(), Mistake> {
        let place = node.place;
        match &mut self.node.content {
            Content::Scalar { .. } => {}
            Content::List(items) => items.push(node),
            Content::Map(fields) => match (self.name.take(), node.content) {
                (Some((name, _)), Content::Map(others)) if name == "<<" => {
                    self.merged.extend(others);
                }
                (Some((name, at)), _) if !self.names.insert(name.clone()) => {
                    return Err(Mistake::duplicate(&name).at(at));
                }
                (Some((name, at)), content) => fields.push((name, at, Node { place, content })),
                (None, Content::Scalar { text, is, .. }) if is != NodeKind::Null => {
                    self.name = Some((text, place));
                }
                (None, _) => return Err(Mistake::new("a name in a map must be text").at(place)),
            },
        }
        Ok(())
    }

    /// The finished list or map.
    fn end(mut self) -> Node {
        if let Content::Map(fields) = &mut self.node.content {
            for field in self.merged {
                if self.names.insert(field.0.clone()) {
                    fields.push(field);
                }
            }
        }
        self.node
    }
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    open: Vec<Open>,
    /// The value of each anchor, and the number of values in it.
    anchors: HashMap<usize, (Node, usize)>,
    values: usize,
}

impl Builder {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other events are not values, including new ones"
    )]
    fn handle_event(&mut self, event: Event<'_>, at: Place) -> Result<(), Mistake> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let (is, bare) = kind(&text, style, tag.as_deref())?;
                self.count(1)?;
                self.add(scalar(at, text.into_owned(), is, bare), anchor, 1)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(Content::List(Vec::new()), at, anchor, tag.as_deref())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.begin(Content::Map(Vec::new()), at, anchor, tag.as_deref())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => {
                    let (anchor, values) = (open.anchor, open.values);
                    self.add(open.end(), anchor, values)
                }
                None => Ok(()),
            },
            Event::Alias(id) => match self.anchors.get(&id).cloned() {
                Some((node, values)) => {
                    self.count(values)?;
                    self.add(node, 0, values)
                }
                None => Err(Mistake::new(
                    "an alias cannot refer to a value that contains it",
                )),
            },
            Event::DocumentStart(..) if self.root.is_some() => Err(Mistake::new(
                "a second document begins here; write only one",
            )),
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        content: Content,
        place: Place,
        anchor: usize,
        tag: Option<&Tag>,
    ) -> Result<(), Mistake> {
        if let Some(tag) = tag {
            return Err(unknown_tag(tag));
        }
        if self.open.len() == MAX_DEPTH {
            let what = format!("lists and maps may have at most {MAX_DEPTH} levels");
            return Err(Mistake::new(&what));
        }
        self.count(1)?;
        self.open.push(Open {
            node: Node { place, content },
            anchor,
            values: 1,
            name: None,
            names: HashSet::new(),
            merged: Vec::new(),
        });
        Ok(())
    }

    /// Counts further values.
    fn count(&mut self, values: usize) -> Result<(), Mistake> {
        self.values += values;
        if self.values > MAX_VALUES {
            let what = format!("a document may have at most {MAX_VALUES} values");
            return Err(Mistake::new(&what));
        }
        Ok(())
    }

    /// Adds a value to its parent. `values` is the number of values in it, itself included.
    fn add(&mut self, node: Node, anchor: usize, values: usize) -> Result<(), Mistake> {
        if anchor != 0 {
            self.count(values)?;
            self.anchors.insert(anchor, (node.clone(), values));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.values += values;
        open.add(node)
    }
}

/// The type of a scalar, and whether it may also be read as text.
fn kind(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<(NodeKind, bool), Mistake> {
    match tag {
        None => {}
        Some(tag) if tag.core_suffix() == Some("str") => return Ok((NodeKind::Text, false)),
        Some(tag) => return Err(unknown_tag(tag)),
    }
    let is = match text {
        _ if style != ScalarStyle::Plain => return Ok((NodeKind::Text, false)),
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => NodeKind::Bool,
        _ if number::json(text).is_some() => NodeKind::Number,
        _ => NodeKind::Text,
    };
    if is == NodeKind::Text && is_invalid_number(text) {
        return Err(Mistake::new(
            "JSON has no infinite number and none that is not a number",
        ));
    }
    Ok((is, true))
}

/// Whether YAML 1.2 reads the text as a number that JSON cannot express.
fn is_invalid_number(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(rest, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

fn unknown_tag(tag: &Tag) -> Mistake {
    let tag = tag.original();
    Mistake::new(&format!("unknown tag `{tag}`; known is `!!str`"))
}
