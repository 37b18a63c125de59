//! Files: uploaded first, then named by the message.

use crate::backend::lenient;
use crate::backend::step::{self, Step};
use crate::error::Error;
use crate::http::{HttpFailure, HttpResponse};
use crate::ids::LocalId;
use crate::io::FileInfo;
use crate::json::{self, Object, Value};
use crate::message::{Attachment, reason};
use crate::time::Now;

use super::calls::Chore;
use super::routes::Route;
use super::{AppEngine, answer, record};

/// One file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileTask {
    pub(super) message: LocalId,
    pub(super) index: usize,
    pub(super) info: FileInfo,
}

impl AppEngine {
    /// Sends a file on its way. Its address comes as [`Step::Uploaded`].
    pub(crate) fn upload(&mut self, message: LocalId, index: usize, info: FileInfo, now: Now) {
        self.now = now;
        let task = FileTask { message, index, info };
        let id = self.note_chore(Chore::Upload(task.clone()), None);
        self.upload_again(id, &task);
    }

    pub(super) fn upload_again(&mut self, id: step::Chore, task: &FileTask) {
        let chat_id = self.memory.conversation().unwrap_or_default();
        let email = self.memory.email().unwrap_or_default();
        let call = self.calls().upload(&self.routes, &task.info, &chat_id, email);
        self.steps.push_back(Step::Upload(id, call));
    }

    pub(super) fn upload_answered(&mut self, task: FileTask, result: Result<HttpResponse, HttpFailure>) {
        let response = match result {
            Ok(response) => response,
            Err(failure) => {
                let message = ["the file could not be sent: ", &failure.to_string()].concat();
                return self.upload_failed(task.message, Error::Network { message });
            }
        };
        if !response.is_success() {
            if self.routes.go_on(Route::Upload, response.status) {
                let FileTask { message, index, info } = task;
                return self.upload(message, index, info, self.now);
            }
            return self.upload_failed(task.message, refusal(&response));
        }
        match uploaded(&response, &task.info) {
            Some(file) => self.steps.push_back(Step::Uploaded {
                message: task.message,
                index: task.index,
                file,
            }),
            None => self.upload_failed(
                task.message,
                Error::Protocol {
                    message: "the server took the file and did not say where it is".to_owned(),
                },
            ),
        }
    }

    fn upload_failed(&mut self, message: LocalId, error: Error) {
        self.steps.push_back(Step::UploadFailed { message, error });
    }
}

/// Two refusals have words of their own.
fn refusal(response: &HttpResponse) -> Error {
    let message = match response.status {
        413 => reason::FILE_TOO_LARGE.to_owned(),
        415 => reason::UNSUPPORTED_FILE.to_owned(),
        _ => answer::words(response),
    };
    Error::Refused {
        message,
        status: Some(response.status),
        retry_after: None,
    }
}

/// Reads where a file is: an object, the first of a list, wrapped or not. What is not told is what was sent.
fn uploaded(response: &HttpResponse, info: &FileInfo) -> Option<Attachment> {
    let body = json::parse(&response.body).ok()?;
    let told = record::file(found(&body)?)?;
    let named = lenient::text(found(&body)?, &["name"]).is_some();
    Some(Attachment {
        name: if named { told.name } else { info.name.clone() },
        mime: told.mime.or_else(|| info.mime.clone()),
        size: told.size.or(Some(info.size)),
        ..told
    })
}

fn found(body: &Value) -> Option<&Object> {
    match body {
        Value::Array(list) => list.first()?.as_object(),
        Value::Object(object) => ["files", "data", "file"]
            .into_iter()
            .find_map(|name| found(object.get(name)?))
            .or(Some(object)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::FileId;

    #[test]
    fn every_answer_tells_where_the_file_is() {
        let info = FileInfo {
            file: FileId(1),
            name: "a.png".to_owned(),
            mime: Some("image/png".to_owned()),
            size: 3,
            source: None,
        };
        for (body, path) in [
            (r#"{"path":"o/a.png","signedUrl":"https://x/a"}"#, Some("o/a.png")),
            (
                r#"{"url":"https://x/a","location":"o/a.png","metadata":{}}"#,
                Some("o/a.png"),
            ),
            (
                r#"[{"name":"a.png","url":"https://x/a","path":"o/a.png"}]"#,
                Some("o/a.png"),
            ),
            (r#"{"data":[{"name":"a.png","url":"https://x/a"}]}"#, None),
            (
                r#"{"success":true,"files":[{"id":"1","name":"a.png","url":"https://x/a","type":"image/png","size":3}]}"#,
                None,
            ),
            (
                r#"{"data":{"path":"o/a.png","signedUrl":"https://x/a"}}"#,
                Some("o/a.png"),
            ),
        ] {
            let response = HttpResponse {
                status: 201,
                body: body.to_owned(),
                ..HttpResponse::default()
            };
            let file = uploaded(&response, &info).unwrap();
            assert_eq!(
                (file.url.as_str(), file.path.as_deref()),
                ("https://x/a", path),
                "{body}"
            );
            assert_eq!(
                (file.name.as_str(), file.mime.as_deref(), file.size),
                ("a.png", Some("image/png"), Some(3))
            );
        }
    }

    #[test]
    fn too_large_and_of_a_wrong_kind_is_said_in_words() {
        let refused = |status| {
            refusal(&HttpResponse {
                status,
                ..HttpResponse::default()
            })
            .to_string()
        };
        assert_eq!(refused(413), "the file is too large; 25 MB are allowed");
        assert_eq!(refused(415), "unsupported file type");
        assert_eq!(refused(400), "the server answered 400");
    }
}
