//! Cities: their postal codes, state, and register court.

use std::{collections::HashMap, sync::LazyLock};

use rand_chacha::ChaCha8Rng;

use super::{
    chance::pick_weighted,
    states::State::{
        self, BadenWuerttemberg, Bavaria, Berlin, Brandenburg, Bremen, Hamburg, Hesse, LowerSaxony,
        MecklenburgVorpommern, NorthRhineWestphalia, RhinelandPalatinate, Saarland, Saxony,
        SaxonyAnhalt, SchleswigHolstein, Thuringia,
    },
};

/// A German city.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct City {
    pub(super) name: &'static str,
    pub(super) state: State,
    /// The court that keeps its commercial register, often that of another city.
    pub(super) court: &'static str,
    /// Thousands of inhabitants, the weight of the city.
    pub(super) inhabitants: u32,
    pub(super) postal_codes: &'static [&'static str],
}

impl City {
    /// A random city, weighted by its inhabitants.
    pub(super) fn random(random: &mut ChaCha8Rng) -> &'static Self {
        pick_weighted(random, &CITIES, |city| city.inhabitants)
    }

    /// The city with this name, ignoring case: "Frankfurt am Main", "Frankfurt", "Munich".
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        BY_NAME.get(&name.trim().to_lowercase()).copied()
    }

    /// Its name without "am Main" or "(Saale)", as company names use it.
    pub(super) fn short_name(&self) -> &'static str {
        self.name.split(' ').next().unwrap_or(self.name)
    }
}

/// By name, short name and English name, in lower case.
static BY_NAME: LazyLock<HashMap<String, &City>> = LazyLock::new(|| {
    let mut by_name = HashMap::new();
    for city in &CITIES {
        for name in [city.name, city.short_name()] {
            by_name.entry(name.to_lowercase()).or_insert(city);
        }
    }
    for (english, german) in IN_ENGLISH {
        by_name.insert(english.to_owned(), by_name[german]);
    }
    by_name
});

const IN_ENGLISH: [(&str, &str); 5] = [
    ("brunswick", "braunschweig"),
    ("cologne", "köln"),
    ("hanover", "hannover"),
    ("munich", "münchen"),
    ("nuremberg", "nürnberg"),
];

const fn city(
    name: &'static str,
    state: State,
    court: &'static str,
    inhabitants: u32,
    postal_codes: &'static [&'static str],
) -> City {
    City {
        name,
        state,
        court,
        inhabitants,
        postal_codes,
    }
}

