//! The REST calls.

mod chat;
mod config;
mod contact;
mod profile;
mod queue;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get, post, put},
};
use serde::de::DeserializeOwned;
use tracing::debug;

pub use contact::ContactForm;

use super::{Gateway, Route, answer::ApiError, caller::only_for_tenant, upload};
use crate::{faults::HttpFault, mishap};

/// The paths of section "REST calls", and the uploaded files.
pub(super) fn routes(gateway: &Gateway) -> Router<Gateway> {
    let path = |path: &'static str, route: Route, method: MethodRouter<Gateway>| {
        let faulty = from_fn_with_state((gateway.clone(), route), meet_fault);
        Router::new().route(path, method.layer(faulty))
    };
    let calls = [
        path(
            "/repository/get/chat-config/{config_id}",
            Route::ConfigRecord,
            get(config::record),
        ),
        path("/chat/config/{config_id}", Route::ConfigPublic, get(config::public)),
        path(
            "/profile/customer/register-guest",
            Route::RegisterGuest,
            post(profile::register_guest),
        ),
        path("/profile/guest/auth", Route::GuestAuth, post(profile::guest_auth)),
        path("/profile/customer/signup", Route::SignUp, post(profile::sign_up)),
        path("/profile/customer/signin", Route::SignIn, post(profile::sign_in)),
        path("/profile/customer/refresh", Route::Refresh, post(profile::refresh)),
        path("/chat/history/{chat_id}", Route::History, get(chat::history)),
        path("/repository/find/chat-message", Route::FindMessages, post(chat::find)),
        path("/chat/messages/{email}", Route::MessagesSince, get(chat::all_of)),
        path(
            "/chat/messages/{email}/{created_after}",
            Route::MessagesSince,
            get(chat::since),
        ),
        path("/chat/update/{chat_id}", Route::UpdateMessage, put(chat::update)),
        path("/chat/save/{chat_id}", Route::SaveMessage, post(chat::save)),
        path("/chat/live/{chat_id}/{user_id}", Route::LiveMessage, post(chat::live)),
        path("/chat/queue", Route::JoinQueue, post(queue::join)),
        path("/chat/queue", Route::QueueStaff, get(queue::list)),
        path("/chat/queue/stats", Route::QueueStaff, get(queue::stats)),
        path(
            "/chat/queue/position/{chat_id}",
            Route::QueuePosition,
            get(queue::position),
        ),
        path("/chat/agents/online", Route::AgentsOnline, get(queue::agents_online)),
        path(
            "/chat/agents/{email}/presence",
            Route::AgentPresence,
            get(queue::agent_presence),
        ),
        path("/chat/get-profile/{user_id}", Route::Profile, get(profile::show)),
        path(
            "/crm/contact-form/json/chat-client/{config_id}",
            Route::ContactForm,
            post(contact::take),
        ),
        path("/discover/list", Route::Discover, get(config::topics)),
        path("/discover/{topic}", Route::Discover, get(config::topic)),
    ];
    let uploads = [
        path("/repository/file/upload", Route::FileUpload, post(upload::one)),
        path(
            "/repository/customer/file/upload",
            Route::CustomerFileUpload,
            post(upload::one),
        ),
        path("/chat/upload/{chat_id}/{email}", Route::ChatUpload, post(upload::many)),
    ];
    let uploads = merged(uploads).layer(DefaultBodyLimit::disable());
    merged(calls)
        .merge(uploads)
        .route_layer(from_fn_with_state(gateway.clone(), only_for_tenant))
        // A link in a message is followed without headers.
        .merge(path("/files/{folder}/{name}", Route::File, get(upload::serve)))
}

fn merged<const N: usize>(routers: [Router<Gateway>; N]) -> Router<Gateway> {
    routers.into_iter().fold(Router::new(), Router::merge)
}

async fn meet_fault(State((gateway, route)): State<(Gateway, Route)>, request: Request, next: Next) -> Response {
    let switched_off = gateway
        .shared
        .settings
        .switched_off
        .iter()
        .find(|(off, _)| *off == route);
    let fault = match switched_off {
        Some((_, status)) => HttpFault::Status {
            status: *status,
            retry_after: None,
        },
        None => match gateway.shared.faults.on_http(route) {
            Some(fault) => fault,
            None => return next.run(request).await,
        },
    };
    gateway.shared.counters.http_faults.add();
    debug!(?route, ?fault, "fault");
    mishap::befall(fault, request, next, |status| {
        ApiError::new(status, refusal_of(status)).into_response()
    })
    .await
}

fn refusal_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Cannot find this path.",
        _ => "Refused for now.",
    }
}

/// Reads a JSON body, whatever its type is said to be.
fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|_| ApiError::unreadable())
}
