//! The demo's small login: whoever names themselves is believed, which is enough to show that the chat knows them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};

use crate::cookies::{cookies, random_name};

const COOKIE: &str = "visavis_login";

/// More logins than this are not kept: the demo forgets everybody instead.
const KEPT: usize = 1000;

/// Somebody who is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) email: String,
}

/// Who is logged in, by the value of a cookie.
#[derive(Default)]
pub(crate) struct Logins {
    by_cookie: Mutex<HashMap<String, Login>>,
}

impl Logins {
    /// Who makes this request.
    pub(crate) fn who(&self, headers: &HeaderMap) -> Option<Login> {
        let value = cookies(headers).find_map(|(name, value)| (name == COOKIE).then_some(value))?;
        let logins = self.by_cookie.lock().unwrap_or_else(PoisonError::into_inner);
        logins.get(value).cloned()
    }

    fn enter(&self, login: Login) -> Result<String, getrandom::Error> {
        let value = random_name()?;
        let mut logins = self.by_cookie.lock().unwrap_or_else(PoisonError::into_inner);
        if logins.len() >= KEPT {
            logins.clear();
        }
        logins.insert(value.clone(), login);
        Ok(value)
    }
}

/// `GET`, `POST` and `DELETE /login`.
pub(crate) fn routes(logins: Arc<Logins>) -> Router {
    Router::new()
        .route("/login", get(who).post(enter).delete(leave))
        .layer(DefaultBodyLimit::max(4096))
        .with_state(logins)
}

async fn who(State(logins): State<Arc<Logins>>, headers: HeaderMap) -> Json<Option<Login>> {
    Json(logins.who(&headers))
}

async fn enter(State(logins): State<Arc<Logins>>, Json(login): Json<Login>) -> Response {
    if login.name.trim().is_empty() || !login.email.contains('@') {
        return (StatusCode::BAD_REQUEST, "A name and an e-mail address are needed.\n").into_response();
    }
    let value = match logins.enter(login.clone()) {
        Ok(value) => value,
        Err(error) => {
            tracing::error!(%error, "no randomness for a login");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax");
    ([(SET_COOKIE, cookie)], Json(login)).into_response()
}

async fn leave() -> Response {
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response()
}
