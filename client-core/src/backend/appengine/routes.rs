//! The gateway's calls, with the order in which their alternatives are tried.
//!
//! Two calls of the gateway's that take a message are not made. `POST /chat/save/{chatId}` stores one without saying that it knows a repeated
//! one, so a message whose answer is lost could be stored twice; over the socket the server knows it by its id. `POST /chat/live/{chatId}/{userId}`
//! is the site's own way to write into a conversation. A message that finds no line waits in the queue for the next one instead.

use crate::backend::lenient::iso8601;
use crate::config::Tuning;
use crate::http::{HttpRequest, MediaType, Method, UploadRequest};
use crate::io::FileInfo;
use crate::json::{ObjectWriter, quoted};
use crate::message::Guest;
use crate::secret::Secret;
use crate::time::UnixMillis;
use crate::url::{BaseUrl, encoded};

use super::guest::{self, Registration};
use super::intent::{self, Wanted};
use super::options::Options;

/// The place in each list of alternatives that is tried next, or that has answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes {
    config: usize,
    register: usize,
    upload: usize,
    history: usize,
}

/// What alternatives there are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Config,
    Register,
    Upload,
    History,
}

const REGISTRATIONS: [(Registration, &str); 3] = [
    (Registration::RegisterGuest, "/profile/customer/register-guest"),
    (Registration::GuestAuth, "/profile/guest/auth"),
    (Registration::Signup, "/profile/customer/signup"),
];

const CONFIGS: [&str; 3] = [
    "/repository/get/chat-config/",
    "/chat/config/",
    "/repository/get/chat_config/",
];

impl Routes {
    fn place(&mut self, route: Route) -> (&mut usize, usize) {
        match route {
            Route::Config => (&mut self.config, CONFIGS.len()),
            Route::Register => (&mut self.register, REGISTRATIONS.len()),
            Route::Upload => (&mut self.upload, 3),
            Route::History => (&mut self.history, 2),
        }
    }

    /// After an answer that says "not here", goes on to the next alternative. Answers whether there is one; if not, the next
    /// call begins with the first again.
    pub(crate) fn go_on(&mut self, route: Route, status: u16) -> bool {
        let is_public = matches!(route, Route::Config | Route::Register);
        let elsewhere = matches!(status, 404 | 405) || (is_public && matches!(status, 401 | 403));
        if !elsewhere {
            return false;
        }
        let (place, count) = self.place(route);
        *place = (*place + 1) % count;
        *place > 0
    }
}

/// What every call is made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) base: &'a BaseUrl,
    pub(crate) options: &'a Options,
    pub(crate) token: Option<&'a Secret>,
}

/// Whose word the call has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Public,
    Visitor,
}

