//! What may be the text of a message.

/// The longest text that is taken, in characters.
pub const MAX_CHARS: usize = 16_000;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentError {
    /// Nothing but white space.
    Empty,
    /// More than [`MAX_CHARS`] characters.
    TooLarge,
}

impl ContentError {
    /// The `code` of the error frame.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "invalid_content",
            Self::TooLarge => "too_large",
        }
    }

    /// What a person reads.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Empty => "The message is empty.",
            Self::TooLarge => "The message is longer than 16000 characters.",
        }
    }
}

/// Checks `text` as it came.
///
/// # Errors
/// When it is empty after trimming, or too long.
pub fn check(text: &str) -> Result<(), ContentError> {
    if text.trim().is_empty() {
        return Err(ContentError::Empty);
    }
    // Bytes bound characters from above, so that the usual message is not counted.
    if text.len() > MAX_CHARS && text.chars().count() > MAX_CHARS {
        return Err(ContentError::TooLarge);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_in_characters() {
        assert_eq!(check(" \n\t"), Err(ContentError::Empty));
        assert_eq!(check(&"é".repeat(MAX_CHARS)), Ok(()));
        assert_eq!(check(&"é".repeat(MAX_CHARS + 1)), Err(ContentError::TooLarge));
    }
}
