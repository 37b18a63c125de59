//! The only source of randomness: SplitMix64 from a seed that the driver draws (or a test chooses).

use std::time::Duration;

use crate::ids::LocalId;
use crate::time::millis;

/// A seeded generator for jitter and message ids. Not for cryptography.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator whose whole sequence follows from `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A duration drawn evenly from zero up to and including `limit`, in whole milliseconds.
    pub fn up_to(&mut self, limit: Duration) -> Duration {
        let span = u128::from(millis(limit)) + 1;
        let scaled = (u128::from(self.next_u64()) * span) >> 64;
        Duration::from_millis(u64::try_from(scaled).unwrap_or(0))
    }

    /// A fresh message id.
    pub fn local_id(&mut self) -> LocalId {
        let high = u128::from(self.next_u64());
        LocalId::from_random((high << 64) | u128::from(self.next_u64()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_sequence() {
        let draw = |seed| {
            let mut rng = Rng::new(seed);
            [rng.next_u64(), rng.next_u64(), rng.next_u64()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn a_draw_stays_within_its_limit_and_reaches_both_ends() {
        let mut rng = Rng::new(1);
        let draws: Vec<_> = (0..2_000)
            .map(|_| rng.up_to(Duration::from_millis(3)).as_millis())
            .collect();
        assert!(draws.iter().all(|draw| *draw <= 3));
        assert!(draws.contains(&0) && draws.contains(&3));
    }
}