#[rustfmt::skip] // one row per line
static CITIES: [City; 102] = [
    city("Berlin", Berlin, "Amtsgericht Charlottenburg", 3700, &["10115", "10243", "10405", "10623", "10785", "12435"]),
    city("Hamburg", Hamburg, "Amtsgericht Hamburg", 1850, &["20095", "20097", "20354", "20457", "22041", "22765"]),
    city("München", Bavaria, "Amtsgericht München", 1500, &["80331", "80333", "80469", "80807", "81241", "81671"]),
    city("Köln", NorthRhineWestphalia, "Amtsgericht Köln", 1080, &["50667", "50674", "50825", "50933", "51063", "51149"]),
    city("Frankfurt am Main", Hesse, "Amtsgericht Frankfurt am Main", 770, &["60311", "60313", "60325", "60486", "60528", "60594"]),
    city("Stuttgart", BadenWuerttemberg, "Amtsgericht Stuttgart", 630, &["70173", "70174", "70191", "70372", "70469", "70565"]),
    city("Düsseldorf", NorthRhineWestphalia, "Amtsgericht Düsseldorf", 630, &["40210", "40212", "40219", "40476", "40547", "40599"]),
    city("Leipzig", Saxony, "Amtsgericht Leipzig", 620, &["04103", "04109", "04179", "04229", "04317", "04357"]),
    city("Dortmund", NorthRhineWestphalia, "Amtsgericht Dortmund", 595, &["44135", "44137", "44139", "44147", "44227", "44263"]),
    city("Essen", NorthRhineWestphalia, "Amtsgericht Essen", 585, &["45127", "45128", "45131", "45141", "45356"]),
    city("Bremen", Bremen, "Amtsgericht Bremen", 570, &["28195", "28199", "28203", "28217", "28309", "28359"]),
    city("Dresden", Saxony, "Amtsgericht Dresden", 565, &["01067", "01069", "01097", "01099", "01127", "01307"]),
    city("Hannover", LowerSaxony, "Amtsgericht Hannover", 545, &["30159", "30161", "30165", "30175", "30419", "30625"]),
    city("Nürnberg", Bavaria, "Amtsgericht Nürnberg", 525, &["90402", "90403", "90409", "90429", "90443", "90471"]),
    city("Duisburg", NorthRhineWestphalia, "Amtsgericht Duisburg", 500, &["47051", "47057", "47119", "47166", "47226"]),
    city("Bochum", NorthRhineWestphalia, "Amtsgericht Bochum", 365, &["44787", "44789", "44791", "44801", "44866"]),
    city("Wuppertal", NorthRhineWestphalia, "Amtsgericht Wuppertal", 358, &["42103", "42105", "42275", "42285", "42329"]),
    city("Bielefeld", NorthRhineWestphalia, "Amtsgericht Bielefeld", 338, &["33602", "33604", "33609", "33613", "33689"]),
    city("Bonn", NorthRhineWestphalia, "Amtsgericht Bonn", 335, &["53111", "53113", "53115", "53121", "53175", "53227"]),
    city("Münster", NorthRhineWestphalia, "Amtsgericht Münster", 320, &["48143", "48145", "48147", "48153", "48155", "48163"]),
    city("Mannheim", BadenWuerttemberg, "Amtsgericht Mannheim", 315, &["68159", "68161", "68163", "68165", "68219", "68305"]),
    city("Karlsruhe", BadenWuerttemberg, "Amtsgericht Mannheim", 309, &["76131", "76133", "76135", "76137", "76185", "76227"]),
    city("Augsburg", Bavaria, "Amtsgericht Augsburg", 300, &["86150", "86152", "86153", "86156", "86159", "86199"]),
    city("Wiesbaden", Hesse, "Amtsgericht Wiesbaden", 283, &["65183", "65185", "65187", "65189", "65203"]),
    city("Mönchengladbach", NorthRhineWestphalia, "Amtsgericht Mönchengladbach", 268, &["41061", "41063", "41065", "41199", "41236"]),
    city("Gelsenkirchen", NorthRhineWestphalia, "Amtsgericht Gelsenkirchen", 263, &["45879", "45881", "45891", "45894"]),
    city("Aachen", NorthRhineWestphalia, "Amtsgericht Aachen", 252, &["52062", "52064", "52066", "52068", "52070", "52074"]),
    city("Braunschweig", LowerSaxony, "Amtsgericht Braunschweig", 251, &["38100", "38102", "38104", "38106", "38112", "38122"]),
    city("Chemnitz", Saxony, "Amtsgericht Chemnitz", 248, &["09111", "09112", "09113", "09116", "09120", "09126"]),
    city("Kiel", SchleswigHolstein, "Amtsgericht Kiel", 247, &["24103", "24105", "24114", "24116", "24143", "24148"]),
    city("Halle (Saale)", SaxonyAnhalt, "Amtsgericht Stendal", 242, &["06108", "06110", "06112", "06114", "06116"]),
    city("Magdeburg", SaxonyAnhalt, "Amtsgericht Stendal", 240, &["39104", "39106", "39108", "39112", "39114", "39126"]),
    city("Freiburg im Breisgau", BadenWuerttemberg, "Amtsgericht Freiburg im Breisgau", 236, &["79098", "79100", "79102", "79104", "79106", "79108"]),
    city("Krefeld", NorthRhineWestphalia, "Amtsgericht Krefeld", 228, &["47798", "47799", "47803", "47805", "47807", "47809"]),
    city("Mainz", RhinelandPalatinate, "Amtsgericht Mainz", 220, &["55116", "55118", "55120", "55122", "55128", "55131"]),
    city("Lübeck", SchleswigHolstein, "Amtsgericht Lübeck", 218, &["23552", "23554", "23556", "23558", "23560", "23562"]),
    city("Erfurt", Thuringia, "Amtsgericht Jena", 215, &["99084", "99085", "99086", "99089", "99096", "99099"]),
    city("Oberhausen", NorthRhineWestphalia, "Amtsgericht Duisburg", 210, &["46045", "46047", "46049", "46117", "46145"]),
    city("Rostock", MecklenburgVorpommern, "Amtsgericht Rostock", 209, &["18055", "18057", "18059", "18069", "18106", "18119"]),
    city("Kassel", Hesse, "Amtsgericht Kassel", 204, &["34117", "34119", "34121", "34123", "34125", "34131"]),
    city("Hagen", NorthRhineWestphalia, "Amtsgericht Hagen", 189, &["58089", "58093", "58095", "58097", "58099", "58135"]),
    city("Potsdam", Brandenburg, "Amtsgericht Potsdam", 185, &["14467", "14469", "14471", "14473", "14480", "14482"]),
    city("Saarbrücken", Saarland, "Amtsgericht Saarbrücken", 181, &["66111", "66113", "66115", "66117", "66119", "66121"]),
    city("Hamm", NorthRhineWestphalia, "Amtsgericht Hamm", 180, &["59063", "59065", "59067", "59071", "59075"]),
    city("Ludwigshafen am Rhein", RhinelandPalatinate, "Amtsgericht Ludwigshafen am Rhein", 174, &["67059", "67061", "67063", "67065", "67071"]),
    city("Oldenburg", LowerSaxony, "Amtsgericht Oldenburg", 172, &["26121", "26122", "26123", "26127", "26129", "26131"]),
    city("Osnabrück", LowerSaxony, "Amtsgericht Osnabrück", 167, &["49074", "49076", "49078", "49080", "49082", "49084"]),
    city("Leverkusen", NorthRhineWestphalia, "Amtsgericht Köln", 165, &["51371", "51373", "51375", "51377", "51379", "51381"]),
    city("Darmstadt", Hesse, "Amtsgericht Darmstadt", 162, &["64283", "64285", "64287", "64289", "64293", "64295"]),
    city("Heidelberg", BadenWuerttemberg, "Amtsgericht Mannheim", 162, &["69115", "69117", "69120", "69123", "69124"]),
    city("Solingen", NorthRhineWestphalia, "Amtsgericht Wuppertal", 160, &["42651", "42653", "42655", "42657", "42719"]),
    city("Regensburg", Bavaria, "Amtsgericht Regensburg", 157, &["93047", "93049", "93051", "93053", "93055", "93059"]),
    city("Paderborn", NorthRhineWestphalia, "Amtsgericht Paderborn", 155, &["33098", "33100", "33102", "33104", "33106"]),
    city("Neuss", NorthRhineWestphalia, "Amtsgericht Neuss", 154, &["41460", "41462", "41464", "41466", "41468"]),
    city("Ingolstadt", Bavaria, "Amtsgericht Ingolstadt", 141, &["85049", "85051", "85053", "85055", "85057"]),
    city("Offenbach am Main", Hesse, "Amtsgericht Offenbach am Main", 134, &["63065", "63067", "63069", "63071", "63073", "63075"]),
    city("Fürth", Bavaria, "Amtsgericht Fürth", 131, &["90762", "90763", "90765", "90766", "90768"]),
    city("Heilbronn", BadenWuerttemberg, "Amtsgericht Stuttgart", 128, &["74072", "74074", "74076", "74078", "74080"]),
    city("Ulm", BadenWuerttemberg, "Amtsgericht Ulm", 128, &["89073", "89075", "89077", "89079", "89081"]),
    city("Würzburg", Bavaria, "Amtsgericht Würzburg", 127, &["97070", "97072", "97074", "97076", "97078", "97080"]),
    city("Pforzheim", BadenWuerttemberg, "Amtsgericht Mannheim", 127, &["75172", "75173", "75175", "75177", "75179"]),
    city("Wolfsburg", LowerSaxony, "Amtsgericht Braunschweig", 126, &["38440", "38442", "38444", "38446", "38448"]),
    city("Göttingen", LowerSaxony, "Amtsgericht Göttingen", 118, &["37073", "37075", "37077", "37079", "37081", "37085"]),
    city("Reutlingen", BadenWuerttemberg, "Amtsgericht Stuttgart", 117, &["72760", "72762", "72764", "72766"]),
    city("Erlangen", Bavaria, "Amtsgericht Fürth", 117, &["91052", "91054", "91056", "91058"]),
    city("Koblenz", RhinelandPalatinate, "Amtsgericht Koblenz", 115, &["56068", "56070", "56072", "56073", "56075", "56076"]),
    city("Remscheid", NorthRhineWestphalia, "Amtsgericht Wuppertal", 113, &["42853", "42855", "42857", "42859", "42897", "42899"]),
    city("Trier", RhinelandPalatinate, "Amtsgericht Wittlich", 112, &["54290", "54292", "54293", "54294", "54295", "54296"]),
    city("Jena", Thuringia, "Amtsgericht Jena", 111, &["07743", "07745", "07747", "07749"]),
    city("Salzgitter", LowerSaxony, "Amtsgericht Braunschweig", 104, &["38226", "38228", "38229", "38239", "38259"]),
    city("Siegen", NorthRhineWestphalia, "Amtsgericht Siegen", 102, &["57072", "57074", "57076", "57078", "57080"]),
    city("Hildesheim", LowerSaxony, "Amtsgericht Hildesheim", 101, &["31134", "31135", "31137", "31139", "31141"]),
    city("Gütersloh", NorthRhineWestphalia, "Amtsgericht Gütersloh", 101, &["33330", "33332", "33334", "33335"]),
    city("Kaiserslautern", RhinelandPalatinate, "Amtsgericht Kaiserslautern", 99, &["67655", "67657", "67659", "67661", "67663"]),
    city("Cottbus", Brandenburg, "Amtsgericht Cottbus", 98, &["03042", "03044", "03046", "03048", "03050"]),
    city("Schwerin", MecklenburgVorpommern, "Amtsgericht Schwerin", 98, &["19053", "19055", "19057", "19059", "19061", "19063"]),
    city("Esslingen am Neckar", BadenWuerttemberg, "Amtsgericht Stuttgart", 95, &["73728", "73730", "73732", "73733", "73734"]),
    city("Gießen", Hesse, "Amtsgericht Gießen", 94, &["35390", "35392", "35394", "35396", "35398"]),
    city("Ludwigsburg", BadenWuerttemberg, "Amtsgericht Stuttgart", 94, &["71634", "71636", "71638", "71640", "71642"]),
    city("Flensburg", SchleswigHolstein, "Amtsgericht Flensburg", 93, &["24937", "24939", "24941", "24943", "24944"]),
    city("Tübingen", BadenWuerttemberg, "Amtsgericht Stuttgart", 92, &["72070", "72072", "72074", "72076"]),
    city("Gera", Thuringia, "Amtsgericht Jena", 92, &["07545", "07546", "07548", "07549", "07551", "07552"]),
    city("Zwickau", Saxony, "Amtsgericht Chemnitz", 87, &["08056", "08058", "08060", "08062", "08064", "08066"]),
    city("Konstanz", BadenWuerttemberg, "Amtsgericht Freiburg im Breisgau", 85, &["78462", "78464", "78465", "78467"]),
    city("Neumünster", SchleswigHolstein, "Amtsgericht Kiel", 80, &["24534", "24536", "24537", "24539"]),
    city("Bamberg", Bavaria, "Amtsgericht Bamberg", 79, &["96047", "96049", "96050", "96052"]),
    city("Marburg", Hesse, "Amtsgericht Marburg", 77, &["35037", "35039", "35041", "35043"]),
    city("Lüneburg", LowerSaxony, "Amtsgericht Lüneburg", 76, &["21335", "21337", "21339"]),
    city("Bayreuth", Bavaria, "Amtsgericht Bayreuth", 75, &["95444", "95445", "95447", "95448"]),
    city("Wilhelmshaven", LowerSaxony, "Amtsgericht Oldenburg", 75, &["26382", "26384", "26386", "26388", "26389"]),
    city("Landshut", Bavaria, "Amtsgericht Landshut", 74, &["84028", "84030", "84032", "84034", "84036"]),
    city("Aschaffenburg", Bavaria, "Amtsgericht Aschaffenburg", 72, &["63739", "63741", "63743"]),
    city("Celle", LowerSaxony, "Amtsgericht Lüneburg", 70, &["29221", "29223", "29225", "29227", "29229"]),
    city("Fulda", Hesse, "Amtsgericht Fulda", 69, &["36037", "36039", "36041", "36043"]),
    city("Kempten (Allgäu)", Bavaria, "Amtsgericht Kempten (Allgäu)", 69, &["87435", "87437", "87439"]),
    city("Weimar", Thuringia, "Amtsgericht Jena", 65, &["99423", "99425", "99427"]),
    city("Rosenheim", Bavaria, "Amtsgericht Traunstein", 64, &["83022", "83024", "83026"]),
    city("Stralsund", MecklenburgVorpommern, "Amtsgericht Stralsund", 59, &["18435", "18437", "18439"]),
    city("Hameln", LowerSaxony, "Amtsgericht Hannover", 57, &["31785", "31787", "31789"]),
    city("Görlitz", Saxony, "Amtsgericht Dresden", 56, &["02826", "02827", "02828"]),
    city("Passau", Bavaria, "Amtsgericht Passau", 53, &["94032", "94034", "94036"]),
    city("Peine", LowerSaxony, "Amtsgericht Hildesheim", 50, &["31224", "31226", "31228"]),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn rows_are_well_formed() {
        let mut names = HashSet::new();
        let mut codes = HashSet::new();
        for city in &CITIES {
            assert!(
                names.insert(city.short_name()),
                "{} is there twice",
                city.name
            );
            assert!(city.court.starts_with("Amtsgericht "), "{}", city.name);
            assert!((2..=6).contains(&city.postal_codes.len()), "{}", city.name);
            for code in city.postal_codes {
                assert!(code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit()));
                assert!(codes.insert(code), "{code} belongs to two cities");
            }
        }
    }

    #[test]
    fn city_has_a_long_a_short_and_an_english_name() {
        for name in ["Frankfurt am Main", "frankfurt", " FRANKFURT AM MAIN "] {
            assert_eq!(City::named(name).unwrap().name, "Frankfurt am Main");
        }
        assert_eq!(City::named("MÜNCHEN"), City::named("Munich"));
        assert_eq!(City::named("Frankfurt (Oder)"), None);
    }
}
