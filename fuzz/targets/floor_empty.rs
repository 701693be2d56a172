//! The engine with nothing to do: what the other targets' runs a second are read against.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    std::hint::black_box(input);
});
