//! What people in Germany are called.
//!
//! First names are two tables, for how one is addressed has to fit. The `fake` crate's German ones
//! are mixed, and its surnames begin with Mustermann.

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

/// Surnames, in the order of their bytes.
#[rustfmt::skip] // a table, not a column
pub(super) static SURNAMES: [&str; 351] = [
    "Ahrens", "Albers", "Albrecht", "Altmann", "Appel", "Arnold", "Aydın", "Bach", "Bartels",
    "Barth", "Bartsch", "Bauer", "Baumann", "Beck", "Becker", "Beckmann", "Behrendt", "Behrens",
    "Bender", "Benz", "Berger", "Bergmann", "Bertram", "Binder", "Blum", "Bock", "Bode", "Brandt",
    "Braun", "Brinkmann", "Brockmann", "Bruns", "Buchholz", "Burkhardt", "Busch", "Böhm",
    "Böttcher", "Carstens", "Christ", "Claus", "Conrad", "Dahlmann", "Dammeier", "Decker", "Demir",
    "Diehl", "Dietrich", "Dietz", "Dörfler", "Döring", "Ebert", "Eckert", "Ehlers", "Eichhorn",
    "Engel", "Erhardt", "Ernst", "Esser", "Falk", "Feldmann", "Fiedler", "Fink", "Fischer", "Frank",
    "Franke", "Freitag", "Frey", "Fricke", "Friedrich", "Fritz", "Fröhlich", "Fuchs", "Funk",
    "Gabriel", "Gebhardt", "Geiger", "Gerlach", "Giese", "Gottschalk", "Grabowski", "Graf", "Grimm",
    "Groß", "Gruber", "Göbel", "Götz", "Günter", "Günther", "Haas", "Haase", "Hagen", "Hahn",
    "Hansen", "Harms", "Harting", "Hartmann", "Hauser", "Heinrich", "Heinz", "Heinze", "Heller",
    "Hennig", "Hentschel", "Hermann", "Herrmann", "Heuer", "Heß", "Hildebrandt", "Hinrichs", "Hinz",
    "Hoffmann", "Hofmann", "Holtmann", "Hoppe", "Horn", "Huber", "Hummel", "Hölscher", "Hübner",
    "Jacobs", "Jahn", "Jankowski", "Jansen", "Janßen", "Jensen", "John", "Jost", "Jung", "Jäger",
    "Jürgens", "Kaiser", "Kaminski", "Kaufmann", "Kaya", "Keller", "Kern", "Kessler", "Kettler",
    "Kirchner", "Klaus", "Klein", "Klemm", "Kling", "Kluge", "Knoll", "Koch", "Kohl", "Konrad",
    "Kovačević", "Kowalski", "Kramer", "Kraus", "Krause", "Kremer", "Kruse", "Krämer", "Kröger",
    "Krüger", "Kuhn", "Kunze", "Kurz", "Köhler", "König", "Köster", "Kühn", "Lang", "Lange",
    "Langer", "Lechner", "Lehmann", "Lenz", "Lindemann", "Lindner", "Link", "Lohmann", "Lorenz",
    "Ludwig", "Lutz", "Löffler", "Lüdemann", "Mack", "Maier", "Marquardt", "Martin", "Marx",
    "Mayer", "Meier", "Menzel", "Merkel", "Mertens", "Metzger", "Meyer", "Michels", "Mohr", "Moser",
    "Möller", "Müller", "Naumann", "Neubauer", "Neumann", "Nguyen", "Niemann", "Nolte", "Nowacki",
    "Nowak", "Osterloh", "Oswald", "Ott", "Otto", "Overbeck", "Papadopoulos", "Paul", "Peters",
    "Petersen", "Petrović", "Petry", "Pfeiffer", "Philipp", "Pieper", "Pohl", "Preuß", "Probst",
    "Raabe", "Rau", "Rausch", "Rehberg", "Reich", "Reichert", "Reimann", "Reimer", "Reinhardt",
    "Reiter", "Reuter", "Richter", "Riedel", "Rieger", "Ritter", "Rohde", "Rose", "Rossi", "Roth",
    "Rudolph", "Runge", "Rupp", "Röder", "Römer", "Sander", "Sauer", "Sauter", "Schade", "Schaller",
    "Scherer", "Schiller", "Schilling", "Schindler", "Schlüter", "Schmid", "Schmidt", "Schmitt",
    "Schmitz", "Schneider", "Scholz", "Schramm", "Schreiber", "Schreiner", "Schröder", "Schubert",
    "Schulte", "Schultheiß", "Schulz", "Schulze", "Schumacher", "Schuster", "Schwab", "Schwarz",
    "Schäfer", "Schütte", "Schütz", "Seeger", "Seidel", "Seifert", "Siebert", "Sielaff", "Sievers",
    "Simon", "Singer", "Sommer", "Springer", "Stahl", "Stark", "Steffen", "Stein", "Steiner",
    "Stellmacher", "Stephan", "Stoll", "Straub", "Strauß", "Terhorst", "Thiel", "Thiele", "Thomas",
    "Thomsen", "Tiedemann", "Timm", "Ulrich", "Unger", "Urban", "Vogel", "Vogt", "Voigt", "Vollmer",
    "Voss", "Völker", "Wagner", "Walter", "Walther", "Weber", "Wegener", "Weidner", "Weigel",
    "Weis", "Weiß", "Wendt", "Wenzel", "Werner", "Wessels", "Wiechmann", "Wiegand", "Wiese",
    "Wilhelm", "Wilke", "Will", "Wimmer", "Winkelmann", "Winkler", "Winter", "Witt", "Wittmann",
    "Wolf", "Wolff", "Wulf", "Wunderlich", "Wächter", "Yılmaz", "Zander", "Zeller", "Ziegler",
    "Zimmer", "Zimmermann", "Öztürk",
];

/// The word, if it is one of the surnames: what a company is named after is whom it belongs to.
pub(super) fn surname(word: &str) -> Option<&'static str> {
    let place = SURNAMES.binary_search(&word).ok()?;
    Some(SURNAMES[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_in_order_as_the_search_needs_them() {
        assert!(SURNAMES.is_sorted());
        assert_eq!(surname("Öztürk"), Some("Öztürk"));
        assert_eq!(surname("Maschinenbau"), None);
    }

    #[test]
    fn nobody_is_in_both_tables_of_first_names() {
        assert!(WOMEN.iter().all(|name| !MEN.contains(name)));
    }
}
