//! The simulation's dice: the core's seeded generator with the questions a schedule asks.

use std::time::Duration;

use visavis_client_core::rng::Rng;

pub(crate) struct Chance(Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rng::new(seed ^ 0x5eed_0fa1_1da1_5555))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Evenly from zero to `most`, both included.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        u64::try_from(self.0.up_to(Duration::from_millis(most)).as_millis()).unwrap_or(most)
    }

    /// Evenly between two numbers, both included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.up_to(most - least)
    }

    /// True once in `times` on average.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.up_to(times - 1) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let at = self.up_to(from.len() as u64 - 1);
        from[usize::try_from(at).unwrap_or(0)]
    }
}
