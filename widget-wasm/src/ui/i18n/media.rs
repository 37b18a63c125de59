//! The words around streamed answers, files, and what draws attention.

/// What the interface says there in one language.
pub(crate) struct Media {
    /// Name of the list of tools that an answer uses, for a screen reader.
    pub(crate) tools: &'static str,
    /// Name of the answers that are offered, for a screen reader.
    pub(crate) choices: &'static str,
    /// The button that opens the choice of emojis.
    pub(crate) emojis: &'static str,
    /// An answer that has no end.
    pub(crate) broken_off: &'static str,
    /// The button that chooses files.
    pub(crate) attach: &'static str,
    /// Name of the list of chosen files, for a screen reader.
    pub(crate) chosen: &'static str,
    /// Name of the list of a message's files, for a screen reader.
    pub(crate) files: &'static str,
    /// While files hover over the panel.
    pub(crate) drop: &'static str,
    /// Takes a file back out, by its name.
    pub(crate) remove: fn(&str) -> String,
    /// A file, by its name, is larger than any that is taken.
    pub(crate) too_large: fn(&str) -> String,
    /// More files than a message takes.
    pub(crate) too_many: fn(usize) -> String,
    /// A file, by its name, is on its way.
    pub(crate) uploading: fn(&str) -> String,
    /// The server takes no file of that size.
    pub(crate) refused_size: &'static str,
    /// The server takes no file of that kind.
    pub(crate) refused_kind: &'static str,
    /// The page does not have the file any more.
    pub(crate) gone: &'static str,
    /// Gives up a message whose files are on their way.
    pub(crate) cancel: &'static str,
    /// Bytes, thousands and millions of them.
    pub(crate) units: [&'static str; 3],
    /// Between a number and its tenths.
    pub(crate) point: &'static str,
    /// Closes what draws attention.
    pub(crate) dismiss: &'static str,
    /// Follows the address of what draws attention.
    pub(crate) look: &'static str,
    /// Opens the conversation from what draws attention.
    pub(crate) answer: &'static str,
    /// A broadcast without a title.
    pub(crate) broadcast: &'static str,
    /// Silences a broadcast.
    pub(crate) mute: &'static str,
    /// Lets it be heard.
    pub(crate) unmute: &'static str,
    /// Makes it larger.
    pub(crate) larger: &'static str,
    /// Makes it smaller.
    pub(crate) smaller: &'static str,
    /// Closes it.
    pub(crate) close_broadcast: &'static str,
    /// Opens a broadcast again, by its title.
    pub(crate) reopen: fn(&str) -> String,
}

pub(super) const ENGLISH: Media = Media {
    tools: "What the assistant looked up",
    choices: "Suggested answers",
    emojis: "Insert an emoji",
    broken_off: "The answer broke off.",
    attach: "Attach files",
    chosen: "Files to send",
    files: "Files",
    drop: "Drop files here",
    remove: |name| ["Remove ", name].concat(),
    too_large: |name| [name, " is larger than 25 MB and cannot be sent."].concat(),
    too_many: |most| ["No more than ", &most.to_string(), " files go with a message."].concat(),
    uploading: |name| ["Sending ", name].concat(),
    refused_size: "the file is larger than 25 MB",
    refused_kind: "unsupported file type",
    gone: "the file is not there any more; please choose it again",
    cancel: "Cancel",
    units: ["bytes", "KB", "MB"],
    point: ".",
    dismiss: "Close this notice",
    look: "Have a look",
    answer: "Answer",
    broadcast: "Broadcast",
    mute: "Mute",
    unmute: "Unmute",
    larger: "Larger",
    smaller: "Smaller",
    close_broadcast: "Close broadcast",
    reopen: |title| ["Watch again: ", title].concat(),
};

pub(super) const FRENCH: Media = Media {
    tools: "Ce que l’assistant a consulté",
    choices: "Réponses proposées",
    emojis: "Insérer un emoji",
    broken_off: "La réponse s’est interrompue.",
    attach: "Joindre des fichiers",
    chosen: "Fichiers à envoyer",
    files: "Fichiers",
    drop: "Déposez les fichiers ici",
    remove: |name| ["Retirer ", name].concat(),
    too_large: |name| [name, " dépasse 25 Mo et ne peut pas être envoyé."].concat(),
    too_many: |most| ["Pas plus de ", &most.to_string(), " fichiers par message."].concat(),
    uploading: |name| ["Envoi de ", name].concat(),
    refused_size: "le fichier dépasse 25 Mo",
    refused_kind: "type de fichier non pris en charge",
    gone: "le fichier n’est plus là ; choisissez-le à nouveau",
    cancel: "Annuler",
    units: ["octets", "Ko", "Mo"],
    point: ",",
    dismiss: "Fermer cet avis",
    look: "Voir",
    answer: "Répondre",
    broadcast: "Diffusion",
    mute: "Couper le son",
    unmute: "Rétablir le son",
    larger: "Agrandir",
    smaller: "Réduire",
    close_broadcast: "Fermer la diffusion",
    reopen: |title| ["Revoir : ", title].concat(),
};
