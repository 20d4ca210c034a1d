//! The committed schemas, the examples, the proof that the schemas reject invalid bodies, and the tables of the book.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod committed;
mod examples;
mod exports;
mod mutation;
mod openapi;
mod reference;
