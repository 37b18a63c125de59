//! A text that grows: blocks that are final are drawn once and left alone, only what is open is drawn again.

use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use web_sys::Element;

use super::{parse, render};
use crate::ui::i18n::Words;

/// The Markdown of a growing text in an element of its own.
pub(crate) struct Growing {
    place: Element,
    words: &'static Words,
    /// The text as it was drawn last.
    text: String,
    /// Where in the text the open blocks begin.
    open_from: usize,
    open: Vec<AnyViewState>,
}

impl Growing {
    /// Nothing yet, in an empty element.
    pub(crate) fn new(place: Element, words: &'static Words) -> Self {
        Self {
            place,
            words,
            text: String::new(),
            open_from: 0,
            open: Vec::new(),
        }
    }

    /// Draws a text. What goes on from the last one costs only its open end; another one is drawn anew.
    pub(crate) fn show(&mut self, text: &str) {
        if self.text == text {
            return;
        }
        if !text.starts_with(&self.text) {
            self.clear();
        }
        text.clone_into(&mut self.text);
        let mut rest = text.get(self.open_from..).unwrap_or_default();
        let mut drawn = 0;
        let mut finals = 0;
        while let Some((block, after)) = parse::first(rest) {
            let is_final = finals == drawn && parse::is_final(&block, after);
            self.draw(drawn, block);
            drawn += 1;
            if is_final {
                finals = drawn;
                self.open_from = text.len() - after.len();
            }
            rest = after;
        }
        for mut gone in self.open.drain(drawn..) {
            gone.unmount();
        }
        // The elements stay in the page; nobody touches them again.
        self.open.drain(..finals);
    }

    fn draw(&mut self, at: usize, block: parse::Block) {
        let view = render::block(block, self.words);
        if let Some(drawn) = self.open.get_mut(at) {
            view.rebuild(drawn);
        } else {
            let mut drawn = view.build();
            drawn.mount(&self.place, None);
            self.open.push(drawn);
        }
    }

    fn clear(&mut self) {
        self.place.set_text_content(None);
        self.text.clear();
        self.open_from = 0;
        self.open.clear();
    }
}
