//! Compression that is only declared, is broken, or expands far beyond its compressed size.

use std::{
    io::{self, Write},
    sync::LazyLock,
};

use bytes::Bytes;
use flate2::{
    Compression, Crc,
    write::{DeflateEncoder, GzEncoder},
};
use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// Maximum number of MiB of spaces in a `bomb`.
const MAX_BOMB: u16 = 256;
/// The header of a gzip stream: deflate, no flags, no time.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The final, empty block of deflate.
const LAST_BLOCK: [u8; 2] = [3, 0];
/// Maximum number of bytes in a block of Brotli whose length has 16 bits.
const BROTLI_BLOCK: usize = 1 << 16;

/// The body is compressed, declared as compressed, or both, whatever the client accepts.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Encoding {
    /// How the body is compressed.
    pub is: EncodingFlaw,
    /// Number of MiB that a `bomb` expands to, at most 256.
    #[serde(default = "ten")]
    pub mib: u16,
}

fn ten() -> u16 {
    10
}

/// How a body is compressed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EncodingFlaw {
    /// gzip, correct.
    Gzip,
    /// Brotli, correct.
    Brotli,
    /// Declared as gzip, but not compressed.
    Plain,
    /// gzip with a valid header, followed by invalid data.
    Corrupt,
    /// gzip that ends half-way.
    Truncated,
    /// gzip with a wrong checksum.
    WrongChecksum,
    /// Declared with an unknown encoding, but not compressed.
    Unknown,
    /// gzip in gzip, declared twice, as HTTP allows.
    Double,
    /// gzip in gzip, but declared once.
    DoubleSaidOnce,
    /// A few KiB of gzip that expand to `mib` MiB: the JSON, followed by spaces.
    Bomb,
}

impl Behaviour for Encoding {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Bodies;
    const EXAMPLES: &[&str] = &[
        "is=plain",
        "is=corrupt",
        "is=truncated",
        "is=wrong_checksum",
        "is=gzip",
        "is=brotli",
        "is=double",
        "is=double_said_once",
        "is=bomb",
    ];

    fn check(&self) -> Result<(), String> {
        if self.mib > MAX_BOMB {
            return Err(format!("mib is {}, more than {MAX_BOMB}", self.mib));
        }
        Ok(())
    }

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        let name = match self.is {
            EncodingFlaw::Brotli => "br",
            EncodingFlaw::Unknown => "x-nothing",
            EncodingFlaw::Double => "gzip, gzip",
            EncodingFlaw::Gzip
            | EncodingFlaw::Plain
            | EncodingFlaw::Corrupt
            | EncodingFlaw::Truncated
            | EncodingFlaw::WrongChecksum
            | EncodingFlaw::DoubleSaidOnce
            | EncodingFlaw::Bomb => "gzip",
        };
        // Writing to memory cannot fail.
        if let Ok(body) = self.encoded(&response.body) {
            response.body = body;
            response
                .headers
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }
}

impl Encoding {
    fn encoded(&self, body: &Bytes) -> io::Result<Bytes> {
        let encoded = match self.is {
            EncodingFlaw::Plain | EncodingFlaw::Unknown => return Ok(body.clone()),
            EncodingFlaw::Gzip => gzip(body)?,
            EncodingFlaw::Brotli => brotli(body),
            EncodingFlaw::Corrupt => {
                let mut whole = gzip(body)?;
                let middle = whole.len() / 2;
                whole[10..middle].fill(0xff);
                whole
            }
            EncodingFlaw::Truncated => {
                let mut whole = gzip(body)?;
                whole.truncate(whole.len() / 2);
                whole
            }
            EncodingFlaw::WrongChecksum => {
                let mut whole = gzip(body)?;
                // The last eight bytes are the checksum and the length.
                let checksum = whole.len() - 8;
                whole[checksum] ^= 1;
                whole
            }
            EncodingFlaw::Double | EncodingFlaw::DoubleSaidOnce => gzip(&gzip(body)?)?,
            EncodingFlaw::Bomb => bomb(body, self.mib)?,
        };
        Ok(encoded.into())
    }
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// gzip of a body and this many MiB of spaces. Compressing all of them would block a thread for long, so one MiB is compressed
/// once, and its blocks are repeated.
fn bomb(body: &[u8], mib: u16) -> io::Result<Vec<u8>> {
    static MIB: LazyLock<io::Result<(Vec<u8>, Crc)>> = LazyLock::new(|| blocks(&[b' '; 1 << 20]));
    let (mut encoded, mut sum) = blocks(body)?;
    encoded.splice(0..0, GZIP);
    let (spaces, their_sum) = MIB.as_ref().map_err(io::Error::kind)?;
    for _ in 0..mib {
        encoded.extend_from_slice(spaces);
        sum.combine(their_sum);
    }
    encoded.extend_from_slice(&LAST_BLOCK);
    encoded.extend_from_slice(&sum.sum().to_le_bytes());
    encoded.extend_from_slice(&sum.amount().to_le_bytes());
    Ok(encoded)
}

/// Non-final deflate blocks that end at a byte boundary and do not refer to earlier data, so they can be concatenated.
fn blocks(plain: &[u8]) -> io::Result<(Vec<u8>, Crc)> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.flush()?;
    let mut sum = Crc::new();
    sum.update(plain);
    Ok((encoder.get_ref().clone(), sum))
}

