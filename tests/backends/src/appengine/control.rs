//! The faults over HTTP, for tests that run in a browser.
//!
//! `POST /control/<command>` takes the command's fields as JSON, `GET /control/counts`, `/control/chats`,
//! `/control/contact-forms` and `/control/transcript/<chat>` tell what happened. `times` left out means until
//! `clear-faults`; `chat` left out means all conversations.

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
use serde_json::{Map, Value, json};

use super::{
    AgentPresence, CloseManner, ContactForm, Counts, Dialect, Gateway, Interruption, Route, Scope, Standing,
    answer::ApiError,
};
use crate::{
    Manner,
    faults::{AckFault, HttpFault, Times},
};

/// The answer to an outage leaves before the outage begins.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// The routes under `/control`.
pub(super) fn routes() -> Router<Gateway> {
    Router::new()
        .route("/control/{command}", post(command))
        .route("/control/counts", get(counts))
        .route("/control/chats", get(chats))
        .route("/control/contact-forms", get(contact_forms))
        .route("/control/transcript/{chat}", get(transcript))
}

async fn counts(State(gateway): State<Gateway>) -> Json<Counts> {
    Json(gateway.counts())
}

async fn chats(State(gateway): State<Gateway>) -> Json<Vec<String>> {
    Json(gateway.chat_ids())
}

async fn contact_forms(State(gateway): State<Gateway>) -> Json<Vec<ContactForm>> {
    Json(gateway.contact_forms())
}

async fn transcript(State(gateway): State<Gateway>, Path(chat): Path<String>) -> Json<Vec<Value>> {
    Json(gateway.transcript(&chat))
}

#[derive(Debug, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
enum Command {
    CloseSockets {
        manner: CloseManner,
        chat: Option<String>,
    },
    BlackHole {
        chat: Option<String>,
    },
    StopPings {
        chat: Option<String>,
    },
    DelayFrames {
        ms: u64,
    },
    RefuseNamespace {
        message: String,
        times: Option<u32>,
    },
    WithholdAuthentication {
        times: Option<u32>,
    },
    ExpireNextTokens {
        times: Option<u32>,
    },
    ExpireTokens,
    AnnounceExpiry {
        chat: Option<String>,
    },
    SwallowAcks {
        fault: AckFault,
        times: Option<u32>,
    },
    LosePushes {
        times: Option<u32>,
    },
    InterruptNextAnswer {
        kind: Interruption,
        after: usize,
    },
    FailHttp {
        route: Option<Route>,
        fault: HttpFault,
        times: Option<u32>,
    },
    ClearFaults,
    Pace {
        ms: u64,
    },
    ShiftClock {
        ms: i64,
    },
    Push {
        name: String,
        payload: Value,
        chat: Option<String>,
    },
    Config {
        name: String,
        value: Value,
    },
    Dialect {
        dialect: Dialect,
    },
    Presence {
        agent: String,
        presence: AgentPresence,
    },
    EngageDevice {
        device: String,
        payload: Value,
    },
    BeginBroadcast {
        fields: Map<String, Value>,
    },
    EndBroadcast,
    MintTokens {
        email: String,
        name: String,
        standing: Standing,
    },
    Outage {
        ms: u64,
        manner: Manner,
    },
}

async fn command(
    State(gateway): State<Gateway>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Response> {
    let command = read(name, &body).map_err(|problem| (StatusCode::UNPROCESSABLE_ENTITY, problem).into_response())?;
    run(&gateway, command).map(Json).map_err(IntoResponse::into_response)
}

fn read(name: String, body: &[u8]) -> Result<Command, String> {
    let mut fields: Map<String, Value> = match body {
        [] => Map::new(),
        body => serde_json::from_slice(body).map_err(|error| error.to_string())?,
    };
    // `push` has a field called name, so the command comes last.
    fields.insert("command".to_owned(), Value::String(name));
    serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())
}

fn times(count: Option<u32>) -> Times {
    count.map_or(Times::UntilCleared, Times::Next)
}

fn scope(chat: Option<&String>) -> Scope<'_> {
    chat.map_or(Scope::All, |id| Scope::Chat(id))
}

fn run(gateway: &Gateway, command: Command) -> Result<Value, ApiError> {
    match command {
        Command::CloseSockets { manner, chat } => gateway.close_sockets(scope(chat.as_ref()), manner),
        Command::BlackHole { chat } => gateway.black_hole(scope(chat.as_ref())),
        Command::StopPings { chat } => gateway.stop_pings(scope(chat.as_ref())),
        Command::DelayFrames { ms } => gateway.delay_frames(ms),
        Command::RefuseNamespace { message, times: count } => gateway.refuse_namespace(&message, times(count)),
        Command::WithholdAuthentication { times: count } => gateway.withhold_authentication(times(count)),
        Command::ExpireNextTokens { times: count } => gateway.expire_next_tokens(times(count)),
        Command::ExpireTokens => gateway.expire_tokens(),
        Command::AnnounceExpiry { chat } => gateway.announce_expiry(scope(chat.as_ref())),
        Command::SwallowAcks { fault, times: count } => gateway.swallow_acks(fault, times(count)),
        Command::LosePushes { times: count } => gateway.lose_pushes(times(count)),
        Command::InterruptNextAnswer { kind, after } => gateway.interrupt_next_answer(kind, after),
        Command::FailHttp {
            route,
            fault,
            times: count,
        } => gateway.fail_http(route, fault, times(count)),
        Command::ClearFaults => gateway.clear_faults(),
        Command::Pace { ms } => gateway.set_pace(ms),
        Command::ShiftClock { ms } => gateway.shift_clock(ms),
        Command::Push { name, payload, chat } => gateway.push(scope(chat.as_ref()), &name, payload),
        Command::Config { name, value } => gateway.set_config(&name, value),
        Command::Dialect { dialect } => gateway.set_dialect(dialect),
        Command::Presence { agent, presence } => gateway.set_presence(&agent, presence)?,
        Command::EngageDevice { device, payload } => gateway.engage_device(&device, payload),
        Command::BeginBroadcast { fields } => gateway.begin_broadcast(fields),
        Command::EndBroadcast => gateway.end_broadcast(),
        Command::MintTokens { email, name, standing } => {
            let tokens = gateway.mint_tokens(&email, &name, standing);
            return Ok(json!({ "token": tokens.access, "refreshToken": tokens.refresh }));
        }
        Command::Outage { ms, manner } => begin_outage(gateway, Duration::from_millis(ms), manner)?,
    }
    Ok(json!({}))
}

fn begin_outage(gateway: &Gateway, length: Duration, manner: Manner) -> Result<(), ApiError> {
    if gateway.shared.listening.get().is_none() {
        let message = "An embedded gateway cannot stop listening.";
        return Err(ApiError::new(StatusCode::CONFLICT, message));
    }
    let gateway = gateway.clone();
    tokio::spawn(async move {
        tokio::time::sleep(LAST_WORDS).await;
        gateway.stop(manner).await;
        tokio::time::sleep(length).await;
        if let Err(error) = gateway.resume() {
            tracing::error!(%error, "the gateway cannot come back");
        }
    });
    Ok(())
}
