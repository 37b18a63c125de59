//! Wall time as the wire has it.

use serde::Serialize;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// This moment moved forward by `millis` milliseconds.
    #[must_use]
    pub const fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment, zero if it lies in the future.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0 / 1_000
    }

    /// The moment as RFC 3339 in UTC, with milliseconds.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let (year, month, day) = civil_date(self.0 / 86_400_000);
        let in_day = self.0 % 86_400_000;
        let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
        let (second, milli) = (in_day / 1_000 % 60, in_day % 1_000);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

impl UnixMillis {
    /// Reads whole milliseconds, or RFC 3339 in UTC or with an offset; fractions beyond milliseconds are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(millis) = text.parse() {
            return Some(Self(millis));
        }
        let (date, time) = text.split_once(['T', 't', ' '])?;
        let mut date = date.splitn(3, '-').map(|part| part.parse::<u64>().ok());
        let days = days_since_epoch(date.next()??, date.next()??, date.next()??)?;
        let zone_at = time.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = time.split_at_checked(zone_at)?;
        let shift = zone_minutes(zone)?;
        let in_day = millis_in_day(clock)?;
        let local = i64::try_from(days * 86_400_000 + in_day).ok()?;
        u64::try_from(local - shift * 60_000).ok().map(Self)
    }
}

fn millis_in_day(clock: &str) -> Option<u64> {
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.splitn(3, ':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    (hours < 24 && minutes < 60 && seconds < 61).then_some(((hours * 60 + minutes) * 60 + seconds) * 1_000 + millis)
}

/// Minutes that `Z`, `+02:00` or `-0530` is ahead of UTC.
fn zone_minutes(zone: &str) -> Option<i64> {
    let sign = match zone.chars().next()? {
        'Z' | 'z' => return (zone.len() == 1).then_some(0),
        '+' => 1,
        _ => -1,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().unwrap_or(0)))
}

/// Days since the epoch of a date of the Gregorian calendar; `None` before 1970 and for no date.
fn days_since_epoch(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1_970..10_000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let march_month = (month + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(719_468)
}

/// Year, month and day of the Gregorian calendar, from days since the epoch.
///
/// Years are counted from March, so that the leap day is the last of its year and months have a regular length.
const fn civil_date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = year_of_era + era * 400 + (month <= 2) as u64;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_known_moments() {
        assert_eq!(UnixMillis(0).rfc3339(), "1970-01-01T00:00:00.000Z");
        assert_eq!(UnixMillis(951_782_400_000).rfc3339(), "2000-02-29T00:00:00.000Z");
        assert_eq!(UnixMillis(1_782_036_062_345).rfc3339(), "2026-06-21T10:01:02.345Z");
        assert_eq!(UnixMillis(1_798_761_599_999).rfc3339(), "2026-12-31T23:59:59.999Z");
        assert_eq!(UnixMillis(1_798_761_600_000).rfc3339(), "2027-01-01T00:00:00.000Z");
    }

    #[test]
    fn reads_what_it_writes() {
        for millis in [0, 951_782_400_000, 1_782_036_062_345, 1_798_761_599_999] {
            assert_eq!(
                UnixMillis::parse(&UnixMillis(millis).rfc3339()),
                Some(UnixMillis(millis))
            );
        }
        let noon = Some(UnixMillis(1_775_044_800_000));
        for text in [
            "2026-04-01T12:00:00Z",
            "2026-04-01T14:00:00.0+02:00",
            "1775044800000",
            "2026-04-01 06:30:00-0530",
        ] {
            assert_eq!(UnixMillis::parse(text), noon, "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-04-01",
            "2026-13-01T00:00:00Z",
            "1950-01-01T00:00:00Z",
            "2026-04-01T25:00:00Z",
        ] {
            assert_eq!(UnixMillis::parse(text), None, "{text}");
        }
    }

    #[test]
    fn never_goes_below_zero() {
        assert_eq!(UnixMillis(5).since(UnixMillis(9)), 0);
        assert_eq!(UnixMillis(9).since(UnixMillis(5)), 4);
    }
}
