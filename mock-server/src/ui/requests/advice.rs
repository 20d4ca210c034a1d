//! What a person can do about a response that was no success, in one or two sentences with links.

use maud::{Markup, html};
use schemas::{ErrorCode, Preset, Scope, ScopeSet};
use strum::VariantArray;

use super::{
    super::{keys::preset_name, place::Place},
    explained::Explained,
};

/// The advice, if there is any beyond the cause itself. `active`: the name of the scenario whose rules applied, if it is still
/// active.
pub(super) fn render(explained: &Explained, place: &Place, active: Option<&str>) -> Markup {
    html! {
        @if let Some(advice) = advice(explained, place, active) { p.next { strong { "What to do: " } (advice) } }
    }
}

fn advice(explained: &Explained, place: &Place, active: Option<&str>) -> Option<Markup> {
    let link = |page: &str, label: &str| html! { a href=(place.path(page)) { (label) } };
    let Some(code) = explained.answer.error_code() else {
        let name = explained
            .faults
            .iter()
            .find_map(|fault| fault.scenario.as_ref())?;
        return Some(html! {
            "The scenario " code { (name) } " did this on purpose. "
            @if active.is_some() {
                (link("scenarios", "Scenarios")) " says what a good client does, and switches it off."
            } @else {
                "It is no longer active: " (link(&format!("scenarios?q={name}"), "Scenarios")) "."
            }
        });
    };
    match code {
        ErrorCode::AuthenticationError => Some(authentication(place, &link("keys", "Keys"))),
        ErrorCode::AuthorizationError => Some(scopes(explained, &link("keys", "Keys"))),
        ErrorCode::RateLimitExceeded => Some(html! {
            "Wait as long as " code { "Retry-After" } " says, then send it again. Or move the organization's time: " (link("clock", "Clock")) "."
        }),
        ErrorCode::EntityNotFound => Some(
            html! { "Use the id of something that the organization has: " (link("data", "Data")) "." },
        ),
        ErrorCode::NotFound | ErrorCode::MethodNotAllowed => {
            Some(html! { "Use one of the operations of the " (link("api", "API reference")) "." })
        }
        ErrorCode::ValidationError | ErrorCode::InvalidRequest => {
            Some(html! { "Send what the operation takes: " (link("api", "API reference")) "." })
        }
        ErrorCode::InvalidJson
        | ErrorCode::Conflict
        | ErrorCode::RequestTimeout
        | ErrorCode::PayloadTooLarge
        | ErrorCode::UriTooLong
        | ErrorCode::UnsupportedMediaType
        | ErrorCode::HeadersTooLarge
        | ErrorCode::InternalError
        | ErrorCode::NotImplemented
        | ErrorCode::ServiceUnavailable => None,
    }
}

fn authentication(place: &Place, keys: &Markup) -> Markup {
    match place {
        Place::Organization(_) => html! { "Use a valid key. Create one: " (keys) "." },
        Place::Unclaimed => html! {
            "Send a key as " code { "Authorization: Bearer KEY" } ". One that spells what it is needs no setup: "
            code { "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01" } "."
        },
    }
}

fn scopes(explained: &Explained, keys: &Markup) -> Markup {
    let needed = &explained.scopes.needed;
    if explained.token.is_some() {
        return html! { "Sign in again, and ask for " code { (needed.join(" ")) } " in " code { "scope" } "." };
    }
    match smallest_preset(needed) {
        Some(preset) => html! {
            "Use a key that holds " code { (needed.join(", ")) } ". Create one, for example with the preset "
            (preset_name(preset)) ": " (keys) "."
        },
        None => {
            html! { "No API key can hold " code { (needed.join(", ")) } "; use an access token." }
        }
    }
}

/// The preset with the fewest scopes that has all of these.
fn smallest_preset(needed: &[String]) -> Option<Preset> {
    let needed: ScopeSet = needed
        .iter()
        .filter_map(|scope| scope.parse::<Scope>().ok())
        .collect();
    let mut presets: Vec<_> = Preset::VARIANTS.to_vec();
    presets.retain(|preset| preset.scopes().contains_all(needed));
    presets
        .into_iter()
        .min_by_key(|preset| preset.scopes().iter().count())
}
