//! The words around streamed answers, files, and what draws attention.

/// What the interface says there in one language.
pub(crate) struct Media {
    /// Name of the list of tools that an answer uses, for a screen reader.
    pub(crate) tools: &'static str,
    /// An answer that has no end.
    pub(crate) broken_off: &'static str,
}

pub(super) const ENGLISH: Media = Media {
    tools: "What the assistant looked up",
    broken_off: "The answer broke off.",
};

pub(super) const FRENCH: Media = Media {
    tools: "Ce que l’assistant a consulté",
    broken_off: "La réponse s’est interrompue.",
};
