//! The program of the tutorial for Rust, unchanged, so that it is compiled and run.

use std::error::Error;

#[expect(
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    clippy::print_stdout,
    reason = "it is a program like those of others, told by its environment, and it sleeps for real"
)]
mod prospects {
    include!("rust_tutorial/prospects.rs");

    pub(super) fn run() -> Result<(), Box<dyn Error>> {
        main()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // reqwest is built without a TLS provider here, and the sandbox needs none.
    let _ = rustls::crypto::ring::default_provider().install_default();
    prospects::run()
}
