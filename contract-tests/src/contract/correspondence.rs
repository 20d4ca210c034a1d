//! Whether a response is about what its request asked for: the same object, and the values that were written.

use schemas::{Entity, Operation, operations};
use serde_json::{Map, Value, json};

use crate::finding::{Exchange, Outcome};

/// The part of a delivery that is written alone.
const FEEDBACK: &str = "feedback";
/// The field of an update that names the version before the update.
pub(crate) const VERSION: &str = "version";

/// The operation that reads what this one has written, in the same shape.
pub(crate) fn readback_of(operation: &Operation) -> Option<&'static Operation> {
    let document = operation.response?;
    operations::all().find(|other| {
        other.method == http::Method::GET
            && other.response == Some(document)
            && (other.path == operation.path
                || other.path.strip_suffix("/{id}") == Some(operation.path)
                || operation.path.strip_suffix("/feedback") == Some(other.path))
    })
}

/// A field of an object, or of the part of it that is written alone.
pub(crate) fn field<'a>(object: &'a Exchange, name: &str) -> Option<&'a Value> {
    let object = object.json();
    object.get(name).or_else(|| object[FEEDBACK].get(name))
}

/// The response has the values that were sent, in the fields that it has.
pub(crate) fn expect_sent_values(response: &Exchange, sent: &Map<String, Value>) -> Outcome {
    for (name, sent) in sent {
        if let Some(returned) = field(response, name) {
            response.expect_value(&format!("$.{name}"), sent, returned)?;
        }
    }
    Ok(())
}

/// An error names the object that is missing, and its kind.
pub(crate) fn expect_missing(error: &Exchange, id: &str, entity: Option<Entity>) -> Outcome {
    error.expect("$.identifier", &json!(id), &error.at("/identifier"))?;
    let entity = entity.map(Entity::as_str);
    error.expect("$.entity_type", &json!(entity), &error.at("/entity_type"))
}
