//! Names of people in Germany.
//!
//! The most common surnames come from the German locale of the `fake` crate. The rest of that locale is not used:
//! its first names do not distinguish women from men, which the salutation needs, and are those of one generation;
//! its streets have a space before their suffix; its job titles and texts are English.

use std::sync::LazyLock;

use fake::locales::{DE_DE, Data};

/// First names of women.
#[rustfmt::skip] // a table, not a column
pub(super) static WOMEN: [&str; 99] = [
    "Anna", "Andrea", "Angelika", "Anja", "Anke", "Annika", "Antje", "Astrid", "Barbara", "Beate",
    "Bettina", "Birgit", "Britta", "Carina", "Carolin", "Christiane", "Christina", "Claudia",
    "Cornelia", "Daniela", "Doris", "Elena", "Elisabeth", "Elke", "Eva", "Fatma", "Franziska",
    "Friederike", "Gabriele", "Hanna", "Heike", "Helena", "Ines", "Inga", "Isabel", "Jana",
    "Jasmin", "Jessica", "Johanna", "Julia", "Jutta", "Karin", "Karoline", "Katharina", "Kathrin",
    "Katja", "Kerstin", "Kirsten", "Kristina", "Lara", "Laura", "Lea", "Lena", "Lisa", "Magdalena",
    "Maike", "Manuela", "Maren", "Maria", "Marina", "Marion", "Marlene", "Martina", "Melanie",
    "Michaela", "Miriam", "Monika", "Nadine", "Natalie", "Nicole", "Nina", "Patricia", "Petra",
    "Ramona", "Rebecca", "Regina", "Renate", "Sabine", "Sabrina", "Sandra", "Sarah", "Silke",
    "Silvia", "Simone", "Sonja", "Stefanie", "Stephanie", "Susanne", "Svenja", "Sylvia", "Tanja",
    "Theresa", "Ulrike", "Ute", "Vanessa", "Verena", "Wiebke", "Yvonne", "Zeynep",
];

/// First names of men.
#[rustfmt::skip] // a table, not a column
pub(super) static MEN: [&str; 104] = [
    "Achim", "Alexander", "Andreas", "Andrzej", "Armin", "Arne", "Axel", "Benedikt", "Benjamin",
    "Bernd", "Bernhard", "Björn", "Carsten", "Christian", "Christoph", "Daniel", "David", "Dennis",
    "Detlef", "Dieter", "Dirk", "Dominik", "Emre", "Erik", "Fabian", "Felix", "Florian", "Frank",
    "Frederik", "Georg", "Gerd", "Gregor", "Günter", "Hannes", "Hans", "Harald", "Heiko", "Helmut",
    "Hendrik", "Henning", "Hermann", "Holger", "Ingo", "Jan", "Jens", "Joachim", "Johannes",
    "Jonas", "Jörg", "Julian", "Jürgen", "Kai", "Karsten", "Klaus", "Konstantin", "Lars", "Lukas",
    "Manfred", "Marc", "Marcel", "Marco", "Mario", "Markus", "Martin", "Matthias", "Maximilian",
    "Mehmet", "Michael", "Moritz", "Murat", "Nico", "Niklas", "Norbert", "Olaf", "Oliver",
    "Patrick", "Paul", "Peter", "Philipp", "Rainer", "Ralf", "Reinhard", "René", "Robert", "Roland",
    "Rüdiger", "Sascha", "Sebastian", "Simon", "Stefan", "Steffen", "Stephan", "Sven", "Thomas",
    "Thorsten", "Tim", "Tobias", "Torben", "Ulf", "Ulrich", "Uwe", "Volker", "Werner", "Wolfgang",
];

/// The first common surname in the `fake` crate's German table. The names before it are those of specimen
/// passports.
const MOST_COMMON: &str = "Müller";

/// Surnames in byte order: the hundred most common ones, from the `fake` crate, and less common ones.
pub(super) static SURNAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let common = DE_DE::NAME_LAST_NAME.iter();
    let common = common.skip_while(|name| **name != MOST_COMMON);
    let mut all: Vec<_> = common.chain(&LESS_COMMON).copied().collect();
    all.sort_unstable();
    all
});

