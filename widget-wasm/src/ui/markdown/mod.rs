//! The small, safe part of Markdown that chats use, turned straight into elements.

mod inline;
mod parse;
mod render;

pub(crate) use self::inline::followable;
pub(crate) use self::render::{formatted, link, plain};
