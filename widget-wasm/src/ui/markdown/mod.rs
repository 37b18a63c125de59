//! The small, safe part of Markdown that chats use, turned straight into elements.

#[cfg(feature = "rich")]
mod growing;
mod inline;
mod list;
mod parse;
#[cfg(test)]
mod probe;
mod render;
mod table;
#[cfg(test)]
mod tests;

#[cfg(feature = "rich")]
pub(crate) use self::growing::Growing;
pub(crate) use self::inline::followable;
#[cfg(not(feature = "rich"))]
pub(crate) use self::render::link;
pub(crate) use self::render::{formatted, plain};
