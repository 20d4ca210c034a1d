//! Embeds the pages that `SUMMARY.md` lists, by its parts.

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

/// The parts with their pages, as Rust. The pages of a part are a static item: a constant that refers to one of them would otherwise have
/// a copy of all their texts.
fn parts(summary: &str) -> String {
    let (mut pages, mut parts, mut count) = (String::new(), String::new(), 0);
    for part in summary.split("\n# ") {
        let (title, lines) = part.split_once('\n').unwrap_or((part, ""));
        let title = title.trim_start_matches("# ");
        let of_part: Vec<_> = lines.lines().filter_map(page).collect();
        let (length, of_part) = (of_part.len(), of_part.concat());
        let _ = writeln!(
            pages,
            "static PAGES_{count}: [Page; {length}] = [{of_part}];"
        );
        let _ = writeln!(parts, "Part {{ title: {title:?}, pages: &PAGES_{count} }},");
        count += 1;
    }
    format!(
        "{pages}\n/// The parts of the book, in its order.\npub static PARTS: [Part; {count}] = [{parts}];\n"
    )
}

/// The page that a line links to, as Rust.
fn page(line: &str) -> Option<String> {
    let (_, link) = line.split_once('[')?;
    let (title, file) = link.strip_suffix(')')?.split_once("](")?;
    let topic = topic(file);
    let included = included(file);
    let path = format!(
        "{}/{}",
        env!("CARGO_MANIFEST_DIR"),
        included.as_deref().unwrap_or(file)
    );
    Some(format!(
        "Page {{ topic: {topic:?}, title: {title:?}, file: {file:?}, included: {included:?}, source: source!({path:?}) }},"
    ))
}

/// The path of the file that is the whole content of a page, such as the README of a package.
fn included(file: &str) -> Option<String> {
    let page = fs::read_to_string(file).ok()?;
    let link = page.trim().strip_prefix("{{#include ")?;
    let link = link.strip_suffix("}}")?;
    println!("cargo::rerun-if-changed={file}");
    let mut path: Vec<_> = file.split('/').collect();
    path.pop();
    for part in link.split('/') {
        if part == ".." && path.last().is_some_and(|last| *last != "..") {
            path.pop();
        } else {
            path.push(part);
        }
    }
    Some(path.join("/"))
}

/// The name of a page's file without its extension; an index is named by its folder.
fn topic(file: &str) -> &str {
    let path = file.trim_end_matches(".md").trim_end_matches("/index");
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
