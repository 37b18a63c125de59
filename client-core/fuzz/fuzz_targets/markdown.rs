#![no_main]

#[path = "../src/markdown.rs"]
mod markdown;

libfuzzer_sys::fuzz_target!(|text: &str| markdown::probe::holds(text));
