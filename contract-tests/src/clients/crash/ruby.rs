//! Exceptions of Ruby.

use super::{Exception, is_explained};

/// `a.rb:3:in 'f': no (ArgumentError)`, then lines of the stack that begin with a tab.
pub(super) fn find<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let first = lines.iter().rposition(|line| message(line).is_some())?;
    let line = lines[first];
    let is_stack = |line: &&str| line.is_empty() || line.starts_with([' ', '\t']);
    Some(Exception {
        line,
        is_last: lines[first + 1..].iter().all(is_stack),
        is_explained: is_explained(&lines[..first], message(line)?),
    })
}

/// The message of an exception that a line shows with its place and its class.
fn message(line: &str) -> Option<&str> {
    let (file, rest) = line.split_once(":in ")?;
    let (_, number) = file.rsplit_once(':')?;
    let (_, said) = rest.split_once("': ")?;
    let (message, class) = said.strip_suffix(')')?.rsplit_once(" (")?;
    let is_class = class.starts_with(|letter: char| letter.is_ascii_uppercase())
        && class
            .chars()
            .all(|letter| letter.is_alphanumeric() || "_:".contains(letter));
    (is_class && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_the_line_of_an_exception() {
        for (line, expected) in [
            ("a.rb:1:in `<main>': no (RuntimeError)", Some("no")),
            (
                "/a/b.rb:12:in 'Net::HTTP#get': 500 \"x\" (Net::HTTPError)",
                Some("500 \"x\""),
            ),
            ("read 3 orders in 2:in all: fine (really)", None),
            ("a.rb:in 'f': no (RuntimeError)", None),
            ("a.rb:1:in 'f': no", None),
        ] {
            assert_eq!(message(line), expected, "{line}");
        }
    }
}
