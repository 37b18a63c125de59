//! The conversation's id, of which three spellings are in print.

/// Who the conversation is of, as far as the id depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Party<'a> {
    pub(crate) email: Option<&'a str>,
    /// The gateway's id of this chat session.
    pub(crate) session: Option<&'a str>,
    /// The server told so with its greeting, or the visitor filled a form in.
    pub(crate) standing: Standing,
}

/// How the visitor became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Guest,
    SignedIn,
}

/// Letters beyond ASCII stay: their table is larger than the rest of this back end's constants, and no mail server folds them.
fn address(email: &str) -> String {
    email.trim().to_ascii_lowercase()
}

/// `customer::{email}`; the guest's form with an empty session is spelled the same.
fn signed_in(email: &str) -> String {
    ["customer::", &address(email)].concat()
}

/// `customer:{session}:{email}`.
fn guest(session: &str, email: &str) -> String {
    ["customer:", session, ":", &address(email)].concat()
}

/// `customer:{email}`.
fn single(email: &str) -> String {
    ["customer:", &address(email)].concat()
}

/// The id to use as long as the server told none.
pub(crate) fn first_spelling(party: Party<'_>) -> Option<String> {
    let email = party.email?;
    Some(match (party.standing, party.session) {
        (Standing::Guest, Some(session)) => guest(session, email),
        _ => signed_in(email),
    })
}

/// The one to try once when the history under `tried` is empty or unknown.
pub(crate) fn other_spelling(tried: &str, party: Party<'_>) -> Option<String> {
    let email = party.email?;
    let candidates = [first_spelling(party), Some(single(email)), Some(signed_in(email))];
    candidates.into_iter().flatten().find(|spelling| spelling != tried)
}

/// Whether an arrival of this conversation is meant for the visitor. One that names none is.
pub(crate) fn is_ours(id: Option<&str>, told: Option<&str>, party: Party<'_>) -> bool {
    let Some(id) = id else {
        return true;
    };
    let Some(email) = party.email else {
        return true;
    };
    let same = |spelling: &str| spelling.eq_ignore_ascii_case(id);
    let as_guest = match party.session {
        Some(session) => same(&guest(session, email)),
        // Of which session is not known.
        None => id.to_ascii_lowercase().ends_with(&[":", &address(email)].concat()),
    };
    let may_be_opaque = told.is_none() && !id.starts_with("customer:");
    may_be_opaque
        || told.is_some_and(same)
        || [signed_in(email), single(email)].iter().any(|spelling| same(spelling))
        || as_guest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(standing: Standing, session: Option<&str>) -> Party<'_> {
        Party {
            email: Some(" A@b.C "),
            session,
            standing,
        }
    }

    #[test]
    fn the_first_spelling_follows_the_visitors_standing() {
        for (standing, session, id, other) in [
            (Standing::SignedIn, None, "customer::a@b.c", "customer:a@b.c"),
            (Standing::SignedIn, Some("cs_1"), "customer::a@b.c", "customer:a@b.c"),
            (Standing::Guest, Some("cs_1"), "customer:cs_1:a@b.c", "customer:a@b.c"),
            (Standing::Guest, None, "customer::a@b.c", "customer:a@b.c"),
        ] {
            let party = party(standing, session);
            assert_eq!(first_spelling(party).as_deref(), Some(id));
            assert_eq!(other_spelling(id, party).as_deref(), Some(other));
        }
    }

    #[test]
    fn an_opaque_id_falls_back_to_the_rule() {
        let party = party(Standing::SignedIn, None);
        assert_eq!(other_spelling("c_17", party).as_deref(), Some("customer::a@b.c"));
    }

    #[test]
    fn all_three_spellings_are_ours_and_nothing_else() {
        let party = party(Standing::Guest, Some("cs_1"));
        for id in ["customer:a@b.c", "customer::A@B.C", "customer:cs_1:a@b.c", "c_17"] {
            assert!(is_ours(Some(id), Some("c_17"), party), "{id}");
        }
        assert!(is_ours(None, Some("c_17"), party));
        for id in ["customer::x@y.z", "c_18", "customer:cs_2:a@b.c"] {
            assert!(!is_ours(Some(id), Some("c_17"), party), "{id}");
        }
        assert!(is_ours(Some("c_18"), None, party), "the server may have ids of its own");
        assert!(!is_ours(Some("customer::x@y.z"), None, party));
    }
}
