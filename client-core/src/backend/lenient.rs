//! Reading what the documents leave open: the first of several names, any spelling of a time, unknown fields ignored.

use crate::json::{Object, Value};
use crate::time::UnixMillis;

/// Integers below this are seconds, above it milliseconds.
const SECONDS_LIMIT: u64 = 100_000_000_000;

/// The first of `names` that is present and not null.
pub(crate) fn first<'a>(object: &'a Object, names: &[&str]) -> Option<&'a Value> {
    names
        .iter()
        .find_map(|name| object.get(name).filter(|value| !value.is_null()))
}

/// The first of `names` that is text, or a number read as text; empty text counts as absent.
pub(crate) fn text(object: &Object, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match object.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.as_str().to_owned()),
        _ => None,
    })
}

/// The first of `names` that is a yes or no, also as `0`/`1` or as a word.
pub(crate) fn flag(object: &Object, names: &[&str]) -> Option<bool> {
    names.iter().find_map(|name| match object.get(name)? {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(word) => match word.as_str() {
            "true" | "1" | "yes" | "on" | "online" | "start" => Some(true),
            "false" | "0" | "no" | "off" | "offline" | "stop" => Some(false),
            _ => None,
        },
        _ => None,
    })
}

/// The first of `names` that is a whole number, also as text.
pub(crate) fn number(object: &Object, names: &[&str]) -> Option<u64> {
    names.iter().find_map(|name| match object.get(name)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// The first of `names` that is an object.
pub(crate) fn object<'a>(of: &'a Object, names: &[&str]) -> Option<&'a Object> {
    names.iter().find_map(|name| of.get(name)?.as_object())
}

/// The first of `names` that is a time: whole milliseconds or seconds, the same as text, or RFC 3339.
pub(crate) fn time(object: &Object, names: &[&str]) -> Option<UnixMillis> {
    names.iter().find_map(|name| match object.get(name)? {
        Value::Number(number) => whole_time(number.as_i64().or_else(|| number.as_f64().map(whole_seconds))?),
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(number) => whole_time(number),
            Err(_) => rfc3339(text.trim()),
        },
        _ => None,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates, and a wrong time is only displayed"
)]
fn whole_seconds(number: f64) -> i64 {
    if number.abs() < 1e11 {
        (number * 1_000.0) as i64
    } else {
        number as i64
    }
}

fn whole_time(number: i64) -> Option<UnixMillis> {
    Some(UnixMillis(if number.unsigned_abs() < SECONDS_LIMIT {
        number.checked_mul(1_000)?
    } else {
        number
    }))
}

/// `2026-06-21T10:01:02.500Z` (Howard Hinnant's algorithm, years from March).
#[cfg(any(feature = "appengine", feature = "mailoo"))]
pub(crate) fn iso8601(at: i64) -> String {
    let (days, time) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let mut text = String::with_capacity(24);
    for (number, digits, end) in [
        (year, 4, '-'),
        (month, 2, '-'),
        (day, 2, 'T'),
        (time / 3_600_000, 2, ':'),
        (time / 60_000 % 60, 2, ':'),
        (time / 1_000 % 60, 2, '.'),
        (time % 1_000, 3, 'Z'),
    ] {
        let number = number.to_string();
        text.extend(std::iter::repeat_n('0', usize::saturating_sub(digits, number.len())));
        text.push_str(&number);
        text.push(end);
    }
    text
}

/// Reads `2026-06-21T10:01:02.5Z`, also with an offset such as `+02:00` or with a space for the `T`.
pub fn rfc3339(text: &str) -> Option<UnixMillis> {
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (digits(parts.next()?)?, digits(parts.next()?)?, digits(parts.next()?)?);
    let zone_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone_at);
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = seconds.splitn(3, ':');
    let (hour, minute) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let second = parts.next().map_or(Some(0), digits)?;
    let in_range = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 25 && minute < 60 && second < 61;
    if !in_range || date.len() != 10 {
        return None;
    }
    let time_of_day = hour * 3_600 + minute * 60 + second - zone_offset(zone)?;
    Some(UnixMillis(
        (days_from_civil(year, month, day) * 86_400 + time_of_day) * 1_000 + milliseconds(fraction)?,
    ))
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn milliseconds(fraction: &str) -> Option<i64> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut padded = fraction.get(..3.min(fraction.len()))?.to_owned();
    while padded.len() < 3 {
        padded.push('0');
    }
    padded.parse().ok()
}

