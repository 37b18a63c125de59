//! Commands that wait for the connection, and what becomes of them.

use std::collections::VecDeque;

use visavis_native_client::{Capabilities, Error, ErrorKind, Event, Identity, ServerId, SessionChange, Visitor};

/// Something that is asked of the service once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Link the session to a user of the site.
    Identify(Identity),
    /// A message was seen.
    Read(ServerId),
    /// A person is wanted, perhaps one who knows about this.
    Agent(Option<String>),
    /// The visitor is on another page.
    Context { url: String, title: Option<String> },
}

const IDENTIFY: &str = "identify";

impl Wish {
    const fn name(&self) -> &'static str {
        match self {
            Self::Identify(_) => IDENTIFY,
            Self::Read(_) => "read",
            Self::Agent(_) => "agent",
            Self::Context { .. } => "context",
        }
    }

    /// What it needs, in words, and whether the service has it.
    const fn need(&self, service: Capabilities) -> (&'static str, bool) {
        match self {
            Self::Identify(_) => (IDENTIFY, service.identify),
            Self::Read(_) => ("receipts", service.receipts),
            Self::Agent(_) => ("request for an agent", service.queue),
            Self::Context { .. } => ("page context", service.context),
        }
    }

    fn make(self, visitor: &Visitor) -> Result<(), Error> {
        match self {
            Self::Identify(identity) => visitor.identify(identity),
            Self::Read(id) => visitor.mark_read(id),
            Self::Agent(skill) => visitor.request_agent(skill),
            Self::Context { url, title } => visitor.update_context(url, title),
        }
    }
}

/// The wishes of a run that are not fulfilled yet.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    /// Given before the connection was live.
    waiting: VecDeque<Wish>,
    /// Asked for, by name, and not answered.
    asked: Vec<&'static str>,
}

impl Wishes {
    /// Keeps a wish for [`Wishes::make`].
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the service has nothing of the kind.
    pub(crate) fn keep(&mut self, wish: Wish, visitor: &Visitor) -> Result<(), Error> {
        if let (what, false) = wish.need(visitor.capabilities()) {
            let backend = visitor.backend();
            return Err(Error::Unsupported { what, backend });
        }
        // Who somebody is, is one thing: the last word counts.
        if matches!(wish, Wish::Identify(_)) {
            self.waiting.retain(|other| !matches!(other, Wish::Identify(_)));
        }
        self.waiting.push_back(wish);
        Ok(())
    }

    /// The connection is live: asks for everything that waits.
    pub(crate) fn make(&mut self, visitor: &Visitor) -> Result<(), Error> {
        while let Some(wish) = self.waiting.pop_front() {
            let name = wish.name();
            wish.make(visitor)?;
            if name != IDENTIFY || !self.asked.contains(&IDENTIFY) {
                self.asked.push(name);
            }
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.asked.is_empty()
    }

    /// Whether this event says that the visitor is identified as asked.
    pub(crate) fn note(&mut self, event: &Event) -> bool {
        match event {
            Event::Command { name, .. } => {
                self.answered(name);
                false
            }
            Event::Session {
                change: SessionChange::Identified,
                ..
            } => self.answered(IDENTIFY),
            // The machine tries again by itself after everything else.
            Event::Error(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Refused | ErrorKind::Protocol | ErrorKind::Unsupported
                ) =>
            {
                let _refused = self.answered(IDENTIFY);
                false
            }
            _ => false,
        }
    }

    fn answered(&mut self, name: &str) -> bool {
        let at = self.asked.iter().position(|asked| *asked == name);
        at.map(|at| self.asked.swap_remove(at)).is_some()
    }
}
