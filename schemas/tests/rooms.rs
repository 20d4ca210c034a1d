//! The rooms of each crate, its top-level modules, import each other in one direction only.
//!
//! `docs/architecture.md` draws them from the top down, and this test compares the code with the drawing. A room may import
//! only rooms on lower lines, so there are no import cycles.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test may stop where its own files cannot be read, and syntax has more forms than import anything"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, File, Item, ItemMod, ItemUse, Macro, UseTree,
    visit::{self, Visit},
};

const PACKAGES: [&str; 5] = [
    "schemas",
    "scenarios",
    "docs",
    "mock-server",
    "contract-tests",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rooms of a package, a list for each line of its drawing.
fn picture(package: &str) -> Vec<Vec<String>> {
    let page = fs::read_to_string(workspace().join("docs/architecture.md")).unwrap();
    let begin = format!("```text rooms of {package}\n");
    let (_, rest) = page
        .split_once(&begin)
        .unwrap_or_else(|| panic!("docs/architecture.md has no picture that begins with {begin}"));
    let (picture, _) = rest.split_once("```").unwrap();
    let line = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    picture.lines().map(line).collect()
}

fn is_test(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        let list = attribute.meta.require_list();
        list.is_ok_and(|list| list.path.is_ident("cfg") && list.tokens.to_string() == "test")
    };
    attributes.iter().any(is_test)
}

/// The files of a package, each with its module path.
fn modules(folder: &Path, path: &[String], found: &mut Vec<(PathBuf, Vec<String>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_face = matches!(&*stem, "lib" | "main" | "mod") && file.is_file();
        let path = if is_face {
            path.to_vec()
        } else {
            [path, &[stem]].concat()
        };
        if file.is_dir() {
            modules(&file, &path, found);
        } else if file.extension().is_some_and(|extension| extension == "rs") {
            found.push((file, path));
        }
    }
}

/// The modules for tests that a file declares and that are files of their own.
fn test_modules(file: &File, module: &[String]) -> Vec<Vec<String>> {
    let declared = file.items.iter().filter_map(|item| match item {
        Item::Mod(declared) if declared.content.is_none() && is_test(&declared.attrs) => {
            Some([module, &[declared.ident.to_string()]].concat())
        }
        _ => None,
    });
    declared.collect()
}

fn parse(file: &Path) -> File {
    let text = fs::read_to_string(file).unwrap();
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The paths that a file names, from the root of its package.
struct Imports<'a> {
    /// The name of the package's library in its programs.
    library: &'a str,
    module: Vec<String>,
    paths: BTreeSet<Vec<String>>,
}

impl Imports<'_> {
    fn note(&mut self, path: &[String]) {
        let mut from = self.module.clone();
        let mut rest = path;
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => from.clear(),
                "super" => drop(from.pop()),
                "self" => {}
                name if name == self.library && rest.len() == path.len() => from.clear(),
                _ if rest.len() == path.len() => return,
                _ => break,
            }
            rest = others;
        }
        self.paths.insert([&from, rest].concat());
    }

    fn note_tree(&mut self, before: &[String], tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                self.note_tree(&[before, &[path.ident.to_string()]].concat(), &path.tree);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.note_tree(before, tree);
                }
            }
            UseTree::Name(name) => self.note(&[before, &[name.ident.to_string()]].concat()),
            UseTree::Rename(name) => self.note(&[before, &[name.ident.to_string()]].concat()),
            UseTree::Glob(_) => self.note(before),
        }
    }

    /// Paths in the arguments of a macro, which only the macro itself can parse.
    fn note_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if path.last().is_none_or(|last| last != "::") {
                        path.clear();
                    }
                    path.retain(|part| part != "::");
                    path.push(name.to_string());
                    self.note(&path);
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    if !path.is_empty() && path.last().is_some_and(|last| last != "::") {
                        path.push("::".to_owned());
                    }
                }
                TokenTree::Group(group) => {
                    path.clear();
                    self.note_tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => path.clear(),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Imports<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.note_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|part| part.ident.to_string());
        self.note(&names.collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.note_tokens(invocation.tokens.clone());
    }
}

/// The top-level modules of a package, and the names that its roots export, with the modules these are of.
#[derive(Default)]
struct Root {
    rooms: BTreeSet<String>,
    exports: BTreeMap<String, String>,
}

impl Root {
    fn read(&mut self, file: &File) {
        for item in &file.items {
            match item {
                Item::Mod(item) if !is_test(&item.attrs) => {
                    self.rooms.insert(item.ident.to_string());
                }
                Item::Use(item) => {
                    if let UseTree::Path(path) = &item.tree {
                        self.export(&path.ident.to_string(), &path.tree);
                    }
                }
                _ => {}
            }
        }
    }

    fn export(&mut self, room: &str, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.export(room, &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.export(room, tree)),
            UseTree::Name(name) => {
                self.exports.insert(name.ident.to_string(), room.into());
            }
            UseTree::Rename(name) => {
                self.exports.insert(name.rename.to_string(), room.into());
            }
            UseTree::Glob(_) => {
                panic!("a root exports names, so that one sees where they are from")
            }
        }
    }

    fn room<'a>(&'a self, path: &'a [String]) -> Option<&'a String> {
        let first = path.first()?;
        self.exports.get(first).or_else(|| self.rooms.get(first))
    }
}

/// The differences between a package's code and its drawing, a line each.
fn faults(package: &str) -> Vec<String> {
    let mut files = Vec::new();
    modules(&workspace().join(package).join("src"), &[], &mut files);
    files.sort();
    let files: Vec<_> = files
        .into_iter()
        .map(|(path, module)| (parse(&path), path, module))
        .collect();
    let tests: Vec<_> = files
        .iter()
        .flat_map(|(file, _, module)| test_modules(file, module))
        .collect();
    let is_for_tests = |module: &[String]| tests.iter().any(|test| module.starts_with(test));
    let mut root = Root::default();
    for (file, ..) in files.iter().filter(|(.., module)| module.is_empty()) {
        root.read(file);
    }
    let mut faults = Vec::new();
    let mut levels = BTreeMap::new();
    for (level, rooms) in picture(package).into_iter().enumerate() {
        for room in rooms {
            if !root.rooms.contains(&room) {
                faults.push(format!("{room} is in the picture, and is no module"));
            }
            levels.insert(room, level);
        }
    }
    let missing = root.rooms.iter().filter(|room| !levels.contains_key(*room));
    faults.extend(missing.map(|room| format!("{room} is a module, and not in the picture")));
    for (file, path, module) in &files {
        if module.is_empty() || is_for_tests(module) {
            continue;
        }
        let mut imports = Imports {
            library: &package.replace('-', "_"),
            module: module.clone(),
            paths: BTreeSet::new(),
        };
        imports.visit_file(file);
        for import in &imports.paths {
            let (here, Some(there)) = (&module[0], root.room(import)) else {
                continue;
            };
            if here != there && levels.get(here) >= levels.get(there) {
                let file = path.strip_prefix(workspace()).unwrap().display();
                faults.push(format!(
                    "{file}: {here} imports {}, and {there} is not below it",
                    import.join("::")
                ));
            }
        }
    }
    faults
}

#[test]
fn rooms_import_only_rooms_below_them() {
    for package in PACKAGES {
        let faults = faults(package);
        assert!(faults.is_empty(), "{package}:\n{}", faults.join("\n"));
    }
}
