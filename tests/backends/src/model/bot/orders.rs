//! The demo shop's few orders.

use super::Language;

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderState {
    Packing,
    OnItsWay,
    Delivered,
}

/// The order of that number, if the shop has it.
pub(super) const fn find(number: u32) -> Option<OrderState> {
    match number {
        1001 => Some(OrderState::Packing),
        1002 => Some(OrderState::OnItsWay),
        1003 => Some(OrderState::Delivered),
        _ => None,
    }
}

impl OrderState {
    pub(super) const fn describe(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Packing, Language::English) => "is being packed and leaves tomorrow morning",
            (Self::Packing, Language::French) => "est en préparation et part demain matin",
            (Self::OnItsWay, Language::English) => "is on its way and arrives within two days",
            (Self::OnItsWay, Language::French) => "est en route et arrive sous deux jours",
            (Self::Delivered, Language::English) => "was delivered to your letter box",
            (Self::Delivered, Language::French) => "a été livrée dans votre boîte aux lettres",
        }
    }
}