/// Brotli (RFC 7932) in uncompressed blocks: a client decodes all of Brotli or nothing, and an encoder with its dictionary would add 3 %
/// to the size of the program.
fn brotli(plain: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(plain.len() + 8);
    // One bit precedes the first block: a window of 64 KiB.
    let mut before = 1;
    for block in plain.chunks(BROTLI_BLOCK) {
        // This is not the last block; its length minus one, in four nibbles; it is uncompressed, from the next byte on.
        let header = ((block.len() - 1) << 3 | 1 << 19) << before;
        encoded.extend_from_slice(&header.to_le_bytes()[..3]);
        encoded.extend_from_slice(block);
        before = 0;
    }
    // The last block, which is empty.
    encoded.push(0b11 << before);
    encoded
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use serde_json::{Value, json};

    use super::{super::example, *};

    fn encoded(is: &str) -> (String, Vec<u8>) {
        let fault = format!("encoding;is={is}");
        let response = example::response_edited_by(&fault, 200, &plain());
        let says = response.headers[header::CONTENT_ENCODING].to_str().unwrap();
        (says.to_owned(), response.body.to_vec())
    }

    fn plain() -> Value {
        json!({"name": "Hotel Müller", "numbers": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]})
    }

    fn unzipped(body: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        GzDecoder::new(body).read_to_end(&mut plain)?;
        Ok(plain)
    }

    fn unbrotlied(body: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        brotli_decompressor::Decompressor::new(body, 4096)
            .read_to_end(&mut plain)
            .unwrap();
        plain
    }

    #[test]
    fn valid_encodings_decode() {
        let text = plain().to_string().into_bytes();
        let (says, body) = encoded("gzip");
        assert_eq!((&*says, unzipped(&body).unwrap()), ("gzip", text.clone()));
        for (is, expected) in [("double", "gzip, gzip"), ("double_said_once", "gzip")] {
            let (says, body) = encoded(is);
            let once = unzipped(&body).unwrap();
            assert_eq!((&*says, unzipped(&once).unwrap()), (expected, text.clone()));
        }
        let (says, body) = encoded("brotli");
        assert_eq!((&*says, unbrotlied(&body)), ("br", text.clone()));
        assert_eq!(encoded("unknown"), ("x-nothing".to_owned(), text));
    }

    #[test]
    fn brotli_of_any_length_decodes() {
        for length in [
            0,
            1,
            BROTLI_BLOCK - 1,
            BROTLI_BLOCK,
            BROTLI_BLOCK + 1,
            3 * BROTLI_BLOCK,
        ] {
            let plain = vec![b'x'; length];
            assert!(unbrotlied(&brotli(&plain)) == plain, "{length}");
        }
    }

    #[test]
    fn broken_encodings_do_not_decode() {
        for is in ["plain", "corrupt", "truncated", "wrong_checksum"] {
            let (says, body) = encoded(is);
            assert!(says == "gzip" && unzipped(&body).is_err(), "{is}");
        }
    }

    #[test]
    fn bomb_is_small_and_expands_to_the_given_size() {
        let (says, body) = encoded("bomb;mib=3");
        assert!(says == "gzip" && body.len() < 10_000, "{}", body.len());
        let expanded = unzipped(&body).unwrap();
        assert_eq!(expanded.len(), (3 << 20) + plain().to_string().len());
        assert_eq!(serde_json::from_slice::<Value>(&expanded).unwrap(), plain());
        assert!(super::super::Fault::from_header("encoding;is=bomb;mib=257").is_err());
        let (_, none) = encoded("bomb;mib=0");
        assert_eq!(unzipped(&none).unwrap(), plain().to_string().into_bytes());
    }
}
