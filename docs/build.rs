//! Embeds the pages that `SUMMARY.md` lists, as an array of its parts.

use std::{
    env,
    fmt::Write,
    fs,
    io::{Error, Result},
    path::Path,
};

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=SUMMARY.md");
    let parts = parts(&fs::read_to_string("SUMMARY.md")?);
    let out = env::var_os("OUT_DIR").ok_or_else(|| Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("parts.rs"), parts)
}

/// The headings and the pages below them, as Rust.
fn parts(summary: &str) -> String {
    let mut parts = String::from("[");
    for part in summary.split("\n# ") {
        let (title, lines) = part.split_once('\n').unwrap_or((part, ""));
        let title = title.trim_start_matches("# ");
        let pages: String = lines.lines().filter_map(page).collect();
        let _ = writeln!(parts, "Part {{ title: {title:?}, pages: &[{pages}] }},");
    }
    parts + "]"
}

/// The page that a line links to, as Rust.
fn page(line: &str) -> Option<String> {
    let (_, link) = line.split_once('[')?;
    let (title, file) = link.strip_suffix(')')?.split_once("](")?;
    let topic = topic(file);
    let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
    Some(format!(
        "Page {{ topic: {topic:?}, title: {title:?}, file: {file:?}, source: source!({path:?}) }},"
    ))
}

/// The name of a page's file without its extension; an index is named by its folder.
fn topic(file: &str) -> &str {
    let path = file.trim_end_matches(".md").trim_end_matches("/index");
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
