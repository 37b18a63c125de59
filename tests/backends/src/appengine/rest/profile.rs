//! Guests, customers and their tokens.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        Gateway, Settings, Standing,
        answer::ApiError,
        handle::Tokens,
        model::{chat_id::address, person::Customer, token::Use},
    },
    body,
};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Registration {
    email: String,
    name: String,
    /// A sign-up writes the name in two parts.
    first_name: String,
    last_name: String,
    phone: String,
}

impl Registration {
    fn full_name(&self) -> String {
        let parts = [&self.name, &self.first_name, &self.last_name].map(|part| part.trim());
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    fn guest(self) -> Result<(Customer, String), ApiError> {
        let email = address(&self.email);
        if !email
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        {
            return Err(ApiError::invalid(vec!["email must be an email"]));
        }
        let name = match self.full_name() {
            name if name.is_empty() => email.split('@').next().unwrap_or_default().to_owned(),
            name => name,
        };
        let customer = Customer {
            email,
            name,
            standing: Standing::Guest,
        };
        Ok((customer, self.phone))
    }
}

fn register(gateway: &Gateway, bytes: &Bytes) -> Result<(Customer, String, Tokens), ApiError> {
    let (customer, phone) = body::<Registration>(bytes)?.guest()?;
    gateway.shared.counters.registrations.add();
    let tokens = gateway.tokens(&customer);
    Ok((customer, phone, tokens))
}

fn record(gateway: &Gateway, customer: &Customer, phone: &str) -> Value {
    json!({
        "sk": gateway.new_id(), "datatype": "customer",
        "data": { "email": customer.email, "name": customer.name, "phone": phone },
    })
}

/// The documented call: the guest as a record, and no way to refresh the token.
pub(super) async fn register_guest(
    State(gateway): State<Gateway>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (customer, phone, tokens) = register(&gateway, &bytes)?;
    let guest = record(&gateway, &customer, &phone);
    Ok((
        StatusCode::CREATED,
        Json(json!({ "token": tokens.access, "guest": guest })),
    ))
}

/// The older call: the guest is flat.
pub(super) async fn guest_auth(
    State(gateway): State<Gateway>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (customer, phone, tokens) = register(&gateway, &bytes)?;
    let guest = json!({ "email": customer.email, "name": customer.name, "phone": phone });
    Ok((
        StatusCode::CREATED,
        Json(json!({ "token": tokens.access, "guest": guest })),
    ))
}

/// What other installs do: within `data`, and with a refresh token.
pub(super) async fn sign_up(
    State(gateway): State<Gateway>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (customer, phone, tokens) = register(&gateway, &bytes)?;
    let guest = record(&gateway, &customer, &phone);
    let data = json!({ "token": tokens.access, "refreshToken": tokens.refresh, "guest": guest });
    Ok((StatusCode::CREATED, Json(json!({ "data": data }))))
}

#[derive(Deserialize)]
struct SignIn {
    email: String,
    password: String,
}

pub(super) async fn sign_in(State(gateway): State<Gateway>, bytes: Bytes) -> Result<Json<Value>, ApiError> {
    let credentials: SignIn = body(&bytes)?;
    let email = address(&credentials.email);
    if email != Settings::DEMO_CUSTOMER || credentials.password != Settings::DEMO_PASSWORD {
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Wrong address or password."));
    }
    gateway.shared.counters.sign_ins.add();
    let customer = Customer {
        email,
        name: "Camille".to_owned(),
        standing: Standing::Customer,
    };
    let tokens = gateway.tokens(&customer);
    Ok(Json(json!({
        "data": { "token": tokens.access, "refreshToken": tokens.refresh, "user": customer.to_json() },
    })))
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: Option<String>,
    #[serde(rename = "refreshToken")]
    other_spelling: Option<String>,
}

pub(super) async fn refresh(State(gateway): State<Gateway>, bytes: Bytes) -> Result<Json<Value>, ApiError> {
    let tokens = renewed(&gateway, &bytes).inspect_err(|_| gateway.shared.counters.refreshes_refused.add())?;
    gateway.shared.counters.refreshes.add();
    Ok(Json(
        json!({ "access_token": tokens.access, "refresh_token": tokens.refresh }),
    ))
}

fn renewed(gateway: &Gateway, bytes: &Bytes) -> Result<Tokens, ApiError> {
    let refresh: Refresh = body(bytes)?;
    let token = refresh.refresh_token.or(refresh.other_spelling).unwrap_or_default();
    let claims = gateway.check_token(&token, Use::Refresh)?;
    Ok(gateway.tokens(&claims.customer()))
}

pub(super) async fn show(State(gateway): State<Gateway>, Path(user): Path<String>) -> Result<Json<Value>, ApiError> {
    let unknown = ApiError::new(StatusCode::NOT_FOUND, "Nobody is called that.");
    let floor = gateway.floor();
    let agent = floor.center.agent(&user).ok_or(unknown)?;
    Ok(Json(json!({
        "id": agent.email, "name": agent.name, "email": agent.email, "avatar": "",
        "status": agent.presence.gateway_word(), "lastSeen": gateway.now().rfc3339(),
    })))
}
