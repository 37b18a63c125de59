//! What the widget makes of a bot's Markdown: its parser by itself, which knows no page. The widget's own tests replay the corpus.

#![allow(dead_code, unexpected_cfgs)]

#[path = "../../../widget-wasm/src/ui/markdown/inline.rs"]
mod inline;
#[path = "../../../widget-wasm/src/ui/markdown/list.rs"]
mod list;
#[path = "../../../widget-wasm/src/ui/markdown/parse.rs"]
mod parse;
#[path = "../../../widget-wasm/src/ui/markdown/probe.rs"]
pub(crate) mod probe;
#[path = "../../../widget-wasm/src/ui/markdown/table.rs"]
mod table;
