//! Lines of the thread as elements of the page: made once, kept as long as their line is there.

use std::sync::Arc;

use leptos::prelude::{AnyView, Owner};
use leptos::reactive::owner::WeakOwner;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use send_wrapper::SendWrapper;
use web_sys::{Element, Node};

use super::line::Line;

/// A line that is in the page.
struct Row {
    line: Arc<Line>,
    view: AnyViewState,
    // Ends the effects of the view with it.
    _owner: Owner,
}

type Draw = Box<dyn Fn(&Line) -> AnyView>;

/// The lines that are in the page, in order.
pub(crate) struct Rows {
    rows: Vec<Row>,
    // Weak, as the owner keeps the effect that keeps these rows.
    owner: Option<WeakOwner>,
    draw: SendWrapper<Draw>,
}

impl Rows {
    /// None yet; `draw` makes the view of one.
    pub(crate) fn new(draw: impl Fn(&Line) -> AnyView + 'static) -> Self {
        Self {
            rows: Vec::new(),
            owner: Owner::current().map(|owner| owner.downgrade()),
            draw: SendWrapper::new(Box::new(draw)),
        }
    }

    /// Brings the page in line with the lines. Elements that stay are not touched: moving one would be read out again.
    pub(crate) fn show(&mut self, lines: &[Arc<Line>], within: &Element) {
        let mut before = std::mem::take(&mut self.rows);
        before.retain_mut(|row| {
            let stays = lines.iter().any(|line| Arc::ptr_eq(line, &row.line));
            if !stays {
                row.view.unmount();
            }
            stays
        });
        let mut below: Option<Node> = None;
        for line in lines.iter().rev() {
            let known = before.iter().rposition(|row| Arc::ptr_eq(&row.line, line));
            let mut row = known.map_or_else(|| self.row(line), |at| before.remove(at));
            let element = row.view.elements().into_iter().next();
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
