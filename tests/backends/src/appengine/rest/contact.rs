//! The form for hours when nobody is there.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    super::{Gateway, answer::ApiError, gateway::locked},
    body,
};

/// A contact form that came in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContactForm {
    /// Where to answer.
    pub email: String,
    /// Who asks.
    pub name: String,
    /// Where to call.
    pub phone: String,
    /// What about.
    pub message: String,
    /// Which conversation it belongs to, if any.
    pub chat_id: String,
}

impl ContactForm {
    fn problems(&self) -> Vec<&'static str> {
        let mut problems = Vec::new();
        if !self.email.contains('@') {
            problems.push("email must be an email");
        }
        if self.message.trim().is_empty() {
            problems.push("message should not be empty");
        }
        problems
    }
}

pub(super) async fn take(
    State(gateway): State<Gateway>,
    Path(config_id): Path<String>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    if config_id != gateway.shared.settings.config_id {
        return Err(ApiError::new(StatusCode::NOT_FOUND, "There is no such configuration."));
    }
    let form: ContactForm = body(&bytes)?;
    let problems = form.problems();
    if !problems.is_empty() {
        return Err(ApiError::invalid(problems));
    }
    gateway.shared.counters.contact_forms.add();
    locked(&gateway.shared.contact_forms).push(form);
    Ok((StatusCode::ACCEPTED, Json(json!({ "success": true }))))
}
