//! How near a request comes to a condition that does not hold: 0 if it has nothing of the kind, almost 1 if it has nearly that.

use std::cell::Cell;

use serde_json::Value;

use super::json::is_equal;

/// Another value is nearer than none.
const ANOTHER: f64 = 0.25;
/// How much nearer a value can come that is similar.
const SIMILAR: f64 = 0.5;
/// Maximum number of bytes of a text that is compared by its letters, which takes the product of both lengths.
const MAX_TEXT: usize = 128;
/// How many pairs of letters a verification compares at most, which takes a fraction of a second.
const MAX_PAIRS: usize = 1 << 24;

/// What a verification may still spend on texts that differ. Later ones are just other texts.
#[derive(Debug)]
pub(super) struct Effort(Cell<usize>);

impl Default for Effort {
    fn default() -> Self {
        Self(Cell::new(MAX_PAIRS))
    }
}

impl Effort {
    /// Spends an effort, if there is enough left.
    fn spend(&self, pairs: usize) -> bool {
        let left = self.0.get().checked_sub(pairs);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// The likeness of another value.
pub(super) const fn of_another() -> f64 {
    ANOTHER
}

/// The likeness of a text to another one that is expected.
pub(super) fn of_text(expected: &str, actual: &str, effort: &Effort) -> f64 {
    let (one, other) = (expected.len(), actual.len());
    if one > MAX_TEXT || other > MAX_TEXT || !effort.spend(one * other) {
        return ANOTHER;
    }
    ANOTHER + SIMILAR * strsim::normalized_damerau_levenshtein(expected, actual)
}

/// The likeness of the most similar of these texts.
pub(super) fn of_texts<T: AsRef<str>>(
    expected: &str,
    actual: impl Iterator<Item = T>,
    effort: &Effort,
) -> f64 {
    let likeness = actual.map(|text| of_text(expected, text.as_ref(), effort));
    likeness.fold(0.0, f64::max)
}

/// The likeness of a value to what it has to contain: the mean of all fields and items that are expected.
pub(super) fn of_json(expected: &Value, actual: &Value, effort: &Effort) -> f64 {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            mean(expected.iter().map(|(name, expected)| {
                let actual = actual.get(name);
                actual.map_or(0.0, |actual| of_json(expected, actual, effort))
            }))
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            let pairs = expected.iter().zip(actual);
            mean(pairs.map(|(expected, actual)| of_json(expected, actual, effort)))
        }
        _ if is_equal(expected, actual) => 1.0,
        (Value::String(expected), Value::String(actual)) => of_text(expected, actual, effort),
        _ => ANOTHER,
    }
}

/// The mean; 1 of nothing.
fn mean(parts: impl Iterator<Item = f64>) -> f64 {
    let (sum, number) = parts.fold((0.0, 0.0), |(sum, number), part| (sum + part, number + 1.0));
    if number > 0.0 { sum / number } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn more_alike_is_nearer() {
        let expected = json!({"title": "Hotel", "features": ["X"], "more": {"a": 1}});
        let bodies = [
            json!("Hotel"),
            json!({"title": 1}),
            json!({"title": "Bakeries"}),
            json!({"title": "Hotels"}),
            json!({"title": "Hotel"}),
            json!({"title": "Hotel", "features": []}),
            json!({"title": "Hotel", "features": ["X"]}),
            json!({"title": "Hotel", "features": ["X"], "more": {"a": 2}}),
            json!({"title": "Hotel", "features": ["X"], "more": {"a": 1}, "other": 0}),
        ];
        let likeness = bodies.map(|body| of_json(&expected, &body, &Effort::default()));
        let (first, others) = likeness[1..].split_first().unwrap();
        let mut last = first;
        for next in others {
            assert!(last < next, "{likeness:?}");
            last = next;
        }
        assert!((likeness[8] - 1.0).abs() < f64::EPSILON, "{likeness:?}");
    }

    #[test]
    fn effort_ends() {
        let effort = Effort::default();
        let (expected, actual) = ("a".repeat(MAX_TEXT), "a".repeat(MAX_TEXT - 1));
        let likeness = || of_text(&expected, &actual, &effort);
        assert!(likeness() > ANOTHER);
        let until_the_end =
            (0..=MAX_PAIRS / MAX_TEXT / MAX_TEXT + 10).find(|_| likeness() <= ANOTHER);
        assert!(until_the_end.is_some());
    }
}
