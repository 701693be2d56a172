//! Several results side by side: cases x implementations, as one static page.

pub mod column;
pub(in crate::report) mod detail;
pub mod page;

pub use column::Column;
