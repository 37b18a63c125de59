//! Where a snapshot is kept: the browser's storage, or memory when the browser refuses.

use std::cell::RefCell;

use web_sys::{Storage, console};

thread_local! {
    /// Survives an element that is removed and added again, as the browser's storage would.
    static MEMORY: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// How long a stored text lives.
pub(crate) enum Shelf {
    /// Across visits.
    Lasting,
    /// As long as the tab: where tabs cannot agree on who owns what.
    Tab,
}

/// One key of one storage. Nothing is written before [`Store::write`].
pub(crate) struct Store {
    storage: Option<Storage>,
    key: String,
}

impl Store {
    /// The store of a snapshot under this key.
    pub(crate) fn new(shelf: &Shelf, key: String) -> Self {
        let window = web_sys::window();
        let storage = match shelf {
            Shelf::Lasting => window.and_then(|window| window.local_storage().ok()),
            Shelf::Tab => window.and_then(|window| window.session_storage().ok()),
        };
        Self {
            storage: storage.flatten(),
            key,
        }
    }

    /// A store that lives as long as the page.
    #[cfg(feature = "rich")]
    pub(crate) fn passing(key: String) -> Self {
        Self { storage: None, key }
    }

    /// What was stored, if anything.
    pub(crate) fn read(&self) -> Option<String> {
        match &self.storage {
            Some(storage) => storage.get_item(&self.key).ok().flatten(),
            None => MEMORY.with_borrow(|memory| {
                memory
                    .iter()
                    .find(|(key, _)| *key == self.key)
                    .map(|(_, text)| text.clone())
            }),
        }
    }

    /// Replaces what was stored.
    pub(crate) fn write(&self, text: &str) -> Result<(), String> {
        match &self.storage {
            Some(storage) => storage
                .set_item(&self.key, text)
                .map_err(|_| String::from("the browser's storage is full or closed to this page")),
            None => {
                MEMORY.with_borrow_mut(|memory| {
                    memory.retain(|(key, _)| *key != self.key);
                    memory.push((self.key.clone(), text.to_owned()));
                });
                Ok(())
            }
        }
    }

    /// Forgets what was stored.
    pub(crate) fn remove(&self) {
        match &self.storage {
            // It fails only where nothing can be stored either.
            Some(storage) => drop(storage.remove_item(&self.key)),
            None => MEMORY.with_borrow_mut(|memory| memory.retain(|(key, _)| *key != self.key)),
        }
    }

    /// Puts a text that could not be read aside, so that it is neither lost nor read again.
    pub(crate) fn set_aside(&self, text: &str) {
        let aside = Self {
            storage: self.storage.clone(),
            key: [&self.key, ":unreadable"].concat(),
        };
        // Where it cannot even be moved, the next write replaces it.
        let _ = aside.write(text);
        self.remove();
        console::warn_2(
            &"visavis: the stored conversation could not be read; a new one begins. The old text is kept under".into(),
            &aside.key.into(),
        );
    }
}
