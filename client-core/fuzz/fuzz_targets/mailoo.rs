#![no_main]

#[path = "../src/mailoo.rs"]
mod mailoo;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mailoo::conversation(data));
