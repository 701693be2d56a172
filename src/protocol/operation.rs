//! Typed inputs and outputs of the operations.
