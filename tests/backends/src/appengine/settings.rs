//! What a gateway is started with.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    faults::Route,
    model::{
        dialect::Dialect,
        person::Agent,
        policy::{BorrowedWords, Echo, Policy, StoredCopy},
        upload,
    },
};
use crate::model::origin::OriginRule;

/// The namespaces there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Namespaces {
    /// `/chat` and `/`.
    #[default]
    Both,
    /// `/chat` alone.
    Chat,
    /// `/` alone: `/chat` is an invalid namespace.
    Root,
}

impl Namespaces {
    pub(crate) const fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Both => &["/chat", "/"],
            Self::Chat => &["/chat"],
            Self::Root => &["/"],
        }
    }
}

/// The transports that are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transports {
    /// WebSocket and long-polling.
    #[default]
    Both,
    /// WebSocket alone.
    Websocket,
    /// Long-polling alone.
    Polling,
}

/// How a [`Gateway`](super::Gateway) behaves; the default is the demo's.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) org_id: String,
    pub(crate) config_id: String,
    pub(crate) config: Value,
    pub(crate) agents: Vec<Agent>,
    pub(crate) policy: Policy,
    pub(crate) wait_per_person_s: u64,
    pub(crate) token_lifetime_s: u64,
    pub(crate) refresh_lifetime_s: u64,
    pub(crate) max_upload_bytes: u64,
    pub(crate) namespaces: Namespaces,
    pub(crate) transports: Transports,
    pub(crate) ping_interval: Duration,
    pub(crate) ping_timeout: Duration,
    pub(crate) trailing_offsets: bool,
    pub(crate) switched_off: Vec<(Route, u16)>,
    pub(crate) operator_origins: Vec<OriginRule>,
    pub(crate) seed: Option<u64>,
    pub(crate) control: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self::demo()
    }
}

impl Settings {
    /// Tenant of the demo.
    pub const DEMO_ORG: &'static str = "acme";
    /// Id of the demo's chat configuration.
    pub const DEMO_CONFIG: &'static str = "66a0c0de";
    /// Address of the demo's signed-in customer.
    pub const DEMO_CUSTOMER: &'static str = "camille@boutique.example";
    /// Password of the demo's signed-in customer.
    pub const DEMO_PASSWORD: &'static str = "correct horse";

