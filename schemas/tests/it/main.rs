//! The committed schemas, the examples, and the proof that the schemas refuse what they should.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod committed;
mod examples;
mod mutation;
mod openapi;
