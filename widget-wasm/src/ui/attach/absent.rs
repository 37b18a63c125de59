//! Builds without back ends that take files.

use std::sync::Arc;

use leptos::prelude::AnyView;
use visavis_client_core::Error;
use visavis_client_core::ids::LocalId;
use visavis_client_core::message::Attachment;
use web_sys::Event;

use super::i18n::Words;
use super::line::Shown;
use super::signal::Signal;
use super::{Scene, attachment};

/// There is none.
pub(crate) struct Tray;

impl Tray {
    pub(crate) fn new(_: &Arc<Scene>, _: &Signal<Option<String>>) -> Self {
        Self
    }

    pub(crate) fn is_empty(&self) -> bool {
        true
    }

    pub(crate) fn send(&self, _: &str) -> Option<Result<LocalId, Error>> {
        None
    }

    pub(crate) fn paste(&self, _: &Event) {}

    pub(crate) fn view(&self) -> Option<AnyView> {
        None
    }

    pub(crate) fn button(&self) -> Option<AnyView> {
        None
    }
}

pub(crate) fn reason(told: &str, _: &Words) -> String {
    told.to_owned()
}

pub(crate) fn in_text(attachments: &[Attachment]) -> impl Iterator<Item = AnyView> {
    attachment::list(attachments)
}

pub(crate) fn files(_: &Arc<Scene>, _: &Signal<Shown>) -> Option<AnyView> {
    None
}