    /// The demo: the assistant Iris, who greets and streams a word every 40 ms, two agents, tokens of an hour.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            org_id: Self::DEMO_ORG.to_owned(),
            config_id: Self::DEMO_CONFIG.to_owned(),
            config: demo_config(),
            agents: vec![
                Agent::new("jane@x.io", "Jane", &["billing"]),
                Agent::new("omar@x.io", "Omar", &["returns"]),
            ],
            policy: Policy {
                dialect: Dialect::Gateway,
                greeting: Some("Hello! I am Iris. How can I help?".to_owned()),
                chunk_ms: 40,
                queue_push_ms: 15_000,
                echo: Echo::Others,
                stored_copy: StoredCopy::Kept,
                borrowed_words: BorrowedWords::Taken,
            },
            wait_per_person_s: 60,
            token_lifetime_s: 3_600,
            refresh_lifetime_s: 30 * 24 * 3_600,
            max_upload_bytes: upload::MAX_BYTES,
            namespaces: Namespaces::Both,
            transports: Transports::Both,
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            trailing_offsets: false,
            switched_off: Vec::new(),
            operator_origins: vec![
                OriginRule::parse("http://127.0.0.1:*"),
                OriginRule::parse("http://localhost:*"),
            ],
            seed: None,
            control: false,
        }
    }

    /// For tests: as the demo, but nobody greets, answers stream without a pause, and the same ids come every time.
    #[must_use]
    pub fn test() -> Self {
        let mut settings = Self::demo().chunk_ms(0).seed(1);
        settings.policy.greeting = None;
        settings
    }

    /// Which vocabulary is pushed and taken.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.policy.dialect = dialect;
        self
    }

    /// Sets a field of the chat configuration's content; null takes it out.
    #[must_use]
    pub fn config_field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.config[name] = value.into();
        self
    }

    /// Leaves the assistant out: messages go to people.
    #[must_use]
    pub fn without_assistant(self) -> Self {
        self.config_field("ai", Value::Null)
    }

    /// What the assistant says first in a fresh chat session.
    #[must_use]
    pub fn greeting(mut self, text: &str) -> Self {
        self.policy.greeting = Some(text.to_owned());
        self
    }

    /// Pause between two chunks of an answer, in milliseconds; without any the answer comes in one go.
    #[must_use]
    pub fn chunk_ms(mut self, millis: u64) -> Self {
        self.policy.chunk_ms = millis;
        self
    }

    /// How often those who wait hear where they stand, in milliseconds; 15,000 unless told, and zero never.
    #[must_use]
    pub fn queue_push_ms(mut self, millis: u64) -> Self {
        self.policy.queue_push_ms = millis;
        self
    }

    /// Wait that is announced for each person in front, in seconds.
    #[must_use]
    pub fn wait_per_person_s(mut self, seconds: u64) -> Self {
        self.wait_per_person_s = seconds;
        self
    }

    /// To whom a customer's own message is pushed.
    #[must_use]
    pub fn echo(mut self, echo: Echo) -> Self {
        self.policy.echo = echo;
        self
    }

    /// Whether a streamed answer follows once more as a message.
    #[must_use]
    pub fn stored_copy(mut self, copy: StoredCopy) -> Self {
        self.policy.stored_copy = copy;
        self
    }

    /// Whether the gateway's vocabulary takes events that only the seed's names.
    #[must_use]
    pub fn borrowed_words(mut self, words: BorrowedWords) -> Self {
        self.policy.borrowed_words = words;
        self
    }

    /// Adds an agent.
    #[must_use]
    pub fn agent(mut self, agent: Agent) -> Self {
        self.agents.push(agent);
        self
    }

    /// Life of an access token, in seconds; 3,600 unless told.
    #[must_use]
    pub fn token_lifetime_s(mut self, seconds: u64) -> Self {
        self.token_lifetime_s = seconds;
        self
    }

    /// Life of a refresh token, in seconds; 30 days unless told.
    #[must_use]
    pub fn refresh_lifetime_s(mut self, seconds: u64) -> Self {
        self.refresh_lifetime_s = seconds;
        self
    }

    /// Bytes of the largest file that is taken; 25 MiB unless told.
    #[must_use]
    pub fn max_upload_bytes(mut self, bytes: u64) -> Self {
        self.max_upload_bytes = bytes;
        self
    }

    /// Which namespaces there are.
    #[must_use]
    pub fn namespaces(mut self, namespaces: Namespaces) -> Self {
        self.namespaces = namespaces;
        self
    }

    /// Which transports are spoken.
    #[must_use]
    pub fn transports(mut self, transports: Transports) -> Self {
        self.transports = transports;
        self
    }

    /// How often the server pings, and how long it waits for the pong; both in milliseconds, 25,000 and 20,000 unless told.
    #[must_use]
    pub fn heartbeat_ms(mut self, interval: u64, timeout: u64) -> Self {
        self.ping_interval = Duration::from_millis(interval);
        self.ping_timeout = Duration::from_millis(timeout);
        self
    }

    /// Adds a string behind the payload of each event, as servers with connection state recovery do.
    #[must_use]
    pub fn with_trailing_offsets(mut self) -> Self {
        self.trailing_offsets = true;
        self
    }

    /// Lets a REST call be answered with `status` (404, 405, 401, 403) for good, as an install without it does.
    #[must_use]
    pub fn switch_off(mut self, route: Route, status: u16) -> Self {
        self.switched_off.push((route, status));
        self
    }

    /// Lets pages of `origin` (`https://desk.example`, `http://192.0.2.1:*`) act as operators, beside those of this machine.
    #[must_use]
    pub fn allow_operators_from(mut self, origin: &str) -> Self {
        self.operator_origins.push(OriginRule::parse(origin));
        self
    }

    /// Makes ids a function of `seed`; without it they differ at every start.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Whether the faults can be set over HTTP under `/control/`; never on anything that others can reach.
    #[must_use]
    pub fn with_control(mut self, control: bool) -> Self {
        self.control = control;
        self
    }
}

fn demo_config() -> Value {
    json!({
        "name": "Boutique chat",
        "description": "The demo shop's chat",
        "template": "default",
        "defaultPath": "/",
        "title": "Boutique",
        "subtitle": "We answer in a minute",
        "headerContent": "<strong>Boutique</strong>",
        "chatBubblePosition": "right",
        "status": "online",
        "chatOpeners": ["Hello! Where is my order?", "What are your opening hours?"],
        "offline": { "showForm": true, "message": "We are away. Leave us a message." },
        "allowAttachments": true,
        "allowEmojis": true,
        "showAgents": true,
        "registrationRequired": true,
        "registrationFields": { "name": true, "email": true, "phone": false, "comments": false },
        "availability": { "allTimes": true, "workDays": [] },
        "ai": "Iris",
        "agents": [
            { "user": "jane@x.io", "screenName": "Jane", "tagLine": "Billing" },
            { "user": "omar@x.io", "screenName": "Omar", "tagLine": "Returns" },
        ],
        "missedChat": { "enabled": false, "notifyEmail": "", "timeoutMinutes": 5 },
        "broadcast": {
            "position": "bottom-right", "defaultWidth": 320, "defaultHeight": 240, "autoPlay": true, "muted": false,
            "resizable": true, "closable": true, "reopenable": true,
        },
    })
}
