//! Memory of the ids that were seen, so that a replay is not shown twice.

use std::collections::VecDeque;

use crate::ids::ServerId;

/// The newest ids, a bounded number of them. Looked up in a sorted list: an ordered tree of them would cost the widget ten kilobytes of code.
#[derive(Clone, Debug)]
pub(super) struct SeenIds {
    order: VecDeque<ServerId>,
    /// These and up to as many that were dropped from the order, each with its place among all that came: taking them out one by one would
    /// move the whole list for each message.
    sorted: Vec<(ServerId, usize)>,
    came: usize,
    limit: usize,
}

impl SeenIds {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            order: VecDeque::new(),
            sorted: Vec::new(),
            came: 0,
            limit,
        }
    }

    pub(super) fn contains(&self, id: &ServerId) -> bool {
        self.place(id).is_ok()
    }

    fn place(&self, id: &ServerId) -> Result<usize, usize> {
        self.sorted.binary_search_by(|(known, _)| known.cmp(id))
    }

    pub(super) fn insert(&mut self, id: ServerId) {
        let Err(place) = self.place(&id) else {
            return;
        };
        self.came += 1;
        self.sorted.insert(place, (id.clone(), self.came));
        self.order.push_back(id);
        if self.order.len() > self.limit {
            self.order.pop_front();
        }
        if self.sorted.len() > 2 * self.limit {
            let dropped = self.came - self.order.len();
            self.sorted.retain(|(_, place)| *place > dropped);
        }
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ServerId> {
        self.order.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_remembered_and_not_all() {
        let id = |number: usize| ServerId(format!("{:x}", number * 7919 % 10_007));
        let mut seen = SeenIds::new(50);
        for number in 0..500 {
            seen.insert(id(number));
            seen.insert(id(number.saturating_sub(20)));
            assert!((number.saturating_sub(49)..=number).all(|newest| seen.contains(&id(newest))));
            assert!(seen.sorted.len() <= 100 && seen.iter().count() <= 50);
        }
        assert!(!seen.contains(&id(0)));
    }
}
