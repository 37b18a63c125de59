//! The words around people and forms, for back ends that have them.

use super::lines::words;
use super::template::Template;

words! {
    /// What the interface says about the form before the conversation, the queue, the person, the end, and the time when nobody is there.
    pub(crate) struct Words {
        pub(crate) form: Form,
        pub(crate) queue: Queue,
        pub(crate) person: Person,
        pub(crate) end: End,
        pub(crate) away: Away,
    }
}

words! {
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
}

words! {
    /// Waiting for a person.
    pub(crate) struct Queue {
        /// Button.
        pub(crate) ask: &'static str,
        /// The wish was told.
        pub(crate) asked: &'static str,
        /// Nobody is before.
        pub(crate) next: &'static str,
        /// The place in the queue.
        pub(crate) position: Template,
        /// In the queue, and nothing more is known.
        pub(crate) waiting: &'static str,
        /// So many people are before.
        pub(crate) ahead: Template,
        /// About so many minutes.
        pub(crate) minutes: Template,
    }
}

words! {
    /// The presence of whoever has the conversation.
    pub(crate) struct Person {
        pub(crate) online: &'static str,
        pub(crate) away: &'static str,
        pub(crate) busy: &'static str,
        pub(crate) offline: &'static str,
        /// The people on the other side, for a screen reader.
        pub(crate) team: &'static str,
    }
}

words! {
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
}

words! {
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
}
