//! JSON as far as frames, answers and the stored form need it.
//!
//! A general library would cost the widget a quarter of its download: it prints floats, describes every mistake in words and decodes into
//! types. Here a number keeps the digits it came with, and a mistake is a place in the text. The suite compares both on random texts.

mod read;
mod write;

use std::fmt;
use std::str::FromStr;

pub use read::Misplaced;
pub(crate) use read::parse;
pub(crate) use write::{ObjectWriter, quoted, write_array, write_quoted};

/// A JSON value. Read one from text with [`str::parse`]; its `Display` is JSON again, without spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Names with values.
    Object(Object),
}

impl FromStr for Value {
    type Err = Misplaced;

    fn from_str(text: &str) -> Result<Self, Misplaced> {
        parse(text)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write(&mut out);
        f.write_str(&out)
    }
}

impl Value {
    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The flag, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The text, when it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, when it is a list.
    pub fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, when it is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The number, when it is a whole one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The number, when it is a whole one that fits and not negative.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// The members of an object in the order they came. Where a name comes twice, the last one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Names and values, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// A number, with the digits it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// The digits it came with.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its value, when it is a whole number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// Its value, when it is a whole number that fits and not negative.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// Its value to fifteen digits or so; none when it is too large. For times, of which nobody counts the sixteenth.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        let (mantissa, exponent) = self.0.split_once(['e', 'E']).unwrap_or((&self.0, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let negative = whole.starts_with('-');
        let digits = || whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit);
        let significant = digits().fold(0.0, |sum: f64, digit| sum * 10.0 + f64::from(digit - b'0'));
        let shift = exponent.trim_start_matches('+').parse::<i64>().ok()? - i64::try_from(fraction.len()).ok()?;
        let value = scaled(significant, shift);
        value.is_finite().then_some(if negative { -value } else { value })
    }
}

/// `number` times ten to the power of `shift`. No float is larger than `1e308` or, in digits of its own, smaller than `1e-330`.
fn scaled(number: f64, shift: i64) -> f64 {
    let steps = shift.unsigned_abs().min(700);
    (0..steps).fold(
        number,
        |number, _| if shift < 0 { number / 10.0 } else { number * 10.0 },
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ours(value: &serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(*flag),
            serde_json::Value::Number(number) => Value::Number(Number(number.to_string())),
            serde_json::Value::String(text) => Value::String(text.clone()),
            serde_json::Value::Array(items) => Value::Array(items.iter().map(ours).collect()),
            serde_json::Value::Object(members) => Value::Object(Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), ours(value)))
                    .collect(),
            )),
        }
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_others_wrote_is_read(value in any_value()) {
            prop_assert_eq!(parse(&value.to_string()), Ok(ours(&value)));
            prop_assert_eq!(parse(&serde_json::to_string_pretty(&value).unwrap()), Ok(ours(&value)));
        }

        #[test]
        fn what_is_written_is_what_others_write(value in any_value()) {
            let text = value.to_string();
            prop_assert_eq!(ours(&value).to_string(), text);
        }

        #[test]
        fn what_others_refuse_is_refused(text in r#"[\[\]{},:"\\/bfnrtu0-9a-fA-FeE.+\- \n\x01\u{e9}truefalsn]{0,24}"#) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // A number too large for a float is theirs to refuse; here it keeps its digits.
            let too_large = theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
            // So is half a symbol; here it is replaced.
            let halved = theirs.is_err() && parse(&text).is_ok() && text.to_lowercase().contains("\\ud");
            prop_assert!(too_large || halved || parse(&text).is_ok() == theirs.is_ok(), "{text:?}: {theirs:?}");
        }

        #[test]
        fn any_text_is_quoted_as_others_do(text in any::<String>()) {
            prop_assert_eq!(quoted(&text), serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn floats_are_close_enough(number in -1e15_f64..1e15) {
            let read = Number(number.to_string()).as_f64().unwrap();
            prop_assert!((read - number).abs() <= number.abs() * 1e-14);
        }
    }

    #[test]
    fn numbers_are_what_they_say() {
        let number = |text: &str| match parse(text) {
            Ok(Value::Number(number)) => number,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!((number("-7").as_i64(), number("-7").as_u64()), (Some(-7), None));
        assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
        assert_eq!((number("1.5").as_f64(), number("1.5").as_i64()), (Some(1.5), None));
        assert_eq!(
            (number("-25e-1").as_f64(), number("2E+3").as_f64()),
            (Some(-2.5), Some(2000.0))
        );
        assert_eq!((number("1e999").as_f64(), number("1e-999").as_f64()), (None, Some(0.0)));
        assert_eq!(number("1782036062.25").as_f64(), Some(1_782_036_062.25));
    }

    #[test]
    fn the_last_of_two_names_counts() {
        let read = parse(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(read.as_object().unwrap().get("a").and_then(Value::as_i64), Some(3));
    }

    #[test]
    fn half_a_symbol_is_replaced() {
        for (text, read) in [
            (r#""\ud83d\ude00""#, "\u{1f600}"),
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\ude00b""#, "\u{fffd}b"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
        ] {
            assert_eq!(parse(text), Ok(Value::String(read.to_owned())), "{text}");
        }
        assert!(parse(r#""\ud83d\u00""#).is_err() && parse(r#""\ud83d\x""#).is_err());
    }

    #[test]
    fn depth_has_an_end() {
        assert!(parse(&"[".repeat(100_000)).is_err());
        let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
        assert!(parse(&nested(100)).is_ok() && parse(&nested(200)).is_err());
    }

    #[test]
    fn a_mistake_is_a_place() {
        assert_eq!(parse("{\n \"a\": x}").unwrap_err().to_string(), "line 2, column 7");
        assert_eq!(parse("").unwrap_err().to_string(), "line 1, column 1");
    }
}
