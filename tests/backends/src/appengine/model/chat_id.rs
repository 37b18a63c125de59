//! The ids of conversations.

/// A customer's conversation: `customer::{email}` when signed in, `customer:{session}:{email}` for a guest.
pub(crate) fn of_customer(email: &str, guest_session: Option<&str>) -> String {
    format!("customer:{}:{email}", guest_session.unwrap_or_default())
}

/// What a conversation id says, where it is one of the customers' spellings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CustomerId<'i> {
    pub(crate) session: Option<&'i str>,
    pub(crate) email: &'i str,
}

impl<'i> CustomerId<'i> {
    /// Reads `customer:{email}`, `customer::{email}` and `customer:{session}:{email}`.
    pub(crate) fn parse(id: &'i str) -> Option<Self> {
        let rest = id.strip_prefix("customer:")?;
        let (session, email) = rest.split_once(':').unwrap_or(("", rest));
        email.contains('@').then_some(Self {
            session: (!session.is_empty()).then_some(session),
            email,
        })
    }
}

/// The id of what two people say to each other: `{a}|{b}`, sorted.
pub(crate) fn of_peers(one: &str, other: &str) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    format!("{first}|{second}")
}

/// An address as it is compared.
pub(crate) fn address(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_are_read() {
        let plain = CustomerId {
            session: None,
            email: "a@b.c",
        };
        assert_eq!(CustomerId::parse("customer:a@b.c").as_ref(), Some(&plain));
        assert_eq!(CustomerId::parse("customer::a@b.c").as_ref(), Some(&plain));
        let guest = CustomerId::parse("customer:cs_1:a@b.c");
        assert_eq!(guest.and_then(|id| id.session), Some("cs_1"));
        assert_eq!(CustomerId::parse("c_1"), None);
        assert_eq!(CustomerId::parse("customer:cs_1"), None);
    }

    #[test]
    fn written_as_documented() {
        assert_eq!(of_customer("a@b.c", None), "customer::a@b.c");
        assert_eq!(of_customer("a@b.c", Some("cs_1")), "customer:cs_1:a@b.c");
        assert_eq!(of_peers("z@x", "a@x"), "a@x|z@x");
    }
}
