//! Customers and agents.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::UnixMillis;

/// Who a token is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Customer {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) standing: Standing,
}

/// How a customer came by a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Filled in the guest form.
    #[default]
    Guest,
    /// Signed in.
    Customer,
}

impl Customer {
    pub(crate) fn to_json(&self) -> Value {
        json!({ "email": self.email, "name": self.name, "role": "customer" })
    }
}

/// Whether an agent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AgentPresence {
    /// There and free.
    #[default]
    Available,
    /// There, with much to do.
    Busy,
    /// Back soon.
    Away,
    /// Not there.
    Offline,
}

impl AgentPresence {
    /// The word of the presence page.
    pub(crate) const fn gateway_word(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Busy => "busy",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }

    /// The word of the integration page, which knows three.
    pub(crate) const fn seed_word(self) -> &'static str {
        match self {
            Self::Available | Self::Busy => "online",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

/// A person who answers customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Address, which is the agent's id.
    pub email: String,
    /// Name that customers see.
    pub name: String,
    /// What the agent knows about.
    pub skills: Vec<String>,
    /// Whether the agent is there.
    pub presence: AgentPresence,
}

impl Agent {
    /// An agent who is there.
    #[must_use]
    pub fn new(email: &str, name: &str, skills: &[&str]) -> Self {
        Self {
            email: email.to_owned(),
            name: name.to_owned(),
            skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
            presence: AgentPresence::Available,
        }
    }

    pub(crate) fn face(&self) -> Value {
        json!({ "email": self.email, "name": self.name })
    }

    pub(crate) fn to_json(&self, now: UnixMillis) -> Value {
        json!({
            "email": self.email, "name": self.name, "role": "agent", "skills": self.skills,
            "status": self.presence.gateway_word(), "timestamp": now.0,
        })
    }

    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.email.eq_ignore_ascii_case(name) || self.name.eq_ignore_ascii_case(name)
    }
}

/// The agents of `status`, or all who are there, and of them those with `skill`.
pub(crate) fn fitting<'a>(agents: &'a [Agent], skill: Option<&str>, status: Option<&str>) -> Vec<&'a Agent> {
    agents
        .iter()
        .filter(|agent| match status {
            Some(status) => agent.presence.gateway_word() == status || agent.presence.seed_word() == status,
            None => agent.presence != AgentPresence::Offline,
        })
        .filter(|agent| skill.is_none_or(|skill| agent.skills.iter().any(|one| one == skill)))
        .collect()
}
