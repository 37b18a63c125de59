//! A round picture of somebody: the one the back end gives, else initials.

use js_sys::JsString;

use super::element::{Element, element, span};
use super::markdown::followable;

/// The picture; a name stands beside it, so a screen reader skips it.
pub(crate) fn view(name: &str, picture: Option<String>) -> Element {
    let avatar = span("avatar").attr("aria-hidden", "true");
    match picture.filter(|address| followable(address).is_some()) {
        Some(address) => avatar.child(element("IMG").attr("src", address).attr("alt", "")),
        None => avatar.child(capitals(&initials(name))),
    }
}

/// By the browser's tables: Rust's own would be a tenth of the module.
fn capitals(text: &str) -> String {
    JsString::from(text).to_upper_case().into()
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut firsts = name
        .split_ascii_whitespace()
        .filter_map(|word| word.chars().find(|symbol| is_letter(*symbol)));
    let first = firsts.next();
    first.into_iter().chain(firsts.next_back()).collect()
}

fn is_letter(symbol: char) -> bool {
    !symbol.is_ascii() || symbol.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Demo Boutique"), "DB");
        assert_eq!(initials("alice"), "a");
        assert_eq!(initials("Ana María de la Cruz"), "AC");
        assert_eq!(initials("  (élan)  "), "é");
        assert_eq!(initials(""), "");
    }
}
