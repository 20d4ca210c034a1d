//! The dialogs of the page Keys: a new key is described, and then shown once.

use maud::{Markup, html};
use schemas::{Preset, Tier};
use serde_json::json;
use strum::VariantArray;

use super::{
    super::{
        components::{ControlRequest, ServerView, rate},
        frame::Frame,
    },
    row::preset_name,
};
use crate::config::Config;

/// The choices of an expiration.
const EXPIRATIONS: [(&str, &str); 6] = [
    ("", "Never"),
    ("5m", "In 5 minutes"),
    ("1d", "In a day"),
    ("30d", "In 30 days"),
    ("90d", "In 90 days"),
    ("365d", "In a year"),
];

/// The form for a new key.
pub(super) fn dialog(frame: &Frame, config: &Config) -> Markup {
    let example = json!({"name": "CI", "preset": "orders", "tier": "pro"});
    let request = ControlRequest {
        method: "POST",
        path: format!("{}/keys", frame.place.control_path()),
        body: Some(example.to_string()),
        server: &frame.server,
    };
    html! {
        dialog #create aria-labelledby="create-title" {
            h2 #create-title { "Create a key" }
            form data-method="POST" data-path=(request.path) data-makes-key {
                label { "Name" input name="name" maxlength="100" required autocomplete="off" placeholder="CI"; }
                fieldset {
                    legend { "What it may do" }
                    div.cards { @for preset in Preset::VARIANTS { (preset_card(*preset)) } }
                }
                fieldset {
                    legend { "Tier" }
                    div.cards { @for tier in Tier::VARIANTS { (tier_card(*tier, config)) } }
                }
                fieldset {
                    legend { "Expiration" }
                    div.cards.short { @for (value, label) in EXPIRATIONS { (expiration_card(value, label)) } }
                }
                p.actions {
                    button.primary { "Create key" }
                    button type="button" data-closes="create" { "Cancel" }
                }
                (request.reveal())
            }
        }
    }
}

fn preset_card(preset: Preset) -> Markup {
    let scopes = preset.scopes();
    let count = scopes.iter().count();
    let value: &str = preset.into();
    html! {
        label.card {
            input type="radio" name="preset" value=(value) required checked[preset == Preset::Orders];
            strong { (preset_name(preset)) }
            @if count > 6 { span { "All " (count) " scopes of keys" } } @else { span { (scopes.join(", ")) } }
        }
    }
}

fn tier_card(tier: Tier, config: &Config) -> Markup {
    let limits = config.policies(tier).as_slice().iter().map(|policy| {
        let window = jiff::SignedDuration::from_secs(policy.window.get().into());
        rate(policy.limit.get(), window)
    });
    html! {
        label.card {
            input type="radio" name="tier" value=(tier) required checked[tier == Tier::default()];
            strong { (capitalized(tier)) }
            span { (limits.collect::<Vec<_>>().join(", ")) }
        }
    }
}

fn expiration_card(value: &str, label: &str) -> Markup {
    html! {
        label.card {
            input type="radio" name="expires_in" value=(value) checked[value.is_empty()];
            strong { (label) }
        }
    }
}

fn capitalized(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "Free",
        Tier::Pro => "Pro",
        Tier::Enterprise => "Enterprise",
    }
}

/// The dialog that shows a new key. The page's script fills it in, and nothing but its button closes it.
pub(super) fn shown_once(server: &ServerView) -> Markup {
    html! {
        dialog #shown-once aria-labelledby="shown-once-title" data-stays data-api={ (server.origin) (schemas::API_PREFIX) } {
            h2 #shown-once-title { "Your new key" }
            p.note { "Copy it now: you will not see it again. The server keeps only its hash." }
            div.command { pre { code data-new-key {} } button.quiet type="button" data-copy="" { "Copy" } }
            p { "For " code { ".env" } ":" }
            div.command { pre { code data-new-env {} } button.quiet type="button" data-copy="" { "Copy" } }
            p.muted data-replaced hidden { "The old key ends when its overlap does." }
            p.actions { button.primary type="button" data-finish { "I have stored it" } }
        }
    }
}
