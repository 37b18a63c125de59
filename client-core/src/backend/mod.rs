//! stub
pub mod bloonio;
pub(crate) mod lenient;
/// What a back end can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Capabilities {
    /// Typing signals, both ways.
    pub typing: bool,
}
