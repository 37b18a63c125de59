//! Elements of one single type.
//!
//! The framework's typed elements compile to code of their own for every combination of attributes and children; a widget that is
//! downloaded by every visitor of a site cannot afford that. Here tag, attributes and children are values.

use leptos::html::custom;
use leptos::prelude::*;
use web_sys::Event;

use super::attributes::Attributes;

/// An element to be.
pub(crate) struct Element {
    tag: &'static str,
    attributes: Attributes,
    children: Vec<AnyView>,
}

/// An element by its tag, in capitals as the DOM spells it: the framework compares.
pub(crate) fn element(tag: &'static str) -> Element {
    Element {
        tag,
        attributes: Attributes::new(),
        children: Vec::new(),
    }
}

/// A `<div>` of a class.
pub(crate) fn div(class: &'static str) -> Element {
    element("DIV").attr("class", class)
}

/// A `<span>` of a class.
pub(crate) fn span(class: &'static str) -> Element {
    element("SPAN").attr("class", class)
}

/// A `<button>` that sends no form.
pub(crate) fn button(class: &'static str) -> Element {
    element("BUTTON").attr("type", "button").attr("class", class)
}

/// Text.
pub(crate) fn text(text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    text.into_any()
}

/// Nothing.
pub(crate) fn nothing() -> AnyView {
    ().into_any()
}

/// What changes with the signals it reads.
pub(crate) fn live(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn FnMut() -> AnyView + Send> = Box::new(view);
    view.into_any()
}

/// Text that changes with the signals it reads.
pub(crate) fn live_text(words: impl Fn() -> String + Send + 'static) -> AnyView {
    live(move || text(words()))
}

impl Element {
    /// An attribute.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.fixed(name, value.into());
        self
    }

    /// The name that pages style it by, and tests find it by.
    pub(crate) fn part(self, name: &'static str) -> Self {
        self.attr("part", name)
    }

    /// An attribute that changes with the signals it reads.
    pub(crate) fn live_attr(mut self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        self.attributes.live(name, value);
        self
    }

    /// What to do with the element once it is there, and again when a signal changes that was read for it.
    #[cfg(feature = "rich")]
    pub(crate) fn follow(mut self, act: impl Fn(&web_sys::Element) + 'static) -> Self {
        self.attributes.follow(act);
        self
    }

    /// What to do when an event comes.
    pub(crate) fn on(mut self, event: &'static str, act: impl Fn(Event) + 'static) -> Self {
        self.attributes.act(event, act);
        self
    }

    /// One more child.
    pub(crate) fn child(mut self, child: impl Into<Child>) -> Self {
        self.children.push(child.into().0);
        self
    }

    /// More children.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = AnyView>) -> Self {
        self.children.extend(children);
        self
    }
}

/// What can stand in an element.
pub(crate) struct Child(AnyView);

impl From<AnyView> for Child {
    fn from(view: AnyView) -> Self {
        Self(view)
    }
}

impl From<Element> for Child {
    fn from(element: Element) -> Self {
        Self(element.into())
    }
}

impl From<&'static str> for Child {
    fn from(words: &'static str) -> Self {
        Self(text(words))
    }
}

impl From<String> for Child {
    fn from(words: String) -> Self {
        Self(text(words))
    }
}

impl From<Element> for AnyView {
    fn from(element: Element) -> Self {
        custom(element.tag)
            .add_any_attr(element.attributes)
            .child(element.children)
            .into_any()
    }
}
