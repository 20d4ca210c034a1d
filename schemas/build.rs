//! Rebuilds the crate when a file is added to the folders it embeds; the macro that embeds them
//! notices only changes of files it already knows.

fn main() {
    println!("cargo::rerun-if-changed=json");
    println!("cargo::rerun-if-changed=examples");
}
