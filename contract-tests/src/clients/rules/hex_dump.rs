//! Bytes that a text shows as hexadecimal digits: `6f70`, `6f 70`, `6f:70`, `0x6f, 0x70`, `\x6f\x70`, and dumps with several lines.

/// The hexadecimal digits of a text, in lower case, without what separates the bytes: those of all words that consist of whole
/// bytes; and the same without the first word of each line, which may be the address of the bytes after it. Words of other
/// characters, such as the text beside a dump, are left out.
pub(super) fn digits(text: &[u8]) -> [Vec<u8>; 2] {
    let (mut all, mut without_addresses) = (Vec::new(), Vec::new());
    for line in text.split(|byte| *byte == b'\n') {
        let words = line.split(|byte| !byte.is_ascii_alphanumeric());
        let words = words.filter(|word| !word.is_empty()).enumerate();
        for (place, digits) in words.filter_map(|(place, word)| Some((place, bytes(word)?))) {
            let digits = digits.to_ascii_lowercase();
            if place > 0 {
                without_addresses.extend_from_slice(&digits);
            }
            all.extend(digits);
        }
    }
    [all, without_addresses]
}

/// The digits of a word, without `0x` or the `x` of an escape; `None` if it does not consist of whole bytes.
fn bytes(word: &[u8]) -> Option<&[u8]> {
    let digits = word.strip_prefix(b"0").unwrap_or(word);
    let digits = digits
        .strip_prefix(b"x")
        .or_else(|| digits.strip_prefix(b"X"));
    let digits = digits.unwrap_or(word);
    let is_whole = digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit);
    is_whole.then_some(digits)
}

/// These bytes as hexadecimal digits in lower case.
pub(super) fn encode(bytes: &[u8]) -> Vec<u8> {
    let digits = bytes
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes());
    digits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_words_that_consist_of_whole_bytes() {
        let all = |text: &str| String::from_utf8(digits(text.as_bytes())[0].clone()).unwrap();
        for text in [
            "6f706E",
            "6f 70 6e",
            "6F:70:6E",
            "6f70 6e",
            "0x6f, 0X70,\n0x6e",
            r"\x6f\x70\x6e",
            "<Buffer 6f 70 6e>",
            "[6f,\n70,\n6e]",
            "6f 70 opn\n6e n",
        ] {
            assert_eq!(all(text), "6f706e", "{text}");
        }
        for text in ["", "x", "0", "0x", "6", "6f7", "6g", "open"] {
            assert_eq!(all(text), "", "{text}");
        }
    }

    #[test]
    fn first_word_of_a_line_may_be_an_address() {
        let [_, bytes] = digits(b"0000: 6f 70 6e  opn\n0003: 6f 70\n");
        assert_eq!(bytes, b"6f706e6f70");
    }
}
