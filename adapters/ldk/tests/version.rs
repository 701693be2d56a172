//! The release that the adapter tells is the one that it is built with.

#[test]
fn the_version_that_is_told_is_the_one_that_is_pinned() {
    let told = spontan_adapter_ldk::hello().implementation.version.printable();
    assert!(include_str!("../Cargo.toml").contains(&format!("lightning = \"={told}\"")));
    assert!(include_str!("../Cargo.lock").contains(&format!("name = \"lightning\"\nversion = \"{told}\"")));
}
