//! Integrations, sessions and messages: pure logic.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Refusal;
use crate::model::{Ids, UnixMillis, origin::OriginRule};

/// The longest message, in characters.
const CONTENT_LIMIT: usize = 16_000;

/// A chat on a site.
#[derive(Debug, Clone)]
pub struct Integration {
    pub(crate) id: String,
    pub(crate) project_uid: String,
    pub(crate) name: String,
    pub(crate) welcome_message: Option<String>,
    pub(crate) allowed_origins: Vec<OriginRule>,
    pub(crate) domain: Option<String>,
}

impl Integration {
    /// One that any origin may use.
    #[must_use]
    pub fn new(project_uid: &str, id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            project_uid: project_uid.to_owned(),
            name: name.to_owned(),
            welcome_message: None,
            allowed_origins: Vec::new(),
            domain: None,
        }
    }

    /// Only these origins, and those allowed before.
    #[must_use]
    pub fn allow_origin(mut self, origin: &str) -> Self {
        self.allowed_origins.push(OriginRule::parse(origin));
        self
    }

    /// Only this host.
    #[must_use]
    pub fn domain(mut self, domain: &str) -> Self {
        self.domain = Some(domain.to_owned());
        self
    }

    /// Without rules any caller is fine; with them an origin is needed, and the right one.
    fn admits(&self, origin: Option<&str>) -> bool {
        if self.allowed_origins.is_empty() && self.domain.is_none() {
            return true;
        }
        let Some(origin) = origin else { return false };
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        let host = host.split(':').next().unwrap_or_default();
        self.allowed_origins.iter().any(|rule| rule.allows(origin)) || self.domain.as_deref() == Some(host)
    }
}

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// The visitor's.
    Inbound,
    /// The owner's.
    Outbound,
}

/// Who a visitor is, as the site says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// Display name.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The service's id.
    pub id: String,
    /// Whose it is.
    pub direction: Direction,
    /// What it says.
    pub content: String,
    /// The name of its sender.
    pub sender_name: Option<String>,
    /// When it came.
    pub at: UnixMillis,
}

impl Message {
    /// As it is told to everybody.
    pub(crate) fn told(&self) -> Value {
        let sender = match self.direction {
            Direction::Inbound => "visitor",
            Direction::Outbound => "owner",
        };
        json!({
            "id": self.id,
            "content": self.content,
            "direction": self.direction,
            "sender": sender,
            "senderName": self.sender_name,
            "createdAt": self.at.rfc3339(),
        })
    }
}

/// One visitor's thread.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) public_id: String,
    pub(crate) project_uid: String,
    pub(crate) integration_id: String,
    pub(crate) visitor: Person,
    pub(crate) messages: Vec<Message>,
    pub(crate) operator: Option<String>,
    pub(crate) opened_at: UnixMillis,
}

impl Session {
    pub(crate) fn is_of(&self, project: Option<&str>, integration: &str) -> bool {
        project.is_none_or(|project| project == self.project_uid) && self.integration_id == integration
    }

    pub(crate) fn last_at(&self) -> UnixMillis {
        self.messages.last().map_or(self.opened_at, |message| message.at)
    }

    fn title(&self) -> &str {
        let person = self.visitor.name.as_deref().or(self.visitor.email.as_deref());
        person.unwrap_or("Guest")
    }

    /// As the dashboard lists it.
    pub(crate) fn summary(&self) -> Value {
        json!({
            "sessionPublicId": self.public_id,
            "visitorName": self.title(),
            "visitorEmail": self.visitor.email,
            "messageCount": self.messages.len(),
            "lastMessageAt": self.last_at().rfc3339(),
        })
    }
}

/// A visitor's message as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submission {
    #[serde(default)]
    pub(crate) content: Value,
    #[serde(default)]
    pub(crate) session_public_id: Option<String>,
    #[serde(default)]
    pub(crate) sender_email: Option<String>,
    #[serde(default)]
    pub(crate) sender_name: Option<String>,
}

/// All that a service keeps.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) integrations: Vec<Integration>,
    pub(crate) sessions: Vec<Session>,
    /// Sessions that nobody can reach any more, for those who ask what was said.
    pub(crate) forgotten: Vec<Session>,
    ids: Ids,
}

impl Desk {
    pub(crate) fn new(integrations: Vec<Integration>, ids: Ids) -> Self {
        Self {
            integrations,
            sessions: Vec::new(),
            forgotten: Vec::new(),
            ids,
        }
    }

    /// The integration; a project that is named must be its own.
    pub(crate) fn integration(&self, project: Option<&str>, id: &str) -> Result<&Integration, Refusal> {
        let is_it = |one: &&Integration| one.id == id && project.is_none_or(|project| project == one.project_uid);
        self.integrations
            .iter()
            .find(is_it)
            .ok_or(Refusal::Unknown("integration"))
    }

