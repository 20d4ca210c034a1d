//! Names as labels of domains and e-mail addresses.

/// Maximum length of a label of a host name.
const LABEL: usize = 63;

/// A host name's label: lower-case ASCII letters and digits, with a hyphen between words. It is empty if the text
/// has no letter. German letters are spelled out, others transliterated.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut ascii = [0];
    for character in text.chars() {
        let spelled = match character {
            'ä' | 'Ä' => "ae",
            'ö' | 'Ö' => "oe",
            'ü' | 'Ü' => "ue",
            'ß' | 'ẞ' => "ss",
            // These are not letters, although the transliteration makes letters of them.
            '€' | '§' => " ",
            _ if character.is_ascii() => character.encode_utf8(&mut ascii),
            _ => deunicode::deunicode_char(character).unwrap_or(" "),
        };
        for byte in spelled.bytes() {
            if byte.is_ascii_alphanumeric() {
                slug.push(char::from(byte.to_ascii_lowercase()));
            } else if !slug.is_empty() && !slug.ends_with('-') && byte != b'\'' {
                slug.push('-');
            }
        }
        if slug.len() >= LABEL {
            break;
        }
    }
    slug.truncate(LABEL);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Whether it is a valid label of a host name.
#[cfg(test)]
pub(super) fn is_label(label: &str) -> bool {
    (1..=LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spells_out_german_letters_and_transliterates_others() {
        for (text, expected) in [
            ("Müller & Söhne", "mueller-soehne"),
            ("Café Größenwahn", "cafe-groessenwahn"),
            ("ÄRZTEHAUS", "aerztehaus"),
            ("Łukasz Yılmaz", "lukasz-yilmaz"),
            ("  -- x --  ", "x"),
            ("e.K.", "e-k"),
            ("O'Brien", "obrien"),
            ("&", ""),
        ] {
            assert_eq!(slug(text), expected);
        }
    }

    proptest! {
        #[test]
        fn slug_is_a_valid_label_or_empty(text in ".{0,90}") {
            let slug = slug(&text);
            prop_assert!(slug.is_empty() || is_label(&slug), "{slug}");
        }
    }
}