impl Desk<'_> {
    fn call(&self, method: Method, path: &str, standing: Standing) -> HttpRequest {
        HttpRequest {
            method,
            url: self.base.join(path),
            bearer: self.token.filter(|_| standing == Standing::Visitor).cloned(),
            origin: self.options.origin.clone(),
            headers: vec![("orgid", self.options.org_id.as_str().into())],
            body: None,
            media_type: MediaType::Json,
            timeout: Tuning::default().request_timeout,
        }
    }

    fn post(&self, path: &str, standing: Standing, body: String) -> HttpRequest {
        HttpRequest {
            body: Some(body),
            ..self.call(Method::Post, path, standing)
        }
    }

    /// The key goes along under both names in print, and only when there is one: each header costs a wider preflight.
    fn with_key(&self, mut call: HttpRequest) -> HttpRequest {
        if let Some(key) = &self.options.app_key {
            call.headers.push(("x-api-key", key.clone()));
            call.headers.push(("appKey", key.clone()));
            let app_id = self.options.app_id.clone();
            call.headers.extend(app_id.map(|app_id| ("appId", app_id.into())));
        }
        call
    }

    /// The settings.
    pub(crate) fn config(&self, routes: &Routes) -> HttpRequest {
        let path = CONFIGS.get(routes.config).copied().unwrap_or(CONFIGS[0]);
        let path = [path, &encoded(&self.options.config_id)].concat();
        self.with_key(self.call(Method::Get, &path, Standing::Public))
    }

    /// A guest's registration.
    pub(crate) fn register(&self, routes: &Routes, guest: &Guest) -> HttpRequest {
        let (way, path) = REGISTRATIONS.get(routes.register).copied().unwrap_or(REGISTRATIONS[0]);
        self.with_key(self.post(path, Standing::Public, guest::body(way, guest)))
    }

    /// A token's renewal.
    pub(crate) fn refresh(&self, refresh: &Secret) -> HttpRequest {
        self.post(
            "/profile/customer/refresh",
            Standing::Public,
            guest::refresh_body(refresh),
        )
    }

    /// The conversation so far.
    pub(crate) fn history(&self, routes: &Routes, chat_id: &str) -> HttpRequest {
        if routes.history == 0 {
            let path = ["/chat/history/", &encoded(chat_id)].concat();
            return self.call(Method::Get, &path, Standing::Visitor);
        }
        let body = [
            r#"{"query":{"data.chatId":"#,
            &quoted(chat_id),
            r#"},"options":{"page":1,"pageSize":50,"sort":{"createdate":1}}}"#,
        ];
        self.post("/repository/find/chat-message", Standing::Visitor, body.concat())
    }

    /// What was said to and by the visitor since a moment.
    pub(crate) fn messages_since(&self, email: &str, since: UnixMillis) -> HttpRequest {
        let path = ["/chat/messages/", &encoded(email), "/", &encoded(&iso8601(since.0))].concat();
        self.call(Method::Get, &path, Standing::Visitor)
    }

    /// A message of the other side was seen.
    pub(crate) fn mark_read(&self, chat_id: &str, message_id: &str, at: UnixMillis) -> HttpRequest {
        let mut text = String::new();
        let mut body = ObjectWriter::open(&mut text);
        body.text("messageId", message_id);
        body.text("status", "read");
        body.text("readAt", &iso8601(at.0));
        body.close();
        HttpRequest {
            body: Some(text),
            ..self.call(
                Method::Put,
                &["/chat/update/", &encoded(chat_id)].concat(),
                Standing::Visitor,
            )
        }
    }

    /// The place in the queue.
    pub(crate) fn queue_position(&self, chat_id: &str) -> HttpRequest {
        let path = ["/chat/queue/position/", &encoded(chat_id)].concat();
        self.call(Method::Get, &path, Standing::Visitor)
    }

    /// Joins the queue where the socket's event found no ear.
    pub(crate) fn join_queue(&self, chat_id: &str, email: &str, name: Option<&str>, wanted: &Wanted) -> HttpRequest {
        let mut text = String::new();
        let mut body = ObjectWriter::open(&mut text);
        body.text("chatId", chat_id);
        body.text("customerEmail", email);
        if let Some(name) = name {
            body.text("customerName", name);
        }
        intent::wanted(&mut body, wanted);
        body.close();
        self.post("/chat/queue", Standing::Visitor, text)
    }

    /// The form for the time when nobody is there.
    pub(crate) fn contact(&self, form: &Guest, chat_id: Option<&str>) -> HttpRequest {
        let mut text = String::new();
        let mut body = ObjectWriter::open(&mut text);
        body.text("email", &form.email);
        body.text("name", form.name.as_deref().unwrap_or_default());
        body.text("phone", form.phone.as_deref().unwrap_or_default());
        body.text("message", form.comments.as_deref().unwrap_or_default());
        if let Some(chat_id) = chat_id {
            body.text("chatId", chat_id);
        }
        body.close();
        let path = ["/crm/contact-form/json/chat-client/", &encoded(&self.options.config_id)].concat();
        self.with_key(self.post(&path, Standing::Public, text))
    }

    /// A file's upload.
    pub(crate) fn upload(&self, routes: &Routes, file: &FileInfo, chat_id: &str, email: &str) -> UploadRequest {
        let location = ("location", [&self.options.org_id, "/chat/", chat_id].concat());
        let (path, fields, part) = match routes.upload {
            1 => {
                let path = ["/chat/upload/", &encoded(chat_id), "/", &encoded(email)].concat();
                (path, Vec::new(), "files")
            }
            2 => ("/repository/customer/file/upload".to_owned(), vec![location], "file"),
            _ => ("/repository/file/upload".to_owned(), vec![location], "file"),
        };
        UploadRequest {
            call: HttpRequest {
                timeout: UPLOAD_PATIENCE,
                ..self.call(Method::Post, &path, Standing::Visitor)
            },
            fields,
            part,
            file: file.file,
            name: file.name.clone(),
            mime: file.mime.clone(),
            source: file.source.clone(),
        }
    }
}

