//! What a relay is started with.

use serde_json::Value;

use crate::model::{BotMode, Dedupe, Policy, Tenant, limit::PerMinute, origin::OriginRule, tenant::Presence};

/// How a [`Relay`](crate::Relay) behaves; the default is the demo's.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) policy: Policy,
    pub(crate) token_lifetime_s: u64,
    pub(crate) rest_rate: Option<PerMinute>,
    pub(crate) presence: Presence,
    pub(crate) seed: Option<u64>,
    pub(crate) control: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self::demo()
    }
}

impl Settings {
    /// The demo: one tenant, a bot that types for 600 ms, tokens of an hour, no limits, no control surface.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            tenants: vec![Tenant::demo()],
            policy: Policy::default(),
            token_lifetime_s: 3_600,
            rest_rate: None,
            presence: Presence::Online,
            seed: None,
            control: false,
        }
    }

    /// For tests: as the demo, but the bot answers at once and the same ids come every time.
    #[must_use]
    pub fn test() -> Self {
        Self::demo().bot_delay_ms(0).seed(1)
    }

    /// Adds a tenant.
    #[must_use]
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenants.push(tenant);
        self
    }

    /// Allows `origin` (`https://shop.example`, `app://name`, `http://127.0.0.1:*`) for the demo tenant.
    #[must_use]
    pub fn allow_origin(mut self, origin: &str) -> Self {
        if let Some(demo) = self.tenants.first_mut() {
            demo.allowed_origins.push(OriginRule::parse(origin));
        }
        self
    }

    /// Adds a field, for example `welcome_message`, to the demo tenant's widget configuration.
    #[must_use]
    pub fn widget_extra(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Some(demo) = self.tenants.first_mut() {
            demo.extras.insert(name.to_owned(), value.into());
        }
        self
    }

    /// What the bot says; [`BotMode::Answers`] unless told.
    #[must_use]
    pub fn bot(mut self, bot: BotMode) -> Self {
        self.policy.bot = bot;
        self
    }

    /// How long the bot types before it answers, in milliseconds.
    #[must_use]
    pub fn bot_delay_ms(mut self, millis: u64) -> Self {
        self.policy.bot_delay_ms = millis;
        self
    }

    /// Life of a visitor token, in seconds; 3,600 unless told.
    #[must_use]
    pub fn token_lifetime_s(mut self, seconds: u64) -> Self {
        self.token_lifetime_s = seconds;
        self
    }

    /// Messages a minute that a session may send before it gets `rate_limited`; without limit unless told.
    #[must_use]
    pub fn messages_per_minute(mut self, calls: u32) -> Self {
        self.policy.message_rate = Some(PerMinute(calls));
        self
    }

    /// REST calls a minute that a tenant's visitors may make together before they get 429; without limit unless told.
    #[must_use]
    pub fn rest_calls_per_minute(mut self, calls: u32) -> Self {
        self.rest_rate = Some(PerMinute(calls));
        self
    }

    /// How many messages a `welcome` repeats; 200 unless told, and zero leaves the field out.
    #[must_use]
    pub fn history_limit(mut self, messages: usize) -> Self {
        self.policy.history_limit = messages;
        self
    }

    /// Whether repeated messages are recognised; by `client_msg_id` unless told.
    #[must_use]
    pub fn dedupe(mut self, dedupe: Dedupe) -> Self {
        self.policy.dedupe = dedupe;
        self
    }

    /// What `is_online` says at first.
    #[must_use]
    pub fn presence(mut self, presence: Presence) -> Self {
        self.presence = presence;
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
