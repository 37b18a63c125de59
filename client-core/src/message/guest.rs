//! Who a visitor says to be.

use crate::error::Error;

/// A visitor's own words about themselves: a form that was filled in, or what the site knows.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Guest {
    /// Address; the only thing that is needed.
    pub email: String,
    /// Name.
    pub name: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// What the form's comment or message field had.
    pub comments: Option<String>,
}

impl Guest {
    /// Somebody of whom only the address is known.
    pub fn new(email: impl Into<String>) -> Self {
        Self {
            email: email.into(),
            ..Self::default()
        }
    }

    /// An address has something on both sides of one `@`; whether it exists is the server's business.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        let parts = self.email.trim().split_once('@');
        match parts {
            Some((local, domain)) if !local.is_empty() && !domain.is_empty() && !domain.contains('@') => Ok(()),
            _ => Err(Error::option("email: expected an address such as alice@site.example")),
        }
    }
}
