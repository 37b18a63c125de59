//! Files that the visitor sends: chosen, dropped or pasted, shown before they go, and followed on their way.

mod arrivals;
mod shown;
mod thumb;
mod tray;

pub(crate) use self::shown::{files, in_text, web_address};
pub(crate) use self::tray::Tray;

use super::i18n::Words;

/// Files of one message at most.
const MOST: usize = 10;

/// A size as people say it.
fn size(bytes: u64, words: &Words) -> String {
    let [unit, kilo, mega] = words.media.units;
    let (count, unit) = match bytes {
        0..1_000 => (bytes.to_string(), unit),
        1_000..1_000_000 => (bytes.div_ceil(1_000).to_string(), kilo),
        _ => {
            let tenths = bytes / 100_000;
            let count = (tenths / 10).to_string();
            let rest = (tenths % 10).to_string();
            ([&count, words.media.point, &rest].concat(), mega)
        }
    };
    [&count, "\u{a0}", unit].concat()
}
