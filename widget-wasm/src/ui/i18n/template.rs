//! Words with places for names and numbers.

use wasm_bindgen::prelude::wasm_bindgen;

/// Where the first name or number goes.
const FIRST: char = '\u{1}';
/// Where the second one goes.
const SECOND: char = '\u{2}';
/// Between the forms of a text that depends on a number.
const OR: char = '\u{3}';
/// Between the kind of numbers that a form is for and its text.
const FOR: char = '\u{4}';

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;

    #[wasm_bindgen(js_namespace = Intl, constructor)]
    fn new(language: &str) -> PluralRules;

    #[wasm_bindgen(method)]
    fn select(this: &PluralRules, number: u32) -> String;

    type Number;

    #[wasm_bindgen(js_name = Number)]
    fn numeral(number: u32) -> Number;

    #[wasm_bindgen(method, js_name = toLocaleString)]
    fn written(this: &Number, language: &str) -> String;
}

/// Text with up to two places, in one form or in one for each of the language's kinds of number.
pub(crate) struct Template {
    forms: &'static str,
    language: &'static str,
}

impl Template {
    pub(super) fn new(forms: &'static str, language: &'static str) -> Self {
        Self { forms, language }
    }

    /// With a name in its place.
    pub(crate) fn with(&self, name: &str) -> String {
        self.with_both(name, "")
    }

    /// With two names in their places.
    pub(crate) fn with_both(&self, first: &str, second: &str) -> String {
        filled(self.forms, first, second)
    }

    /// With a number in its place, in the form for it.
    pub(crate) fn count(&self, number: u32) -> String {
        self.count_of(number, number)
    }

    /// With two numbers in their places, in the form for the first.
    pub(crate) fn count_of(&self, number: u32, whole: u32) -> String {
        let kind = PluralRules::new(self.language).select(number);
        let written = |number| numeral(number).written(self.language);
        filled(form(self.forms, &kind), &written(number), &written(whole))
    }
}

/// The form for a kind of number; the last one, which every language has, where that kind has none of its own.
fn form<'a>(forms: &'a str, kind: &str) -> &'a str {
    let mut chosen = forms;
    for form in forms.split(OR) {
        let (whose, text) = form.split_once(FOR).unwrap_or(("", form));
        chosen = text;
        if whose == kind {
            break;
        }
    }
    chosen
}

fn filled(template: &str, first: &str, second: &str) -> String {
    let mut text = String::with_capacity(template.len() + first.len());
    for letter in template.chars() {
        match letter {
            FIRST => text.push_str(first),
            SECOND => text.push_str(second),
            letter => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_go_to_their_places() {
        assert_eq!(filled("\u{2} at most, not \u{1}", "7", "5"), "5 at most, not 7");
        assert_eq!(filled("nothing", "7", "5"), "nothing");
    }

    #[test]
    fn a_number_has_the_form_of_its_kind() {
        let forms = "one\u{4}a\u{3}few\u{4}b\u{3}other\u{4}c";
        assert_eq!(form(forms, "one"), "a");
        assert_eq!(form(forms, "few"), "b");
        assert_eq!(form(forms, "many"), "c");
        assert_eq!(form("always", "many"), "always");
    }
}
