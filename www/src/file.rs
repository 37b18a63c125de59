//! A file as it goes to a browser: found, typed, and with what a cache may do with it.

use std::{
    hash::{DefaultHasher, Hasher as _},
    io,
    path::{Path, PathBuf},
};

/// The shortest run of letters and digits that is taken for the hash of a file's content.
const SHORTEST_HASH: usize = 8;

/// A path inside the served folders: plain names only, so that it cannot leave them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SitePath(String);

impl SitePath {
    /// Reads the path of a request; a folder means its `index.html`.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let path = if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        };
        path.split('/').all(is_plain).then_some(Self(path))
    }

    /// The path without a leading slash.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of file its ending says it is.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.0.rsplit_once('.').map(|(_, ending)| ending) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js" | "mjs") => "text/javascript; charset=utf-8",
            Some("json" | "map") => "application/json",
            Some("wasm") => "application/wasm",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("ico") => "image/x-icon",
            Some("txt" | "ts") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// Whether the name holds a hash of the content, as in `visavis-1f0c9a7e.wasm`: then it never changes.
    pub(crate) fn is_content_hashed(&self) -> bool {
        let name = self.0.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        stem.rsplit_once('-').is_some_and(|(_, hash)| is_hash(hash))
    }

    fn inside(&self, folder: &Path) -> PathBuf {
        folder.join(&self.0)
    }
}

/// Hexadecimal, or letters and digits together: no word of a name.
fn is_hash(text: &str) -> bool {
    let mixed = text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && text.bytes().any(|byte| byte.is_ascii_digit());
    text.len() >= SHORTEST_HASH && (mixed || text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    /// As they are.
    Plain,
    /// Brotli, compressed when the file was built.
    Brotli,
}

impl Coding {
    /// The best coding that an `Accept-Encoding` header allows.
    pub(crate) fn accepted(header: Option<&str>) -> Self {
        let takes_brotli = header.is_some_and(|header| header.split(',').any(names_brotli));
        if takes_brotli { Self::Brotli } else { Self::Plain }
    }
}

fn names_brotli(offer: &str) -> bool {
    let mut parts = offer.split(';').map(str::trim);
    let named = parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case("br"));
    let refused = parts
        .filter_map(|part| part.strip_prefix("q="))
        .any(|weight| weight.parse() == Ok(0.0_f32));
    named && !refused
}

/// A file's bytes.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) bytes: Vec<u8>,
    pub(crate) coding: Coding,
}

impl Found {
    /// Names these bytes; another content or another packing has another name.
    pub(crate) fn etag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.bytes);
        let packing = match self.coding {
            Coding::Plain => "",
            Coding::Brotli => "-br",
        };
        format!("\"{:016x}{packing}\"", hasher.finish())
    }
}

/// Looks for `path` in `folders`, in their order; beside each file its packed twin, if `coding` allows it.
///
/// # Errors
/// What the system says, except that the file is not there.
pub(crate) async fn find(folders: &[PathBuf], path: &SitePath, coding: Coding) -> io::Result<Option<Found>> {
    for folder in folders {
        let plain = path.inside(folder);
        let Some(bytes) = read(&plain).await? else { continue };
        if coding == Coding::Brotli {
            let mut packed = plain.into_os_string();
            packed.push(".br");
            if let Some(bytes) = read(Path::new(&packed)).await? {
                return Ok(Some(Found {
                    bytes,
                    coding: Coding::Brotli,
                }));
            }
        }
        return Ok(Some(Found {
            bytes,
            coding: Coding::Plain,
        }));
    }
    Ok(None)
}

async fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => Ok(None),
            _ => Err(error),
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn folders_mean_their_index() {
        assert_eq!(SitePath::parse("/").unwrap().as_str(), "index.html");
        assert_eq!(SitePath::parse("/guide/").unwrap().as_str(), "guide/index.html");
        assert_eq!(SitePath::parse("/a/b.css").unwrap().as_str(), "a/b.css");
    }

    #[test]
    fn nothing_outside_the_folders_has_a_path() {
        for path in [
            "",
            "x",
            "/../secret",
            "/a/../b",
            "/..",
            "/.git/config",
            "//etc",
            "/a//b",
            "/a%2fb",
            "/a\\b",
            "/a\0b",
        ] {
            assert_eq!(SitePath::parse(path), None, "{path}");
        }
    }

    #[test]
    fn hashed_names_are_told_from_plain_ones() {
        for (path, hashed) in [
            ("/visavis-1f0c9a7e.wasm", true),
            ("/assets/visavis-0a1b2c3d4e5f.js", true),
            ("/visavis-ABCD2345.js", true),
            ("/visavis-abcdefabcd.wasm", true),
            ("/visavis.js", false),
            ("/strict-csp.html", false),
            ("/two-conversations.html", false),
            ("/visavis-1f0c.wasm", false),
        ] {
            assert_eq!(SitePath::parse(path).unwrap().is_content_hashed(), hashed, "{path}");
        }
    }

    #[test]
    fn brotli_only_for_those_who_take_it() {
        for (header, coding) in [
            (None, Coding::Plain),
            (Some("gzip, deflate"), Coding::Plain),
            (Some("gzip, deflate, br, zstd"), Coding::Brotli),
            (Some("br;q=0.5"), Coding::Brotli),
            (Some("gzip, br;q=0"), Coding::Plain),
            (Some("broken"), Coding::Plain),
        ] {
            assert_eq!(Coding::accepted(header), coding, "{header:?}");
        }
    }
}
