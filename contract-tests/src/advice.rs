//! How to mend what rules and checks find: code in the languages that clients and servers are written in.
//!
//! A recipe is a piece of code for several rules or checks. `clients` and `servers` are its tables, the only places that name its files.

mod clients;
mod servers;

use strum::{Display, EnumString, VariantArray, VariantNames};

/// A language, with the library that the code for clients uses.
#[derive(Clone, Copy, Debug, Display, EnumString, Eq, PartialEq, VariantArray, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Language {
    /// Python, with requests.
    Python,
    /// Python, with httpx.
    Httpx,
    /// JavaScript, with fetch.
    Javascript,
    /// C#, with `HttpClient`.
    Csharp,
    /// Rust, with reqwest.
    Rust,
}

/// Code that mends some findings.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// What the code shows, as a heading.
    pub title: &'static str,
    /// The rules or checks that it is for.
    pub uses: &'static [Use],
    python: &'static str,
    httpx: &'static str,
    javascript: &'static str,
    csharp: &'static str,
    rust: &'static str,
}

/// A rule or check that a recipe is for.
#[derive(Debug)]
pub struct Use {
    /// Its id.
    pub id: &'static str,
    /// How the code mends it, as a sentence. The table of rules has that of a rule.
    pub fix: Option<&'static str>,
}

impl Recipe {
    /// The code in a language.
    pub fn code(&self, language: Language) -> &'static str {
        match language {
            Language::Python => self.python,
            Language::Httpx => self.httpx,
            Language::Javascript => self.javascript,
            Language::Csharp => self.csharp,
            Language::Rust => self.rust,
        }
    }
}

/// The files of a recipe, and what it is for.
macro_rules! recipe {
    // The folder, the file, and that of its Python code for httpx.
    (in $folder:literal, $name:literal, $httpx:literal, $title:literal, $uses:expr) => {
        Recipe {
            title: $title,
            uses: $uses,
            python: include_str!(concat!($folder, "/python/", $name, ".py")),
            httpx: include_str!(concat!($folder, "/", $httpx, "/", $name, ".py")),
            javascript: include_str!(concat!($folder, "/javascript/", $name, ".mjs")),
            csharp: include_str!(concat!($folder, "/csharp/", $name, ".cs")),
            rust: include_str!(concat!($folder, "/rust/", $name, ".rs")),
        }
    };
}
use recipe;

/// The recipes for clients, in the order of the book.
pub fn for_clients() -> &'static [Recipe] {
    clients::RECIPES
}

/// The recipes for servers, in the order of the book.
pub fn for_servers() -> &'static [Recipe] {
    servers::RECIPES
}

/// The recipe of a rule or check, and how it mends it.
pub fn find(id: &str) -> Option<(&'static Recipe, &'static Use)> {
    let recipes = for_clients().iter().chain(for_servers());
    let mut uses = recipes.flat_map(|recipe| recipe.uses.iter().map(move |of| (recipe, of)));
    uses.find(|(_, of)| of.id == id)
}
