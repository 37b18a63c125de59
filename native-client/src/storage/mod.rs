//! Where a visitor's session, queue and transcript outlive the process.

mod file;
mod memory;

use std::future::Future;
use std::pin::Pin;

pub use file::FileStore;
pub use memory::MemoryStore;

/// What a [`Store`] answers: later, with the value or with the reason in words.
pub type StoreAnswer<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

/// A place for snapshots, each under its scope. [`FileStore`] and [`MemoryStore`] are two; an application may bring its own.
///
/// A visitor asks for one thing at a time. The snapshot holds a token: keep it as safe as a password, and out of logs.
pub trait Store: Send + Sync + 'static {
    /// What was last saved under `scope`; `None` when nothing was.
    fn load(&self, scope: &str) -> StoreAnswer<Option<String>>;

    /// Replaces what is saved under `scope`, whole or not at all. Once it answers, the text survives a crash.
    fn save(&self, scope: &str, text: String) -> StoreAnswer<()>;

    /// Moves what is saved under `scope` out of the way because it cannot be read, and says where it went.
    fn set_aside(&self, scope: &str) -> StoreAnswer<String>;
}
