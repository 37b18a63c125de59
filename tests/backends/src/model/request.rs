//! The bodies of a visitor's REST calls, checked field by field.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    conversation::Mode,
    session::{Opening, User},
};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: `["body", "origin"]`.
    pub loc: Vec<String>,
    /// What a person reads.
    pub msg: String,
    /// `missing` or `invalid`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// A signed claim to be a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identification {
    /// Who the visitor claims to be.
    pub user: User,
    /// `hex(hmac_sha256(tenant_secret, user_id))`, unchecked.
    pub user_signature: String,
}

/// Collects the problems of one body, so that all are reported at once.
struct Fields<'b> {
    body: &'b Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'b> Fields<'b> {
    fn of(body: &'b Value) -> Result<Self, Vec<Problem>> {
        match body {
            Value::Object(body) => Ok(Self {
                body,
                problems: Vec::new(),
            }),
            _ => Err(vec![problem(&["body"], "A JSON object is expected", "invalid")]),
        }
    }

    fn required(&mut self, name: &str) -> String {
        let value = self.optional(name);
        if value.is_none()
            && !self
                .problems
                .iter()
                .any(|known| known.loc.last().is_some_and(|last| last == name))
        {
            self.problems
                .push(problem(&["body", name], "Field required", "missing"));
        }
        value.unwrap_or_default()
    }

    fn optional(&mut self, name: &str) -> Option<String> {
        match self.body.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(_) => {
                self.problems
                    .push(problem(&["body", name], "A non-empty string is expected", "invalid"));
                None
            }
        }
    }

    fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.body.get(name) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            Some(_) => {
                self.problems
                    .push(problem(&["body", name], "An object is expected", "invalid"));
                Map::new()
            }
        }
    }

    fn mode(&mut self) -> Mode {
        match self.optional("mode").as_deref() {
            None | Some("bot") => Mode::Bot,
            Some("human") => Mode::Human,
            Some(_) => {
                self.problems
                    .push(problem(&["body", "mode"], "bot or human is expected", "invalid"));
                Mode::Bot
            }
        }
    }

    fn finish<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(value)
        } else {
            Err(self.problems)
        }
    }
}

fn problem(loc: &[&str], msg: &str, kind: &'static str) -> Problem {
    Problem {
        loc: loc.iter().map(|&part| part.to_owned()).collect(),
        msg: msg.to_owned(),
        kind,
    }
}

/// Reads the body of `create/visitor-session`.
///
/// # Errors
/// All fields that are missing or of the wrong kind.
pub fn opening(body: &Value) -> Result<Opening, Vec<Problem>> {
    let mut fields = Fields::of(body)?;
    let opening = Opening {
        tenant_id: fields.required("tenant_id"),
        widget_public_key: fields.required("widget_public_key"),
        origin: fields.required("origin"),
        locale: fields.optional("locale").unwrap_or_else(|| "fr".to_owned()),
        metadata: fields.object("metadata"),
        routing_key: fields.optional("routing_key"),
        mode: fields.mode(),
    };
    fields.finish(opening)
}

/// Reads the body of `identify/visitor`.
///
/// # Errors
/// All fields that are missing or of the wrong kind.
pub fn identification(body: &Value) -> Result<Identification, Vec<Problem>> {
    let mut fields = Fields::of(body)?;
    let user = User {
        user_id: fields.required("user_id"),
        email: fields.optional("email"),
        display_name: fields.optional("display_name"),
    };
    let identification = Identification {
        user,
        user_signature: fields.required("user_signature"),
    };
    fields.finish(identification)
}

/// A query parameter that has to be there.
///
/// # Errors
/// The problem to report when it is not.
pub fn query_parameter(value: Option<String>, name: &str) -> Result<String, Vec<Problem>> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| vec![problem(&["query", name], "Field required", "missing")])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_are_french_and_bot() {
        let body = json!({"tenant_id": "t", "widget_public_key": "pk", "origin": "app://x", "routing_key": null});
        let opening = opening(&body).unwrap();
        assert_eq!(
            (opening.locale.as_str(), opening.mode, opening.routing_key),
            ("fr", Mode::Bot, None)
        );
    }

    #[test]
    fn every_problem_is_named_once() {
        let body = json!({"tenant_id": 7, "origin": "", "metadata": [], "mode": "cat"});
        let names: Vec<(String, &str)> = opening(&body)
            .unwrap_err()
            .into_iter()
            .map(|problem| (problem.loc.last().cloned().unwrap(), problem.kind))
            .collect();
        let expected = [
            ("tenant_id", "invalid"),
            ("widget_public_key", "missing"),
            ("origin", "invalid"),
            ("metadata", "invalid"),
            ("mode", "invalid"),
        ];
        assert_eq!(names, expected.map(|(name, kind)| (name.to_owned(), kind)));
    }

    #[test]
    fn a_body_is_an_object() {
        assert_eq!(identification(&json!(null)).unwrap_err()[0].loc, ["body"]);
    }
}
