//! What relays may differ in without breaking the protocol, and the faults of design that a planted mutant gives one.

use crate::chance::Chance;

/// Who gets what is said in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Push {
    /// Every socket of the session.
    All,
    /// The socket that came last, even if it is a ghost.
    Latest,
}

/// How the visitor's own messages stand in the greeting's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    WithClientId,
    WithoutClientId,
}

/// Whether the visitor's own message comes back as a `msg` frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    Never,
    BeforeAck,
    AfterAck,
}

/// How much an `ack` and a `pong` say beyond what is documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wording {
    /// The documented fields alone.
    Bare,
    /// The message's id and time.
    Full,
}

/// How the answer to a token call tells the token's lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    InToken,
    InSeconds,
    AsDate,
}

/// Whether the visitor is a user of the site, and what the relay answers to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linking {
    Never,
    Plain,
    WithNewToken,
}

/// For how long a message id is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    Never,
    /// For this many milliseconds.
    For(u64),
    Always,
}

/// What the greeting brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replay {
    Whole,
    Nothing,
}

/// When a message is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commit {
    BeforeAck,
    /// This many milliseconds later; a restart forgets what was promised.
    Later(u64),
}

/// Two minutes, for which a client may send the same message again, and the longest time that it may be under way.
const LONG_ENOUGH: u64 = 200_000;

/// Which protocol, and in which words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// Bloonio's frames.
    Relay,
    /// AppEngine's, in the gateway's vocabulary.
    Gateway,
    /// AppEngine's, in the older widget's.
    Older,
    /// Mailoo's calls.
    Site,
}

/// What a socket beside the polls tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bell {
    /// Every message.
    Tells,
    /// That something has changed.
    Hints,
    /// Every second message: another replica has the rest.
    Drops,
    /// There is none.
    Refused,
}

/// By what a gateway's line may be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carriage {
    /// Sockets; it offers no calls.
    Sockets,
    /// Sockets, and calls after those that failed.
    Either,
    /// Something on the way lets no socket through.
    NoSockets,
    /// The client was told to make calls.
    CallsByChoice,
}

/// One relay's manners.
#[derive(Clone, Debug)]
pub(crate) struct Dialect {
    pub(crate) speech: Speech,
    pub(crate) push: Push,
    pub(crate) own: Own,
    pub(crate) echo: Echo,
    pub(crate) acks: Wording,
    pub(crate) pongs: Wording,
    pub(crate) lifetime: Lifetime,
    pub(crate) identity: Linking,
    pub(crate) memory: Memory,
    pub(crate) replay: Replay,
    /// What it is known to bring: the oracle holds the client to that.
    pub(crate) pledge: Replay,
    pub(crate) commit: Commit,
    /// How long a token is good, in milliseconds.
    pub(crate) token_life: u64,
    pub(crate) bell: Bell,
    pub(crate) carriage: Carriage,
    /// By how much the desk's messages are stamped too early, in milliseconds.
    pub(crate) clock_lag: u64,
}

impl Dialect {
    /// A well-behaved relay that says everything.
    pub(crate) fn plain() -> Self {
        Self {
            speech: Speech::Relay,
            push: Push::All,
            own: Own::WithClientId,
            echo: Echo::Never,
            acks: Wording::Full,
            pongs: Wording::Full,
            lifetime: Lifetime::InToken,
            identity: Linking::Never,
            memory: Memory::Always,
            replay: Replay::Whole,
            pledge: Replay::Whole,
            commit: Commit::BeforeAck,
            token_life: 3_600_000,
            bell: Bell::Tells,
            carriage: Carriage::Sockets,
            clock_lag: 0,
        }
    }

    /// Any server that keeps the protocol.
    pub(crate) fn any(speech: Speech, chance: &mut Chance) -> Self {
        match speech {
            Speech::Relay => Self::any_relay(chance),
            Speech::Gateway | Speech::Older => Self::any_gateway(speech, chance),
            Speech::Site => Self::any_site(chance),
        }
    }

    fn any_site(chance: &mut Chance) -> Self {
        Self {
            speech: Speech::Site,
            acks: chance.pick(&[Wording::Full, Wording::Full, Wording::Bare]),
            push: chance.pick(&[Push::All, Push::Latest]),
            bell: chance.pick(&[Bell::Tells, Bell::Hints, Bell::Drops, Bell::Refused]),
            memory: Memory::Never,
            ..Self::plain()
        }
    }

    fn any_gateway(speech: Speech, chance: &mut Chance) -> Self {
        Self {
            speech,
            echo: chance.pick(&[Echo::Never, Echo::Never, Echo::BeforeAck, Echo::AfterAck]),
            own: chance.pick(&[Own::WithClientId, Own::WithClientId, Own::WithoutClientId]),
            acks: chance.pick(&[Wording::Full, Wording::Full, Wording::Bare]),
            token_life: chance.pick(&[180_000, 3_600_000]),
            carriage: chance.pick(&[
                Carriage::Sockets,
                Carriage::Sockets,
                Carriage::Sockets,
                Carriage::Either,
                Carriage::NoSockets,
                Carriage::CallsByChoice,
            ]),
            ..Self::plain()
        }
    }

    fn any_relay(chance: &mut Chance) -> Self {
        let mut dialect = Self::plain();
        dialect.echo = chance.pick(&[Echo::Never, Echo::Never, Echo::BeforeAck, Echo::AfterAck]);
        dialect.own = chance.pick(&[Own::WithClientId, Own::WithClientId, Own::WithoutClientId]);
        dialect.lifetime = chance.pick(&[Lifetime::InToken, Lifetime::InSeconds, Lifetime::AsDate]);
        dialect.identity = chance.pick(&[Linking::Never, Linking::Never, Linking::Plain, Linking::WithNewToken]);
        dialect.token_life = chance.pick(&[90_000, 180_000, 3_600_000]);
        // As documented: nobody speaks of a history. What is missed then must be announced.
        if chance.one_in(6) {
            dialect.replay = Replay::Nothing;
            dialect.pledge = Replay::Nothing;
        }
        dialect.memory = chance.pick(&[Memory::Always, Memory::For(LONG_ENOUGH)]);
        // One that serves the latest socket only must tell its position, or nobody could notice.
        dialect.push = chance.pick(&[Push::All, Push::Latest]);
        if dialect.push == Push::All && chance.one_in(3) {
            dialect.acks = Wording::Bare;
            dialect.pongs = Wording::Bare;
        }
        dialect
    }
}
