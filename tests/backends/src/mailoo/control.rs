//! The faults over HTTP, for tests that run in a browser.
//!
//! `POST /control/<command>` takes the command's fields as JSON, `GET /control/counts`, `/control/sessions` and
//! `/control/transcript/<session>` tell what happened. `times` left out means until `clear-faults`.

use std::time::Duration;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::Refusal,
    faults::Route,
    model::Message,
    service::{Counts, Mailoo},
    settings::{PushShape, Settings},
};
use crate::{
    Manner,
    faults::HttpFault,
    station::{self, begin_outage, times},
};

pub(super) fn routes() -> Router<Mailoo> {
    Router::new()
        .route("/control/{command}", post(command))
        .route("/control/counts", get(counts))
        .route("/control/sessions", get(sessions))
        .route("/control/transcript/{session}", get(transcript))
}

async fn counts(State(service): State<Mailoo>) -> Json<Counts> {
    Json(service.counts())
}

async fn sessions(State(service): State<Mailoo>) -> Json<Vec<String>> {
    Json(service.session_ids())
}

async fn transcript(State(service): State<Mailoo>, Path(session): Path<String>) -> Result<Json<Vec<Value>>, Refusal> {
    let messages = service.transcript(&session).map_err(|_| Refusal::Unknown("session"))?;
    Ok(Json(messages.iter().map(Message::told).collect()))
}

#[derive(Debug, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
enum Command {
    /// Creates the development seed and tells its ids.
    Seed,
    FailHttp {
        route: Option<Route>,
        fault: HttpFault,
        times: Option<u32>,
    },
    RefuseSockets {
        status: u16,
        times: Option<u32>,
    },
    CloseSockets {
        code: u16,
    },
    BlackHole,
    LosePushes {
        times: Option<u32>,
    },
    PushShape {
        shape: PushShape,
    },
    PushText {
        session: String,
        text: String,
    },
    ClearFaults,
    ForgetSessions {
        session: Option<String>,
    },
    Say {
        session: String,
        text: String,
    },
    MintOwnerToken {
        lifetime_s: u64,
    },
    Outage {
        ms: u64,
        manner: Manner,
    },
}

async fn command(
    State(service): State<Mailoo>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Response> {
    let command: Command =
        station::command(name, &body).map_err(|problem| (StatusCode::UNPROCESSABLE_ENTITY, problem).into_response())?;
    run(&service, command)
        .map(Json)
        .map_err(|refusal| refusal.into_response())
}

fn run(service: &Mailoo, command: Command) -> Result<Value, Refusal> {
    match command {
        Command::Seed => {
            service.plant_seed();
            return Ok(json!({
                "projectUid": Settings::DEV_PROJECT,
                "integrationId": Settings::DEV_INTEGRATION,
                "apiKey": Settings::DEV_KEY,
            }));
        }
        Command::FailHttp {
            route,
            fault,
            times: count,
        } => service.fail_http(route, fault, times(count)),
        Command::RefuseSockets { status, times: count } => service.refuse_sockets(status, times(count)),
        Command::CloseSockets { code } => service.close_sockets(code),
        Command::BlackHole => service.black_hole(),
        Command::LosePushes { times: count } => service.lose_pushes(times(count)),
        Command::PushShape { shape } => service.push_in(shape),
        Command::PushText { session, text } => service.push_text(&session, &text),
        Command::ClearFaults => service.clear_faults(),
        Command::ForgetSessions { session } => service.forget_sessions(session.as_deref()),
        Command::Say { session, text } => {
            let message = service.say(&session, &text).map_err(|_| Refusal::Unknown("session"))?;
            return Ok(json!({ "messageId": message.id }));
        }
        Command::MintOwnerToken { lifetime_s } => {
            return Ok(json!({ "token": service.mint_owner_token(lifetime_s) }));
        }
        Command::Outage { ms, manner } => begin_outage(service, Duration::from_millis(ms), manner)
            .map_err(|_| Refusal::Status(StatusCode::CONFLICT))?,
    }
    Ok(json!({}))
}
