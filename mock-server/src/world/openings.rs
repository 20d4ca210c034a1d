//! The positions that companies advertise, by industry.

use super::industry::Industry;

/// The kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Desk work, possibly remote.
    Office,
    /// Work on site.
    OnSite,
    /// Part-time work.
    PartTime,
    /// An apprenticeship.
    Apprenticeship,
    /// Work for students.
    WorkingStudent,
}
use Kind::{Apprenticeship, Office, OnSite, PartTime, WorkingStudent};

/// A position that a company advertises.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) title: &'static str,
    pub(super) department: &'static str,
    pub(super) kind: Kind,
    /// Continues "Zu Ihren Aufgaben gehören:" and ends without a full stop.
    pub(super) tasks: &'static str,
}

const fn opening(
    title: &'static str,
    department: &'static str,
    kind: Kind,
    tasks: &'static str,
) -> Opening {
    Opening {
        title,
        department,
        kind,
        tasks,
    }
}

/// The positions that only companies of the industry advertise.
pub(super) fn of_industry(industry: Industry) -> &'static [Opening] {
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

/// The positions that any company may advertise.
#[rustfmt::skip] // here and below: one row per line
pub(super) const EVERYWHERE: [Opening; 6] = [
    opening("Buchhalter", "Finance", Office, "die laufende Buchhaltung, Zahlungsverkehr und die Vorbereitung der Monatsabschlüsse"),
    opening("Mitarbeiter Vertriebsinnendienst", "Sales", Office, "Angebote erstellen, Aufträge erfassen und Kunden am Telefon beraten"),
    opening("Assistenz der Geschäftsführung", "Administration", Office, "Termine, Korrespondenz und die Vorbereitung von Besprechungen"),
    opening("Bürokraft", "Administration", PartTime, "Post, Telefon, Ablage und die Betreuung unserer Gäste"),
    opening("Kaufleute für Büromanagement", "Administration", Apprenticeship, "Angebote schreiben, Rechnungen prüfen und Termine planen"),
    opening("Marketing", "Marketing", WorkingStudent, "Website, Newsletter und Beiträge in sozialen Netzwerken"),
];
#[rustfmt::skip]
const HOTEL: [Opening; 5] = [
    opening("Rezeptionist", "Front Office", OnSite, "Gäste empfangen, Buchungen bearbeiten und Rechnungen erstellen"),
    opening("Hausdame", "Housekeeping", OnSite, "die Einteilung des Reinigungsteams und die Abnahme der Zimmer"),
    opening("Koch", "Kitchen", OnSite, "das Frühstück, die Abendkarte und das Essen für Veranstaltungen"),
    opening("Servicekraft Frühstück", "Service", PartTime, "das Buffet aufbauen, Gäste betreuen und Tische eindecken"),
    opening("Hotelfachleute", "Front Office", Apprenticeship, "Empfang, Service, Küche und Verkauf"),
];
#[rustfmt::skip]
const RESTAURANT: [Opening; 4] = [
    opening("Koch", "Kitchen", OnSite, "Vorbereitung, à la carte und die Pflege unserer Karte"),
    opening("Servicekraft", "Service", PartTime, "Gäste beraten, bedienen und abrechnen"),
    opening("Restaurantleiter", "Service", OnSite, "Dienstpläne, Reservierungen und die Führung des Serviceteams"),
    opening("Koch", "Kitchen", Apprenticeship, "Suppen, Saucen und alles, was frisch auf den Teller kommt"),
];
#[rustfmt::skip]
const MECHANICAL_ENGINEERING: [Opening; 5] = [
    opening("Konstrukteur Maschinenbau", "Engineering", Office, "Baugruppen in 3D konstruieren, Stücklisten pflegen und die Montage begleiten"),
    opening("Industriemechaniker", "Production", OnSite, "Baugruppen montieren, ausrichten und in Betrieb nehmen"),
    opening("SPS-Programmierer", "Engineering", Office, "Steuerungen in TIA Portal programmieren und beim Kunden in Betrieb nehmen"),
    opening("Servicetechniker", "Service", OnSite, "Wartung, Störungssuche und Reparatur bei Kunden im In- und Ausland"),
    opening("Mechatroniker", "Production", Apprenticeship, "Baugruppen verdrahten, prüfen und montieren"),
];
#[rustfmt::skip]
const METALWORKING: [Opening; 5] = [
    opening("Zerspanungsmechaniker", "Production", OnSite, "CNC-Maschinen rüsten, Programme anpassen und Werkstücke messen"),
    opening("Schweißer MAG/WIG", "Production", OnSite, "Baugruppen nach Zeichnung heften, schweißen und richten"),
    opening("Metallbauer Konstruktionstechnik", "Production", OnSite, "Treppen, Geländer und Tore fertigen und montieren"),
    opening("Arbeitsvorbereiter", "Production", Office, "Arbeitspläne erstellen, Zeiten kalkulieren und Material disponieren"),
    opening("Metallbauer", "Production", Apprenticeship, "sägen, bohren, schweißen und montieren"),
];
#[rustfmt::skip]
const ELECTRICAL_INSTALLATION: [Opening; 4] = [
    opening("Elektroniker Energie- und Gebäudetechnik", "Operations", OnSite, "Elektroanlagen in Wohn- und Gewerbebauten installieren und prüfen"),
    opening("Bauleiter Elektrotechnik", "Operations", OnSite, "Baustellen planen, Monteure einteilen und mit Kunden abrechnen"),
    opening("PV-Monteur", "Operations", OnSite, "Photovoltaikanlagen auf Dächern montieren und anschließen"),
    opening("Elektroniker", "Operations", Apprenticeship, "Leitungen verlegen, Verteiler verdrahten und Anlagen messen"),
];
#[rustfmt::skip]
const HEATING_AND_PLUMBING: [Opening; 4] = [
    opening("Anlagenmechaniker SHK", "Operations", OnSite, "Heizungen, Bäder und Wärmepumpen einbauen und warten"),
    opening("Kundendiensttechniker", "Service", OnSite, "Störungen beheben, Anlagen warten und Kunden beraten"),
    opening("Technischer Systemplaner", "Engineering", Office, "Anlagen berechnen, zeichnen und Angebote vorbereiten"),
    opening("Anlagenmechaniker SHK", "Operations", Apprenticeship, "Rohre verlegen, Bäder einbauen und Heizungen einstellen"),
];
#[rustfmt::skip]
const CONSTRUCTION: [Opening; 6] = [
    opening("Maurer", "Operations", OnSite, "Mauerwerk und Betonarbeiten auf Baustellen in der Region"),
    opening("Polier", "Operations", OnSite, "die Führung der Kolonne, Aufmaß und Arbeitssicherheit"),
    opening("Bauleiter", "Operations", OnSite, "Termine, Kosten und Qualität unserer Baustellen"),
    opening("Baggerfahrer", "Operations", OnSite, "Erdarbeiten, Kanalbau und die Pflege der Geräte"),
    opening("Kalkulator", "Sales", Office, "Leistungsverzeichnisse prüfen und Angebote kalkulieren"),
    opening("Hochbaufacharbeiter", "Operations", Apprenticeship, "mauern, schalen und betonieren"),
];
#[rustfmt::skip]
const JOINERY: [Opening; 4] = [
    opening("Tischler", "Production", OnSite, "Möbel und Innenausbauten fertigen und beim Kunden montieren"),
    opening("Monteur Fenster und Türen", "Operations", OnSite, "Fenster und Türen aufmessen, einbauen und abdichten"),
    opening("CNC-Fachkraft Holz", "Production", OnSite, "Programme schreiben, Maschinen bedienen und Platten zuschneiden"),
    opening("Tischler", "Production", Apprenticeship, "hobeln, fräsen, leimen und einbauen"),
];
#[rustfmt::skip]
const SOFTWARE: [Opening; 6] = [
    opening("Softwareentwickler Java", "Engineering", Office, "neue Funktionen entwerfen, testen und in Betrieb bringen"),
    opening("Frontend-Entwickler TypeScript", "Engineering", Office, "Oberflächen bauen, die auch auf dem Telefon Freude machen"),
    opening("Product Owner", "Product", Office, "Anforderungen aufnehmen, ordnen und mit dem Team umsetzen"),
    opening("DevOps Engineer", "Engineering", Office, "Pipelines, Überwachung und der Betrieb unserer Cluster"),
    opening("Softwareentwicklung", "Engineering", WorkingStudent, "kleine Funktionen, Fehlerbehebung und automatische Tests"),
    opening("Fachinformatiker Anwendungsentwicklung", "Engineering", Apprenticeship, "programmieren, testen und mit Kunden sprechen"),
];
#[rustfmt::skip]
const IT_SERVICES: [Opening; 4] = [
    opening("Systemadministrator", "IT", Office, "Server, Netze und Arbeitsplätze unserer Kunden betreuen"),
    opening("IT-Supporter First Level", "IT", Office, "Anfragen annehmen, lösen oder gut beschrieben weitergeben"),
    opening("Consultant Microsoft 365", "Consulting", Office, "Einführungen planen, Postfächer umziehen und Anwender schulen"),
    opening("Fachinformatiker Systemintegration", "IT", Apprenticeship, "Netze einrichten, Server aufsetzen und Fehler finden"),
];
#[rustfmt::skip]
const AGENCY: [Opening; 4] = [
    opening("Mediengestalter Digital und Print", "Creative", Office, "Anzeigen, Broschüren und Websites gestalten und druckfertig machen"),
    opening("Projektmanager", "Projects", Office, "Kunden beraten, Termine planen und Budgets im Blick behalten"),
    opening("Texter", "Creative", Office, "Texte für Websites, Mailings und Kampagnen schreiben"),
    opening("Social Media", "Marketing", WorkingStudent, "Beiträge planen, schneiden und veröffentlichen"),
];
#[rustfmt::skip]
const CONSULTING: [Opening; 4] = [
    opening("Consultant", "Consulting", Office, "Abläufe aufnehmen, Kennzahlen auswerten und Vorschläge vorstellen"),
    opening("Senior Consultant", "Consulting", Office, "Projekte leiten, Workshops moderieren und Kunden begleiten"),
    opening("Projektassistenz", "Projects", PartTime, "Unterlagen vorbereiten, Termine abstimmen und Reisen planen"),
    opening("Research", "Consulting", WorkingStudent, "Märkte recherchieren, Daten auswerten und Folien vorbereiten"),
];
#[rustfmt::skip]
const TAX_ADVICE: [Opening; 4] = [
    opening("Steuerfachangestellter", "Tax", Office, "Buchführung, Jahresabschlüsse und Steuererklärungen unserer Mandanten"),
    opening("Lohnbuchhalter", "Payroll", Office, "Lohnabrechnungen mit DATEV und die Meldungen an die Kassen"),
    opening("Bilanzbuchhalter", "Tax", Office, "Abschlüsse nach HGB vorbereiten und mit Mandanten besprechen"),
    opening("Steuerfachangestellte", "Tax", Apprenticeship, "Belege buchen, Erklärungen vorbereiten und Mandanten betreuen"),
];
#[rustfmt::skip]
const LOGISTICS: [Opening; 4] = [
    opening("Berufskraftfahrer CE", "Logistics", OnSite, "Fahrten im Nah- und Fernverkehr, Ladungssicherung und Fahrzeugpflege"),
    opening("Disponent", "Logistics", OnSite, "Touren planen, Fahrer einteilen und Kunden informieren"),
    opening("Fachkraft für Lagerlogistik", "Logistics", OnSite, "Ware annehmen, einlagern und mit dem Stapler verladen"),
    opening("Kaufleute für Spedition und Logistikdienstleistung", "Logistics", Apprenticeship, "Sendungen planen, Preise berechnen und Zollpapiere ausfüllen"),
];
#[rustfmt::skip]
const WHOLESALE: [Opening; 5] = [
    opening("Einkäufer", "Purchasing", Office, "Preise verhandeln, Bestände planen und Lieferanten betreuen"),
    opening("Außendienstmitarbeiter", "Sales", OnSite, "Kunden in der Region besuchen, beraten und neue gewinnen"),
    opening("Fachlagerist", "Logistics", OnSite, "Aufträge zusammenstellen, verpacken und verladen"),
    opening("E-Commerce-Manager", "Marketing", Office, "Sortiment, Suche und Kampagnen unseres Onlineshops"),
    opening("Kaufleute für Groß- und Außenhandelsmanagement", "Sales", Apprenticeship, "einkaufen, verkaufen und das Lager im Griff behalten"),
];
#[rustfmt::skip]
const FOOD_PRODUCTION: [Opening; 5] = [
    opening("Bäcker", "Production", OnSite, "Teige führen, Brote aufarbeiten und backen"),
    opening("Maschinen- und Anlagenführer Lebensmittel", "Production", OnSite, "Linien rüsten, bedienen und reinigen"),
    opening("Verkäufer", "Sales", PartTime, "Kunden beraten, kassieren und die Theke schön halten"),
    opening("Mitarbeiter Qualitätssicherung", "Quality", OnSite, "Proben nehmen, Rückstellmuster verwalten und Audits vorbereiten"),
    opening("Fachkraft für Lebensmitteltechnik", "Production", Apprenticeship, "mischen, abfüllen und prüfen, ob alles stimmt"),
];
#[rustfmt::skip]
const CAR_DEALERSHIP: [Opening; 4] = [
    opening("Kfz-Mechatroniker", "Workshop", OnSite, "Diagnose, Inspektion und Reparatur aller Marken"),
    opening("Serviceberater", "Service", OnSite, "Kunden empfangen, Aufträge anlegen und Fahrzeuge zurückgeben"),
    opening("Automobilverkäufer", "Sales", OnSite, "Kunden beraten, Probefahrten begleiten und Verträge abschließen"),
    opening("Kfz-Mechatroniker", "Workshop", Apprenticeship, "Fehler auslesen, Bremsen wechseln und Fahrwerke vermessen"),
];
#[rustfmt::skip]
const HOUSING: [Opening; 4] = [
    opening("Immobilienverwalter", "Property Management", Office, "Mieter betreuen, Abrechnungen erstellen und Handwerker beauftragen"),
    opening("Hausmeister", "Facilities", OnSite, "Kontrollgänge, kleine Reparaturen und die Pflege der Außenanlagen"),
    opening("WEG-Verwalter", "Property Management", Office, "Eigentümerversammlungen vorbereiten, leiten und ihre Beschlüsse umsetzen"),
    opening("Immobilienkaufleute", "Property Management", Apprenticeship, "Wohnungen vermieten, abnehmen und abrechnen"),
];
#[rustfmt::skip]
const MEDICAL_TECHNOLOGY: [Opening; 5] = [
    opening("Medizintechniker", "Service", OnSite, "Geräte in Kliniken und Praxen prüfen, warten und instand setzen"),
    opening("Regulatory Affairs Manager", "Quality", Office, "Zulassungen nach MDR vorbereiten und technische Akten pflegen"),
    opening("Orthopädietechniker", "Production", OnSite, "Prothesen und Orthesen anmessen, fertigen und anpassen"),
    opening("Medizinprodukteberater", "Sales", OnSite, "Kunden im Außendienst beraten und in Geräte einweisen"),
    opening("Zahntechniker", "Production", Apprenticeship, "Kronen, Brücken und Schienen fertigen"),
];
#[rustfmt::skip]
const BANK: [Opening; 4] = [
    opening("Firmenkundenberater", "Sales", Office, "mittelständische Kunden zu Krediten und Anlagen beraten"),
    opening("Serviceberater", "Service", OnSite, "Kunden in der Filiale empfangen und zu Konten beraten"),
    opening("Sachbearbeiter Kredit", "Finance", Office, "Unterlagen prüfen, Verträge erstellen und Sicherheiten bewerten"),
    opening("Bankkaufleute", "Sales", Apprenticeship, "beraten, prüfen und rechnen"),
];
