//! The icons of the dashboard, drawn with lines on a grid of 24 by 24. They only repeat what a word says.

use maud::{Markup, html};

/// An icon.
#[derive(Clone, Copy, Debug)]
pub(super) enum Icon {
    Requests,
    Keys,
    Contract,
    Reference,
    Clock,
    Data,
    Scenario,
    Live,
    Close,
    SignOut,
    Help,
}

impl Icon {
    /// The lines of the icon.
    fn lines(self) -> &'static str {
        match self {
            Self::Requests => "M4 6h16M4 12h16M4 18h10",
            Self::Keys => "M8 11a4 4 0 1 0 0 8a4 4 0 1 0 0-8M11 12l8-8M16 7l3 3",
            Self::Reference => "M5 4h11l3 3v13H5zM9 10h6M9 14h6",
            Self::Contract => "M4 12l5 5L20 6",
            Self::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3 3",
            Self::Data => {
                "M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0"
            }
            Self::Scenario => "M13 3 5 14h6l-1 7 8-11h-6z",
            Self::Live => "M3 12h4l3-8 4 16 3-8h4",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::SignOut => "M14 4h6v16h-6M10 8l-4 4 4 4M6 12h9",
            Self::Help => "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17v.5",
        }
    }
}

impl maud::Render for Icon {
    fn render(&self) -> Markup {
        html! {
            svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { path d=(self.lines()); }
        }
    }
}
