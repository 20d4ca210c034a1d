//! The sixteen federal states, and the data that depends on the state only.

use super::phone::Area;

/// A federal state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    BadenWuerttemberg,
    Bavaria,
    Berlin,
    Brandenburg,
    Bremen,
    Hamburg,
    Hesse,
    LowerSaxony,
    MecklenburgVorpommern,
    NorthRhineWestphalia,
    RhinelandPalatinate,
    Saarland,
    Saxony,
    SaxonyAnhalt,
    SchleswigHolstein,
    Thuringia,
}

impl State {
    /// Its German name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::BadenWuerttemberg => "Baden-Württemberg",
            Self::Bavaria => "Bayern",
            Self::Berlin => "Berlin",
            Self::Brandenburg => "Brandenburg",
            Self::Bremen => "Bremen",
            Self::Hamburg => "Hamburg",
            Self::Hesse => "Hessen",
            Self::LowerSaxony => "Niedersachsen",
            Self::MecklenburgVorpommern => "Mecklenburg-Vorpommern",
            Self::NorthRhineWestphalia => "Nordrhein-Westfalen",
            Self::RhinelandPalatinate => "Rheinland-Pfalz",
            Self::Saarland => "Saarland",
            Self::Saxony => "Sachsen",
            Self::SaxonyAnhalt => "Sachsen-Anhalt",
            Self::SchleswigHolstein => "Schleswig-Holstein",
            Self::Thuringia => "Thüringen",
        }
    }

    /// Rivers and landscapes that companies in the state use in their names, as the first part of a compound.
    pub(super) fn landscapes(self) -> &'static [&'static str] {
        match self {
            Self::BadenWuerttemberg => &["Neckar", "Alb", "Schwarzwald", "Filder", "Süd", "Enz"],
            Self::Bavaria => &["Isar", "Alpen", "Franken", "Donau", "Lech", "Süd"],
            Self::Berlin => &["Spree", "Havel", "Panke", "Mark"],
            Self::Brandenburg => &["Havel", "Spree", "Mark", "Lausitz"],
            Self::Bremen => &["Weser", "Hansa", "Roland", "Nord"],
            Self::Hamburg => &["Alster", "Elb", "Hansa", "Nord", "Hafen"],
            Self::Hesse => &["Main", "Taunus", "Lahn", "Rhön", "Fulda"],
            Self::LowerSaxony => &["Leine", "Weser", "Heide", "Harz", "Aller", "Welfen", "Nord"],
            Self::MecklenburgVorpommern => &["Ostsee", "Küsten", "Warnow", "Hansa", "Nord"],
            Self::NorthRhineWestphalia => &["Rhein", "Ruhr", "Lippe", "Westfalen", "Sieg", "West"],
            Self::RhinelandPalatinate => &["Mosel", "Eifel", "Pfalz", "Rhein", "Nahe"],
            Self::Saarland => &["Saar", "Bliestal", "West"],
            Self::Saxony => &["Elb", "Sachsen", "Mulde", "Neiße", "Ost"],
            Self::SaxonyAnhalt => &["Saale", "Elb", "Börde", "Harz"],
            Self::SchleswigHolstein => &["Förde", "Ostsee", "Holsten", "Küsten", "Nord"],
            Self::Thuringia => &["Saale", "Ilm", "Rennsteig", "Werra"],
        }
    }

    /// The court that keeps the state's register of partnerships, if there is one court for the whole state.
    pub(super) fn partnership_court(self) -> Option<&'static str> {
        match self {
            Self::LowerSaxony => Some("Amtsgericht Hannover"),
            Self::NorthRhineWestphalia => Some("Amtsgericht Essen"),
            Self::Hesse => Some("Amtsgericht Frankfurt am Main"),
            Self::BadenWuerttemberg
            | Self::Bavaria
            | Self::Berlin
            | Self::Brandenburg
            | Self::Bremen
            | Self::Hamburg
            | Self::MecklenburgVorpommern
            | Self::RhinelandPalatinate
            | Self::Saarland
            | Self::Saxony
            | Self::SaxonyAnhalt
            | Self::SchleswigHolstein
            | Self::Thuringia => None,
        }
    }

    /// The nearest of the five areas with telephone numbers reserved for fiction.
    pub(super) fn area(self) -> Area {
        match self {
            Self::Bavaria | Self::BadenWuerttemberg => Area::Munich,
            Self::Hesse | Self::RhinelandPalatinate | Self::Saarland => Area::Frankfurt,
            Self::NorthRhineWestphalia => Area::Cologne,
            Self::Bremen | Self::Hamburg | Self::LowerSaxony | Self::SchleswigHolstein => {
                Area::Hamburg
            }
            Self::Berlin
            | Self::Brandenburg
            | Self::MecklenburgVorpommern
            | Self::Saxony
            | Self::SaxonyAnhalt
            | Self::Thuringia => Area::Berlin,
        }
    }
}
