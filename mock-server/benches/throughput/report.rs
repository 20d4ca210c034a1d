//! Prints measurements: a median and the spread around it, beside the target.

use std::fmt;

/// The median and the range of several measurements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    /// `values`: at least one measurement.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<_> = values.collect();
        values.sort_by(f64::total_cmp);
        Self {
            median: values[values.len() / 2],
            least: values[0],
            most: values[values.len() - 1],
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            median,
            least,
            most,
        } = self;
        write!(formatter, "{median:.2} ({least:.2} to {most:.2})")
    }
}

/// Prints a number with its target.
pub(crate) fn line(name: &str, measured: impl fmt::Display, target: &str, met: bool) {
    let measured = measured.to_string();
    let verdict = if met { "met" } else { "missed" };
    println!("{name:<24}{measured:<24}target {target:<8}{verdict}");
}
