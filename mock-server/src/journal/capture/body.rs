//! Captured bodies.

use bytes::Bytes;

use super::{
    masking::{self, Masked},
    own_key::OwnKey,
};
use crate::config::limits::MAX_CAPTURED_BODY;

/// Number of bytes beyond a cut that are searched for credentials, so that none loses its mask by the cut.
const BEYOND_CUT: usize = 1024;

/// The body of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum CapturedBody {
    /// It is not kept.
    Absent(Absent),
    /// It is kept.
    Kept(KeptBody),
}

/// Why a body is not kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Absent {
    /// The server did not read it, or not in full.
    Unread,
    /// Only headers are captured.
    HeadersOnly,
    /// It may contain a credential that cannot be masked.
    Withheld,
}

/// A body without credentials.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeptBody {
    /// The body, or its beginning.
    pub bytes: Bytes,
    /// The length of the whole body.
    pub length: usize,
    /// Whether credentials are masked.
    pub masked: bool,
    /// Whether the end is missing.
    pub cut: bool,
}

impl CapturedBody {
    /// No body.
    pub(crate) const EMPTY: Self = Self::Kept(KeptBody {
        bytes: Bytes::new(),
        length: 0,
        masked: false,
        cut: false,
    });

    /// A body by reference: only what is masked or cut is copied. `bytes` must not be a part of a larger buffer.
    pub(crate) fn shared(bytes: &Bytes) -> Self {
        Self::masked_by(masking::body, bytes, Bytes::clone)
    }

    /// A copy of a body.
    pub(crate) fn copied(bytes: &[u8]) -> Self {
        Self::masked_by(masking::body, bytes, Bytes::copy_from_slice)
    }

    /// A copy of a form for the authorization server.
    pub(crate) fn form(bytes: &[u8], is_client: impl Fn(&str) -> bool) -> Self {
        let mask = |bytes: &[u8]| masking::form(bytes, is_client);
        Self::masked_by(mask, bytes, Bytes::copy_from_slice)
    }

    /// A copy of what faults made of a body. If that had credentials, they may be anywhere in another form.
    pub(crate) fn changed(&self, bytes: &[u8]) -> Self {
        let had_credentials = match self {
            Self::Kept(kept) if kept.bytes == bytes => return self.clone(),
            Self::Kept(kept) => kept.masked,
            Self::Absent(Absent::HeadersOnly) => return self.clone(),
            Self::Absent(Absent::Unread | Absent::Withheld) => true,
        };
        match Self::copied(bytes) {
            Self::Kept(kept) if had_credentials && !kept.masked && !kept.bytes.is_empty() => {
                Self::Absent(Absent::Withheld)
            }
            changed @ (Self::Kept(_) | Self::Absent(_)) => changed,
        }
    }

    /// Masks the key of the request.
    pub(super) fn mask(&mut self, own: &OwnKey<'_>) {
        let Self::Kept(kept) = self else { return };
        match own.mask(&kept.bytes) {
            Masked::Unchanged => {}
            Masked::Text(text) => (kept.bytes, kept.masked) = (text.into(), true),
            Masked::Unmaskable => *self = Self::Absent(Absent::Withheld),
        }
    }

    /// A body whose credentials `mask` finds, and of which nothing is masked or cut if `whole` keeps it.
    fn masked_by<B: AsRef<[u8]> + ?Sized>(
        mask: impl FnOnce(&[u8]) -> Masked,
        body: &B,
        whole: impl FnOnce(&B) -> Bytes,
    ) -> Self {
        let all = body.as_ref();
        let length = all.len();
        let searched = &all[..length.min(MAX_CAPTURED_BODY + BEYOND_CUT)];
        let cut = length > MAX_CAPTURED_BODY;
        let (bytes, masked) = match mask(searched) {
            Masked::Unchanged if cut => (Bytes::copy_from_slice(start(searched)), false),
            Masked::Unchanged => (whole(body), false),
            Masked::Text(text) => (Bytes::copy_from_slice(start(text.as_bytes())), true),
            Masked::Unmaskable => return Self::Absent(Absent::Withheld),
        };
        Self::Kept(KeptBody {
            bytes,
            length,
            masked,
            cut,
        })
    }

    /// The body, if it is kept.
    pub(crate) fn kept(&self) -> Option<&KeptBody> {
        match self {
            Self::Kept(kept) => Some(kept),
            Self::Absent(_) => None,
        }
    }

    /// Bytes of memory that the body uses. One that is shared is in a buffer that has grown by doubling.
    pub(super) fn weight(&self) -> usize {
        self.kept().map_or(0, |kept| match kept.bytes.len() {
            0 => 0,
            length if kept.masked || kept.cut => length,
            length => length.next_power_of_two(),
        })
    }
}

impl KeptBody {
    /// The body as text, if it is text.
    pub(crate) fn text(&self) -> Option<&str> {
        str::from_utf8(&self.bytes).ok()
    }
}

/// The part of a body that is kept. A text is not cut within a character.
fn start(bytes: &[u8]) -> &[u8] {
    let cut = &bytes[..bytes.len().min(MAX_CAPTURED_BODY)];
    match str::from_utf8(cut) {
        Err(error) if error.error_len().is_none() => &cut[..error.valid_up_to()],
        Ok(_) | Err(_) => cut,
    }
}
