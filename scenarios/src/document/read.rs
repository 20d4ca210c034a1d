//! A tree as a serde deserializer. Where the expected type and the actual value differ, the error states both.

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, EnumAccess, IntoDeserializer, VariantAccess, Visitor,
        value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::{
    Content, Mistake, Node, NodeKind,
    access::{Fields, Items},
    digits::Digits,
    mistake::quoted,
    number,
};

/// The name of the type that reads a value as JSON text, with every digit.
pub(crate) const EXACT: &str = "$scenarios::Exact";
/// The name of the type that reads values whose numbers are marked where they would change.
pub(crate) const DIGITS: &str = "$scenarios::Digits";

impl Node {
    /// The value is not the expected one.
    fn unexpected(&self, expected: &str) -> Mistake {
        let is = match &self.content {
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a map".to_owned(),
            Content::Scalar { text, is, .. } => match is {
                NodeKind::Null => "null".to_owned(),
                // Where text is expected, this may be a secret without quotes.
                NodeKind::Bool | NodeKind::Number if expected == "text" => {
                    "a number or a truth value".to_owned()
                }
                NodeKind::Bool => text.to_lowercase(),
                NodeKind::Number => format!("the number {text}"),
                NodeKind::Text => quoted(text),
            },
        };
        Mistake::unexpected(expected, &is).at(self.place)
    }

    fn is_null(&self) -> bool {
        matches!(
            &self.content,
            Content::Scalar {
                is: NodeKind::Null,
                ..
            }
        )
    }

    fn text(&self) -> Result<&str, Mistake> {
        match &self.content {
            Content::Scalar { text, is, bare }
                if *is == NodeKind::Text || *bare && *is != NodeKind::Null =>
            {
                Ok(text)
            }
            Content::Scalar { .. } | Content::List(_) | Content::Map(_) => {
                Err(self.unexpected("text"))
            }
        }
    }

    /// The number in JSON syntax.
    pub(super) fn number(&self) -> Option<String> {
        match &self.content {
            Content::Scalar {
                text,
                is: NodeKind::Number,
                ..
            } => number::json(text),
            Content::Scalar { .. } | Content::List(_) | Content::Map(_) => None,
        }
    }

    fn integer<T: TryFrom<i128>>(&self, expected: &str) -> Result<T, Mistake> {
        let number = self.number().and_then(|number| number.parse::<i128>().ok());
        let number = number.and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| self.unexpected(expected))
    }

    /// The value as JSON; every number keeps its digits.
    fn json(&self) -> String {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        match &self.content {
            Content::Scalar { text: raw, is, .. } => match is {
                NodeKind::Null => "null".to_owned(),
                NodeKind::Bool => raw.to_lowercase(),
                NodeKind::Number => number::json(raw).unwrap_or_default(),
                NodeKind::Text => text(raw),
            },
            Content::List(items) => {
                let items: Vec<_> = items.iter().map(Self::json).collect();
                format!("[{}]", items.join(","))
            }
            Content::Map(fields) => {
                let fields = fields.iter();
                let fields: Vec<_> = fields
                    .map(|(name, _, node)| format!("{}:{}", text(name), node.json()))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }
        }
    }
}

