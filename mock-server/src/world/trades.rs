//! The words that company names of an industry use.

use super::industry::Industry;

/// How the companies of an industry are named.
#[derive(Debug)]
pub(super) struct Trade {
    pub(super) business_type: &'static str,
    /// Approximate number of companies of the industry among three hundred.
    pub(super) weight: u32,
    /// Words before a family name or a house name: "Spedition Krüger", "Hotel Alsterblick".
    pub(super) before: &'static [&'static str],
    /// Words after it: "Reinhardt Maschinenbau".
    pub(super) after: &'static [&'static str],
    /// Endings that turn a landscape into a house name: "Alster" and "blick".
    pub(super) endings: &'static [&'static str],
    /// Names of its cooperatives, if it has any.
    pub(super) cooperative: &'static [&'static str],
    /// Parts of words that reveal the industry, in lower case.
    pub(super) keywords: &'static [&'static str],
}

impl Trade {
    pub(super) fn of(industry: Industry) -> &'static Self {
        match industry {
            Industry::Hotel => &HOTEL,
            Industry::Restaurant => &RESTAURANT,
            Industry::MechanicalEngineering => &MECHANICAL_ENGINEERING,
            Industry::Metalworking => &METALWORKING,
            Industry::ElectricalInstallation => &ELECTRICAL_INSTALLATION,
            Industry::HeatingAndPlumbing => &HEATING_AND_PLUMBING,
            Industry::Construction => &CONSTRUCTION,
            Industry::Joinery => &JOINERY,
            Industry::Software => &SOFTWARE,
            Industry::ItServices => &IT_SERVICES,
            Industry::Agency => &AGENCY,
            Industry::Consulting => &CONSULTING,
            Industry::TaxAdvice => &TAX_ADVICE,
            Industry::Logistics => &LOGISTICS,
            Industry::Wholesale => &WHOLESALE,
            Industry::FoodProduction => &FOOD_PRODUCTION,
            Industry::CarDealership => &CAR_DEALERSHIP,
            Industry::Housing => &HOUSING,
            Industry::MedicalTechnology => &MEDICAL_TECHNOLOGY,
            Industry::Bank => &BANK,
        }
    }
}

