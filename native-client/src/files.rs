//! Files that messages wait to send: where they are, what they are, and how they go out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use visavis_client_core::Error;
use visavis_client_core::http::UploadRequest;
use visavis_client_core::ids::FileId;
use visavis_client_core::io::FileInfo;

/// The files that the machine may still ask for.
#[derive(Default)]
pub(crate) struct Files(Mutex<BTreeMap<FileId, PathBuf>>);

impl Files {
    pub(crate) fn keep(&self, file: FileId, path: PathBuf) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(file, path);
    }

    pub(crate) fn path(&self, file: FileId) -> Option<PathBuf> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&file)
            .cloned()
    }

    pub(crate) fn release(&self, file: FileId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&file);
    }
}

/// Looks at a file before it is queued.
pub(crate) async fn inspect(path: &Path) -> Result<FileInfo, Error> {
    let refused = |words: String| Error::Refused {
        message: format!("{}: {words}", path.display()),
        status: None,
        retry_after: None,
    };
    let metadata = tokio::fs::metadata(path)
        .await
        .map_err(|error| refused(error.to_string()))?;
    if !metadata.is_file() {
        return Err(refused("not a file".to_owned()));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let id = getrandom::u64().map_err(|error| refused(error.to_string()))?;
    Ok(FileInfo {
        file: FileId(id),
        mime: media_type(&name).map(str::to_owned),
        name,
        size: metadata.len(),
        source: std::path::absolute(path)
            .ok()
            .and_then(|path| path.to_str().map(str::to_owned)),
    })
}

fn media_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "txt" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "json" => "application/json",
        "zip" => "application/zip",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => return None,
    })
}

/// The body of `multipart/form-data`, and its media type.
pub(crate) fn multipart(upload: &UploadRequest, bytes: &[u8], boundary: &str) -> (Vec<u8>, String) {
    let mut body = Vec::with_capacity(bytes.len() + 1024);
    for (name, value) in &upload.fields {
        let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        upload.part,
        quoted(&upload.name),
        upload.mime.as_deref().unwrap_or("application/octet-stream"),
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (body, format!("multipart/form-data; boundary={boundary}"))
}

/// As browsers write a file's name (HTML, "multipart form data").
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
