//! Paths: which operation a path belongs to, and the id in it.

use super::{Operation, all};
use crate::Entity;

/// The operation of a request: by its method, and its path after [`crate::API_PREFIX`]. One trailing slash is ignored.
pub fn find(method: &str, path: &str) -> Option<&'static Operation> {
    let path = path.strip_suffix('/').unwrap_or(path);
    all().find(|operation| operation.method.as_str() == method && operation.is_at(path))
}

impl Operation {
    /// Whether a path is its own, with any id.
    fn is_at(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        let same = |wanted, given: &str| wanted == given || wanted == "{id}" && !given.is_empty();
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if same(wanted, given) => {}
                (_, _) => return false,
            }
        }
    }

    /// Whether it is about one object, whose id is in its path.
    pub fn has_id(&self) -> bool {
        self.path.contains("{id}")
    }

    /// The id in a path of its own, encoded as it is there.
    pub fn id_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        let mut segments = self.path.split('/').zip(path.split('/'));
        let id = segments.find(|(wanted, _)| *wanted == "{id}");
        id.map(|(_, given)| given)
    }

    /// The kind of object that the id in its path identifies.
    pub fn entity(&self) -> Option<Entity> {
        let (collection, _) = self.path.split_once("/{id}")?;
        Entity::in_collection(collection)
    }

    /// Its path after [`crate::API_PREFIX`] with `id` in place of the placeholder.
    pub fn path_with(&self, id: &str) -> String {
        self.path.replace("{id}", id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_operation_of_a_request() {
        for operation in all() {
            let path = operation.path_with("7");
            let found = |path: &str| find(operation.method.as_str(), path).map(|found| found.id);
            assert_eq!(found(&path), Some(operation.id));
            assert_eq!(found(&format!("{path}/")), Some(operation.id));
            assert_eq!(operation.id_in(&path), operation.has_id().then_some("7"));
            assert_eq!(found(&format!("{path}//")), None);
            // Without its id, the path is that of the list, or of no operation.
            let nameless = operation.path_with("");
            assert!(
                !operation.has_id() || found(&nameless) != Some(operation.id),
                "{nameless}"
            );
        }
        for (method, path) in [
            ("GET", "/"),
            ("GET", ""),
            ("PUT", "/orders"),
            ("get", "/orders"),
        ] {
            assert!(find(method, path).is_none(), "{method} {path}");
        }
    }

    #[test]
    fn every_id_names_an_entity() {
        for operation in all() {
            assert_eq!(operation.entity().is_some(), operation.has_id());
        }
    }
}
