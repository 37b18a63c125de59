//! Snapshots that live as long as the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Store, StoreAnswer};

/// Keeps snapshots in memory. Its clones share what they keep, so a visitor that is closed and connected again resumes.
#[derive(Clone, Default)]
pub struct MemoryStore {
    snapshots: Arc<Mutex<BTreeMap<String, String>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> T {
        look(&mut self.snapshots.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for MemoryStore {
    fn load(&self, scope: &str) -> StoreAnswer<Option<String>> {
        let found = self.with(|snapshots| snapshots.get(scope).cloned());
        Box::pin(std::future::ready(Ok(found)))
    }

    fn save(&self, scope: &str, text: String) -> StoreAnswer<()> {
        self.with(|snapshots| snapshots.insert(scope.to_owned(), text));
        Box::pin(std::future::ready(Ok(())))
    }

    fn set_aside(&self, scope: &str) -> StoreAnswer<String> {
        let aside = format!("{scope} (unreadable)");
        self.with(|snapshots| {
            if let Some(text) = snapshots.remove(scope) {
                snapshots.insert(aside.clone(), text);
            }
        });
        Box::pin(std::future::ready(Ok(aside)))
    }
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn clones_share_what_they_keep() {
        let store = MemoryStore::new();
        store.clone().save("a", "1".to_owned()).await.unwrap();
        assert_eq!(store.load("a").await.unwrap().as_deref(), Some("1"));
        assert_eq!(store.load("b").await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_is_set_aside_is_no_longer_found() {
        let store = MemoryStore::new();
        store.save("a", "broken".to_owned()).await.unwrap();
        store.set_aside("a").await.unwrap();
        assert_eq!(store.load("a").await.unwrap(), None);
    }
}
