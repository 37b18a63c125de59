//! Lines of the thread as elements of the page: made when they come near what can be seen, kept as long as they are.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::{AnyView, Owner};
use leptos::reactive::owner::WeakOwner;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::line::Line;
use super::scroll::Heights;

/// A line that is in the page.
struct Row {
    line: Arc<Line>,
    view: AnyViewState,
    // Ends the effects of the view with it.
    _owner: Owner,
}

impl Row {
    fn element(&self) -> Option<Element> {
        self.view.elements().into_iter().next()
    }
}

type Draw = Box<dyn Fn(&Line) -> AnyView>;

/// The lines that are in the page, in order.
pub(crate) struct Rows {
    rows: Vec<Row>,
    // Weak, as the owner keeps the effect that keeps these rows.
    owner: Option<WeakOwner>,
    draw: SendWrapper<Draw>,
    heights: Heights,
}

impl Rows {
    /// None yet; `draw` makes the view of one.
    pub(crate) fn new(draw: impl Fn(&Line) -> AnyView + 'static) -> Self {
        Self {
            rows: Vec::new(),
            owner: Owner::current().map(|owner| owner.downgrade()),
            draw: SendWrapper::new(Box::new(draw)),
            heights: Heights::default(),
        }
    }

    /// Which of these lines are in the page: from the first to the last of them.
    pub(crate) fn present(&self, lines: &[Arc<Line>]) -> Range<usize> {
        let at = |row: &Row| lines.iter().rposition(|line| Arc::ptr_eq(line, &row.line));
        let first = self.rows.iter().find_map(at);
        let last = self.rows.iter().rev().find_map(at);
        first
            .zip(last)
            .map_or(lines.len()..lines.len(), |(first, last)| first..last + 1)
    }

    /// How much space lines take.
    pub(crate) fn heights(&self) -> &Heights {
        &self.heights
    }

    /// Notes how much space each line takes: from the end of the one above it to its own.
    pub(crate) fn measure(&mut self) {
        let mut above = None;
        for row in &self.rows {
            let Some(element) = row.element().and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
                continue;
            };
            let end = element.offset_top() + element.offset_height();
            let known = self.heights.of(&row.line);
            match above {
                Some(above) => self.heights.note(&row.line, end - above),
                // The first one has no neighbour to measure from; its own height is near enough until it has one.
                None if known == 0 => self.heights.note(&row.line, element.offset_height()),
                None => {}
            }
            above = Some(end);
        }
    }

    /// Brings the page in line with the lines. Elements that stay are not touched: moving one would be read out again. Of those that come,
    /// only the ones from `news` on are read out.
    pub(crate) fn show(&mut self, lines: &[Arc<Line>], news: usize, within: &Element) {
        let mut before = std::mem::take(&mut self.rows);
        before.retain_mut(|row| {
            let stays = lines.iter().any(|line| Arc::ptr_eq(line, &row.line));
            if !stays {
                row.view.unmount();
            }
            stays
        });
        let mut below: Option<Node> = None;
        for (at, line) in lines.iter().enumerate().rev() {
            let known = before.iter().rposition(|row| Arc::ptr_eq(&row.line, line));
            let mut row = known.map_or_else(|| self.row(line), |at| before.remove(at));
            let element = row.element();
            if let (None, true, Some(element)) = (known, at < news, &element) {
                // The name is a good one.
                let _ = element.set_attribute("aria-live", "off");
            }
            let in_place = element
                .as_ref()
                .is_some_and(|element| element.is_connected() && element.next_sibling() == below);
            if !in_place {
                row.view.mount(within, below.as_ref());
            }
            below = element.map(Into::into).or(below);
            self.rows.push(row);
        }
        self.rows.reverse();
    }

    fn row(&self, line: &Arc<Line>) -> Row {
        let owner = self
            .owner
            .as_ref()
            .and_then(WeakOwner::upgrade)
            .unwrap_or_default()
            .with(Owner::new);
        Row {
            line: Arc::clone(line),
            view: owner.with(|| (self.draw)(line).build()),
            _owner: owner,
        }
    }
}