    pub(crate) fn admit(&self, project: Option<&str>, id: &str, origin: Option<&str>) -> Result<&Integration, Refusal> {
        let integration = self.integration(project, id)?;
        if integration.admits(origin) {
            Ok(integration)
        } else {
            Err(Refusal::Origin)
        }
    }

    pub(crate) fn create(&mut self, project: &str, name: &str, config: &Value) -> Result<Integration, Refusal> {
        if name.trim().is_empty() {
            return Err(Refusal::BadRequest("name is missing"));
        }
        let mut integration = Integration::new(project, &self.ids.message(), name);
        let text = |name: &str| config[name].as_str().map(str::to_owned);
        integration.welcome_message = text("welcomeMessage");
        integration.domain = text("domain");
        let origins = config["allowedOrigins"].as_array().into_iter().flatten();
        integration.allowed_origins = origins.filter_map(Value::as_str).map(OriginRule::parse).collect();
        self.integrations.push(integration.clone());
        Ok(integration)
    }

    pub(crate) fn find(&self, project: Option<&str>, integration: &str, id: &str) -> Result<&Session, Refusal> {
        let is_it = |session: &&Session| session.public_id == id && session.is_of(project, integration);
        self.sessions.iter().find(is_it).ok_or(Refusal::Unknown("session"))
    }

    pub(crate) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.public_id == id)
    }

    fn session_mut(&mut self, id: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.public_id == id)
    }

    /// Takes a visitor's message. Nothing recognises one that comes again.
    pub(crate) fn submit(
        &mut self,
        integration: &Integration,
        submission: &Submission,
        now: UnixMillis,
    ) -> Result<(String, Message), Refusal> {
        let content = submission
            .content
            .as_str()
            .map(str::trim)
            .unwrap_or_default()
            .to_owned();
        if content.is_empty() || content.chars().count() > CONTENT_LIMIT {
            return Err(Refusal::BadRequest("content must be a text of 1 to 16,000 characters"));
        }
        let id = match &submission.session_public_id {
            Some(id) => {
                let session = self.find(Some(&integration.project_uid), &integration.id, id)?;
                session.public_id.clone()
            }
            None => self.open(integration, now),
        };
        let message = Message {
            id: self.ids.message(),
            direction: Direction::Inbound,
            content,
            sender_name: submission.sender_name.clone(),
            at: now,
        };
        if let Some(session) = self.session_mut(&id) {
            let told = &mut session.visitor;
            told.name = submission.sender_name.clone().or(told.name.take());
            told.email = submission.sender_email.clone().or(told.email.take());
            session.messages.push(message.clone());
        }
        Ok((id, message))
    }

    fn open(&mut self, integration: &Integration, now: UnixMillis) -> String {
        let id = self.ids.session().replacen("vs_", "cs_", 1);
        self.sessions.push(Session {
            public_id: id.clone(),
            project_uid: integration.project_uid.clone(),
            integration_id: integration.id.clone(),
            visitor: Person::default(),
            messages: Vec::new(),
            operator: None,
            opened_at: now,
        });
        id
    }

    /// The owner answers.
    pub(crate) fn reply(
        &mut self,
        id: &str,
        content: &str,
        by: Option<&str>,
        now: UnixMillis,
    ) -> Result<Message, Refusal> {
        if content.trim().is_empty() {
            return Err(Refusal::BadRequest("content is missing"));
        }
        let message = Message {
            id: self.ids.message(),
            direction: Direction::Outbound,
            content: content.to_owned(),
            sender_name: by.map(str::to_owned),
            at: now,
        };
        let session = self.session_mut(id).ok_or(Refusal::Unknown("session"))?;
        session.messages.push(message.clone());
        Ok(message)
    }

    pub(crate) fn take(&mut self, id: &str, operator: Option<&str>) -> Result<(), Refusal> {
        let session = self.session_mut(id).ok_or(Refusal::Unknown("session"))?;
        session.operator = operator.map(str::to_owned);
        Ok(())
    }

    /// Nobody knows the session any more; without an id, none of them.
    pub(crate) fn forget(&mut self, id: Option<&str>) -> Vec<String> {
        let is_meant = |session: &Session| id.is_none_or(|id| id == session.public_id);
        let (gone, kept) = std::mem::take(&mut self.sessions).into_iter().partition(is_meant);
        self.sessions = kept;
        let gone: Vec<Session> = gone;
        let ids = gone.iter().map(|session| session.public_id.clone()).collect();
        self.forgotten.extend(gone);
        ids
    }
}
