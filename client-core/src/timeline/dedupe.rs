//! Memory of the ids that were seen, so that a replay is not shown twice.

use std::collections::{BTreeSet, VecDeque};

use crate::ids::ServerId;

/// The newest ids, a bounded number of them.
#[derive(Clone, Debug)]
pub(super) struct SeenIds {
    order: VecDeque<ServerId>,
    set: BTreeSet<ServerId>,
    limit: usize,
}

impl SeenIds {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            order: VecDeque::new(),
            set: BTreeSet::new(),
            limit,
        }
    }

    pub(super) fn contains(&self, id: &ServerId) -> bool {
        self.set.contains(id)
    }

    pub(super) fn insert(&mut self, id: ServerId) {
        if self.set.insert(id.clone()) {
            self.order.push_back(id);
            if self.order.len() > self.limit
                && let Some(oldest) = self.order.pop_front()
            {
                self.set.remove(&oldest);
            }
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
    fn only_the_newest_are_remembered() {
        let mut seen = SeenIds::new(2);
        for id in ["a", "b", "a", "c"] {
            seen.insert(ServerId(id.to_owned()));
        }
        assert!(!seen.contains(&ServerId("a".to_owned())));
        assert!(seen.contains(&ServerId("b".to_owned())) && seen.contains(&ServerId("c".to_owned())));
        assert_eq!(seen.iter().count(), 2);
    }
}