/// The largest file takes this long on a slow mobile line.
const UPLOAD_PATIENCE: std::time::Duration = std::time::Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    fn with_desk<T>(look: impl FnOnce(Desk<'_>) -> T) -> T {
        let options = Options::new("https://gateway.example", "acme", "cfg/1");
        let base = options.validate().unwrap();
        look(Desk {
            base: &base,
            options: &options,
            token: Some(&Secret::new("jwt")),
        })
    }

    #[test]
    fn alternatives_are_tried_in_order_and_the_winner_is_remembered() {
        let mut routes = Routes::default();
        let path = |routes: &Routes| with_desk(|desk| desk.config(routes).url.to_string());
        assert_eq!(
            path(&routes),
            "https://gateway.example/repository/get/chat-config/cfg%2F1"
        );
        assert!(routes.go_on(Route::Config, 403));
        assert_eq!(path(&routes), "https://gateway.example/chat/config/cfg%2F1");
        assert!(!routes.go_on(Route::Config, 500));
        assert_eq!(path(&routes), "https://gateway.example/chat/config/cfg%2F1");
        assert!(routes.go_on(Route::Config, 404));
        assert!(!routes.go_on(Route::Config, 404), "there is no fourth");
        assert_eq!(
            path(&routes),
            "https://gateway.example/repository/get/chat-config/cfg%2F1"
        );
    }

    #[test]
    fn a_private_call_that_is_refused_is_not_tried_elsewhere() {
        let mut routes = Routes::default();
        assert!(!routes.go_on(Route::Upload, 401) && !routes.go_on(Route::History, 403));
        assert!(routes.go_on(Route::History, 405));
    }

    #[test]
    fn every_call_names_the_organisation_and_only_private_ones_the_visitor() {
        with_desk(|desk| {
            let mut routes = Routes::default();
            let guest = Guest::new("a@b.c");
            let register = desk.register(&routes, &guest);
            assert_eq!(register.headers, [("orgid", "acme".into())]);
            assert_eq!((register.bearer, desk.config(&routes).bearer), (None, None));
            let history = desk.history(&routes, "customer::a@b.c");
            assert!(history.bearer.is_some());
            assert_eq!(
                history.url.to_string(),
                "https://gateway.example/chat/history/customer%3A%3Aa%40b.c"
            );
            assert!(routes.go_on(Route::History, 404));
            assert_eq!(
                desk.history(&routes, "c").body.unwrap(),
                r#"{"query":{"data.chatId":"c"},"options":{"page":1,"pageSize":50,"sort":{"createdate":1}}}"#
            );
        });
    }

    #[test]
    fn a_file_goes_to_the_first_place_that_takes_it() {
        let file = FileInfo {
            file: crate::ids::FileId(1),
            name: "a.png".to_owned(),
            mime: None,
            size: 3,
            source: None,
        };
        let mut routes = Routes::default();
        let seen: Vec<_> = (0..3)
            .map(|_| {
                let call = with_desk(|desk| desk.upload(&routes, &file, "c_1", "a@b.c"));
                let _more = routes.go_on(Route::Upload, 404);
                (call.call.url.to_string(), call.part, call.fields)
            })
            .collect();
        let location = vec![("location", "acme/chat/c_1".to_owned())];
        assert_eq!(
            seen,
            [
                (
                    "https://gateway.example/repository/file/upload".to_owned(),
                    "file",
                    location.clone()
                ),
                (
                    "https://gateway.example/chat/upload/c_1/a%40b.c".to_owned(),
                    "files",
                    Vec::new()
                ),
                (
                    "https://gateway.example/repository/customer/file/upload".to_owned(),
                    "file",
                    location
                ),
            ]
        );
    }

    #[test]
    fn the_contact_form_is_as_the_older_widget_sends_it() {
        let form = Guest {
            comments: Some("Help".to_owned()),
            ..Guest::new("a@b.c")
        };
        let call = with_desk(|desk| desk.contact(&form, Some("c")));
        assert_eq!(
            call.body.unwrap(),
            r#"{"email":"a@b.c","name":"","phone":"","message":"Help","chatId":"c"}"#
        );
    }
}
