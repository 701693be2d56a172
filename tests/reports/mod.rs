//! The reports of one small set of results, in which everything that a case can come to is there once and the texts are as
//! nasty as an adapter's can be; and the page of several implementations. Unit tests of `src/report`, which is not public.

mod formats;
mod matrix;
mod schema;
mod small;
mod terminal;
