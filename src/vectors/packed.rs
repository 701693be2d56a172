//! Texts of this repository that the program carries, as the build script compressed them.

use miniz_oxide::inflate::decompress_to_vec;

/// A file of the repository by its path from the root: path, and content for [`text`].
macro_rules! packed {
    ($name:expr) => {
        ($name, include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".deflate")))
    };
}
pub(crate) use packed;

/// A file and its compressed content.
pub type Packed = (&'static str, &'static [u8]);

/// The text.
///
/// # Errors
/// What is wrong with the content, for a program that was built of something else.
pub fn text(compressed: &[u8]) -> Result<String, String> {
    let bytes = decompress_to_vec(compressed).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}
