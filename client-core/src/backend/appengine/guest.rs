//! Becoming somebody: a guest's registration, what it answers, and a token's renewal.

use std::time::Duration;

use crate::backend::{jwt, lenient};
use crate::json::{ObjectWriter, Value};
use crate::message::Guest;
use crate::secret::Secret;

use super::{DEFAULT_LIFETIME, answer, record};

/// The ways to register, in the order they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registration {
    RegisterGuest,
    GuestAuth,
    Signup,
}

/// The body of a registration.
pub(crate) fn body(way: Registration, guest: &Guest) -> String {
    let mut text = String::new();
    let mut body = ObjectWriter::open(&mut text);
    let name = guest.name.as_deref().unwrap_or_else(|| before_at(&guest.email));
    let phone = guest.phone.as_deref().unwrap_or(NO_PHONE);
    body.text("email", &guest.email);
    match way {
        Registration::RegisterGuest => body.text("name", name),
        Registration::GuestAuth => {
            body.text("name", name);
            body.text("message", guest.comments.as_deref().unwrap_or_default());
        }
        Registration::Signup => {
            let (first, last) = name.split_once(' ').unwrap_or((name, ""));
            body.text("firstName", first);
            body.text("lastName", last);
            body.name(GUEST_FLAG).push_str("true");
        }
    }
    body.text("phone", phone);
    body.close();
    text
}

/// The flag of a guest's signup is not named in print.
const GUEST_FLAG: &str = "isGuest";
/// What the vendor's form sends when it did not ask for a number.
const NO_PHONE: &str = "N/A";

fn before_at(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}

/// A token with what came beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) token: Secret,
    pub(crate) lifetime: Duration,
    pub(crate) refresh: Option<Secret>,
    /// The guest's address as the server has it.
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
}

const TOKEN: [&str; 3] = ["token", "accessToken", "access_token"];

/// Reads the answer to a registration, a sign-in or a renewal: at the root or under `data`.
pub(crate) fn granted(body: &Value) -> Option<Granted> {
    let object = answer::object(body, &TOKEN)?;
    let token = lenient::text(object, &TOKEN)?;
    let person = lenient::object(object, &["guest", "user", "customer"]).map(record::payload);
    let of_person = |name: &str| person.and_then(|person| lenient::text(person, &[name]));
    Some(Granted {
        lifetime: jwt::lifetime(&token).unwrap_or(DEFAULT_LIFETIME),
        token: Secret::new(token),
        refresh: lenient::text(object, &["refreshToken", "refresh_token"]).map(Secret::new),
        email: of_person("email"),
        name: of_person("name"),
    })
}

/// The body of a renewal: one page says `refresh_token`, the vendor's own client `refreshToken`.
pub(crate) fn refresh_body(refresh: &Secret) -> String {
    let mut text = String::new();
    let mut body = ObjectWriter::open(&mut text);
    body.text("refresh_token", refresh.expose());
    body.text("refreshToken", refresh.expose());
    body.close();
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn guest() -> Guest {
        Guest {
            email: "alice.b@site.example".to_owned(),
            name: Some("Alice Bee".to_owned()),
            phone: Some("+49 1".to_owned()),
            comments: Some("Hello".to_owned()),
        }
    }

    #[test]
    fn each_way_has_its_own_body() {
        for (way, expected) in [
            (
                Registration::RegisterGuest,
                r#"{"email":"alice.b@site.example","name":"Alice Bee","phone":"+49 1"}"#,
            ),
            (
                Registration::GuestAuth,
                r#"{"email":"alice.b@site.example","name":"Alice Bee","message":"Hello","phone":"+49 1"}"#,
            ),
            (
                Registration::Signup,
                r#"{"email":"alice.b@site.example","firstName":"Alice","lastName":"Bee","isGuest":true,"phone":"+49 1"}"#,
            ),
        ] {
            assert_eq!(body(way, &guest()), expected);
        }
    }

    #[test]
    fn an_address_alone_is_enough() {
        let guest = Guest::new("alice@site.example");
        assert_eq!(
            body(Registration::RegisterGuest, &guest),
            r#"{"email":"alice@site.example","name":"alice","phone":"N/A"}"#
        );
    }

    #[test]
    fn every_spelling_of_an_answer_is_the_same_grant() {
        for text in [
            r#"{"token":"t","refreshToken":"r","guest":{"sk":"s","data":{"email":"a@b.c","name":"A"}}}"#,
            r#"{"token":"t","refresh_token":"r","guest":{"email":"a@b.c","name":"A"}}"#,
            r#"{"data":{"accessToken":"t","refreshToken":"r","user":{"data":{"email":"a@b.c","name":"A"}}}}"#,
            r#"{"access_token":"t","refresh_token":"r","customer":{"email":"a@b.c","name":"A"}}"#,
        ] {
            let granted = granted(&json::parse(text).unwrap()).unwrap();
            assert_eq!(granted.token.expose(), "t", "{text}");
            assert_eq!(granted.refresh.unwrap().expose(), "r", "{text}");
            assert_eq!(
                (granted.email.as_deref(), granted.name.as_deref()),
                (Some("a@b.c"), Some("A")),
                "{text}"
            );
            assert_eq!(granted.lifetime, DEFAULT_LIFETIME);
        }
        assert!(granted(&json::parse(r#"{"guest":{}}"#).unwrap()).is_none());
    }

    #[test]
    fn a_renewal_has_both_spellings() {
        assert_eq!(
            refresh_body(&Secret::new("r")),
            r#"{"refresh_token":"r","refreshToken":"r"}"#
        );
    }
}