fn zone_offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone
        .get(1..)?
        .split_once(':')
        .or_else(|| zone.get(1..)?.split_at_checked(2))?;
    Some(sign * (digits(hours)? * 3_600 + digits(minutes)? * 60))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant's algorithm, from March to February).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Reads the usual HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn http_date(text: &str) -> Option<UnixMillis> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = text.split_once(',')?.1.strip_prefix(' ')?.split(' ');
    let day = digits(words.next()?)?;
    let name = words.next()?;
    let month = i64::try_from(MONTHS.iter().position(|month| *month == name)?).ok()? + 1;
    let year = digits(words.next()?)?;
    let mut clock = words.next()?.splitn(3, ':');
    let (hour, minute, second) = (digits(clock.next()?)?, digits(clock.next()?)?, digits(clock.next()?)?);
    Some(UnixMillis(
        (days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000,
    ))
}

/// Whether a short text holds a word. The library's own search is made for long ones, and ten times this size.
pub(crate) fn mentions(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|window| window == word.as_bytes())
}

/// Whether a text has the shape of a JWT: three parts of base64url between dots.
pub(crate) fn looks_like_jwt(text: &str) -> bool {
    let mut parts = 0;
    text.split('.').all(|part| {
        parts += 1;
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='))
    }) && parts == 3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_in_every_documented_spelling() {
        let at = UnixMillis(1_782_036_062_000);
        for spelling in [
            "1782036062000",
            "1782036062",
            "1782036062.0",
            r#""1782036062""#,
            r#""2026-06-21T10:01:02Z""#,
            r#""2026-06-21T12:01:02.000+02:00""#,
            r#""2026-06-21 10:01:02""#,
            r#""2026-06-21T05:01:02.000000-0500""#,
        ] {
            let frame = crate::json::parse(&format!(r#"{{"ts":{spelling}}}"#)).unwrap();
            assert_eq!(
                time(frame.as_object().unwrap(), &["created_at", "ts"]),
                Some(at),
                "{spelling}"
            );
        }
    }

    #[test]
    fn an_http_date_is_read() {
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(UnixMillis(784_111_777_000))
        );
        assert_eq!(http_date("soon"), None);
    }

    #[test]
    fn only_three_parts_are_a_token() {
        assert!(looks_like_jwt("eyJh.eyJz.sig-_"));
        for text in ["", "u_42:9f86", "a.b", "a.b.c.d", "a..c", "a.b.c "] {
            assert!(!looks_like_jwt(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
            let _ = (rfc3339(&text), http_date(&text), looks_like_jwt(&text));
        }

        #[test]
        fn a_moment_is_read_back(seconds in -2_000_000_000_i64..32_000_000_000) {
            let days = seconds.div_euclid(86_400);
            let time = seconds.rem_euclid(86_400);
            let (year, month, day) = civil(days);
            let text = format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time / 3600, time / 60 % 60, time % 60);
            prop_assert_eq!(rfc3339(&text), Some(UnixMillis(seconds * 1000)), "{}", text);
        }
    }

    fn civil(days: i64) -> (i64, i64, i64) {
        let mut year = 1900;
        while days_from_civil(year + 1, 1, 1) <= days {
            year += 1;
        }
        let month = (1..=12)
            .rev()
            .find(|month| days_from_civil(year, *month, 1) <= days)
            .unwrap();
        (year, month, days - days_from_civil(year, month, 1) + 1)
    }
}