#[rustfmt::skip] // here and below: one row per line
const HOTEL: Trade = Trade {
    business_type: "Hotel",
    weight: 15,
    before: &["Hotel", "Landhotel", "Gasthof", "Parkhotel", "Stadthotel", "Pension"],
    after: &["Hotelbetriebe", "Hotel", "Hotel und Tagungen", "Hotelgesellschaft"],
    endings: &["blick", "hof", "garten", "tor", "terrassen", "quartier"],
    cooperative: &[],
    keywords: &["hotel", "gasthof", " pension ", "hostel"],
};
#[rustfmt::skip]
const RESTAURANT: Trade = Trade {
    business_type: "Restaurant",
    weight: 16,
    before: &["Restaurant", "Gasthaus", "Brauhaus", "Ratskeller", "Café"],
    after: &["Gastronomie", "Catering", "Gaststättenbetriebe", "Partyservice"],
    endings: &["stuben", "blick", "schänke", "mühle", "keller", "terrassen"],
    cooperative: &[],
    keywords: &["restaurant", "gasthaus", "brauhaus", "ratskeller", "café", "gastronomie", "catering", "gaststätte", "partyservice"],
};
#[rustfmt::skip]
const MECHANICAL_ENGINEERING: Trade = Trade {
    business_type: "Mechanical engineering",
    weight: 18,
    before: &["Maschinenfabrik", "Maschinenbau"],
    after: &["Maschinenbau", "Antriebstechnik", "Fördertechnik", "Anlagenbau", "Sondermaschinen", "Automation", "Hydraulik", "Pumpen", "Verpackungsmaschinen", "Werkzeugmaschinen"],
    endings: &["werk", "technik", "tec", "mechanik"],
    cooperative: &[],
    keywords: &["maschine", "antriebstechnik", "fördertechnik", "anlagenbau", "automation", "hydraulik", "pumpen"],
};
#[rustfmt::skip]
const METALWORKING: Trade = Trade {
    business_type: "Metalworking",
    weight: 17,
    before: &["Metallbau", "Schlosserei", "Stahlbau", "Dreherei"],
    after: &["Metallbau", "Stahlbau", "Zerspanungstechnik", "Blechbearbeitung", "CNC-Technik", "Präzisionsteile", "Oberflächentechnik", "Schweißtechnik"],
    endings: &["metall", "stahl", "blech"],
    cooperative: &[],
    keywords: &["metall", "stahl", "schlosserei", "dreherei", "zerspanung", "blech", "cnc", "präzisionsteile", "oberflächentechnik", "schweiß"],
};
#[rustfmt::skip]
const ELECTRICAL_INSTALLATION: Trade = Trade {
    business_type: "Electrical installation",
    weight: 18,
    before: &["Elektro", "Elektrotechnik"],
    after: &["Elektrotechnik", "Elektroanlagen", "Gebäudetechnik", "Solartechnik", "Elektroinstallationen", "Schaltanlagen"],
    endings: &["volt", "strom", "elektrik"],
    cooperative: &[],
    keywords: &["elektro", "gebäudetechnik", "solar", "schaltanlagen", "photovoltaik"],
};
#[rustfmt::skip]
const HEATING_AND_PLUMBING: Trade = Trade {
    business_type: "Heating and plumbing",
    weight: 16,
    before: &["Heizungsbau", "Sanitär", "Haustechnik"],
    after: &["Haustechnik", "Heizung und Sanitär", "Sanitärtechnik", "Kältetechnik", "Klimatechnik", "Heizungsbau", "Wärmetechnik"],
    endings: &["therm", "wärme", "klima"],
    cooperative: &[],
    keywords: &["heizung", "sanitär", "haustechnik", "klimatechnik", "kältetechnik", "wärme"],
};
#[rustfmt::skip]
const CONSTRUCTION: Trade = Trade {
    business_type: "Construction",
    weight: 24,
    before: &["Bauunternehmen", "Baugeschäft", "Dachdeckerei"],
    after: &["Bau", "Hochbau", "Tiefbau", "Bauunternehmung", "Straßenbau", "Dachtechnik", "Gerüstbau", "Holzbau", "Trockenbau"],
    endings: &["bau", "beton", "dach"],
    cooperative: &[],
    keywords: &["bauunternehm", "baugeschäft", "hochbau", "tiefbau", "straßenbau", "dach", "gerüst", "holzbau", "trockenbau"],
};
#[rustfmt::skip]
const JOINERY: Trade = Trade {
    business_type: "Joinery",
    weight: 13,
    before: &["Tischlerei", "Schreinerei"],
    after: &["Innenausbau", "Möbelwerkstätten", "Fensterbau", "Ladenbau", "Treppenbau", "Holzwerkstatt", "Küchen und Möbel"],
    endings: &["holz", "fenster", "möbel"],
    cooperative: &[],
    keywords: &["tischlerei", "schreinerei", "innenausbau", "möbel", "fenster", "ladenbau", "treppen", "holzwerkstatt"],
};
#[rustfmt::skip]
const SOFTWARE: Trade = Trade {
    business_type: "Software development",
    weight: 20,
    before: &[],
    after: &["Software", "Softwareentwicklung", "Softwarehaus", "Digital", "Apps", "Business Software"],
    endings: &["soft", "code", "data"],
    cooperative: &[],
    keywords: &["software", "apps", "digital"],
};
#[rustfmt::skip]
const IT_SERVICES: Trade = Trade {
    business_type: "IT services",
    weight: 16,
    before: &["Systemhaus"],
    after: &["IT-Service", "Systemhaus", "IT-Systeme", "Netzwerktechnik", "Cloud Services", "IT-Sicherheit", "EDV-Beratung"],
    endings: &["net", "data", "systems"],
    cooperative: &[],
    keywords: &[" it-", " it ", "systemhaus", "netzwerk", "cloud", "edv", "hosting"],
};
#[rustfmt::skip]
const AGENCY: Trade = Trade {
    business_type: "Advertising agency",
    weight: 12,
    before: &["Werbeagentur", "Agentur"],
    after: &["Kommunikation", "Medien", "Werbung", "Design", "Marketing", "Event", "Messebau"],
    endings: &["media", "studio", "design", "kontor"],
    cooperative: &[],
    keywords: &["werbe", "agentur", "kommunikation", "medien", "design", "marketing", "werbung", "messebau"],
};
#[rustfmt::skip]
const CONSULTING: Trade = Trade {
    business_type: "Management consulting",
    weight: 13,
    before: &["Unternehmensberatung"],
    after: &["Consulting", "Unternehmensberatung", "Personalberatung", "Ingenieure", "Projektmanagement", "Managementberatung"],
    endings: &["consult", "concept", "projekt"],
    cooperative: &[],
    keywords: &["consult", "unternehmensberatung", "personalberatung", "managementberatung", "ingenieur", "projektmanagement"],
};
#[rustfmt::skip]
const TAX_ADVICE: Trade = Trade {
    business_type: "Tax consultancy",
    weight: 11,
    before: &["Steuerkanzlei", "Steuerberatung"],
    after: &["Steuerberatung", "Steuerberatungsgesellschaft", "Steuerberater", "Steuerberater und Wirtschaftsprüfer", "Treuhand"],
    endings: &["treuhand", "tax", "revision"],
    cooperative: &[],
    keywords: &["steuer", "treuhand", "wirtschaftsprüf"],
};
#[rustfmt::skip]
const LOGISTICS: Trade = Trade {
    business_type: "Freight and logistics",
    weight: 17,
    before: &["Spedition", "Transporte", "Umzüge"],
    after: &["Spedition", "Logistik", "Transporte", "Kurierdienst", "Internationale Spedition", "Lagerlogistik", "Kühltransporte"],
    endings: &["trans", "log", "fracht", "cargo"],
    cooperative: &[],
    keywords: &["spedition", "logisti", "transport", "kurier", "umzüge", "cargo", "fracht"],
};
#[rustfmt::skip]
const WHOLESALE: Trade = Trade {
    business_type: "Wholesale",
    weight: 21,
    before: &["Großhandel", "Handelshaus", "Weinhandel"],
    after: &["Großhandel", "Handelsgesellschaft", "Bürobedarf", "Baustoffe", "Industriebedarf", "Getränkehandel", "Import-Export", "Arbeitsschutz", "Vertrieb", "Werkzeughandel"],
    endings: &["handel", "kontor", "import"],
    cooperative: &[],
    keywords: &["handel", "großmarkt", "bürobedarf", "baustoffe", "industriebedarf", "import", "export", "arbeitsschutz", "vertrieb"],
};
#[rustfmt::skip]
const FOOD_PRODUCTION: Trade = Trade {
    business_type: "Food production",
    weight: 15,
    before: &["Bäckerei", "Fleischerei", "Konditorei", "Brauerei", "Landbäckerei", "Mosterei"],
    after: &["Backwaren", "Feinkost", "Fleischwaren", "Kaffeerösterei", "Lebensmittel", "Süßwaren", "Teigwaren"],
    endings: &["korn", "genuss", "bräu", "frisch"],
    cooperative: &["Molkerei", "Winzergenossenschaft", "Erzeugergenossenschaft", "Obsthof"],
    keywords: &["bäckerei", "fleischerei", "konditorei", "brauerei", "mosterei", "backwaren", "feinkost", "fleischwaren", "kaffee", "lebensmittel", "süßwaren", "teigwaren", "molkerei", "winzer", "erzeuger", "obsthof"],
};
#[rustfmt::skip]
const CAR_DEALERSHIP: Trade = Trade {
    business_type: "Car dealership",
    weight: 13,
    before: &["Autohaus", "Automobile", "Kfz-Werkstatt", "Nutzfahrzeuge"],
    after: &["Automobile", "Fahrzeugtechnik", "Nutzfahrzeuge", "Autoteile", "Karosseriebau", "Reifen und Autoservice"],
    endings: &["mobil", "ring", "auto"],
    cooperative: &[],
    keywords: &["autohaus", "automobil", "kfz", "fahrzeug", "autoteile", "karosserie", "reifen"],
};
#[rustfmt::skip]
const HOUSING: Trade = Trade {
    business_type: "Housing and property management",
    weight: 13,
    before: &["Hausverwaltung", "Immobilien"],
    after: &["Immobilien", "Hausverwaltung", "Grundbesitz", "Wohnbau", "Projektentwicklung", "Immobilienverwaltung"],
    endings: &["grund", "haus", "quartier", "wohnen"],
    cooperative: &["Wohnungsgenossenschaft", "Baugenossenschaft", "Bauverein", "Wohnungsverein", "Spar- und Bauverein"],
    keywords: &["hausverwaltung", "immobilien", "grundbesitz", "wohn", "projektentwicklung", "baugenossenschaft", "bauverein"],
};
#[rustfmt::skip]
const MEDICAL_TECHNOLOGY: Trade = Trade {
    business_type: "Medical technology",
    weight: 11,
    before: &["Sanitätshaus", "Dentallabor"],
    after: &["Medizintechnik", "Orthopädietechnik", "Dentaltechnik", "Labortechnik", "Hörakustik", "Medizinprodukte"],
    endings: &["med", "care", "vital"],
    cooperative: &[],
    keywords: &["medizin", "orthopädie", "dental", "labor", "hörakustik", "sanitätshaus"],
};
#[rustfmt::skip]
const BANK: Trade = Trade {
    business_type: "Cooperative bank",
    weight: 2,
    before: &[],
    after: &["Bank"],
    endings: &["land", "tal"],
    cooperative: &["Gewerbebank", "Handwerkerbank", "Bürgerbank", "Landbank", "Kreditgenossenschaft"],
    keywords: &["bank", "sparkasse", "kreditgenossenschaft"],
};
