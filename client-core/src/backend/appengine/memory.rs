//! What outlives a reload beside the session's token.

use crate::backend::lenient;
use crate::json::{self, Object, ObjectWriter, Value, quoted};
use crate::message::Guest;
use crate::secret::Secret;

use super::conversation::{self, Party, Standing};

/// Toasts whose ids are remembered.
const MOST_ENGAGED: usize = 200;

#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// Stable for this installation; what staff reach it by.
    pub(crate) device_id: Option<String>,
    pub(crate) guest: Option<Guest>,
    pub(crate) standing: Option<Standing>,
    pub(crate) chat_id: Option<String>,
    pub(crate) chat_session_id: Option<String>,
    pub(crate) refresh: Option<Secret>,
    pub(crate) engaged: Vec<String>,
}

impl Memory {
    pub(crate) fn email(&self) -> Option<&str> {
        self.guest.as_ref().map(|guest| guest.email.as_str())
    }

    pub(crate) fn party(&self) -> Party<'_> {
        Party {
            email: self.email(),
            session: self.chat_session_id.as_deref(),
            standing: self.standing.unwrap_or(Standing::Guest),
        }
    }

    /// The conversation's id: the server's word, else the rule.
    pub(crate) fn conversation(&self) -> Option<String> {
        self.chat_id
            .clone()
            .or_else(|| conversation::first_spelling(self.party()))
    }

    /// Notes that a toast was shown. Answers whether it is the first time.
    pub(crate) fn engage(&mut self, id: &str) -> bool {
        if self.engaged.iter().any(|known| known == id) {
            return false;
        }
        if self.engaged.len() == MOST_ENGAGED {
            self.engaged.remove(0);
        }
        self.engaged.push(id.to_owned());
        true
    }

    pub(crate) fn write(&self) -> String {
        let mut text = String::new();
        let mut object = ObjectWriter::open(&mut text);
        let mut given = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                object.text(name, value);
            }
        };
        given("device_id", self.device_id.as_deref());
        given("chat_id", self.chat_id.as_deref());
        given("chat_session_id", self.chat_session_id.as_deref());
        given("refresh", self.refresh.as_ref().map(Secret::expose));
        given(
            "standing",
            self.standing.map(|standing| match standing {
                Standing::Guest => "guest",
                Standing::SignedIn => "signed-in",
            }),
        );
        if let Some(guest) = &self.guest {
            given("email", Some(&guest.email));
            given("name", guest.name.as_deref());
            given("phone", guest.phone.as_deref());
        }
        if !self.engaged.is_empty() {
            object.list("engaged", &self.engaged, |id, out| out.push_str(&quoted(id)));
        }
        object.close();
        text
    }

    /// Reads what [`Memory::write`] wrote. What is not understood is not remembered.
    pub(crate) fn read(text: &str) -> Self {
        let parsed = json::parse(text).ok();
        let empty = Object::default();
        let object = parsed.as_ref().and_then(Value::as_object).unwrap_or(&empty);
        let text = |name: &str| lenient::text(object, &[name]);
        Self {
            device_id: text("device_id"),
            guest: text("email").map(|email| Guest {
                email,
                name: text("name"),
                phone: text("phone"),
                comments: None,
            }),
            standing: text("standing").map(|word| match word.as_str() {
                "signed-in" => Standing::SignedIn,
                _ => Standing::Guest,
            }),
            chat_id: text("chat_id"),
            chat_session_id: text("chat_session_id"),
            refresh: text("refresh").map(Secret::new),
            engaged: object
                .get("engaged")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut memory = Memory {
            device_id: Some("d".to_owned()),
            guest: Some(Guest {
                name: Some("Alice \"A\"".to_owned()),
                ..Guest::new("a@b.c")
            }),
            standing: Some(Standing::SignedIn),
            chat_id: Some("c".to_owned()),
            chat_session_id: Some("cs".to_owned()),
            refresh: Some(Secret::new("r")),
            engaged: Vec::new(),
        };
        assert!(memory.engage("e1") && !memory.engage("e1"));
        let read = Memory::read(&memory.write());
        assert_eq!(read.write(), memory.write());
        assert_eq!(read.email(), Some("a@b.c"));
        assert_eq!(Memory::read("").write(), "{}");
    }

    #[test]
    fn only_so_many_toasts_are_remembered() {
        let mut memory = Memory::default();
        for id in 0..=MOST_ENGAGED {
            assert!(memory.engage(&id.to_string()));
        }
        assert!(memory.engage("0") && !memory.engage("2"));
    }
}
