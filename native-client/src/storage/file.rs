//! Snapshots in one file that is replaced atomically and locked against a second process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fd_lock::RwLock;
use visavis_client_core::Error;

use super::{Store, StoreAnswer};

/// One file with a snapshot for each scope: back end, base URL and tenant.
///
/// The file is readable by its owner only (mode 0600 on Unix) and replaced as a whole through a temporary file beside it, so a crash
/// leaves the old or the new content. `<file>.lock` beside it keeps a second process out; it stays there when the store is closed,
/// because removing a lock file is a race. Every save writes the whole file: give each visitor of a large fleet a file of its own.
///
/// Clones share the file. It is unlocked when the last clone is gone and the last write has ended.
#[derive(Clone)]
pub struct FileStore {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    content: Mutex<Content>,
    /// The version on disk. Held while writing, so that two writers cannot swap the order of their contents.
    written: Mutex<u64>,
    /// Locked for as long as it is open.
    _lock: RwLock<File>,
}

struct Content {
    snapshots: BTreeMap<String, String>,
    version: u64,
}

impl FileStore {
    /// Opens or creates the store at `path`. Reads the file, so it blocks for as long as the disk takes.
    ///
    /// A file that cannot be understood is moved to `<file>.corrupt-<n>` with a warning in the log, and the store starts empty.
    ///
    /// # Errors
    /// [`Error::Configuration`] when another process uses the store, or the folder is missing or not writable.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let lock = lock(&path)?;
        sweep(&path);
        let snapshots = match std::fs::read(&path) {
            Ok(bytes) => understand(&path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(unusable(&path, &error)),
        };
        Ok(Self {
            shared: Arc::new(Shared {
                path,
                content: Mutex::new(Content { snapshots, version: 0 }),
                written: Mutex::new(0),
                _lock: lock,
            }),
        })
    }

    /// Where the store is.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }
}

impl Store for FileStore {
    fn load(&self, scope: &str) -> StoreAnswer<Option<String>> {
        let found = hold(&self.shared.content).snapshots.get(scope).cloned();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn save(&self, scope: &str, text: String) -> StoreAnswer<()> {
        let version = self.shared.change(|snapshots| {
            snapshots.insert(scope.to_owned(), text);
        });
        let shared = Arc::clone(&self.shared);
        off_the_worker(move || shared.write_out(version))
    }

    fn set_aside(&self, scope: &str) -> StoreAnswer<String> {
        let mut taken = None;
        let version = self.shared.change(|snapshots| taken = snapshots.remove(scope));
        let shared = Arc::clone(&self.shared);
        off_the_worker(move || {
            let aside = free_name(&shared.path);
            replace(&aside, taken.unwrap_or_default().as_bytes())?;
            shared.write_out(version)?;
            Ok(aside.display().to_string())
        })
    }
}

impl Shared {
    fn change(&self, edit: impl FnOnce(&mut BTreeMap<String, String>)) -> u64 {
        let mut content = hold(&self.content);
        edit(&mut content.snapshots);
        content.version += 1;
        content.version
    }

