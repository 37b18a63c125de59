//! What a visitor wants, found by words.

/// The languages the bot speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// French, the relay's default.
    French,
}

impl Language {
    /// The language for a locale such as `fr-CA`: French for `fr` or nothing, English for all others.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        match locale.split(['-', '_']).next() {
            None | Some("" | "fr" | "FR" | "Fr") => Self::French,
            Some(_) => Self::English,
        }
    }
}

/// What the visitor is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// To talk to a person.
    Person,
    /// Where an order is, and its number if it was given.
    Order(Option<u32>),
    /// When the shop is open.
    Hours,
    /// How to send something back.
    Returns,
    /// What delivery costs.
    Shipping,
    /// Whom they are talking to.
    Who,
    /// Says thank you.
    Thanks,
    /// Says hello.
    Hello,
    /// Anything else.
    Other,
}

/// Words, or runs of words, and what they mean; the first that fits wins.
const MEANINGS: &[(&[&str], Meaning)] = &[
    (
        &[
            "human",
            "agent",
            "person",
            "humain",
            "humaine",
            "une personne",
            "un conseiller",
            "une conseillere",
        ],
        Meaning::Person,
    ),
    (
        &[
            "return",
            "returns",
            "refund",
            "exchange",
            "send back",
            "retour",
            "retours",
            "retourner",
            "rembourser",
            "remboursement",
            "echanger",
        ],
        Meaning::Returns,
    ),
    (
        &[
            "shipping",
            "delivery cost",
            "delivery price",
            "postage",
            "frais de port",
            "frais de livraison",
            "prix de la livraison",
            "cout de la livraison",
        ],
        Meaning::Shipping,
    ),
    (
        &[
            "order",
            "orders",
            "parcel",
            "package",
            "tracking",
            "commande",
            "commandes",
            "colis",
            "suivi",
        ],
        Meaning::Order,
    ),
    (
        &[
            "open",
            "opening",
            "hours",
            "close",
            "closing",
            "horaire",
            "horaires",
            "ouvert",
            "ouverts",
            "ouverture",
            "ouvrez",
            "fermez",
        ],
        Meaning::Hours,
    ),
    (&["delivery", "livraison"], Meaning::Shipping),
    (
        &[
            "who are you",
            "your name",
            "are you a bot",
            "are you real",
            "qui es tu",
            "qui etes vous",
            "votre nom",
            "ton nom",
            "un robot",
        ],
        Meaning::Who,
    ),
    (&["thanks", "thank you", "merci"], Meaning::Thanks),
    (
        &[
            "hello",
            "hi",
            "hey",
            "good morning",
            "good evening",
            "bonjour",
            "bonsoir",
            "salut",
            "coucou",
        ],
        Meaning::Hello,
    ),
];

#[derive(Clone, Copy)]
enum Meaning {
    Person,
    Order,
    Hours,
    Returns,
    Shipping,
    Who,
    Thanks,
    Hello,
}

impl Intent {
    /// Reads `text`, in either language.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let words = normalized(text);
        let says = |phrase: &&str| words.contains(&format!(" {phrase} "));
        let Some((_, meaning)) = MEANINGS.iter().find(|(phrases, _)| phrases.iter().any(says)) else {
            return Self::Other;
        };
        match meaning {
            Meaning::Person => Self::Person,
            Meaning::Order => Self::Order(words.split(' ').find_map(|word| word.parse().ok())),
            Meaning::Hours => Self::Hours,
            Meaning::Returns => Self::Returns,
            Meaning::Shipping => Self::Shipping,
            Meaning::Who => Self::Who,
            Meaning::Thanks => Self::Thanks,
            Meaning::Hello => Self::Hello,
        }
    }
}

/// Lower-case words without accents, each between two single spaces.
fn normalized(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for letter in text.chars().flat_map(char::to_lowercase).map(without_accent) {
        if letter.is_alphanumeric() {
            words.push(letter);
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

const fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understands_both_languages() {
        for (text, intent) in [
            ("Where is my order?", Intent::Order(None)),
            ("Where is order #1002 please", Intent::Order(Some(1002))),
            ("Où est ma commande 1001 ?", Intent::Order(Some(1001))),
            ("What are your opening hours?", Intent::Hours),
            ("Quels sont vos horaires ?", Intent::Hours),
            ("Can I return a dress I ordered?", Intent::Returns),
            ("Comment faire un retour", Intent::Returns),
            ("How much is shipping?", Intent::Shipping),
            ("Combien coûte la livraison", Intent::Shipping),
            ("Who are you?", Intent::Who),
            ("Qui êtes-vous ?", Intent::Who),
            ("Hello!", Intent::Hello),
            ("bonjour", Intent::Hello),
            ("I want a HUMAN", Intent::Person),
            ("Can I talk to a person about my order?", Intent::Person),
            ("je veux parler à un humain", Intent::Person),
            ("Merci !", Intent::Thanks),
        ] {
            assert_eq!(Intent::of(text), intent, "{text}");
        }
    }

    #[test]
    fn words_inside_other_words_mean_nothing() {
        for text in [
            "humanity",
            "personal agenda",
            "this",
            "reordering thoughts",
            "",
            "   ",
            "👋",
        ] {
            assert_eq!(Intent::of(text), Intent::Other, "{text}");
        }
    }

    #[test]
    fn languages_by_locale() {
        assert_eq!(Language::of("fr"), Language::French);
        assert_eq!(Language::of("fr-CA"), Language::French);
        assert_eq!(Language::of(""), Language::French);
        assert_eq!(Language::of("en-GB"), Language::English);
        assert_eq!(Language::of("de"), Language::English);
    }
}
