//! Builds without back ends that are told what was read.

use std::sync::Arc;

use super::Scene;
use super::element::Element;
use super::line::Shown;
use super::signal::Signal;

pub(crate) fn watched(_: &Arc<Scene>, _: &Signal<Shown>, row: Element) -> Element {
    row
}
