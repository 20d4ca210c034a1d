//! The Rust code of the tutorial is compiled and run: its program as a binary of this package, its test here.

use std::{fs, path::Path, process::Command};

use crate::examples::{blocks, programs};

mod test_of_the_page {
    include!("../clients/rust_tutorial/lists_orders.rs");

    /// What the test knows as reqwest, which is built without a TLS provider here.
    mod reqwest {
        pub(super) struct Client;

        impl Client {
            #[expect(clippy::new_ret_no_self, reason = "it stands for that of the crate")]
            pub(super) fn new() -> ::reqwest::Client {
                let _ = rustls::crypto::ring::default_provider().install_default();
                ::reqwest::Client::new()
            }
        }
    }
}

#[test]
fn blocks_of_the_page_are_these_files() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(package.join("../docs/tutorials/rust.md")).unwrap();
    let blocks = blocks(&page).into_iter().filter(|(info, _)| info == "rust");
    let shown: Vec<_> = blocks.map(|(_, code)| code).collect();
    let files = ["prospects.rs", "lists_orders.rs"].map(|file| {
        fs::read_to_string(package.join("tests/clients/rust_tutorial").join(file)).unwrap()
    });
    assert_eq!(shown, files);
}

#[test]
fn program_of_the_page_prints_contacts() {
    let output = Command::new(programs().join("mock-server"))
        .args(["run", "--order-duration", "1s", "--"])
        .arg(env!("CARGO_BIN_EXE_rust-tutorial"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    // "A line for each person, so there are more than three lines."
    assert!(printed.lines().count() > 3, "{printed}");
    assert!(
        printed.lines().all(|line| line.contains(" - ")),
        "{printed}"
    );
}
