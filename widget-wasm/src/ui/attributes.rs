//! What an element has beside its children, as one type for all elements: fixed attributes, live ones, and acts.

use std::future::Future;
use std::rc::Rc;

use leptos::prelude::RenderEffect;
use leptos::tachys::html::attribute::{Attribute, NextAttribute};
use send_wrapper::SendWrapper;
use web_sys::{Element, Event};

use crate::driver::listener::Listener;

#[derive(Clone)]
enum Attr {
    Fixed(&'static str, String),
    Live(&'static str, Rc<dyn Fn() -> String>),
    Act(&'static str, Rc<dyn Fn(Event)>),
    #[cfg(feature = "rich")]
    Follow(Rc<dyn Fn(&Element)>),
}

/// The attributes of an element to be.
#[derive(Clone)]
pub(crate) struct Attributes(SendWrapper<Vec<Attr>>);

impl Attributes {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self(SendWrapper::new(Vec::new()))
    }

    /// An attribute.
    pub(crate) fn fixed(&mut self, name: &'static str, value: String) {
        self.0.push(Attr::Fixed(name, value));
    }

    /// An attribute that changes with the signals it reads.
    pub(crate) fn live(&mut self, name: &'static str, value: impl Fn() -> String + 'static) {
        self.0.push(Attr::Live(name, Rc::new(value)));
    }

    /// What to do with the element now, and again when a signal changes that was read for it.
    #[cfg(feature = "rich")]
    pub(crate) fn follow(&mut self, act: impl Fn(&Element) + 'static) {
        self.0.push(Attr::Follow(Rc::new(act)));
    }

    /// What to do when an event comes.
    pub(crate) fn act(&mut self, event: &'static str, act: impl Fn(Event) + 'static) {
        self.0.push(Attr::Act(event, Rc::new(act)));
    }
}

/// What keeps the attributes of an element in the page as they should be.
pub(crate) struct Held {
    element: Element,
    names: Vec<&'static str>,
    _effects: Vec<RenderEffect<String>>,
    _listeners: Vec<Listener>,
}

fn set(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        // The names are ours, and good ones.
        let _ = element.set_attribute(name, value);
    }
}

fn hold(attributes: Vec<Attr>, element: &Element) -> Held {
    let mut held = Held {
        element: element.clone(),
        names: Vec::new(),
        _effects: Vec::new(),
        _listeners: Vec::new(),
    };
    for attribute in attributes {
        match attribute {
            Attr::Fixed(name, value) => {
                set(element, name, &value);
                held.names.push(name);
            }
            Attr::Live(name, value) => {
                let element = element.clone();
                held.names.push(name);
                held._effects.push(RenderEffect::new(move |_| {
                    let value = value();
                    set(&element, name, &value);
                    value
                }));
            }
            #[cfg(feature = "rich")]
            Attr::Follow(act) => {
                let element = element.clone();
                held._effects.push(RenderEffect::new(move |_| {
                    act(&element);
                    String::new()
                }));
            }
            Attr::Act(event, act) => held
                ._listeners
                .push(Listener::new(element, event, move |event| act(event))),
        }
    }
    held
}

impl Attribute for Attributes {
    const MIN_LENGTH: usize = 0;
    type State = Held;
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn build(self, element: &Element) -> Held {
        hold(self.0.take(), element)
    }

    fn rebuild(self, held: &mut Held) {
        let old = std::mem::take(&mut held.names);
        let element = held.element.clone();
        *held = hold(self.0.take(), &element);
        for name in old {
            if !held.names.contains(&name) {
                let _ = element.remove_attribute(name);
            }
        }
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    // The rest is for pages that a server rendered; the interface is only ever drawn by a browser.

    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Held {
        self.build(element)
    }

    fn dry_resolve(&mut self) {}

    fn resolve(self) -> impl Future<Output = Self> + Send {
        std::future::ready(self)
    }
}

impl NextAttribute for Attributes {
    type Output<New: Attribute> = (Self, New);

    fn add_any_attr<New: Attribute>(self, new: New) -> (Self, New) {
        (self, new)
    }
}
