//! Customers who wait for a person.

use serde_json::{Value, json};

use crate::model::UnixMillis;

/// What a customer asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Wish {
    pub(crate) queue: Option<String>,
    pub(crate) skill: Option<String>,
    pub(crate) priority: i64,
    pub(crate) context: Value,
}

/// One who waits.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) chat_id: String,
    pub(crate) email: String,
    pub(crate) wish: Wish,
    pub(crate) since: UnixMillis,
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// From 1.
    pub(crate) position: usize,
    pub(crate) wait_s: u64,
}

impl Place {
    pub(crate) fn to_json(self) -> Value {
        json!({ "position": self.position, "ahead": self.position - 1, "estimatedWaitSeconds": self.wait_s })
    }
}

/// Who waits, in the order they will be served.
#[derive(Debug)]
pub(crate) struct Queue {
    tickets: Vec<Ticket>,
    wait_per_person_s: u64,
}

impl Queue {
    pub(crate) const fn new(wait_per_person_s: u64) -> Self {
        Self {
            tickets: Vec::new(),
            wait_per_person_s,
        }
    }

    /// Puts `ticket` behind those of its priority; a customer waits once.
    pub(crate) fn join(&mut self, ticket: Ticket) {
        if self.tickets.iter().any(|waiting| waiting.email == ticket.email) {
            return;
        }
        let behind = self
            .tickets
            .iter()
            .position(|waiting| waiting.wish.priority < ticket.wish.priority)
            .unwrap_or(self.tickets.len());
        self.tickets.insert(behind, ticket);
    }

    pub(crate) fn leave(&mut self, chat_id: &str) -> Option<Ticket> {
        let at = self.tickets.iter().position(|ticket| ticket.chat_id == chat_id)?;
        Some(self.tickets.remove(at))
    }

    pub(crate) fn place(&self, chat_id: &str) -> Option<Place> {
        let at = self.tickets.iter().position(|ticket| ticket.chat_id == chat_id)?;
        let position = at + 1;
        Some(Place {
            position,
            wait_s: self.wait_per_person_s.saturating_mul(position as u64),
        })
    }

    /// Who is next for an agent with `skills`: a fitting skill first, then anybody.
    pub(crate) fn next_for(&self, skills: &[String]) -> Option<&Ticket> {
        let fits = |ticket: &&Ticket| ticket.wish.skill.as_ref().is_some_and(|skill| skills.contains(skill));
        self.tickets.iter().find(fits).or_else(|| self.tickets.first())
    }

    pub(crate) fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(name: &str, priority: i64, skill: Option<&str>) -> Ticket {
        Ticket {
            chat_id: format!("chat {name}"),
            email: name.to_owned(),
            wish: Wish {
                skill: skill.map(str::to_owned),
                priority,
                ..Wish::default()
            },
            since: UnixMillis(0),
        }
    }

    #[test]
    fn priority_then_time() {
        let mut queue = Queue::new(60);
        queue.join(ticket("a", 0, None));
        queue.join(ticket("b", 0, None));
        queue.join(ticket("c", 5, None));
        queue.join(ticket("a", 9, None));
        let order: Vec<_> = queue.tickets().iter().map(|ticket| ticket.email.as_str()).collect();
        assert_eq!(order, ["c", "a", "b"]);
        assert_eq!(
            queue.place("chat b"),
            Some(Place {
                position: 3,
                wait_s: 180
            })
        );
        assert!(queue.leave("chat c").is_some() && queue.leave("chat c").is_none());
        assert_eq!(queue.place("chat b").map(|place| place.position), Some(2));
    }

    #[test]
    fn skill_first() {
        let mut queue = Queue::new(60);
        queue.join(ticket("a", 5, None));
        queue.join(ticket("b", 0, Some("billing")));
        let next = |skills: &[&str]| {
            let skills: Vec<_> = skills.iter().map(|skill| (*skill).to_owned()).collect();
            queue.next_for(&skills).map(|ticket| ticket.email.clone())
        };
        assert_eq!(next(&["billing"]).as_deref(), Some("b"));
        assert_eq!(next(&["sales"]).as_deref(), Some("a"));
    }
}
