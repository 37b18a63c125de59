//! Files on their way in, and out again.

use std::{io, path::PathBuf};

use axum::{
    Json,
    extract::{Multipart, Path, State, multipart::Field},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;
use tempfile::TempDir;

use super::{
    FileInfo, Gateway,
    answer::ApiError,
    caller::Caller,
    gateway::locked,
    model::{
        chat_id::address,
        upload::{safe_name, takes},
    },
};

/// The file that carries the type of the one next to it.
const TYPE_SUFFIX: &str = ".type";

fn too_large() -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "File too large")
}

fn broken() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "The form cannot be read.")
}

fn not_stored(_: io::Error) -> ApiError {
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The file cannot be stored.")
}

/// `location` and `file`, answered with `path` and `signedUrl`.
pub(super) async fn one(
    State(gateway): State<Gateway>,
    _caller: Caller,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, ApiError> {
    let taken = take_one(&gateway, &headers, form).await;
    let (location, file) = counted(&gateway, taken)?;
    let answer = json!({
        "path": format!("{location}/{}", file.name), "signedUrl": file.url, "name": file.name,
        "contentType": file.mime_type, "size": file.size,
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn take_one(gateway: &Gateway, headers: &HeaderMap, mut form: Multipart) -> Result<(String, FileInfo), ApiError> {
    let (mut location, mut file) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        match field.name() {
            Some("location") => location = Some(field.text().await.map_err(|_| broken())?),
            Some("file") => file = Some(gateway.keep(field, headers).await?),
            _ => {}
        }
    }
    let location = location.filter(|location| is_own(location, &gateway.shared.settings.org_id));
    let location = location.ok_or(ApiError::invalid(vec![
        "location must begin with the organisation's chat folder",
    ]))?;
    let file = file.ok_or(ApiError::invalid(vec!["file should not be empty"]))?;
    Ok((location, file))
}

/// `<orgId>/chat/<chatId>`
fn is_own(location: &str, org_id: &str) -> bool {
    let rest = location
        .strip_prefix(org_id)
        .and_then(|rest| rest.strip_prefix("/chat/"));
    rest.is_some_and(|chat_id| !chat_id.is_empty() && !chat_id.contains(".."))
}

/// `files`, answered with a list.
pub(super) async fn many(
    State(gateway): State<Gateway>,
    caller: Caller,
    Path((_chat_id, email)): Path<(String, String)>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, ApiError> {
    if address(&email) != caller.0.email {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "This is not your address."));
    }
    let taken = take_many(&gateway, &headers, form).await;
    let files = counted(&gateway, taken)?;
    Ok((StatusCode::CREATED, Json(files)).into_response())
}

/// What an operator sends along with a reply: `files`, answered as a customer's.
pub(super) async fn by_operator(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, ApiError> {
    let taken = take_many(&gateway, &headers, form).await;
    let files = counted(&gateway, taken)?;
    Ok((StatusCode::CREATED, Json(files)).into_response())
}

async fn take_many(gateway: &Gateway, headers: &HeaderMap, mut form: Multipart) -> Result<Vec<FileInfo>, ApiError> {
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        if field.name() == Some("files") {
            files.push(gateway.keep(field, headers).await?);
        }
    }
    if files.is_empty() {
        return Err(ApiError::invalid(vec!["files should not be empty"]));
    }
    Ok(files)
}

fn counted<T>(gateway: &Gateway, taken: Result<T, ApiError>) -> Result<T, ApiError> {
    match &taken {
        Ok(_) => gateway.shared.counters.uploads.add(),
        Err(_) => gateway.shared.counters.uploads_refused.add(),
    }
    taken
}

impl Gateway {
    /// The folder that uploads are in; it goes with the gateway.
    fn folder(&self) -> io::Result<PathBuf> {
        let mut uploads = locked(&self.shared.uploads);
        let folder = match uploads.take() {
            Some(folder) => folder,
            None => TempDir::with_prefix("visavis-gateway-")?,
        };
        Ok(uploads.insert(folder).path().to_owned())
    }

    async fn keep(&self, mut field: Field<'_>, headers: &HeaderMap) -> Result<FileInfo, ApiError> {
        let mime_type = field.content_type().unwrap_or_default().to_owned();
        if !takes(&mime_type) {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported file type",
            ));
        }
        let name = safe_name(field.file_name().unwrap_or_default());
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| broken())? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > self.shared.settings.max_upload_bytes {
                return Err(too_large());
            }
        }
        let id = self.new_id();
        let folder = self.folder().map_err(not_stored)?.join(&id);
        tokio::fs::create_dir_all(&folder).await.map_err(not_stored)?;
        tokio::fs::write(folder.join(&name), &bytes).await.map_err(not_stored)?;
        tokio::fs::write(folder.join(TYPE_SUFFIX), &mime_type)
            .await
            .map_err(not_stored)?;
        Ok(FileInfo {
            url: format!("{}/files/{id}/{name}", origin(headers)),
            path: format!("{id}/{name}"),
            size: bytes.len() as u64,
            name,
            mime_type,
        })
    }
}

fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("127.0.0.1"))
}

/// Gives a file back as it came; scripts in it get nowhere.
pub(super) async fn serve(
    State(gateway): State<Gateway>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let absent = || ApiError::new(StatusCode::NOT_FOUND, "There is no such file.");
    if id.bytes().any(|byte| !byte.is_ascii_hexdigit()) || safe_name(&name) != name {
        return Err(absent());
    }
    let folder = gateway.folder().map_err(|_| absent())?.join(id);
    let bytes = tokio::fs::read(folder.join(&name)).await.map_err(|_| absent())?;
    let mime_type = tokio::fs::read_to_string(folder.join(TYPE_SUFFIX))
        .await
        .map_err(|_| absent())?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    if let Ok(mime_type) = HeaderValue::from_str(&mime_type) {
        headers.insert(CONTENT_TYPE, mime_type);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    headers.insert("content-security-policy", HeaderValue::from_static("sandbox"));
    Ok(response)
}
