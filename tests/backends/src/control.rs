//! The faults over HTTP, for tests that run in a browser.
//!
//! `POST /control/<command>` takes the command's fields as JSON, `GET /control/counts`, `/control/sessions` and
//! `/control/transcript/<session>` tell what happened. `times` left out means until `clear-faults`; `session` left out
//! means all sessions.

use std::time::Duration;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Counts, Manner, Scope,
    bloonio::{ApiError, Relay, UnknownSession},
    faults::{AckFault, HttpFault, Route},
    model::{Role, desk::OperatorMessage, tenant::Presence},
    station::{self, begin_outage, times},
};

/// The routes under `/control`.
pub(crate) fn routes() -> Router<Relay> {
    Router::new()
        .route("/control/{command}", post(command))
        .route("/control/counts", get(counts))
        .route("/control/sessions", get(sessions))
        .route("/control/transcript/{session}", get(transcript))
}

async fn counts(State(relay): State<Relay>) -> Json<Counts> {
    Json(relay.counts())
}

async fn sessions(State(relay): State<Relay>) -> Json<Vec<String>> {
    Json(relay.session_ids())
}

async fn transcript(State(relay): State<Relay>, Path(session): Path<String>) -> Result<Json<Vec<Value>>, ApiError> {
    let messages = relay.transcript(&session)?;
    let told = messages.iter().map(|message| {
        let mut told = json!(OperatorMessage::from(message));
        told["client_msg_id"] = json!(message.client_msg_id);
        told
    });
    Ok(Json(told.collect()))
}

impl From<UnknownSession> for ApiError {
    fn from(_: UnknownSession) -> Self {
        Self::session_not_found()
    }
}

#[derive(Debug, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
enum Command {
    CloseSockets {
        code: u16,
        session: Option<String>,
    },
    RefuseSockets {
        code: u16,
        times: Option<u32>,
    },
    BlackHole {
        session: Option<String>,
    },
    BlackHoleNewSockets {
        times: Option<u32>,
    },
    WithholdWelcomes {
        times: Option<u32>,
    },
    SwallowAcks {
        fault: AckFault,
        times: Option<u32>,
    },
    LosePushes {
        times: Option<u32>,
    },
    DelayFrames {
        ms: u64,
    },
    FailHttp {
        route: Option<Route>,
        fault: HttpFault,
        times: Option<u32>,
    },
    ClearFaults,
    ExpireTokens,
    ResetMaxima,
    ForgetSessions {
        session: Option<String>,
    },
    ShiftClock {
        ms: i64,
    },
    Presence {
        presence: Presence,
    },
    Say {
        session: String,
        role: Role,
        text: String,
    },
    MintToken {
        session: String,
        lifetime_s: u64,
    },
    Outage {
        ms: u64,
        manner: Manner,
    },
}

async fn command(State(relay): State<Relay>, Path(name): Path<String>, body: Bytes) -> Result<Json<Value>, Response> {
    let command: Command =
        station::command(name, &body).map_err(|problem| (StatusCode::UNPROCESSABLE_ENTITY, problem).into_response())?;
    run(&relay, command).map(Json).map_err(IntoResponse::into_response)
}

fn scope(session: Option<&String>) -> Scope<'_> {
    session.map_or(Scope::All, |id| Scope::Session(id))
}

fn run(relay: &Relay, command: Command) -> Result<Value, ApiError> {
    match command {
        Command::CloseSockets { code, session } => relay.close_sockets(scope(session.as_ref()), code),
        Command::RefuseSockets { code, times: count } => relay.refuse_sockets(code, times(count)),
        Command::BlackHole { session } => relay.black_hole(scope(session.as_ref())),
        Command::BlackHoleNewSockets { times: count } => relay.black_hole_new_sockets(times(count)),
        Command::WithholdWelcomes { times: count } => relay.withhold_welcomes(times(count)),
        Command::SwallowAcks { fault, times: count } => relay.swallow_acks(fault, times(count)),
        Command::LosePushes { times: count } => relay.lose_pushes(times(count)),
        Command::DelayFrames { ms } => relay.delay_frames(ms),
        Command::FailHttp {
            route,
            fault,
            times: count,
        } => relay.fail_http(route, fault, times(count)),
        Command::ClearFaults => relay.clear_faults(),
        Command::ExpireTokens => relay.expire_tokens(),
        Command::ResetMaxima => relay.reset_maxima(),
        Command::ForgetSessions { session } => relay.forget_sessions(scope(session.as_ref())),
        Command::ShiftClock { ms } => relay.shift_clock(ms),
        Command::Presence { presence } => relay.set_presence(presence),
        Command::Say { session, role, text } => relay.say(&session, role, &text)?,
        Command::MintToken { session, lifetime_s } => {
            return Ok(json!({ "visitor_token": relay.mint_token(&session, lifetime_s)? }));
        }
        Command::Outage { ms, manner } => {
            begin_outage(relay, Duration::from_millis(ms), manner).map_err(|_| embedded())?
        }
    }
    Ok(json!({}))
}

fn embedded() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "An embedded relay cannot stop listening.")
}
