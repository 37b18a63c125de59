//! Memory of the ids that were seen, so that a replay is not shown twice.

use std::collections::VecDeque;

use crate::ids::ServerId;

/// The newest ids, a bounded number of them. Looked up in a sorted list: an ordered tree of them would cost the widget ten kilobytes of code.
#[derive(Clone, Debug)]
pub(super) struct SeenIds {
    order: VecDeque<ServerId>,
    sorted: Vec<ServerId>,
    limit: usize,
}

impl SeenIds {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            order: VecDeque::new(),
            sorted: Vec::new(),
            limit,
        }
    }

    pub(super) fn contains(&self, id: &ServerId) -> bool {
        self.sorted.binary_search(id).is_ok()
    }

    pub(super) fn insert(&mut self, id: ServerId) {
        let Err(place) = self.sorted.binary_search(&id) else {
            return;
        };
        self.sorted.insert(place, id.clone());
        self.order.push_back(id);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
            && let Ok(place) = self.sorted.binary_search(&oldest)
        {
            self.sorted.remove(place);
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
