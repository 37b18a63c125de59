//! Times of day and days as the visitor writes them, by the browser's own tables.

use js_sys::{Array, Date, Function, Intl, JsString};
use send_wrapper::SendWrapper;
use visavis_client_core::time::UnixMillis;
use wasm_bindgen::{JsCast, JsValue};

use super::i18n::Words;
use crate::object::{number, object};

const DAY: i64 = 86_400_000;

/// Formats for one language, made once: making one costs more than using it a hundred times.
pub(crate) struct Dates {
    time: SendWrapper<Function>,
    day: SendWrapper<Function>,
}

impl Dates {
    /// Formats for a locale that the loader has checked, such as `en-GB`; for the language of the words alone where they are in another one.
    pub(crate) fn new(locale: &str, words: &Words) -> Self {
        let locale = match locale.starts_with(words.language) {
            true => locale,
            false => words.language,
        };
        let time = object([("hour", "numeric".into()), ("minute", "2-digit".into())]);
        let day = object([
            ("weekday", "long".into()),
            ("day", "numeric".into()),
            ("month", "long".into()),
        ]);
        Self {
            time: SendWrapper::new(format(locale, &time)),
            day: SendWrapper::new(format(locale, &day)),
        }
    }

    /// Such as `10:32`.
    pub(crate) fn time(&self, at: UnixMillis) -> String {
        text(&self.time, at)
    }

    /// `Today`, `Yesterday`, or such as `Sunday 21 June`.
    pub(crate) fn day(&self, at: UnixMillis, words: &Words) -> String {
        match day(UnixMillis(whole(Date::now()))) - day(at) {
            0 => words.today.to_owned(),
            1 => words.yesterday.to_owned(),
            _ => text(&self.day, at),
        }
    }
}

/// Numbers the visitor's own days.
pub(crate) fn day(at: UnixMillis) -> i64 {
    let offset = whole(Date::new(&number(at.0)).get_timezone_offset()) * 60_000;
    (at.0 - offset).div_euclid(DAY)
}

/// For the `datetime` attribute.
pub(crate) fn machine_readable(at: UnixMillis) -> String {
    // The one time that a date cannot hold is beyond the year 275,000.
    let latest = 8_640_000_000_000_000;
    Date::new(&number(at.0.clamp(-latest, latest))).to_iso_string().into()
}

fn format(locale: &str, options: &JsValue) -> Function {
    Intl::DateTimeFormat::new(&Array::of1(&locale.into()), options.unchecked_ref()).format()
}

fn text(format: &Function, at: UnixMillis) -> String {
    let text = format.call1(&JsValue::UNDEFINED, &number(at.0)).ok();
    text.and_then(|text| text.dyn_into::<JsString>().ok())
        .map_or_else(String::new, String::from)
}

#[allow(clippy::cast_possible_truncation)]
fn whole(value: f64) -> i64 {
    value as i64
}
