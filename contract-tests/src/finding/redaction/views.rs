//! Views of a text: the text itself, and what it decodes to. Each view is searched for secrets, and the part of the text that
//! a secret was decoded from is masked.
//!
//! A list of encodings of every secret would do the same, but a run has thousands of secrets, and new ones with every check.

use std::{ops::Range, sync::LazyLock};

/// Maximum number of times that escapes are decoded.
const MAX_ESCAPES: usize = 3;
/// Minimum length of a run to decode. A shorter one contains no piece of a secret, or only one, in an alphabet that every
/// word matches.
const SHORTEST_DIGITS: usize = 18;
const SHORTEST_BASE_64: usize = 12;
const SHORTEST_BASE_32: usize = 15;
const SHORTEST_BASE_85: usize = 40;
/// Minimum number of character codes in a list to decode.
const SHORTEST_CODES: usize = 9;

/// The digit that each byte stands for, if any.
type Alphabet = [Option<u8>; 256];

static HEX: LazyLock<Alphabet> = LazyLock::new(|| {
    alphabet(|byte| {
        let digit = char::from(byte).to_digit(16)?;
        u8::try_from(digit).ok()
    })
});
static BASE_64: LazyLock<Alphabet> = LazyLock::new(|| alphabet(base_64));
static BASE_32: LazyLock<Alphabet> = LazyLock::new(|| alphabet(base_32));
static ASCII_85: LazyLock<Alphabet> =
    LazyLock::new(|| alphabet(|byte| matches!(byte, b'!'..=b'u').then(|| byte - b'!')));
/// The alphabet of RFC 1924, which Git and Python's `b85encode` use.
static RFC_1924: LazyLock<Alphabet> = LazyLock::new(|| {
    listed(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~")
});
static Z_85: LazyLock<Alphabet> = LazyLock::new(|| {
    listed(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#")
});

fn alphabet(digit: impl Fn(u8) -> Option<u8>) -> Alphabet {
    let mut alphabet = [None; 256];
    for byte in 0..=u8::MAX {
        alphabet[usize::from(byte)] = digit(byte);
    }
    alphabet
}

fn listed(digits: &[u8; 85]) -> Alphabet {
    alphabet(|byte| {
        let digit = digits.iter().position(|known| *known == byte)?;
        u8::try_from(digit).ok()
    })
}

/// Bytes that were read or decoded from a text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// For each byte, the start and end of its source in the text.
    spans: Vec<(usize, usize)>,
}

/// All views of a text.
#[derive(Debug, Default)]
pub(super) struct Views {
    /// The text, and the text with its escapes decoded.
    pub(super) plain: Vec<View>,
    /// Only the letters and digits of the plain views.
    pub(super) letters: Vec<View>,
    /// The views that the plain views and their letters decode to.
    pub(super) decoded: Vec<View>,
}

impl Views {
    pub(super) fn new(text: &str) -> Self {
        let mut views = Self::default();
        let mut view = Some(View::identity(text));
        while let Some(plain) = view {
            view = plain
                .unescaped()
                .filter(|_| views.plain.len() < MAX_ESCAPES);
            views.plain.push(plain);
        }
        for plain in &views.plain {
            let letters = plain.letters();
            views.decoded.push(plain.rotated());
            views.decoded.push(plain.codes());
            letters.decode_hex(&mut views.decoded);
            plain.decode(&mut views.decoded);
            views.letters.push(letters);
        }
        views.decoded.retain(|view| !view.bytes.is_empty());
        views
    }
}

impl View {
    fn identity(text: &str) -> Self {
        Self {
            bytes: text.into(),
            spans: (0..text.len()).map(|at| (at, at + 1)).collect(),
        }
    }

    /// The range of the text that the bytes of a window were read from.
    pub(super) fn source(&self, start: usize, width: usize) -> Range<usize> {
        let spans = &self.spans[start..start + width];
        let start = spans.iter().map(|span| span.0).min();
        let end = spans.iter().map(|span| span.1).max();
        start.unwrap_or_default()..end.unwrap_or_default()
    }

    /// Adds a byte that was read from a range of another view.
    fn push(&mut self, byte: u8, from: &Self, range: Range<usize>) {
        let source = from.source(range.start, range.len());
        self.bytes.push(byte);
        self.spans.push((source.start, source.end));
    }

    /// Adds a byte that no secret contains, which separates the bytes before it from those after it.
    fn interrupt(&mut self) {
        self.bytes.push(0);
        self.spans.push((0, 0));
    }

    /// Decodes the escapes of URLs, HTML, JSON and programming languages; returns `None` if there are none.
    fn unescaped(&self) -> Option<Self> {
        let mut view = Self::default();
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let (byte, length) = escape(&self.bytes[at..]).unwrap_or((*byte, 1));
            view.push(byte, self, at..at + length);
            at += length;
        }
        (view.bytes.len() < self.bytes.len()).then_some(view)
    }

    /// Only the letters and digits.
    fn letters(&self) -> Self {
        let mut view = Self::default();
        for (at, byte) in self.bytes.iter().enumerate() {
            if byte.is_ascii_alphanumeric() {
                view.push(*byte, self, at..at + 1);
            }
        }
        view
    }

    /// Decodes ROT13.
    fn rotated(&self) -> Self {
        let rotate = |byte: &u8| match byte.to_ascii_lowercase() {
            b'a'..=b'm' => byte + 13,
            b'n'..=b'z' => byte - 13,
            _ => *byte,
        };
        Self {
            bytes: self.bytes.iter().map(rotate).collect(),
            spans: self.spans.clone(),
        }
    }

    /// Decodes lists of decimal character codes.
    fn codes(&self) -> Self {
        let mut view = Self::default();
        let mut list: Vec<(u8, Range<usize>)> = Vec::new();
        let mut flush = |list: &mut Vec<(u8, Range<usize>)>| {
            if list.len() >= SHORTEST_CODES {
                for (byte, range) in list.iter() {
                    view.push(*byte, self, range.clone());
                }
                view.interrupt();
            }
            list.clear();
        };
        let mut start = 0;
        for run in self
            .bytes
            .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
        {
            let range = start..start + run.len();
            start = range.end;
            let code = std::str::from_utf8(run)
                .ok()
                .and_then(|run| run.parse().ok());
            match code {
                Some(code @ b' '..=b'~') => list.push((code, range)),
                None if !run[0].is_ascii_digit() && run.len() <= 3 => {}
                Some(_) | None => flush(&mut list),
            }
        }
        flush(&mut list);
        view
    }

    fn decode_hex(&self, views: &mut Vec<Self>) {
        self.groups(
            &HEX,
            SHORTEST_DIGITS,
            views,
            |view, [high, low], from, at| {
                view.push(high << 4 | low, from, at..at + 2);
            },
        );
    }

    /// Decodes base64, base32 and base85.
    fn decode(&self, views: &mut Vec<Self>) {
        self.groups(
            &BASE_64,
            SHORTEST_BASE_64,
            views,
            |view, [a, b, c, d], from, at| {
                view.push(a << 2 | b >> 4, from, at..at + 2);
                view.push(b << 4 | c >> 2, from, at + 1..at + 3);
                view.push(c << 6 | d, from, at + 2..at + 4);
            },
        );
        let eight_digits = |view: &mut Self, digits: [u8; 8], from: &Self, at: usize| {
            let bits = digits
                .iter()
                .fold(0, |bits, digit| bits << 5 | u64::from(*digit));
            for (number, byte) in bits.to_be_bytes()[3..].iter().enumerate() {
                let (first, last) = (number * 8 / 5, (number * 8 + 7) / 5);
                view.push(*byte, from, at + first..at + last + 1);
            }
        };
        self.groups(&BASE_32, SHORTEST_BASE_32, views, eight_digits);
        for alphabet in [&*ASCII_85, &*RFC_1924, &*Z_85] {
            self.groups(
                alphabet,
                SHORTEST_BASE_85,
                views,
                |view, digits: [u8; 5], from, at| {
                    let number = digits
                        .iter()
                        .fold(0, |number, digit| number * 85 + u64::from(*digit));
                    match u32::try_from(number) {
                        Ok(number) => {
                            for byte in number.to_be_bytes() {
                                view.push(byte, from, at..at + 5);
                            }
                        }
                        Err(_) => view.interrupt(),
                    }
                },
            );
        }
    }

    /// Decodes each run of digits in groups of `N`, once for each position at which the first group can begin.
    fn groups<const N: usize>(
        &self,
        alphabet: &Alphabet,
        shortest: usize,
        views: &mut Vec<Self>,
        decode: impl Fn(&mut Self, [u8; N], &Self, usize),
    ) {
        let bytes = self.bytes.iter();
        let digits: Vec<_> = bytes.map(|byte| alphabet[usize::from(*byte)]).collect();
        let mut end = 0;
        let mut runs = Vec::new();
        for run in digits.chunk_by(|a, b| a.is_some() == b.is_some()) {
            end += run.len();
            if run[0].is_some() && run.len() >= shortest {
                let run: Vec<u8> = run.iter().flatten().copied().collect();
                runs.push((end - run.len(), run));
            }
        }
        if runs.is_empty() {
            return;
        }
        for skip in 0..N {
            let mut view = Self::default();
            for (begin, run) in &runs {
                let groups = run[skip..].chunks_exact(N).enumerate();
                for (number, group) in groups {
                    if let Ok(group) = group.try_into() {
                        decode(&mut view, group, self, begin + skip + number * N);
                    }
                }
                view.interrupt();
            }
            views.push(view);
        }
    }
}

