//! Ids that look random and are a function of one seed.

use base64ct::{Base64UrlUnpadded, Encoding};

/// Generator of ids; two generators with the same seed give the same ids.
#[derive(Debug, Clone)]
pub struct Ids {
    state: u64,
}

impl Ids {
    /// A generator for `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits (SplitMix64).
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A session id: `vs_` and base64url.
    pub fn session(&mut self) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next_u64().to_be_bytes());
        bytes[8..].copy_from_slice(&self.next_u64().to_be_bytes());
        format!("vs_{}", Base64UrlUnpadded::encode_string(&bytes))
    }

    /// A message id: 24 hexadecimal digits, in no order a reader could rely on.
    pub fn message(&mut self) -> String {
        format!("{:016x}{:08x}", self.next_u64(), self.next_u64() >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_ids() {
        let (mut left, mut right) = (Ids::new(7), Ids::new(7));
        assert_eq!(left.session(), right.session());
        assert_eq!(left.message(), right.message());
        assert_ne!(left.message(), Ids::new(8).message());
    }

    #[test]
    fn ids_have_the_documented_form() {
        let mut ids = Ids::new(1);
        let session = ids.session();
        assert!(session.starts_with("vs_") && session.len() == 25, "{session}");
        let message = ids.message();
        assert!(
            message.len() == 24 && message.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{message}"
        );
    }
}