    /// Makes sure that `version` or a later one is on disk. Saves that waited for one another are written once.
    fn write_out(&self, version: u64) -> io::Result<()> {
        let mut written = hold(&self.written);
        if *written >= version {
            return Ok(());
        }
        let (text, newest) = {
            let content = hold(&self.content);
            (serde_json::to_vec(&content.snapshots)?, content.version)
        };
        replace(&self.path, &text)?;
        *written = newest;
        Ok(())
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn off_the_worker<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> StoreAnswer<T> {
    let running = tokio::task::spawn_blocking(work);
    Box::pin(async move {
        match running.await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    })
}

/// The lock belongs to the open file, so it goes when the file is closed, also when the process is killed.
fn lock(path: &Path) -> Result<RwLock<File>, Error> {
    let file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(beside(path, ".lock"))
        .map_err(|error| unusable(path, &error))?;
    let mut lock = RwLock::new(file);
    match lock.try_write() {
        // The guard would unlock; the file does so when it is closed.
        Ok(guard) => {
            let _never_dropped = ManuallyDrop::new(guard);
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            return Err(Error::Configuration {
                message: format!(
                    "store: {} is in use by another process; end it or name another file",
                    path.display()
                ),
                status: None,
            });
        }
        Err(error) => return Err(unusable(path, &error)),
    }
    Ok(lock)
}

fn understand(path: &Path, bytes: &[u8]) -> Result<BTreeMap<String, String>, Error> {
    match serde_json::from_slice(bytes) {
        Ok(snapshots) => Ok(snapshots),
        Err(error) => {
            let aside = free_name(path);
            std::fs::rename(path, &aside).map_err(|error| unusable(path, &error))?;
            tracing::warn!(
                file = %path.display(),
                moved_to = %aside.display(),
                line = error.line(),
                column = error.column(),
                "the store cannot be read; it was moved aside and a new one begins"
            );
            Ok(BTreeMap::new())
        }
    }
}

/// `<file>.corrupt-<n>` with the first free number.
fn free_name(path: &Path) -> PathBuf {
    (1..u32::MAX)
        .map(|number| beside(path, &format!(".corrupt-{number}")))
        .find(|candidate| !candidate.exists())
        .unwrap_or_else(|| beside(path, ".corrupt"))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Writes beside `path`, then renames: a reader sees the old content or the new one.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new()
        .prefix(&temporary_prefix(path))
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Removes what a process that was killed while writing left behind. Nobody else writes: the file is locked.
fn sweep(path: &Path) {
    let prefix = temporary_prefix(path);
    let Ok(entries) = std::fs::read_dir(folder_of(path)) else {
        return;
    };
    for entry in entries.flatten() {
        if entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(prefix.as_encoded_bytes())
        {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn temporary_prefix(path: &Path) -> OsString {
    let mut prefix = path.file_name().unwrap_or_default().to_owned();
    prefix.push(".tmp-");
    prefix
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Only then does the rename itself survive a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn unusable(path: &Path, error: &io::Error) -> Error {
    Error::Configuration {
        message: format!(
            "store: {} cannot be used ({error}); name a file in a folder that exists and is writable",
            path.display()
        ),
        status: None,
    }
}

impl std::fmt::Debug for FileStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileStore")
            .field("path", &self.shared.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[tokio::test]
    async fn scopes_live_side_by_side_and_survive_a_reopening() {
        let folder = folder();
        let path = folder.path().join("store.json");
        let store = FileStore::open(&path).unwrap();
        store.save("one", "1".to_owned()).await.unwrap();
        store.save("two", "2".to_owned()).await.unwrap();
        drop(store);

        let store = FileStore::open(&path).unwrap();
        assert_eq!(store.load("one").await.unwrap().as_deref(), Some("1"));
        assert_eq!(store.load("two").await.unwrap().as_deref(), Some("2"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder();
        let path = folder.path().join("store.json");
        FileStore::open(&path)
            .unwrap()
            .save("one", "1".to_owned())
            .await
            .unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn a_second_user_is_kept_out_until_the_first_is_gone() {
        let folder = folder();
        let path = folder.path().join("store.json");
        let first = FileStore::open(&path).unwrap();
        let refusal = FileStore::open(&path).unwrap_err().to_string();
        assert!(
            refusal.contains("in use") && refusal.contains("store.json"),
            "{refusal}"
        );
        drop(first);
        FileStore::open(&path).unwrap();
    }

    #[tokio::test]
    async fn a_corrupt_file_is_moved_aside_each_time_under_a_new_name() {
        let folder = folder();
        let path = folder.path().join("store.json");
        for (round, garbage) in ["{\"half", "\u{0}\u{0}"].into_iter().enumerate() {
            std::fs::write(&path, garbage).unwrap();
            let store = FileStore::open(&path).unwrap();
            assert_eq!(store.load("one").await.unwrap(), None);
            let aside = folder.path().join(format!("store.json.corrupt-{}", round + 1));
            assert_eq!(std::fs::read_to_string(aside).unwrap(), garbage);
        }
    }

    #[tokio::test]
    async fn one_unreadable_scope_is_moved_aside_and_the_others_stay() {
        let folder = folder();
        let path = folder.path().join("store.json");
        let store = FileStore::open(&path).unwrap();
        store.save("good", "1".to_owned()).await.unwrap();
        store.save("bad", "?".to_owned()).await.unwrap();
        let aside = store.set_aside("bad").await.unwrap();
        assert_eq!(std::fs::read_to_string(aside).unwrap(), "?");
        drop(store);
        let store = FileStore::open(&path).unwrap();
        assert_eq!(store.load("good").await.unwrap().as_deref(), Some("1"));
        assert_eq!(store.load("bad").await.unwrap(), None);
    }

    #[test]
    fn what_a_killed_process_left_half_written_is_removed() {
        let folder = folder();
        let leftover = folder.path().join("store.json.tmp-x7Qz");
        std::fs::write(&leftover, "{").unwrap();
        let _store = FileStore::open(folder.path().join("store.json")).unwrap();
        assert!(!leftover.exists());
    }

    #[test]
    fn a_missing_folder_is_a_clear_error() {
        let error = FileStore::open("/nowhere/at/all/store.json").unwrap_err().to_string();
        assert!(error.contains("/nowhere/at/all/store.json"), "{error}");
    }

    #[tokio::test]
    async fn many_saves_at_once_all_reach_the_disk() {
        let folder = folder();
        let path = folder.path().join("store.json");
        let store = FileStore::open(&path).unwrap();
        let saves: Vec<_> = (0..50)
            .map(|n| store.save(&format!("scope {n}"), n.to_string()))
            .collect();
        for save in saves {
            save.await.unwrap();
        }
        drop(store);
        let store = FileStore::open(&path).unwrap();
        assert_eq!(store.load("scope 49").await.unwrap().as_deref(), Some("49"));
        assert_eq!(store.load("scope 0").await.unwrap().as_deref(), Some("0"));
    }
}
