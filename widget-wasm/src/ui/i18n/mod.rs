//! The words of the interface. They lie in `lang`, a file for each language, of which a page downloads one; here is what each of them is for.
//!
//! The order of the fields is the order of the keys in `lang/en.json`: by it the build writes a language as lines, and by it they are read.

#[cfg(feature = "rich")]
pub(crate) mod desk;
#[cfg(test)]
pub(crate) mod files;
mod lines;
#[cfg(feature = "rich")]
mod media;
mod template;

use std::cell::Cell;
use std::iter;

use self::lines::{Lines, Said, words};
use self::template::Template;

words! {
    /// Everything the interface says in one language.
    pub(crate) struct Words {
        /// Its tag, such as `en`: goes into `lang`.
        pub(crate) language: &'static str,
        /// `ltr` or `rtl`: goes into `dir`.
        pub(crate) direction: &'static str,
        /// Launcher: what a press does.
        pub(crate) open: &'static str,
        /// Launcher and header: what a press does.
        pub(crate) close: &'static str,
        /// Launcher: how many messages wait.
        pub(crate) unread: Template,
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
        pub(crate) typing: Template,
        /// A message arrived while the panel was closed, for a screen reader.
        pub(crate) arrived: Template,
        /// The button back to the newest message.
        pub(crate) newest: &'static str,
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
        pub(crate) too_long: Template,
        /// Too many messages wait to be sent.
        pub(crate) queue_full: &'static str,
        /// People and forms.
        #[cfg(feature = "rich")]
        pub(crate) desk: desk::Words,
        /// Streamed answers, files, and what draws attention.
        #[cfg(feature = "rich")]
        pub(crate) media: media::Media,
        /// The page's own words.
        pub(crate) own: Own,
    }
}

words! {
    /// What the page says itself, whatever the back end has set; empty where it says nothing. No language's file has these.
    pub(crate) struct Own {
        /// Header.
        pub(crate) title: &'static str,
        /// The empty composer.
        pub(crate) placeholder: &'static str,
    }
}

/// What the page says, else what the back end has set, else what we say.
pub(crate) fn said(own: &'static str, set: Option<String>, ours: &'static str) -> String {
    match own {
        "" => set.unwrap_or_else(|| ours.to_owned()),
        own => own.to_owned(),
    }
}

words! {
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
        /// A state and why it is so.
        pub(crate) because: Template,
        /// Button: send once more.
        pub(crate) retry: &'static str,
        /// Button: remove.
        pub(crate) delete: &'static str,
    }
}

words! {
    /// How the connection is, in words.
    pub(crate) struct Connection {
        pub(crate) connecting: &'static str,
        /// Next attempt in so many seconds.
        pub(crate) waiting: Template,
        /// The next attempt is due.
        pub(crate) reconnecting: &'static str,
        pub(crate) offline: &'static str,
        pub(crate) suspended: &'static str,
        pub(crate) unavailable: &'static str,
        /// How the connection is, and what becomes of messages written meanwhile.
        pub(crate) kept: Template,
        /// Button: try now.
        pub(crate) retry: &'static str,
    }
}

/// A language that the page has heard. There are few, and each is kept for as long as the page is there.
struct Spoken {
    text: &'static str,
    words: Words,
    before: Option<&'static Spoken>,
}

thread_local! {
    static LAST: Cell<Option<&'static Spoken>> = const { Cell::new(None) };
}

/// The words in these lines. The same lines again are the same words.
pub(crate) fn words(text: String) -> &'static Words {
    let before = LAST.get();
    if let Some(known) = iter::successors(before, |spoken| spoken.before).find(|spoken| spoken.text == text) {
        return &known.words;
    }
    let text: &'static str = text.leak();
    let words = Words::read(&mut Lines::of(text));
    let spoken: &'static Spoken = Box::leak(Box::new(Spoken { text, words, before }));
    LAST.set(Some(spoken));
    &spoken.words
}

#[cfg(test)]
mod tests {
    use super::files::words as in_language;
    use super::*;

    #[test]
    fn the_keys_of_english_are_the_fields_in_their_order() {
        let (everywhere, rich): (Vec<_>, Vec<_>) = Words::keys("")
            .into_iter()
            .filter(|key| !key.starts_with("_own_"))
            .partition(|key| !key.starts_with("_desk") && !key.starts_with("_media"));
        assert_eq!(
            ["unavailable".to_owned()]
                .into_iter()
                .chain(named(&everywhere))
                .collect::<Vec<_>>(),
            files::keys("everywhere")
        );
        assert_eq!(named(&rich).collect::<Vec<_>>(), files::keys("rich"));
    }

    /// `greetingDetail` of `_greeting_detail`, `formName` of `_desk_form_name`.
    fn named(fields: &[String]) -> impl Iterator<Item = String> {
        fields.iter().map(|field| {
            let parts = field.split('_').filter(|part| !matches!(*part, "" | "desk" | "media"));
            let (first, others): (Vec<_>, Vec<_>) = parts.enumerate().partition(|(at, _)| *at == 0);
            let others = others
                .into_iter()
                .map(|(_, part)| part[..1].to_uppercase() + &part[1..]);
            first
                .into_iter()
                .map(|(_, part)| part.to_owned())
                .chain(others)
                .collect()
        })
    }

    #[test]
    fn each_line_comes_to_its_field() {
        let french = in_language("fr");
        assert_eq!((french.language, french.direction), ("fr", "ltr"));
        assert_eq!(french.open, "Ouvrir la discussion");
        assert_eq!(french.typing.with("Noor"), "Noor écrit…");
        assert_eq!(french.delivery.because.with_both("a", "b"), "a\u{a0}: b");
        #[cfg(feature = "rich")]
        assert_eq!(french.media.reopen.with("Matin"), "Revoir\u{a0}: Matin");
    }

    #[test]
    fn a_language_is_kept_once() {
        assert!(std::ptr::eq(in_language("en"), in_language("en")));
        assert!(!std::ptr::eq(in_language("en"), in_language("fr")));
    }

    #[test]
    fn the_page_speaks_before_the_back_end() {
        assert_eq!(said("page", Some("back end".to_owned()), "ours"), "page");
        assert_eq!(said("", Some("back end".to_owned()), "ours"), "back end");
        assert_eq!(said("", None, "ours"), "ours");
    }

    #[test]
    fn missing_lines_are_empty_words() {
        assert_eq!(words("\nen\nltr".to_owned()).media.reopen.with("x"), "");
    }
}
