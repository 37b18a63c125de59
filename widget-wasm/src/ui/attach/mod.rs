//! Files that the visitor sends: chosen, dropped or pasted, shown before they go, and followed on their way.

mod arrivals;
mod shown;
mod thumb;
mod tray;

pub(crate) use self::shown::{files, in_text, web_address};
pub(crate) use self::tray::Tray;

use visavis_client_core::message::reason;

use super::i18n::Words;

/// Files of one message at most.
const MOST: u32 = 10;

/// Why a message was not sent, in the interface's language where it is about its files.
pub(crate) fn reason(told: &str, words: &Words) -> String {
    let media = &words.media;
    match told {
        reason::FILE_TOO_LARGE => media.refused_size.to_owned(),
        reason::UNSUPPORTED_FILE => media.refused_kind.to_owned(),
        told if told.ends_with(reason::FILE_GONE) => media.gone.to_owned(),
        told => told.to_owned(),
    }
}

/// A size as people say it.
fn size(bytes: u64, words: &Words) -> String {
    let media = &words.media;
    let (count, unit) = match bytes {
        0..1_000 => (bytes.to_string(), media.unit_bytes),
        1_000..1_000_000 => (bytes.div_ceil(1_000).to_string(), media.unit_kilobytes),
        _ => {
            let tenths = bytes / 100_000;
            let count = (tenths / 10).to_string();
            let rest = (tenths % 10).to_string();
            ([&count, media.point, &rest].concat(), media.unit_megabytes)
        }
    };
    [&count, "\u{a0}", unit].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::files::words;

    #[test]
    fn sizes_are_short() {
        let said = |bytes, language| size(bytes, words(language)).replace('\u{a0}', " ");
        assert_eq!(said(2, "en"), "2 bytes");
        assert_eq!(said(48_200, "en"), "49 KB");
        assert_eq!(said(6_000_000, "en"), "6.0 MB");
        assert_eq!(said(26_214_400, "fr"), "26,2 Mo");
    }

    #[test]
    fn reasons_are_said_in_the_language_of_the_interface() {
        assert_eq!(
            reason(reason::UNSUPPORTED_FILE, words("fr")),
            "type de fichier non pris en charge"
        );
        let gone = ["the file a.png", reason::FILE_GONE].concat();
        assert_eq!(
            reason(&gone, words("en")),
            "the file is not there any more; please choose it again"
        );
        assert_eq!(
            reason("the server answered 500", words("fr")),
            "the server answered 500"
        );
    }

    #[test]
    fn only_addresses_of_the_web_are_followed() {
        assert_eq!(web_address("HTTPS://a.example/x"), Some("HTTPS://a.example/x"));
        for url in [
            "",
            "javascript:alert(1)",
            "data:image/png,x",
            "//a.example",
            "mailto:a@b.c",
            "é",
        ] {
            assert_eq!(web_address(url), None, "{url}");
        }
    }
}
