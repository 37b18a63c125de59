//! What Iris says, in each language.

use super::{
    intent::{Intent, Language},
    orders,
};

/// Sentences that are no answers to questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrase {
    /// People were called.
    Escalated,
    /// The conversation was ended.
    Closed,
}

/// The sentence in `language`.
#[must_use]
pub const fn phrase(phrase: Phrase, language: Language) -> &'static str {
    match (phrase, language) {
        (Phrase::Escalated, Language::English) => "You are being connected with a member of the team.",
        (Phrase::Escalated, Language::French) => "Nous vous mettons en relation avec un membre de l’équipe.",
        (Phrase::Closed, Language::English) => "The conversation has ended. Write again to reopen it.",
        (Phrase::Closed, Language::French) => "La conversation est terminée. Écrivez pour la rouvrir.",
    }
}

/// The bot's answer to `text`; `None` when the visitor asked for a person.
#[must_use]
pub fn answer(text: &str, language: Language) -> Option<String> {
    let (english, french) = match Intent::of(text) {
        Intent::Person => return None,
        Intent::Order(number) => return Some(order(number, language)),
        Intent::Other => return Some(repeat(text, language)),
        Intent::Hours => (
            "We are open **Monday to Saturday, 10:00 to 19:00**. The [store page](https://boutique.example/store) has public holidays.",
            "Nous sommes ouverts **du lundi au samedi, de 10 h à 19 h**. Les jours fériés sont sur la [page du magasin](https://boutique.example/store).",
        ),
        Intent::Returns => (
            "You have **30 days** to send something back, free of charge. Print your label on the [returns page](https://boutique.example/returns).",
            "Vous avez **30 jours** pour retourner un article, sans frais. Imprimez votre étiquette sur la [page des retours](https://boutique.example/returns).",
        ),
        Intent::Shipping => (
            "Shipping is **€4.90**, and free from €60:\n\n- Standard: 2 to 3 working days\n- Express: next day, €9.90",
            "La livraison coûte **4,90 €**, offerte dès 60 € :\n\n- Standard : 2 à 3 jours ouvrés\n- Express : le lendemain, 9,90 €",
        ),
        Intent::Who => (
            "I am Iris, the Demo Boutique's assistant. I am a bot; say *human* and I call somebody from the team.",
            "Je suis Iris, l’assistante de la Demo Boutique. Je suis un robot ; dites *humain* et j’appelle quelqu’un de l’équipe.",
        ),
        Intent::Thanks => (
            "With pleasure! Is there anything else?",
            "Avec plaisir ! Puis-je vous aider pour autre chose ?",
        ),
        Intent::Hello => (
            "Hello! I am Iris. Ask me about your order, returns, shipping or our opening hours.",
            "Bonjour ! Je suis Iris. Posez-moi vos questions sur votre commande, les retours, la livraison ou nos horaires.",
        ),
    };
    Some(match language {
        Language::English => english.to_owned(),
        Language::French => french.to_owned(),
    })
}

fn repeat(text: &str, language: Language) -> String {
    match language {
        Language::English => format!("You said: {text}"),
        Language::French => format!("Vous avez dit : {text}"),
    }
}

fn order(number: Option<u32>, language: Language) -> String {
    let Some(number) = number else {
        return match language {
            Language::English => "Which order is it? Give me its number, such as *1002*, or look at [your orders](https://boutique.example/orders).",
            Language::French => "De quelle commande s’agit-il ? Donnez-moi son numéro, par exemple *1002*, ou regardez [vos commandes](https://boutique.example/orders).",
        }
        .to_owned();
    };
    match (orders::find(number), language) {
        (Some(state), Language::English) => {
            let state = state.describe(language);
            format!("Order **{number}** {state}. [Follow it](https://boutique.example/orders/{number}).")
        }
        (Some(state), Language::French) => {
            let state = state.describe(language);
            format!("La commande **{number}** {state}. [Suivre la commande](https://boutique.example/orders/{number}).")
        }
        (None, Language::English) => format!("I cannot find an order **{number}**. Is the number right?"),
        (None, Language::French) => format!("Je ne trouve pas de commande **{number}**. Le numéro est-il juste ?"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn answers_in_the_visitors_language() {
        assert!(
            answer("Where is my order 1002?", Language::English)
                .unwrap()
                .contains("on its way")
        );
        assert!(
            answer("Where is my order 1002?", Language::French)
                .unwrap()
                .contains("en route")
        );
        assert!(answer("order 999", Language::English).unwrap().contains("cannot find"));
        assert!(
            answer("where is my order", Language::English)
                .unwrap()
                .contains("](https://")
        );
    }

    #[test]
    fn repeats_what_it_does_not_understand() {
        assert_eq!(answer("blue", Language::English).unwrap(), "You said: blue");
        assert_eq!(answer("bleu", Language::French).unwrap(), "Vous avez dit : bleu");
    }

    #[test]
    fn a_wish_for_a_person_is_no_question() {
        assert_eq!(answer("a human please", Language::English), None);
    }
}
