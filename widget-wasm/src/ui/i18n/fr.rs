//! French.

use super::{Connection, Delivery, Words};

pub(super) const WORDS: Words = Words {
    language: "fr",
    open: "Ouvrir la discussion",
    close: "Fermer la discussion",
    unread: |count| match count {
        0 | 1 => [&count.to_string(), " message non lu"].concat(),
        many => [&many.to_string(), " messages non lus"].concat(),
    },
    title: "Discussion",
    online: "En ligne",
    away: "Absent pour le moment",
    bot: "Assistant",
    agent: "Conseiller",
    you: "Vous",
    conversation: "Conversation",
    greeting: "Bonjour ! Comment pouvons-nous vous aider ?",
    greeting_detail: "Écrivez-nous, la réponse arrive ici même.",
    new_conversation: "Nouvelle conversation",
    today: "Aujourd’hui",
    yesterday: "Hier",
    typing: |name| [name, " écrit…"].concat(),
    arrived: |name| ["Nouveau message de ", name].concat(),
    newest: "Derniers messages",
    copy: "Copier",
    copied: "Copié",
    edited: "Modifié",
    new_messages: |count| match count {
        0 | 1 => [&count.to_string(), " nouveau message"].concat(),
        many => [&many.to_string(), " nouveaux messages"].concat(),
    },
    placeholder: "Écrivez un message…",
    field: "Votre message",
    send: "Envoyer le message",
    delivery: Delivery {
        pending: "En attente d’envoi",
        sending: "Envoi…",
        sent: "Envoyé",
        delivered: "Distribué",
        read: "Lu",
        failed: "Non envoyé",
        uncertain: "Envoi incertain",
        expired: "Pas envoyé à temps",
        retry: "Renvoyer",
        delete: "Supprimer",
    },
    connection: Connection {
        connecting: "Connexion…",
        waiting: |seconds| ["Reconnexion dans ", &seconds.to_string(), " s."].concat(),
        reconnecting: "Reconnexion…",
        offline: "Vous êtes hors ligne.",
        suspended: "Toujours pas de connexion.",
        unavailable: "La discussion est indisponible pour le moment.",
        kept: "Vos messages seront envoyés.",
        retry: "Réessayer",
    },
    too_long: |length, limit| {
        [
            "Ce message compte ",
            &length.to_string(),
            " caractères pour ",
            &limit.to_string(),
            " possibles. Merci de le raccourcir.",
        ]
        .concat()
    },
    queue_full: "Trop de messages attendent d’être envoyés. Merci de patienter.",
    #[cfg(feature = "rich")]
    desk: super::desk::FR,
    #[cfg(feature = "rich")]
    media: super::media::FRENCH,
};
