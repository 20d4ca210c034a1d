//! The table of every rule: what it says, who says so, when it is judged, and how to follow it.

/// A row of the table.
macro_rules! rule {
    (
        $id:literal $level:ident $kind:ident $judge:path,
        $rule:literal,
        source $source:literal,
        exercised by $exercised:literal,
        tolerance $tolerance:literal,
        advice $advice:literal,
    ) => {
        Rule {
            id: $id,
            level: Level::$level,
            rule: $rule,
            source: $source,
            exercised_by: $exercised,
            tolerance: $tolerance,
            advice: $advice,
            judge: Judge::$kind($judge),
        }
    };
}

mod keys;
mod oauth;
mod requests;
mod responses;
mod retries;

use super::Rule;

const PARTS: [&[Rule]; 5] = [
    keys::RULES,
    oauth::RULES,
    retries::RULES,
    responses::RULES,
    requests::RULES,
];

/// Every rule, in the order in which it is reported.
pub static RULES: &[Rule] = &all::<{ count() }>();

const fn count() -> usize {
    PARTS[0].len() + PARTS[1].len() + PARTS[2].len() + PARTS[3].len() + PARTS[4].len()
}

const fn all<const N: usize>() -> [Rule; N] {
    let mut all = [PARTS[0][0]; N];
    let (mut part, mut filled) = (0, 0);
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            all[filled] = PARTS[part][row];
            filled += 1;
            row += 1;
        }
        part += 1;
    }
    all
}
