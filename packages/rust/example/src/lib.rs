//! The tests are all that there is.