fn base_64(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn base_32(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a'),
        b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    }
}

/// The character of the escape at the beginning of a text, and the length of the escape.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'%', ..] => number(&text[1..], 16, 2, 2).map(|(code, length)| (code, 1 + length)),
        [b'\\', b'u' | b'U', ..] => {
            number(&text[2..], 16, 4, 4).map(|(code, length)| (code, 2 + length))
        }
        [b'\\', b'x' | b'X', ..] => {
            number(&text[2..], 16, 2, 2).map(|(code, length)| (code, 2 + length))
        }
        [b'0', b'x' | b'X', ..] => {
            number(&text[2..], 16, 2, 2).map(|(code, length)| (code, 2 + length))
        }
        [b'\\', quoted @ (b'"' | b'\\' | b'/'), ..] => Some((*quoted, 2)),
        [b'&', b'#', b'x' | b'X', rest @ ..] => entity(rest, 16, 3),
        [b'&', b'#', rest @ ..] => entity(rest, 10, 2),
        [b'&', b'a', b'm', b'p', b';', ..] => Some((b'&', 5)),
        _ => None,
    }
}

fn entity(text: &[u8], radix: u32, before: usize) -> Option<(u8, usize)> {
    let (code, length) = number(text, radix, 1, 7)?;
    let end = usize::from(text.get(length) == Some(&b';'));
    Some((code, before + length + end))
}

/// The number at the beginning of a text, and its length.
fn number(text: &[u8], radix: u32, min: usize, max: usize) -> Option<(u8, usize)> {
    let digits = text.iter().take(max);
    let length = digits
        .take_while(|byte| char::from(**byte).is_digit(radix))
        .count();
    let digits = std::str::from_utf8(&text[..length])
        .ok()
        .filter(|_| length >= min)?;
    let code = u32::from_str_radix(digits, radix).ok()?;
    Some((u8::try_from(code).ok()?, length))
}
