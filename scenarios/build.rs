//! A scenario that is added or removed is compiled in: `include_dir` alone notices changes of known files only.

fn main() {
    println!("cargo:rerun-if-changed=files");
}
