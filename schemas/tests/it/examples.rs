//! Every example validates, and every schema has one.

use schemas::{documents::Document, examples};

#[test]
fn every_example_validates_against_its_schema() {
    for example in examples::all() {
        let schema = example.document.generate();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&example.body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", example.file);
    }
}

#[test]
fn every_schema_has_an_example() {
    let examples = examples::all();
    for document in Document::all() {
        assert!(
            examples.iter().any(|example| example.document == document),
            "no example for {}",
            document.name()
        );
    }
}

#[test]
fn examples_survive_a_round_trip_through_the_wire_type() {
    for example in examples::all()
        .into_iter()
        .filter(|example| example.document == Document::CreateOrder)
    {
        let order: schemas::orders::CreateOrder = serde_json::from_value(example.body).unwrap();
        assert!(!order.title.is_empty());
    }
}