/// Deserializes integers; each type comes with the text of what it expects.
macro_rules! integers {
    ($($method:ident $visit:ident $expected:expr;)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            visitor.$visit(self.integer($expected)?)
        })+
    };
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let (text, is) = match &self.content {
            Content::List(_) => return self.deserialize_seq(visitor),
            Content::Map(_) => return self.deserialize_map(visitor),
            Content::Scalar { text, is, .. } => (text, is),
        };
        match is {
            NodeKind::Null => visitor.visit_unit(),
            NodeKind::Bool => self.deserialize_bool(visitor),
            NodeKind::Text => visitor.visit_borrowed_str(text),
            NodeKind::Number => {
                let number = self.number().unwrap_or_default();
                if let Ok(number) = number.parse::<u64>() {
                    visitor.visit_u64(number)
                } else if let Ok(number) = number.parse::<i64>() {
                    visitor.visit_i64(number)
                } else {
                    self.deserialize_f64(visitor)
                }
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.content {
            Content::Scalar {
                text,
                is: NodeKind::Bool,
                ..
            } => visitor.visit_bool(text.eq_ignore_ascii_case("true")),
            Content::Scalar { .. } | Content::List(_) | Content::Map(_) => {
                Err(self.unexpected("true or false"))
            }
        }
    }

    integers! {
        deserialize_u8 visit_u8 "a whole number from 0 to 255";
        deserialize_u16 visit_u16 "a whole number from 0 to 65535";
        deserialize_u32 visit_u32 "a whole number from 0 to 4294967295";
        deserialize_u64 visit_u64 "a whole number from 0 on";
        deserialize_i8 visit_i8 "a whole number from -128 to 127";
        deserialize_i16 visit_i16 "a whole number from -32768 to 32767";
        deserialize_i32 visit_i32 "a whole number from -2147483648 to 2147483647";
        deserialize_i64 visit_i64 "a whole number";
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let number = self.number().and_then(|number| number.parse().ok());
        let number = number.filter(|number: &f64| number.is_finite());
        visitor.visit_f64(number.ok_or_else(|| self.unexpected("a number that a double can be"))?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        if self.is_null() {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        if name == EXACT {
            return visitor.visit_string(self.json());
        }
        if name == DIGITS {
            return visitor.visit_newtype_struct(Digits(self));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.content {
            Content::List(items) => visitor.visit_seq(Items::new(items, |node| node)),
            Content::Map(_) | Content::Scalar { .. } => Err(self.unexpected("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.content {
            Content::Map(fields) => visitor.visit_map(Fields::new(fields, |node| node)),
            Content::List(_) | Content::Scalar { .. } => Err(self.unexpected("a map")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        if matches!(self.content, Content::Map(_)) {
            return self.deserialize_map(visitor);
        }
        Err(match fields {
            [] => self.unexpected("an empty map, `{}`"),
            fields => self.unexpected(&format!("a map with {}", fields.join(", "))),
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.content {
            Content::Map(fields) => match fields.as_slice() {
                [(name, place, node)] => visitor.visit_enum(Choice {
                    name,
                    place: *place,
                    value: Some(node),
                }),
                [] => Err(self.unexpected(&format!("one of {}", variants.join(", ")))),
                [_, second, ..] => {
                    let what =
                        format!("`{}` appears beside another name; write only one", second.0);
                    Err(Mistake::new(&what).at(second.1))
                }
            },
            Content::Scalar { .. } | Content::List(_) => match self.text() {
                Ok(name) => visitor.visit_enum(Choice {
                    name,
                    place: self.place,
                    value: None,
                }),
                Err(_) => Err(self.unexpected(&format!("one of {}", variants.join(", ")))),
            },
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

/// An enum variant: its name and its value.
struct Choice<'de> {
    name: &'de str,
    place: super::Place,
    value: Option<&'de Node>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Mistake> {
        let name: StrDeserializer<'_, Mistake> = self.name.into_deserializer();
        let read = seed.deserialize(name);
        let variant = read.map_err(|mistake| mistake.at(self.place))?;
        Ok((variant, self))
    }
}

impl<'de> Choice<'de> {
    /// The value of the variant, which must be present.
    fn value(&self) -> Result<&'de Node, Mistake> {
        let name = self.name;
        self.value.ok_or_else(|| {
            let what = format!("`{name}` needs a value, such as `{name}: {{}}`");
            Mistake::new(&what).at(self.place)
        })
    }

    fn named(&self, mistake: Mistake, node: &Node) -> Mistake {
        mistake.at(node.place).in_field(self.name)
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Mistake;

    fn unit_variant(self) -> Result<(), Mistake> {
        match self.value {
            Some(node) if !node.is_null() => {
                let what = format!("`{}` takes no value; write the word alone", self.name);
                Err(Mistake::new(&what).at(node.place))
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mistake> {
        let node = self.value()?;
        let read = seed.deserialize(node);
        read.map_err(|mistake| self.named(mistake, node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mistake> {
        let node = self.value()?;
        let read = node.deserialize_seq(visitor);
        read.map_err(|mistake| self.named(mistake, node))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let node = self.value()?;
        let read = node.deserialize_struct("", fields, visitor);
        read.map_err(|mistake| self.named(mistake, node))
    }
}
