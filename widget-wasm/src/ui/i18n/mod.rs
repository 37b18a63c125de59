//! The words of the interface. A language is one file beside this one and one line in [`words`].

#[cfg(feature = "rich")]
pub(crate) mod desk;
mod en;
mod fr;
#[cfg(feature = "rich")]
mod media;

/// Everything the interface says in one language.
pub(crate) struct Words {
    /// Its subtag, such as `en`: goes into `lang`.
    pub(crate) language: &'static str,
    /// Launcher: what a press does.
    pub(crate) open: &'static str,
    /// Launcher and header: what a press does.
    pub(crate) close: &'static str,
    /// Launcher: how many messages wait.
    pub(crate) unread: fn(u32) -> String,
    /// Header, when the back end names nothing.
    pub(crate) title: &'static str,
    /// Header: somebody is there.
    pub(crate) online: &'static str,
    /// Header: nobody is there.
    pub(crate) away: &'static str,
    /// A bot without a name.
    pub(crate) bot: &'static str,
    /// A person without a name.
    pub(crate) agent: &'static str,
    /// The visitor, for a screen reader.
    pub(crate) you: &'static str,
    /// Name of the list of messages, for a screen reader.
    pub(crate) conversation: &'static str,
    /// The empty thread.
    pub(crate) greeting: &'static str,
    /// The empty thread, below.
    pub(crate) greeting_detail: &'static str,
    /// Where a lost session ends and a new one begins.
    pub(crate) new_conversation: &'static str,
    /// Day separators.
    pub(crate) today: &'static str,
    /// Day separators.
    pub(crate) yesterday: &'static str,
    /// The other side writes.
    pub(crate) typing: fn(&str) -> String,
    /// A message arrived while the panel was closed, for a screen reader.
    pub(crate) arrived: fn(&str) -> String,
    /// The button back to the newest message.
    pub(crate) newest: &'static str,
    /// The button that copies a text.
    pub(crate) copy: &'static str,
    /// It was copied.
    pub(crate) copied: &'static str,
    /// Below a message whose words were changed.
    pub(crate) edited: &'static str,
    /// Above the messages that nobody has looked at, and the way to them.
    pub(crate) new_messages: fn(u32) -> String,
    /// The empty composer.
    pub(crate) placeholder: &'static str,
    /// The composer's label, for a screen reader.
    pub(crate) field: &'static str,
    /// The send button.
    pub(crate) send: &'static str,
    /// Delivery states.
    pub(crate) delivery: Delivery,
    /// Connection line.
    pub(crate) connection: Connection,
    /// The message has more characters than are taken.
    pub(crate) too_long: fn(usize, usize) -> String,
    /// Too many messages wait to be sent.
    pub(crate) queue_full: &'static str,
    /// People and forms.
    #[cfg(feature = "rich")]
    pub(crate) desk: desk::Words,
    /// Streamed answers, files, and what draws attention.
    #[cfg(feature = "rich")]
    pub(crate) media: media::Media,
}

/// How far a message has come, in words.
pub(crate) struct Delivery {
    pub(crate) pending: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) delivered: &'static str,
    pub(crate) read: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) uncertain: &'static str,
    pub(crate) expired: &'static str,
    /// Button: send once more.
    pub(crate) retry: &'static str,
    /// Button: remove.
    pub(crate) delete: &'static str,
}

/// How the connection is, in words.
pub(crate) struct Connection {
    pub(crate) connecting: &'static str,
    /// Next attempt in so many seconds.
    pub(crate) waiting: fn(u64) -> String,
    /// The next attempt is due.
    pub(crate) reconnecting: &'static str,
    pub(crate) offline: &'static str,
    pub(crate) suspended: &'static str,
    pub(crate) unavailable: &'static str,
    /// What becomes of messages written meanwhile.
    pub(crate) kept: &'static str,
    /// Button: try now.
    pub(crate) retry: &'static str,
}

/// The words of a language; English for one that is not here.
pub(crate) fn words(locale: &str) -> &'static Words {
    match language(locale).as_str() {
        "fr" => &fr::WORDS,
        _ => &en::WORDS,
    }
}

/// The direction of a language's script, as `dir` wants it.
pub(crate) fn direction(locale: &str) -> &'static str {
    match language(locale).as_str() {
        "ar" | "fa" | "he" | "ur" => "rtl",
        _ => "ltr",
    }
}

/// The `fr` of `fr-CA`.
fn language(locale: &str) -> String {
    locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_first_part() {
        assert_eq!(words("fr-CA").language, "fr");
        assert_eq!(words("FR").language, "fr");
        assert_eq!(words("en_GB").language, "en");
        assert_eq!(words("tlh").language, "en");
    }

    #[test]
    fn counts_follow_each_languages_plural() {
        assert_eq!((words("en").unread)(1), "1 unread message");
        assert_eq!((words("en").unread)(2), "2 unread messages");
        assert_eq!((words("fr").unread)(1), "1 message non lu");
        assert_eq!((words("fr").unread)(2), "2 messages non lus");
    }

    #[test]
    fn scripts_run_their_own_way() {
        assert_eq!(direction("ar-EG"), "rtl");
        assert_eq!(direction("en"), "ltr");
    }
}
