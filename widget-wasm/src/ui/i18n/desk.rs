//! The words around people and forms, for back ends that have them.

/// What the interface says about the form before the conversation, the queue, the person, the end, and the time when nobody is there.
pub(crate) struct Words {
    pub(crate) form: Form,
    pub(crate) queue: Queue,
    pub(crate) person: Person,
    pub(crate) end: End,
    pub(crate) away: Away,
}

/// The forms.
pub(crate) struct Form {
    /// Heading of the form before the conversation.
    pub(crate) heading: &'static str,
    /// What it is for.
    pub(crate) detail: &'static str,
    /// The question-and-answer layout asks only for an address; this says why.
    pub(crate) gate: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) comments: &'static str,
    /// Behind the label of a field that may stay empty.
    pub(crate) optional: &'static str,
    /// Button.
    pub(crate) start: &'static str,
    /// Button of the question-and-answer layout.
    pub(crate) go: &'static str,
    /// The button while the server is asked.
    pub(crate) starting: &'static str,
    pub(crate) name_missing: &'static str,
    pub(crate) email_missing: &'static str,
    pub(crate) email_wrong: &'static str,
    pub(crate) message_missing: &'static str,
}

/// Waiting for a person.
pub(crate) struct Queue {
    /// Button.
    pub(crate) ask: &'static str,
    /// The wish was told.
    pub(crate) asked: &'static str,
    /// One is next.
    pub(crate) position: fn(u32) -> String,
    /// In the queue, and nothing more is known.
    pub(crate) waiting: &'static str,
    /// So many people are before.
    pub(crate) ahead: fn(u32) -> String,
    /// About so many minutes.
    pub(crate) minutes: fn(u64) -> String,
}

/// The presence of whoever has the conversation.
pub(crate) struct Person {
    pub(crate) online: &'static str,
    pub(crate) away: &'static str,
    pub(crate) busy: &'static str,
    pub(crate) offline: &'static str,
    /// The people on the other side, for a screen reader.
    pub(crate) team: &'static str,
}

/// The end of a conversation.
pub(crate) struct End {
    /// Button.
    pub(crate) ask: &'static str,
    /// The question.
    pub(crate) sure: &'static str,
    /// Choice.
    pub(crate) transcript: &'static str,
    /// Where the transcript goes.
    pub(crate) address: &'static str,
    /// Button.
    pub(crate) confirm: &'static str,
    /// Button.
    pub(crate) keep: &'static str,
    /// It is over.
    pub(crate) over: &'static str,
}

/// Nobody is there.
pub(crate) struct Away {
    pub(crate) heading: &'static str,
    pub(crate) detail: &'static str,
    pub(crate) message: &'static str,
    /// Button.
    pub(crate) send: &'static str,
    /// The button while the message is on its way.
    pub(crate) sending: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) sent_detail: &'static str,
    /// Button.
    pub(crate) another: &'static str,
    /// Above the server's words.
    pub(crate) failed: &'static str,
}

pub(super) const EN: Words = Words {
    form: Form {
        heading: "Before we start",
        detail: "Tell us who you are, so that we can answer you.",
        gate: "Leave your e-mail address to ask your question.",
        name: "Name",
        email: "E-mail",
        phone: "Phone",
        comments: "How can we help?",
        optional: "optional",
        start: "Start the chat",
        go: "Continue",
        starting: "One moment…",
        name_missing: "Please tell us your name.",
        email_missing: "Please enter your e-mail address.",
        email_wrong: "This does not look like an e-mail address. An example: alice@site.example",
        message_missing: "Please write a message.",
    },
    queue: Queue {
        ask: "Talk to a person",
        asked: "A person is being asked for…",
        position: |position| match position {
            1 => String::from("You are next."),
            place => ["You are number ", &place.to_string(), " in the queue."].concat(),
        },
        waiting: "You are in the queue.",
        ahead: |ahead| match ahead {
            1 => String::from("1 person before you"),
            many => [&many.to_string(), " people before you"].concat(),
        },
        minutes: |minutes| match minutes {
            0 | 1 => String::from("about a minute"),
            many => ["about ", &many.to_string(), " minutes"].concat(),
        },
    },
    person: Person {
        online: "online",
        away: "away",
        busy: "busy",
        offline: "offline",
        team: "Our team",
    },
    end: End {
        ask: "End chat",
        sure: "End this chat?",
        transcript: "Send me a transcript by e-mail",
        address: "E-mail for the transcript",
        confirm: "End chat",
        keep: "Keep chatting",
        over: "This chat has ended. Write a message to begin again.",
    },
    away: Away {
        heading: "Nobody is here right now",
        detail: "Leave us a message, and we will answer by e-mail.",
        message: "Your message",
        send: "Send message",
        sending: "Sending…",
        sent: "Thank you!",
        sent_detail: "We have your message and will answer by e-mail.",
        another: "Write another message",
        failed: "Your message could not be sent. It is still here; please try again.",
    },
};

pub(super) const FR: Words = Words {
    form: Form {
        heading: "Avant de commencer",
        detail: "Dites-nous qui vous êtes, pour que nous puissions vous répondre.",
        gate: "Laissez votre adresse e-mail pour poser votre question.",
        name: "Nom",
        email: "E-mail",
        phone: "Téléphone",
        comments: "Comment pouvons-nous vous aider ?",
        optional: "facultatif",
        start: "Commencer la discussion",
        go: "Continuer",
        starting: "Un instant…",
        name_missing: "Merci d’indiquer votre nom.",
        email_missing: "Merci d’indiquer votre adresse e-mail.",
        email_wrong: "Ceci ne ressemble pas à une adresse e-mail. Un exemple : alice@site.example",
        message_missing: "Merci d’écrire un message.",
    },
    queue: Queue {
        ask: "Parler à quelqu’un",
        asked: "Nous cherchons quelqu’un…",
        position: |position| match position {
            1 => String::from("Vous êtes le prochain."),
            place => ["Vous êtes numéro ", &place.to_string(), " dans la file."].concat(),
        },
        waiting: "Vous êtes dans la file d’attente.",
        ahead: |ahead| match ahead {
            0 | 1 => [&ahead.to_string(), " personne avant vous"].concat(),
            many => [&many.to_string(), " personnes avant vous"].concat(),
        },
        minutes: |minutes| match minutes {
            0 | 1 => String::from("environ une minute"),
            many => ["environ ", &many.to_string(), " minutes"].concat(),
        },
    },
    person: Person {
        online: "en ligne",
        away: "absent",
        busy: "occupé",
        offline: "hors ligne",
        team: "Notre équipe",
    },
    end: End {
        ask: "Terminer",
        sure: "Terminer cette discussion ?",
        transcript: "M’envoyer la transcription par e-mail",
        address: "E-mail pour la transcription",
        confirm: "Terminer",
        keep: "Continuer",
        over: "Cette discussion est terminée. Écrivez un message pour recommencer.",
    },
    away: Away {
        heading: "Il n’y a personne pour le moment",
        detail: "Laissez-nous un message, nous vous répondrons par e-mail.",
        message: "Votre message",
        send: "Envoyer le message",
        sending: "Envoi…",
        sent: "Merci !",
        sent_detail: "Nous avons votre message et vous répondrons par e-mail.",
        another: "Écrire un autre message",
        failed: "Votre message n’a pas pu être envoyé. Il est toujours là ; réessayez.",
    },
};
