//! Secrets, by the name of the environment variable that holds them.

use visavis_native_client::Error;

/// Secrets come from the environment: a command line can be read by every process of the machine.
pub(super) fn read(option: &str, name: &str) -> Result<String, Error> {
    let wrong = |what: &str| Error::Configuration {
        message: format!(
            "{option}: the environment variable {name} {what}; put the secret there, or name the variable that holds it"
        ),
        status: None,
    };
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Err(wrong("is empty")),
        Ok(value) => Ok(value.trim().to_owned()),
        Err(std::env::VarError::NotPresent) => Err(wrong("is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(wrong("is not text")),
    }
}
