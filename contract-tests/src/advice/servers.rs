//! The code for servers: logic that needs no framework, for each check with a sentence on how it mends what the check finds.

mod access;
mod data;
mod http;
mod oauth;

use super::{Recipe, Use, recipe};
use crate::finding::concat::{concat, length};

/// A recipe. Python needs no library, so its code is the same for httpx.
macro_rules! server {
    ($name:literal, $title:literal, $($check:literal => $fix:literal),+ $(,)?) => {
        recipe!(in "../server", $name, "python", $title, &[$(Use { id: $check, fix: Some($fix) }),+])
    };
}
use server;

const PARTS: &[&[Recipe]] = &[
    access::RECIPES,
    http::RECIPES,
    data::RECIPES,
    oauth::RECIPES,
];

/// Every check, with the code that mends what it finds.
pub(super) static RECIPES: &[Recipe] = &concat::<_, { length(PARTS) }>(PARTS);
