//! The cookies that a site's back end binds a session to. A browser keeps them itself; where the driver does not, they are kept here.

use crate::json::{self, ObjectWriter, Value};
use crate::secret::Secret;

/// More than a site needs.
const MOST: usize = 8;

#[derive(Clone, Debug, Default)]
pub(super) struct Cookies(Vec<(String, Secret)>);

impl Cookies {
    /// Keeps what was set. Answers whether anything is new.
    pub(super) fn keep(&mut self, set: &[(String, Secret)]) -> bool {
        let mut news = false;
        for (name, value) in set {
            let place = self.0.iter().position(|(known, _)| known == name);
            let place = place.unwrap_or(self.0.len());
            if place == MOST || self.0.get(place).is_some_and(|(_, known)| known == value) {
                continue;
            }
            news = true;
            match self.0.get_mut(place) {
                Some(known) => known.1 = value.clone(),
                None => self.0.push((name.clone(), value.clone())),
            }
        }
        news
    }

    pub(super) fn header(&self) -> Option<(&'static str, Secret)> {
        let pairs = self.0.iter().map(|(name, value)| [name, "=", value.expose()].concat());
        let pairs: Vec<String> = pairs.collect();
        (!pairs.is_empty()).then(|| ("Cookie", pairs.join("; ").into()))
    }

    pub(super) fn write(&self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let mut text = String::new();
        let mut object = ObjectWriter::open(&mut text);
        for (name, value) in &self.0 {
            let name = json::quoted(name);
            object.text(name.trim_matches('"'), value.expose());
        }
        object.close();
        Some(text)
    }

    pub(super) fn read(stored: &str) -> Self {
        match json::parse(stored) {
            Ok(Value::Object(object)) => {
                let pairs = object.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
                Self(
                    pairs
                        .map(|(name, value)| (name.to_owned(), Secret::new(value)))
                        .collect(),
                )
            }
            _ => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_replaced_told_again_and_read_back() {
        let set = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let mut cookies = Cookies::default();
        assert_eq!((cookies.header(), cookies.write()), (None, None));
        assert!(cookies.keep(&[set("a", "1"), set("b", "x\"y")]));
        assert!(!cookies.keep(&[set("a", "1")]));
        assert!(cookies.keep(&[set("a", "2")]));
        let told = Some(("Cookie", "a=2; b=x\"y".into()));
        assert_eq!(cookies.header(), told);
        assert_eq!(Cookies::read(&cookies.write().unwrap()).header(), told);
        assert!(!format!("{cookies:?}").contains('2'));
    }
}
