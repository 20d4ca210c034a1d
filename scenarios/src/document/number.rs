//! Numbers in the syntax of YAML 1.2, and of JSON.

/// The number of a plain scalar in JSON syntax with all its digits; `None` if it is not a number in YAML 1.2. A number that is
/// already valid JSON stays unchanged.
pub(super) fn json(text: &str) -> Option<String> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let number = plain.then(|| u128::from_str_radix(digits, radix).ok());
            return number.flatten().map(|number| number.to_string());
        }
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let fraction = fraction.unwrap_or_default();
    if !are_digits(whole) || !are_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    if let Some(power) = exponent.strip_prefix(['e', 'E']) {
        let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
        if digits.is_empty() || !are_digits(digits) {
            return None;
        }
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}{exponent}"))
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_yaml_numbers_as_json_does() {
        for same in [
            "0",
            "-0",
            "1e2",
            "1.10",
            "1E+05",
            "-0.0e-00",
            "123456789012345678901234567890",
        ] {
            assert_eq!(json(same).as_deref(), Some(same));
        }
        for (text, number) in [
            ("+5", "5"),
            ("007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-.5e1", "-0.5e1"),
            ("0x1F", "31"),
            ("0o17", "15"),
        ] {
            assert_eq!(json(text).as_deref(), Some(number), "{text}");
        }
        for text in [
            "", ".", "-", "1_000", "1e", "1e+", "0x", "0x+1", ".inf", "1.2.3", "e5", "0b1",
        ] {
            assert_eq!(json(text), None, "{text}");
        }
    }
}
