//! Builds without back ends that stream answers.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::Message;

use super::Scene;
use super::element::Element;
use super::i18n::Words;
use super::line::Shown;
use super::signal::Signal;

/// There is none.
#[derive(PartialEq)]
pub(crate) enum Live {}

impl Live {
    pub(crate) fn wake(&self) {
        match *self {}
    }
}

pub(crate) fn find(_: &[Arc<Live>], _: &str) -> Option<Arc<Live>> {
    None
}

pub(crate) fn content(_: &Arc<Scene>, _: &Signal<Shown>, answer: &Arc<Live>) -> AnyView {
    match **answer {}
}

pub(crate) fn used(_: &Message, _: &Words) -> Option<AnyView> {
    None
}

pub(crate) fn quiet(_: Element, answer: &Live) -> Element {
    match *answer {}
}

pub(crate) fn is_broken(_: &Message) -> bool {
    false
}

pub(crate) fn trouble(_: &Shown, _: &Scene) -> Option<String> {
    None
}

pub(crate) fn spoken(_: &Arc<Scene>) -> Option<AnyView> {
    None
}

pub(crate) fn unanswered(_: &Arc<Scene>) -> Option<AnyView> {
    None
}