#[rustfmt::skip] // a table, not a column
static LESS_COMMON: [&str; 251] = [
    "Ahrens", "Albers", "Altmann", "Appel", "Aydın", "Bach", "Bartels", "Barth", "Bartsch",
    "Beckmann", "Behrendt", "Behrens", "Bender", "Benz", "Bertram", "Binder", "Blum", "Bock",
    "Bode", "Brinkmann", "Brockmann", "Bruns", "Buchholz", "Burkhardt", "Böttcher", "Carstens",
    "Christ", "Claus", "Conrad", "Dahlmann", "Dammeier", "Decker", "Demir", "Diehl", "Dietz",
    "Dörfler", "Döring", "Ebert", "Eckert", "Ehlers", "Eichhorn", "Erhardt", "Ernst", "Esser",
    "Falk", "Feldmann", "Fiedler", "Fink", "Freitag", "Frey", "Fricke", "Fritz", "Fröhlich", "Funk",
    "Gabriel", "Gebhardt", "Geiger", "Gerlach", "Giese", "Gottschalk", "Grabowski", "Grimm",
    "Gruber", "Göbel", "Günter", "Haase", "Hagen", "Hansen", "Harms", "Harting", "Hauser", "Heinz",
    "Heinze", "Heller", "Hennig", "Hentschel", "Hermann", "Heuer", "Heß", "Hildebrandt", "Hinrichs",
    "Hinz", "Holtmann", "Hoppe", "Hummel", "Hölscher", "Hübner", "Jacobs", "Jahn", "Jankowski",
    "Jansen", "Janßen", "Jensen", "John", "Jost", "Jürgens", "Kaminski", "Kaufmann", "Kaya", "Kern",
    "Kessler", "Kettler", "Kirchner", "Klaus", "Klemm", "Kling", "Kluge", "Knoll", "Kohl", "Konrad",
    "Kovačević", "Kowalski", "Kramer", "Kremer", "Kruse", "Kröger", "Kunze", "Kurz", "Köster",
    "Langer", "Lechner", "Lenz", "Lindemann", "Lindner", "Link", "Lohmann", "Lutz", "Löffler",
    "Lüdemann", "Mack", "Marquardt", "Marx", "Menzel", "Merkel", "Mertens", "Metzger", "Michels",
    "Mohr", "Moser", "Naumann", "Neubauer", "Nguyen", "Niemann", "Nolte", "Nowacki", "Nowak",
    "Osterloh", "Oswald", "Ott", "Overbeck", "Papadopoulos", "Paul", "Petersen", "Petrović",
    "Petry", "Philipp", "Pieper", "Preuß", "Probst", "Raabe", "Rau", "Rausch", "Rehberg", "Reich",
    "Reichert", "Reimann", "Reimer", "Reinhardt", "Reiter", "Reuter", "Riedel", "Rieger", "Ritter",
    "Rohde", "Rose", "Rossi", "Rudolph", "Runge", "Rupp", "Röder", "Römer", "Sander", "Sauter",
    "Schade", "Schaller", "Scherer", "Schiller", "Schilling", "Schindler", "Schlüter", "Schramm",
    "Schreiner", "Schultheiß", "Schwab", "Schütte", "Schütz", "Seeger", "Seifert", "Siebert",
    "Sielaff", "Sievers", "Singer", "Springer", "Stahl", "Stark", "Steffen", "Steiner",
    "Stellmacher", "Stephan", "Stoll", "Straub", "Strauß", "Terhorst", "Thiel", "Thiele", "Thomsen",
    "Tiedemann", "Timm", "Ulrich", "Unger", "Urban", "Vollmer", "Voss", "Völker", "Walther",
    "Wegener", "Weidner", "Weigel", "Weis", "Wendt", "Wenzel", "Wessels", "Wiechmann", "Wiegand",
    "Wiese", "Wilhelm", "Wilke", "Will", "Wimmer", "Winkelmann", "Witt", "Wittmann", "Wolff",
    "Wulf", "Wunderlich", "Wächter", "Yılmaz", "Zander", "Zeller", "Zimmer", "Öztürk",
];

/// The word, if it is a surname. The owner's surname is often part of a company's name.
pub(super) fn surname(word: &str) -> Option<&'static str> {
    let place = SURNAMES.binary_search(&word).ok()?;
    Some(SURNAMES[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_sorted_and_none_is_a_placeholder() {
        assert!(SURNAMES.is_sorted_by(|one, next| one < next));
        assert!(SURNAMES.contains(&"Schmidt") && !SURNAMES.contains(&"Mustermann"));
        assert_eq!(surname("Öztürk"), Some("Öztürk"));
        assert_eq!(surname("Maschinenbau"), None);
    }

    #[test]
    fn tables_of_first_names_are_disjoint() {
        assert!(WOMEN.iter().all(|name| !MEN.contains(name)));
    }
}
