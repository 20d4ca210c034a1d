//! Deserializes the items of lists and the fields of maps, with their positions in errors.

use serde::{
    Deserializer,
    de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, value::StrDeserializer},
};

use super::{Field, Mistake, Node};

/// The items of a list that are still to be read.
pub(super) struct Items<'de, D> {
    left: std::slice::Iter<'de, Node>,
    index: usize,
    /// Makes the deserializer of an item.
    reader: fn(&'de Node) -> D,
}

impl<'de, D> Items<'de, D> {
    pub(super) fn new(items: &'de [Node], reader: fn(&'de Node) -> D) -> Self {
        let (left, index) = (items.iter(), 0);
        Self {
            left,
            index,
            reader,
        }
    }
}

impl<'de, D: Deserializer<'de, Error = Mistake>> SeqAccess<'de> for Items<'de, D> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mistake> {
        let Some(item) = self.left.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        let read = seed.deserialize((self.reader)(item));
        read.map(Some)
            .map_err(|mistake| mistake.at(item.place).in_item(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// The fields of a map that are still to be read.
pub(super) struct Fields<'de, D> {
    left: std::slice::Iter<'de, Field>,
    field: Option<&'de Field>,
    /// Makes the deserializer of a value.
    reader: fn(&'de Node) -> D,
}

impl<'de, D> Fields<'de, D> {
    pub(super) fn new(fields: &'de [Field], reader: fn(&'de Node) -> D) -> Self {
        let (left, field) = (fields.iter(), None);
        Self {
            left,
            field,
            reader,
        }
    }
}

impl<'de, D: Deserializer<'de, Error = Mistake>> MapAccess<'de> for Fields<'de, D> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mistake> {
        self.field = self.left.next();
        let Some((name, place, _)) = self.field else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Mistake> = name.as_str().into_deserializer();
        let read = seed.deserialize(name);
        read.map(Some).map_err(|mistake| mistake.at(*place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let Some((name, _, node)) = self.field.take() else {
            return Err(Mistake::new("a value is asked for before its name"));
        };
        let read = seed.deserialize((self.reader)(node));
        read.map_err(|mistake| mistake.at(node.place).in_field(name))
    }
}
